"""Signed links: made on the install's address, read back once for the right purpose, and useless otherwise."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from flask import Flask

from portal.messages import link, read_link
from portal.store import clock

pytestmark = pytest.mark.sqlite_only


def token_of(url: str) -> str:
    return url.rpartition("/")[2]


def test_a_link_is_made_on_the_configured_address_whatever_host_a_request_names(app: Flask) -> None:
    with app.test_request_context("/", base_url="http://evil.example"):
        url = link("answer", uuid4(), 1)
    assert url.startswith("http://localhost/answer/")


def test_a_link_gives_back_its_id_and_version(app: Flask) -> None:
    about = uuid4()
    assert read_link("answer", token_of(link("answer", about, 7))) == (about, 7)


def test_a_link_does_not_open_another_purpose(app: Flask) -> None:
    token = token_of(link("answer", uuid4(), 1))
    assert read_link("reset", token) is None


@pytest.mark.parametrize(
    "harm", [lambda t: t[:-1], lambda t: "A" + t, lambda t: "", lambda t: t * 50, lambda t: "é\x00"]
)
def test_a_changed_link_does_not_open(app: Flask, harm) -> None:  # type: ignore[no-untyped-def]
    assert read_link("answer", harm(token_of(link("answer", uuid4(), 1)))) is None


def test_a_link_ages(app: Flask) -> None:
    token = token_of(link("reset", uuid4(), 1))
    hour = timedelta(hours=1)
    with time_machine.travel(clock.now() + timedelta(minutes=59), tick=False):
        assert read_link("reset", token, hour) is not None
    with time_machine.travel(clock.now() + timedelta(minutes=61), tick=False):
        assert read_link("reset", token, hour) is None
        assert read_link("reset", token) is not None


def test_a_key_of_another_install_opens_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    token = token_of(link("answer", uuid4(), 1))
    monkeypatch.setitem(app.config, "SECRET_KEY", "another")
    assert read_link("answer", token) is None
