"""Trouble is answered calmly: crisis lines, the exit, and a status that tells the truth."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import text

from portal import create_app
from portal.directory.models import Taxonomy
from portal.store import Conflict, Refused, database, db, write
from portal.store.database import sqlite_module
from portal.web.errors import WORDS
from portal.web.gates import opened
from tests.conftest import settings_for


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An app of its own with doors that fail in every way, on a database that stands."""
    app = create_app(settings_for(tmp_path_factory.mktemp("troubled")))

    @opened("test")
    def fail(how: str) -> str:
        if how.isdigit():
            abort(int(how))
        if how == "refused":
            raise Refused("Say which day.", "day")
        if how == "conflict":
            raise Conflict("Pat answered at 2:05 PM.")
        if how == "locked":
            db.session.execute(text("PRAGMA busy_timeout=20"))
            with write() as session:
                session.execute(text("DELETE FROM place"))
        if how == "full":
            with write() as session:
                pages = session.scalar(text("PRAGMA page_count"))
                session.execute(text(f"PRAGMA max_page_count={pages}"))
                session.add(Taxonomy(name="big", description="x" * 500_000))
                session.flush()
        if how == "away":
            db.session.execute(text("SELECT * FROM no_such_table"))
        raise RuntimeError("a secret: 615-555-0199")

    app.add_url_rule("/fail/<string:how>", view_func=fail, methods=["GET"])
    app.add_url_rule("/fail/<string:how>.json", "fail_json", view_func=fail, methods=["GET"])
    with app.app_context():
        upgrade()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def browser(troubled: Flask) -> FlaskClient:
    return troubled.test_client()


def is_calm(page: str) -> None:
    """What every page of trouble must show, without a script."""
    assert 'href="tel:988"' in page
    assert 'href="sms:988"' in page
    assert 'href="tel:911"' in page
    assert 'href="/exit"' in page
    assert re.search(r"<title>[^<]+ - Handrail</title>", page)
    assert "<h1>" in page


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 413, 415, 422, 429, 500, 503])
def test_every_status_shows_the_crisis_lines_and_the_exit(browser: FlaskClient, status: int) -> None:
    answer = browser.get(f"/fail/{status}")
    assert answer.status_code == status
    is_calm(answer.text)
    assert str(WORDS[status][1]) in answer.text
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("status", [400, 404, 429, 500])
def test_a_machine_gets_the_same_in_json(browser: FlaskClient, status: int) -> None:
    answer = browser.get(f"/fail/{status}.json")
    assert answer.status_code == status
    assert answer.json == {"error": WORDS[status][0], "detail": str(WORDS[status][2])}


def test_a_wrong_method_says_which_are_right(browser: FlaskClient) -> None:
    answer = browser.get("/return")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    is_calm(answer.text)


def test_a_refusal_that_no_door_caught_is_422_in_its_own_words(browser: FlaskClient) -> None:
    answer = browser.get("/fail/refused")
    assert answer.status_code == 422
    assert "Say which day." in answer.text


def test_a_conflict_that_no_door_caught_is_409_in_its_own_words(browser: FlaskClient) -> None:
    answer = browser.get("/fail/conflict")
    assert answer.status_code == 409
    assert "Pat answered at 2:05 PM." in answer.text


def test_a_mistake_of_ours_shows_nothing_of_itself(browser: FlaskClient) -> None:
    answer = browser.get("/fail/mistake")
    assert answer.status_code == 500
    is_calm(answer.text)
    assert "615-555-0199" not in answer.text


def test_a_locked_database_is_503_and_says_when_to_try_again(
    troubled: Flask, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_MS", 100)  # the product waits for 5 s
    url = troubled.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///")
    # the app's own SQLite: two builds in one process do not see each other's locks
    other = sqlite_module().connect(url, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        answer = browser.get("/fail/locked")
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    is_calm(answer.text)


def test_a_full_disk_is_507(troubled: Flask, browser: FlaskClient) -> None:
    answer = browser.get("/fail/full")
    with troubled.app_context():
        db.engine.dispose()  # the page limit belongs to the connection
    assert answer.status_code == 507
    is_calm(answer.text)


def test_a_database_that_is_away_is_503_on_every_page(tmp_path: Path) -> None:
    browser = create_app(settings_for(tmp_path)).test_client()  # never migrated: no table at all
    for path in ("/services/6b1f3a52-0000-4000-8000-000000000000", "/search?q=food"):
        answer = browser.get(path)
        assert answer.status_code == 503, path
        assert answer.headers["Retry-After"] == "5"
        is_calm(answer.text)


def test_a_page_that_needs_no_database_stands_while_it_is_away(tmp_path: Path) -> None:
    browser = create_app(settings_for(tmp_path)).test_client()
    for path in ("/", "/about/data", "/about/safety"):
        answer = browser.get(path)
        assert answer.status_code == 200, path
        is_calm(answer.text)
    assert browser.get("/exit").status_code == 303


@pytest.mark.parametrize(
    "path",
    [
        "/.git/config",
        "/.env",
        "/console",
        "/debug",
        "/handrail.db",
        "/static/../config.py",
        "/static/%2e%2e/config.py",
    ],
)
def test_what_is_not_ours_to_show_is_404(browser: FlaskClient, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 404
    is_calm(answer.text)


def test_a_foreign_host_name_is_refused(browser: FlaskClient) -> None:
    answer = browser.get("/", headers={"Host": "evil.example"})
    assert answer.status_code in (200, 400)
    assert "evil.example" not in answer.text
