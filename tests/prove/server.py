"""A real install in a folder of its own: `portal serve` as a process that can be killed, and browsers that talk to it."""

import base64
import contextlib
import http.client
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID

import psutil
import pytest
from flask import Flask
from flask_migrate import upgrade

from portal import create_app
from portal.accounts import start_session
from portal.config import read_settings
from portal.store import clock, db, limits
from portal.web.session import TOKEN
from tests import postgres
from tests.conftest import settings_for
from tests.people import Cast, make_cast
from tests.ports import free_port

COMMAND = [sys.executable, "-m", "portal.cli", "serve"]
SEAL = "t1:" + base64.b64encode(b"k" * 32).decode()
PATIENCE = 120  # seconds for a server to come up, or a process to end


def app_on(engine: str, home: Path, name: str) -> Flask:
    """An app on an empty, migrated database of this kind; skips where there is no PostgreSQL."""
    url = postgres.new_database(f"handrail_{name}_{os.getpid()}") if engine == "postgresql" else None
    if engine == "postgresql" and url is None:
        pytest.skip(postgres.ABSENT)
    app = create_app(settings_for(home, url))
    with app.app_context():
        upgrade()
    return app


@dataclass
class Answer:
    status: int
    location: str
    text: str


@dataclass
class Browser:
    """One keep-alive connection with one signed-in session. Raises OSError or HTTPException when the server is gone."""

    port: int
    cookie: str = ""
    token: str = ""
    connection: http.client.HTTPConnection | None = field(default=None, repr=False)

    def request(self, method: str, path: str, form: dict[str, str] | None = None) -> Answer:
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {
            "Cookie": self.cookie,
            "Accept-Encoding": "identity",
            "Origin": f"http://127.0.0.1:{self.port}",
        }
        body = None
        if form is not None:
            body = urlencode(form | {"csrf_token": self.token})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
            text = response.read().decode()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            self.connection = None
            raise
        return Answer(response.status, response.headers.get("Location", ""), text)

    def get(self, path: str) -> Answer:
        """Fetch a page; a form's token on it serves the next posts."""
        answer = self.request("GET", path)
        found = re.search(r'name="csrf_token" value="([^"]+)"', answer.text)
        if found:
            self.token = found.group(1)
        return answer

    def post(self, path: str, form: dict[str, str]) -> Answer:
        return self.request("POST", path, form)


class Install:
    """A home, its cast (or what stands there already), an app in this process on the same database, and the server's processes."""

    def __init__(self, home: Path, with_cast: bool = True, url: str | None = None) -> None:
        self.home = home
        self.port = free_port()
        environ = {
            name: value for name, value in os.environ.items() if not name.startswith(("COVERAGE_", "PORTAL_"))
        }
        self.environ = environ | {"PORTAL_HOME": str(home), "PORT": str(self.port), "PYTHONUNBUFFERED": "1"}
        if url:  # a database of several hosts brings no secrets of its own
            keys = {"PORTAL_SECRET_KEY": "only for tests", "PORTAL_SEAL_KEYS": SEAL, "PORTAL_PEPPERS": SEAL}
            self.environ |= {"PORTAL_DATABASE_URL": url, **keys}
        self.process: subprocess.Popen[bytes] | None = None
        self.log = home / "server.log"
        self.app: Flask = create_app(read_settings(self.environ))
        with self.app.app_context():
            upgrade()
            if with_cast:  # else what stands in this home is served as it is
                self.cast: Cast = make_cast()
            db.session.expunge_all()

    def start(self, *words: str) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*COMMAND, *words], env=self.environ, stdout=log, stderr=log, start_new_session=True
            )
        self.wait_until_up()

    def wait_until_up(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if Browser(self.port).request("GET", "/health").status == 200:
                    return
            time.sleep(0.02)
        raise TimeoutError(self.log.read_text()[-2000:])

    def processes(self) -> list[psutil.Process]:
        assert self.process is not None
        with contextlib.suppress(psutil.NoSuchProcess):
            master = psutil.Process(self.process.pid)
            return [master, *master.children(recursive=True)]
        return []

    def kill_all(self) -> None:
        """kill -9 on everything at once, as when the power goes."""
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)

    def kill_children(self) -> None:
        """kill -9 on the processes that serve; their parent starts new ones."""
        for process in self.processes()[1:]:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.kill_all()
        with self.app.app_context():
            db.engine.dispose()

    def let_more(self) -> None:
        """Forget who did what how often: a test does in a minute what an account does in a day."""
        with self.app.app_context():
            limits.purge(clock.now() + timedelta(days=1), hours=0)
            db.session.remove()

    def signed_in(self, account_id: UUID) -> Browser:
        """A browser of this account, signed in through the database."""
        with self.app.app_context():
            token = start_session(account_id)
            signer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
            name = self.app.config["SESSION_COOKIE_NAME"]
            return Browser(self.port, cookie=f"{name}={signer.dumps({TOKEN: token})}")
