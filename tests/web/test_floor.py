"""What a request costs before its door does anything: nothing of the database for who only looks around."""

import contextvars
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from portal.directory import models as d
from portal.store import db, write
from portal.web import pages
from tests.people import Cast

pytestmark = pytest.mark.sqlite_only


@pytest.fixture(autouse=True)
def ever_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept for two seconds is kept for as long as a busy machine needs for two pages."""
    monkeypatch.setattr(pages, "FRESH", 3600.0)


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    said: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield said
    event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def look(app: Flask) -> Callable[[str], Any]:
    """A page for a stranger, without the commit that the usual test browser makes before each request."""
    return lambda path: contextvars.Context().run(FlaskClient(app, app.response_class).get, path)


@pytest.mark.parametrize("path", ["/", "/about/safety", "/about/data", "/robots.txt", "/sign-in"])
def test_who_looks_around_again_asks_the_database_nothing(
    cast: Cast, statements: list[str], look: Callable[[str], Any], path: str
) -> None:
    assert look(path).status_code == 200
    statements.clear()
    assert look(path).status_code == 200
    assert statements == []


def test_what_this_process_changed_is_on_the_next_page(cast: Cast, look: Callable[[str], Any]) -> None:
    assert "615-555-0170" not in look("/").text
    with write() as session:
        here = session.get_one(d.Community, cast.community.id)
        here.crisis_lines = [{"name": "County team", "number": "615-555-0170"}]
    assert "615-555-0170" in look("/").text


def test_what_another_process_changed_is_seen_soon(
    cast: Cast, look: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    look("/")
    db.session.connection().exec_driver_sql("UPDATE community SET demonstration = 1")  # behind our back
    assert "Demonstration" not in look("/").text
    monkeypatch.setattr(pages, "FRESH", 0.0)
    assert "Demonstration" in look("/").text


def test_a_session_of_this_browser_is_read_and_a_stranger_gets_no_cookie(
    cast: Cast, look: Callable[[str], Any], signed_in_as: Callable[[Any], FlaskClient]
) -> None:
    assert "/needs" in signed_in_as(cast.responder).get("/").text
    seen = look("/")
    assert "/needs" not in seen.text
    assert "Set-Cookie" not in seen.headers
    assert "Cookie" in seen.headers["Vary"]
    assert "Accept-Encoding" in seen.headers["Vary"]


def test_a_forged_session_cookie_is_nobody(cast: Cast, client: FlaskClient) -> None:
    client.set_cookie(client.application.config["SESSION_COOKIE_NAME"], "eyJ0IjoieCJ9.forged.value")
    page = client.get("/")
    assert page.status_code == 200
    assert "/sign-in" in page.text
