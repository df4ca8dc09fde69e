"""A real Chromium against a real server with the cast in its database. Skipped, with the reason, where there is none.

Run alone, in one process: two cores are enough for one browser. The server is read by all tests and written by few.
"""

import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import upgrade
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from portal import create_app, search
from portal.accounts import start_session
from portal.config import read_settings
from portal.geo import load_gazetteer
from portal.store import db
from portal.web.session import TOKEN
from tests.people import Cast, make_cast
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ABSENT = "no Chromium on this machine (Debian: apt-get install chromium)"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}
PATIENCE = 30  # seconds: how long a page or a server may take on a busy machine; a quick one is not held up
expect.set_options(timeout=PATIENCE * 1000)
# A site that cannot be reached from a test: it stands for wherever the exit leads.
ELSEWHERE = "https://elsewhere.invalid/"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason=ABSENT))


@dataclass
class Server:
    url: str
    app: Flask
    cast: Cast

    def cookie_of(self, account: Any) -> dict[str, Any]:
        """The cookie of a browser in which this account is signed in."""
        with self.app.app_context():
            token = start_session(account.id)
            signer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
            value = signer.dumps({TOKEN: token})
        name = self.app.config["SESSION_COOKIE_NAME"]
        # __Host- cookies belong to exactly one host and need Secure, which Chromium grants to the loopback.
        return {
            "name": name,
            "value": value,
            "url": self.url.replace("http:", "https:"),
            "secure": True,
            "httpOnly": True,
        }


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`gunicorn wsgi:app` on a free port, in a home of its own, with the cast."""
    with serving(tmp_path_factory.mktemp("browser"), _the_cast) as (url, app, cast):
        yield Server(url, app, cast)


def _the_cast() -> Cast:
    load_gazetteer()
    return make_cast()


@contextmanager
def serving(home: Path, fill: Callable[[], Any]) -> Iterator[tuple[str, Flask, Any]]:
    """A server on a free port whose database `fill` has filled: its address, the app, and what `fill` returned."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environ = {
        "PATH": os.environ["PATH"],
        "PORTAL_HOME": str(home),
        "PORT": str(port),
        "PORTAL_BASE_URL": url,
    }
    app = create_app(read_settings(environ))
    with app.app_context():
        upgrade()
        filled = fill()
        search.rebuild()
        db.session.remove()
    with (home / "server.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{port}"]
            + ["--threads", "8", "--no-control-socket", "--log-level", "warning"],
            cwd=ROOT,
            env=environ,
            stdout=log,
            stderr=log,
        )
        try:
            _wait_for(f"{url}/about/data", home / "server.log", process)
            yield url, app, filled
        finally:
            process.terminate()
            process.wait(PATIENCE)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, server: Server) -> Iterator[Callable[..., Page]]:
    """`visit("/search?q=detox", signed_in=cast.responder, color_scheme="dark", java_script_enabled=False)` -> Page.

    Each call is a browser of its own, on a phone's screen. It fails the test at its end if a page of ours threw an
    error in its scripts, broke its own policy, or asked another host for anything.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(path: str, signed_in: Any = None, **options: Any) -> Page:
        context = chromium.new_context(base_url=server.url, service_workers="block", **(PHONE | options))
        contexts.append(context)
        if signed_in is not None:
            context.add_cookies([server.cookie_of(signed_in)])  # type: ignore[list-item]
        context.route(lambda url: url.startswith(ELSEWHERE) or "weather.gov" in url, _elsewhere)
        page = context.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.on("pageerror", lambda error: faults.append(f"script: {error}"))
        page.on("console", lambda said: faults.append(said.text) if "Content Security" in said.text else None)
        page.on("request", lambda request: _own(request.url, server.url, faults))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not faults


def _own(url: str, base: str, faults: list[str]) -> None:
    if not url.startswith((base, "data:", ELSEWHERE, "https://www.weather.gov")):
        faults.append(f"asked another host: {url}")


def _elsewhere(route: Any) -> None:
    route.fulfill(
        status=200, content_type="text/html", body="<!doctype html><title>Weather</title><p>Sunny</p>"
    )


def _wait_for(url: str, log: Path, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + 4 * PATIENCE
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"the server did not start: {log.read_text()[-2000:]}")
