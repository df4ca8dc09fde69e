"""App, databases rolled back after each test (both engines), the cast, and who is signed in.

A test that asks for `app` runs twice, on SQLite and on PostgreSQL. `sqlite_only` on a test says that it need not,
`postgres_only` that it is about something which SQLite has not.

Nothing here may depend on chance or on the hour: random tests try the same examples every time (`--hypothesis-profile=new`
looks for others), and PORTAL_TEST_MOMENT=2026-12-31T23:59:59.9 lets every test begin at that moment (UTC).
"""

import base64
import contextvars
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import coverage
import pytest
import time_machine
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from flask_migrate import upgrade
from hypothesis import HealthCheck, settings

from portal import create_app
from portal.accounts import passwords
from portal.config import Settings
from portal.search import counting
from portal.store import db
from portal.store.peppers import Peppers
from portal.store.sealed import SealKeys
from portal.web.origin import FIELD, new_token
from tests import postgres
from tests.people import Cast, make_cast

ENGINES = ("sqlite", "postgresql")
SHARED = Path(__file__).parents[2] / "shared"
TOGETHER = ("browser", "relevance", "seed")  # folders whose tests share what is costly to make
MOMENT = os.environ.get("PORTAL_TEST_MOMENT")

settings.register_profile("new", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", settings.get_profile("new"), derandomize=True, database=None)
settings.load_profile("same")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "sqlite_only: nothing here depends on the database's kind")
    config.addinivalue_line("markers", "postgres_only: this is about PostgreSQL alone")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Of `--dist loadgroup`: whole folders go to one process. By path, since this pytest drops the group from a test's id."""
    if config.getoption("dist") != "loadgroup":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class Folders(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            folder = Path(nodeid.partition("::")[0]).parent.name
            return folder if folder in TOGETHER else nodeid

    return Folders(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    if not MOMENT or item.get_closest_marker("browser"):  # a server in a process of its own has the real time
        return (yield)
    with time_machine.travel(datetime.fromisoformat(MOMENT).replace(tzinfo=UTC), tick=True):
        return (yield)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "migrated" in metafunc.fixturenames:
        only = metafunc.definition.get_closest_marker("sqlite_only")
        engines = ENGINES[:1] if only else ENGINES
        if metafunc.definition.get_closest_marker("postgres_only"):
            engines = ENGINES[1:]
        metafunc.parametrize("migrated", engines, indirect=True, scope="session")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    skipped = [
        report
        for report in terminalreporter.stats.get("skipped", [])
        if postgres.ABSENT in str(report.longrepr)
    ]
    if skipped:
        terminalreporter.write_line(
            f"!!! {postgres.ABSENT}: {len(skipped)} tests skipped", red=True, bold=True
        )


METRICS_TOKEN = "only for tests, of a monitor"


def settings_for(home: Path, url: str | None = None, **more: Any) -> Settings:
    """Settings of an install in a folder of its own."""
    home.mkdir(parents=True, exist_ok=True)
    values: dict[str, Any] = {
        "home": home,
        "database_url": url or f"sqlite:///{home / 'handrail.db'}",
        "secret_key": "only for tests",
        "seal_keys": SealKeys.parse("t1:" + base64.b64encode(b"k" * 32).decode()),
        "peppers": Peppers.parse("q1:" + base64.b64encode(b"p" * 32).decode()),
        "base_url": "http://localhost",
        "port": 5000,
        "bind": "127.0.0.1",
        "smtp_url": "",
        "mail_from": "Handrail <handrail@demo.invalid>",
        "geocoder": "",
        "demo_password": "",
        "metrics_token": METRICS_TOKEN,
    }
    return Settings(**(values | more))


class IsolatedClient(FlaskClient):
    """Each request runs in an empty context, so it makes its own app context and session, as on a real server.

    A form is sent as a browser sends it: with the token of the page's hidden field, and Sec-Fetch-Site. `forged = True`
    sends what the test says and nothing more.
    """

    forged = False

    def open(self, *args: Any, **kwargs: Any) -> Any:
        if has_app_context():
            db.session.commit()  # what the test itself has read or written ends here: the request stands beside it
        if kwargs.get("method") == "POST" and not self.forged and isinstance(kwargs.get("data") or {}, dict):
            token = contextvars.Context().run(self._token)
            kwargs["data"] = {FIELD: token} | (kwargs.get("data") or {})
            kwargs["headers"] = {"Sec-Fetch-Site": "same-origin"} | dict(kwargs.get("headers") or {})
        return contextvars.Context().run(super().open, *args, **kwargs)

    def _token(self) -> str:
        cookie = self.get_cookie(self.application.config["SESSION_COOKIE_NAME"])
        environ = {"HTTP_COOKIE": f"{cookie.key}={cookie.value}"} if cookie else {}
        with self.application.test_request_context(environ_overrides=environ):
            return new_token()


REAL_HASHER = passwords._HASHER


@pytest.fixture(scope="session", autouse=True)
def cheap_hashes() -> None:
    """Argon2 as in the product, at a thousandth of its cost; tests/accounts looks at the real costs."""
    passwords._HASHER = passwords.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(scope="session")
def migrated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An app whose database stands at the newest revision, empty; once a run and engine."""
    home = tmp_path_factory.mktemp(request.param)
    url = None
    if request.param == "postgresql":
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        url = postgres.new_database(f"handrail_{worker}_{os.getpid()}")
        if url is None:
            if os.environ.get("CI") == "true":
                pytest.fail(postgres.ABSENT)
            pytest.skip(postgres.ABSENT)
    app = create_app(settings_for(home, url))
    app.testing = True
    app.test_client_class = IsolatedClient
    with app.app_context():
        upgrade()
    return app


@pytest.fixture
def app(migrated: Flask) -> Iterator[Flask]:
    """The app, with everything the test writes rolled back at its end, and an app context pushed for verbs."""
    with migrated.app_context():
        engine = db.engines[None]
        connection = engine.connect()
        outer = connection.begin()
        db.engines[None] = connection
        db.session.session_factory.configure(join_transaction_mode="create_savepoint")
        counting.begin_anew()
        for kept in ("here", "last_here"):  # what pages remember of another test's community
            migrated.extensions.pop(kept, None)
        try:
            yield migrated
        finally:
            db.session.remove()
            if outer.is_active:
                outer.rollback()
            connection.close()
            db.engines[None] = engine
            db.session.session_factory.configure(join_transaction_mode="conditional_savepoint")


@pytest.fixture
def cast(app: Flask) -> Cast:
    """The community, its services and its people: see tests/people.py."""
    return make_cast()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """An anonymous browser."""
    return app.test_client()


@pytest.fixture
def signed_in_as(app: Flask) -> Callable[[Any], FlaskClient]:
    """A browser in which this account is signed in: `signed_in_as(cast.responder).get("/needs")`."""

    def sign_in(account: Any) -> FlaskClient:
        from portal.accounts import start_session
        from portal.web.session import TOKEN

        browser = app.test_client()
        token = start_session(account.id)
        with browser.session_transaction() as session:
            session[TOKEN] = token
        return browser

    return sign_in


@pytest.fixture
def unmeasured() -> Iterator[None]:
    """No coverage while this test runs: what it walks a thousand times is measured elsewhere, and measuring doubles its time."""
    measuring = coverage.Coverage.current()
    if measuring:
        measuring.stop()
    yield
    if measuring:
        measuring.start()


@pytest.fixture(scope="session")
def samhsa_books() -> list[Path]:
    """The two official workbooks; skipped where the folder is absent."""
    folder = SHARED / "data" / "samhsa_directory_2022"
    books = sorted(folder.glob("*.xlsx"))
    if len(books) != 2:
        pytest.skip("the SAMHSA workbooks are not beside this checkout")
    return books
