"""The doors of signing in: no cookie before, a new session at each sign-in, nothing left after sign-out."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts import passwords
from portal.accounts.models import Account, AccountSession
from portal.directory.models import Community
from portal.messages.models import Message
from portal.store import clock, db, write
from portal.web.session import local_path
from tests.people import Cast
from tests.web.forms import told

PASSWORD = "three words and a horse"
SignedIn = Callable[[Any], FlaskClient]
Answer = Any


@pytest.fixture(autouse=True)
def everybody_has_a_password(cast: Cast) -> None:
    hashed = passwords.hashed(PASSWORD)
    with write() as session:
        for account in session.scalars(select(Account)):
            account.password_hash = hashed


def sign_in(browser: FlaskClient, account: Account, password: str = PASSWORD, **more: str) -> Answer:
    return browser.post("/sign-in", data={"email": account.email, "password": password, **more})


def mailed_link(name: str = "reset") -> str:
    db.session.expire_all()
    query = select(Message.text).where(Message.letter == f"accounts/{name}").order_by(Message.created_at)
    text = db.session.scalars(query).all()[-1]
    return next(word.removeprefix("http://localhost") for word in text.split() if word.startswith("http"))


def sessions() -> int:
    return len(db.session.scalars(select(AccountSession)).all())


HOMES = {
    "responder": "/needs",
    "supervisor": "/unit",
    "provider": "/inbox",
    "steward": "/steward",
    "evaluator": "/reports",
    "privacy_officer": "/privacy",
    "admin": "/messages/parked",
}


@pytest.mark.sqlite_only
def test_everybody_lands_where_their_work_is(client: FlaskClient, cast: Cast) -> None:
    """As in a demonstration, where no role is asked for a second factor."""
    with write() as session:
        session.get_one(Community, cast.community.id).demonstration = True
    for who, home in HOMES.items():
        answer = sign_in(client, cast.everybody[who])
        assert (answer.status_code, answer.location) == (303, home), who
        assert client.get(answer.location, follow_redirects=True).status_code == 200, who


def test_signing_in_by_the_page_and_out_again(client: FlaskClient, cast: Cast) -> None:
    assert sign_in(client, cast.steward).status_code == 303
    assert client.get("/steward").status_code == 200
    copy = client.get_cookie("__Host-sid")
    answer = client.post("/sign-out")
    assert (answer.status_code, answer.location) == (303, "/")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert client.get("/steward").location.startswith("/sign-in")
    assert copy is not None
    client.set_cookie("__Host-sid", copy.value, secure=True)  # a stolen cookie is of no use after sign-out
    assert client.get("/steward").location.startswith("/sign-in")
    assert sessions() == 0


@pytest.mark.sqlite_only
def test_a_stranger_gets_no_cookie_anywhere(client: FlaskClient, cast: Cast) -> None:
    for path in ("/", "/sign-in", "/reset", "/reset/asked", "/reset/x", "/nothing-here", "/needs"):
        assert "Set-Cookie" not in client.get(path).headers, path
    wrong = sign_in(client, cast.responder, "not the password at all")
    assert "Set-Cookie" not in wrong.headers
    assert "Set-Cookie" not in client.post("/reset", data={"email": cast.responder.email}).headers


@pytest.mark.sqlite_only
def test_the_cookie_is_for_this_host_and_for_no_script(client: FlaskClient, cast: Cast) -> None:
    cookie = sign_in(client, cast.responder).headers["Set-Cookie"]
    assert cookie.startswith("__Host-sid=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie
    assert "Expires" not in cookie


@pytest.mark.sqlite_only
def test_the_session_changes_at_every_sign_in_and_the_old_one_ends(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.responder)
    first = client.get_cookie("__Host-sid")
    sign_in(client, cast.supervisor)
    second = client.get_cookie("__Host-sid")
    assert first is not None
    assert second is not None
    assert first.value != second.value
    assert sessions() == 1


@pytest.mark.sqlite_only
def test_a_made_up_cookie_is_nobody(client: FlaskClient) -> None:
    for value in ("x", "a.b.c", "eyJ0IjoiYWJjIn0.aaaa.bbbb", "A" * 8000):
        cookies = {"Cookie": f"__Host-sid={value}; remember_token={value}"}
        assert client.get("/sign-in", headers=cookies).status_code == 200
        assert client.get("/messages/parked", headers=cookies).status_code == 303


@pytest.mark.sqlite_only
def test_disabled_meanwhile_means_signed_out_in_the_next_request(signed_in_as: SignedIn, cast: Cast) -> None:
    browser = signed_in_as(cast.admin)
    assert browser.get("/messages/parked").status_code == 200
    with write() as session:
        session.get_one(Account, cast.admin.id).disabled_at = clock.now()
    assert browser.get("/messages/parked").status_code == 303


@pytest.mark.sqlite_only
def test_a_lowered_role_loses_its_power_at_once(signed_in_as: SignedIn, cast: Cast) -> None:
    browser = signed_in_as(cast.admin)
    with write() as session:
        session.get_one(Account, cast.admin.id).memberships[0].role = "evaluator"
    assert browser.get("/messages/parked").status_code == 403


@pytest.mark.sqlite_only
def test_unknown_and_wrong_answer_alike(client: FlaskClient, cast: Cast) -> None:
    def page(email: str) -> tuple[int, str]:
        answer = client.post("/sign-in", data={"email": email, "password": "not the password at all"})
        return answer.status_code, answer.text.replace(email, "").split("<main")[1].split(
            'name="csrf_token"'
        )[0]

    assert page(cast.responder.email) == page("nobody@test.invalid")
    assert page("nobody@test.invalid")[0] == 422
    asked = [
        client.post("/reset", data={"email": email})
        for email in (cast.responder.email, "nobody@test.invalid")
    ]
    assert {(answer.status_code, answer.location) for answer in asked} == {(303, "/reset/asked")}


@pytest.mark.sqlite_only
def test_a_wrong_password_keeps_the_email_and_never_shows_the_password(
    client: FlaskClient, cast: Cast
) -> None:
    text = sign_in(client, cast.responder, "not the password at all").text
    assert cast.responder.email in text
    assert "not the password at all" not in text
    assert "<title>Error: " in text


@pytest.mark.sqlite_only
def test_forwarded_addresses_do_not_reset_the_count(client: FlaskClient, cast: Cast) -> None:
    statuses = []
    for number in range(12):
        answer = client.post(
            "/sign-in",
            data={"email": cast.responder.email, "password": "not the password at all"},
            headers={"X-Forwarded-For": f"198.51.100.{number}", "Forwarded": f"for=198.51.100.{number}"},
        )
        statuses.append(answer.status_code)
    assert statuses == [422] * 10 + [429] * 2
    assert int(answer.headers["Retry-After"]) > 0
    other = client.post(
        "/sign-in",
        data={"email": cast.responder.email, "password": PASSWORD},
        environ_base={"REMOTE_ADDR": "198.51.100.1"},
    )
    assert other.status_code == 303


LOCAL = ["/needs", "/needs?page=2", "/services/6b1f3a52-0000-4000-8000-000000000000/refer"]
FOREIGN = [
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "https://evil.example/needs",
    "http:/evil.example",
    "/%2f%2fevil.example",
    "/%2fevil.example",
    "/%252fevil.example",
    "/%5cevil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/\t/evil.example",
    "/\n/evil.example",
    "/needs\r\nSet-Cookie: a=b",
    "user@evil.example",
    "evil.example",
    " /needs",
    "/" + "a" * 3000,
    "",
    "/needs\x00",
]


@pytest.mark.sqlite_only
def test_after_signing_in_the_person_is_where_they_wanted_to_be_and_nowhere_else(
    client: FlaskClient, cast: Cast
) -> None:
    for following in LOCAL:
        assert sign_in(client, cast.responder, next=following).location == following
    for following in FOREIGN:
        assert local_path(following) is None, following
        answer = sign_in(client, cast.responder, next=following)
        assert answer.status_code == 422 or answer.location == "/needs", following


@pytest.mark.sqlite_only
def test_a_closed_door_leads_back_to_itself_through_sign_in(client: FlaskClient, cast: Cast) -> None:
    answer = client.get("/messages/parked")
    assert answer.location == "/sign-in?next=/messages/parked"
    assert 'value="/messages/parked"' in client.get(answer.location).text


def test_a_password_is_changed_by_a_mailed_link(client: FlaskClient, cast: Cast) -> None:
    client.post("/reset", data={"email": cast.responder.email})
    path = mailed_link()
    for _ in range(3):  # scanners open links before people do
        assert client.get(path, headers={"Sec-Purpose": "prefetch"}).status_code == 200
        assert client.head(path).status_code == 200
    assert client.post(path, data={"password": "short"}).status_code == 422
    answer = client.post(path, data={"password": "a new horse in the yard"})
    assert (answer.status_code, answer.location) == (303, "/reset/done")
    assert client.get("/reset/done").status_code == 200
    assert client.get(path).status_code == 410
    assert client.post(path, data={"password": "a new horse in the yard"}).status_code == 410
    assert sign_in(client, cast.responder).status_code == 422
    assert sign_in(client, cast.responder, "a new horse in the yard").status_code == 303


@pytest.mark.sqlite_only
def test_an_old_or_made_up_reset_link_says_what_to_do(client: FlaskClient, cast: Cast) -> None:
    client.post("/reset", data={"email": cast.responder.email})
    path = mailed_link()
    with time_machine.travel(clock.now() + timedelta(minutes=61), tick=False):
        assert client.get(path).status_code == 410
    answer = client.get("/reset/made-up")
    assert answer.status_code == 410
    assert 'href="/reset"' in answer.text


@pytest.mark.sqlite_only
def test_a_huge_password_is_refused_fast(client: FlaskClient, cast: Cast) -> None:
    assert sign_in(client, cast.responder, "x" * 1_000_000).status_code in (413, 422)
    assert sign_in(client, cast.responder, "x" * 20_000).status_code == 422
    assert sign_in(client, cast.responder, "nul \x00 inside the words").status_code == 422


@pytest.mark.sqlite_only
def test_mailed_links_keep_the_configured_host(app: Flask, cast: Cast) -> None:
    browser = app.test_client()
    for host in ("evil.example", "localhost.evil.example", "evil.example:80"):
        assert browser.get("/sign-in", headers={"Host": host}).status_code == 400
    headers = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    browser.post("/reset", data={"email": cast.responder.email}, headers=headers)
    (text,) = db.session.scalars(select(Message.text))
    assert "evil" not in told(text)
