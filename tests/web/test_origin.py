"""Where a form comes from: our own page, lately, for this browser; else nothing happens."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

import portal
from portal import create_app
from portal.messages.models import Message
from portal.store import clock, db, write
from portal.web.origin import FIELD
from tests.conftest import settings_for
from tests.messages.test_outbox import a_letter
from tests.people import Cast

pytestmark = pytest.mark.sqlite_only
SignedIn = Callable[[Any], FlaskClient]


@pytest.fixture
def parked(app: Flask) -> str:
    """The address of the button that drops a parked letter."""
    letter = a_letter()
    with write() as session:
        message = Message(
            key="k", letter="test", to_address=letter.to, subject="s", text="t", html="", state="parked",
            next_try_at=clock.now(), created_at=clock.now(), id=uuid4(),
        )  # fmt: skip
        session.add(message)
    return f"/messages/{message.id}/removal"


@pytest.fixture
def admin(signed_in_as: SignedIn, cast: Cast) -> FlaskClient:
    return forged(signed_in_as(cast.admin))


def forged(browser: FlaskClient) -> FlaskClient:
    browser.forged = True  # type: ignore[attr-defined]
    return browser


def token_on(browser: FlaskClient, path: str) -> str:
    return browser.get(path).text.split(f'name="{FIELD}" value="')[1].split('"')[0]


def state() -> str:
    db.session.expire_all()
    return db.session.scalars(select(Message.state)).one()


OWN = [
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
    {"Origin": "http://localhost"},
    {},
]
FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost:8000"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "http://evil.example"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
    {"Origin": "null"},
    {"Origin": "http://evil.example"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "https://localhost"},
    {"Origin": ""},
]


def test_a_form_of_our_own_page_is_taken(admin: FlaskClient, parked: str) -> None:
    for headers in OWN:
        with write() as session:
            session.execute(update(Message).values(state="parked"))
        token = token_on(admin, "/messages/parked")
        assert admin.post(parked, data={FIELD: token}, headers=headers).status_code == 303, headers
        assert state() == "dropped"


def test_a_form_of_another_site_changes_nothing_even_with_the_token(admin: FlaskClient, parked: str) -> None:
    token = token_on(admin, "/messages/parked")
    for headers in FOREIGN:
        assert admin.post(parked, data={FIELD: token}, headers=headers).status_code == 403, headers
    assert state() == "parked"


def test_a_form_without_a_token_changes_nothing_and_shows_the_way_back(
    admin: FlaskClient, parked: str
) -> None:
    answer = admin.post(parked)
    assert answer.status_code == 400
    assert "Please send the form again" in answer.text
    assert "tel:988" in answer.text
    said = admin.post(parked, headers={"Accept": "application/json"})
    assert (said.status_code, said.json["error"]) == (400, "old_form")
    assert admin.post("/sign-in", data={}).text.count('href="/sign-in"') >= 1
    assert state() == "parked"


def test_the_token_of_another_session_of_a_stranger_and_of_yesterday_are_refused(
    app: Flask, signed_in_as: SignedIn, cast: Cast, admin: FlaskClient, parked: str
) -> None:
    own = token_on(admin, "/messages/parked")
    others = [
        token_on(signed_in_as(cast.admin), "/messages/parked"),  # same person, another browser
        token_on(signed_in_as(cast.responder), "/"),
        token_on(app.test_client(), "/sign-in"),
        own[:-9] + ("B" if own[-9] == "A" else "A") + own[-8:],
        "",
        "." * 50,
    ]
    for token in others:
        assert admin.post(parked, data={FIELD: token}).status_code == 400
    with time_machine.travel(clock.now() + timedelta(hours=11, minutes=50), tick=False):
        assert admin.get("/messages/parked").status_code == 200  # keeps the session awake
    with time_machine.travel(clock.now() + timedelta(hours=12, minutes=10), tick=False):
        assert admin.post(parked, data={FIELD: own}).status_code == 400
    assert state() == "parked"


def test_an_anonymous_form_needs_its_token_but_no_cookie(client: FlaskClient) -> None:
    browser = forged(client)
    assert browser.post("/reset", data={"email": "a@test.invalid"}).status_code == 400
    token = token_on(browser, "/reset")
    assert browser.post("/reset", data={"email": "a@test.invalid", FIELD: token}).status_code == 303
    assert browser.get_cookie("__Host-sid") is None


def test_signing_out_works_from_a_page_that_lay_open_for_days_but_not_from_another_site(
    admin: FlaskClient,
) -> None:
    assert admin.post("/sign-out", headers={"Origin": "http://evil.example"}).status_code == 403
    assert admin.get("/messages/parked").status_code == 200
    assert admin.post("/sign-out", headers={"Origin": "http://localhost"}).status_code == 303
    assert admin.get("/messages/parked").status_code == 303


def test_a_body_that_is_not_a_form_is_refused(admin: FlaskClient, parked: str) -> None:
    token = token_on(admin, "/messages/parked")
    for kind in ("text/plain", "application/json", "application/xml", "x"):
        headers = {"Content-Type": kind, "X-CSRF-Token": token, "Origin": "http://localhost"}
        assert admin.post(parked, data='{"a":"b"}', headers=headers).status_code == 415, kind
    assert state() == "parked"


def test_no_origin_is_ever_allowed_to_read_us(client: FlaskClient) -> None:
    for method in (client.get, client.options):
        answer = method(
            "/sign-in", headers={"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"}
        )
        assert not [name for name in dict(answer.headers) if name.startswith("Access-Control")]


def test_without_a_session_a_write_is_sent_to_sign_in(client: FlaskClient, parked: str) -> None:
    for browser in (client, forged(client)):
        assert browser.post(parked).location == "/sign-in"
    assert state() == "parked"


def test_every_form_that_posts_carries_the_token() -> None:
    forms = [
        (path.name, form)
        for path in (Path(portal.__file__).parent / "templates").rglob("*.html")
        for form in re.findall(r"<form\b.*?</form>", path.read_text(), re.DOTALL)
        if re.search(r"""method=["']?post""", form, re.IGNORECASE)
    ]
    assert len(forms) > 5
    bare = [name for name, form in forms if not re.search(r"\{\{-? *csrf", form)]
    assert not bare, f"write {{{{ csrf() }}}} inside the form of: {bare}"


def test_behind_a_proxy_the_public_address_is_ours_and_the_inner_one_is_not(tmp_path: Path) -> None:
    app = create_app(settings_for(tmp_path, base_url="https://care.example"))
    browser = app.test_client()

    def leave(host: str, origin: str) -> int:
        return browser.post("/sign-out", headers={"Host": host, "Origin": origin}).status_code

    assert leave("care.example", "https://care.example") == 303
    assert leave("care.example", "http://care.example") == 403
    assert leave("care.example", "https://care.example.evil.example") == 403
    assert leave("evil.example", "https://care.example") == 400
    assert leave("127.0.0.1:5000", "http://127.0.0.1:5000") == 303  # from the machine itself
    assert leave("127.0.0.1:5000", "http://localhost:5000") == 403


def test_methods_are_what_they_are_called(admin: FlaskClient, parked: str) -> None:
    token = token_on(admin, "/messages/parked")
    for headers in ({"X-HTTP-Method-Override": "POST"}, {}):
        assert admin.get(parked, headers=headers).status_code == 405
    for method in ("PUT", "PATCH", "DELETE", "TRACE"):
        assert admin.open(parked, method=method, data={FIELD: token}).status_code == 405
    assert state() == "parked"
