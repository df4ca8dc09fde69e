"""What the tests of texts and notices share: settings for one test, a provider, a number."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from tests.messages.httpserver import HttpServer

SECRET = "sixteen or more letters"  # noqa: S105
Setting = Callable[..., None]


@pytest.fixture
def setting(migrated: Flask, monkeypatch: pytest.MonkeyPatch) -> Setting:
    """Set some of the install's settings for this test: `setting(sms_url=...)`."""

    def set_some(**values: Any) -> None:
        monkeypatch.setitem(
            migrated.extensions, "settings", replace(migrated.extensions["settings"], **values)
        )

    return set_some


@pytest.fixture
def webhook(setting: Setting) -> Iterator[HttpServer]:
    """A provider behind the signed webhook."""
    with HttpServer() as server:
        setting(sms_url=f"{server.url}/send", sms_secret=SECRET)
        yield server


@pytest.fixture
def twilio(setting: Setting) -> Iterator[HttpServer]:
    """Twilio's double."""
    with HttpServer(usual=(201, '{"sid": "SM1", "status": "queued"}')) as server:
        setting(
            sms_url=f"twilio://AC1:to%2Fken@127.0.0.1:{server.port}/?from=+16155550100&tls=off",
            base_url="https://handrail.test",
        )
        yield server
