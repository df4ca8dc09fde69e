"""The account's page of channels, number, browsers and quiet hours; the desk's phone on its listing; the service worker."""

import json
import re
import struct
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts.permissions import PERMISSIONS
from portal.directory.models import Contact, Metadata, ServiceAtLocation
from portal.messages import TextIn, hear
from portal.messages.models import Message, PushSubscription, Reader
from portal.store import db
from tests.messages.conftest import Setting
from tests.messages.httpserver import HttpServer
from tests.messages.test_push import KEY
from tests.people import Cast
from tests.web.forms import press, token_of

SignedIn = Callable[[Any], FlaskClient]
PAGE = "/account/messages"
pytestmark = pytest.mark.sqlite_only


def code_sent() -> str:
    db.session.expire_all()
    (row,) = db.session.scalars(select(Message).where(Message.letter == "texts/code")).all()
    return row.short.partition("code is ")[2][:6]


def test_everybody_signed_in_has_the_page_and_nobody_else(
    client: FlaskClient, signed_in_as: SignedIn, cast: Cast
) -> None:
    assert client.get(PAGE).status_code == 303
    for account in cast.everybody.values():
        assert signed_in_as(account).get(PAGE).status_code == 200
    assert PERMISSIONS["account.self"] >= {"responder", "provider", "admin"}


def test_quiet_hours_are_saved_and_shown_again(signed_in_as: SignedIn, cast: Cast) -> None:
    browser = signed_in_as(cast.responder)
    saved = press(
        browser,
        PAGE,
        channel="mail",
        quiet_from="22:00",
        quiet_to="07:00",
        zone="America/Denver",
        holds_urgent="y",
    )
    assert saved.status_code == 303
    row = db.session.get_one(Reader, cast.responder.id)
    assert (str(row.quiet_from), str(row.quiet_to), row.zone, row.holds_urgent) == (
        "22:00:00",
        "07:00:00",
        "America/Denver",
        True,
    )
    page = browser.get(PAGE).text
    assert 'value="22:00"' in page
    assert '<option selected value="America/Denver">' in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"channel": "sms"},
        {"channel": "push"},
        {"channel": ""},
        {"quiet_from": "22:00"},
        {"quiet_from": "25:99", "quiet_to": "07:00"},
        {"quiet_from": "x\x00", "quiet_to": "07:00"},
        {"zone": "Mars"},
        {"zone": ""},
        {"zone": "x" * 20_000},
    ],
)
def test_bad_input_is_422_with_the_form_still_filled(
    signed_in_as: SignedIn, cast: Cast, wrong: dict[str, str]
) -> None:
    plain = {"channel": "mail", "quiet_from": "", "quiet_to": "", "zone": "America/Chicago"}
    answer = press(signed_in_as(cast.responder), PAGE, **(plain | wrong))
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert db.session.scalars(select(Reader)).all() == []


def test_a_number_is_added_by_its_code_and_taken_out_again(
    signed_in_as: SignedIn, cast: Cast, webhook: HttpServer
) -> None:
    browser = signed_in_as(cast.responder)
    assert press(browser, PAGE, to=f"{PAGE}/number", number="615-555-0142").status_code == 303
    page = browser.get(PAGE).text
    assert "··· 0142" in page
    assert "555-0142" not in page
    assert press(browser, PAGE, to=f"{PAGE}/code", code="no").status_code == 422
    assert press(browser, PAGE, to=f"{PAGE}/code", code=code_sent()).status_code == 303
    assert db.session.get_one(Reader, cast.responder.id).channel == "sms"
    assert 'value="sms" checked' in browser.get(PAGE).text
    assert press(browser, PAGE, to=f"{PAGE}/number/removal").status_code == 303
    db.session.expire_all()
    row = db.session.get_one(Reader, cast.responder.id)
    assert (row.channel, row.number_id) == ("mail", None)


def test_a_number_that_is_none_is_422_and_too_many_codes_are_429(
    signed_in_as: SignedIn, cast: Cast, webhook: HttpServer
) -> None:
    browser = signed_in_as(cast.responder)
    for number in ("", "abc", "6" * 100, "\x00"):
        assert press(browser, PAGE, to=f"{PAGE}/number", number=number).status_code == 422
    answers = [press(browser, PAGE, to=f"{PAGE}/number", number="615-555-0142") for _try in range(4)]
    assert [answer.status_code for answer in answers] == [303, 303, 303, 429]
    assert "Retry-After" in answers[3].headers


def test_without_texts_or_push_the_page_offers_neither(signed_in_as: SignedIn, cast: Cast) -> None:
    page = signed_in_as(cast.responder).get(PAGE).text
    assert "Your mobile number" not in page
    assert "notices.js" not in page


def test_a_browser_is_added_with_a_token_and_taken_out_again(
    signed_in_as: SignedIn, cast: Cast, setting: Setting
) -> None:
    setting(vapid_key=KEY)
    browser = signed_in_as(cast.responder)
    page = browser.get(PAGE).text
    assert 'data-push="' in page
    token = token_of(page)
    send: dict[str, Any] = {"json": {"endpoint": "https://push.example.org/x"}}
    browser.forged = True  # type: ignore[attr-defined]
    assert browser.post("/account/browsers", **send).status_code == 400  # without the token
    headers = {"X-CSRF-Token": token}
    assert browser.post("/account/browsers", headers=headers, **send).status_code == 201
    for bad in ({"endpoint": "https://127.0.0.1/"}, {"endpoint": 5}, {}, [], "x"):
        assert browser.post("/account/browsers", headers=headers, json=bad).status_code == 422
    browser.forged = False  # type: ignore[attr-defined]
    assert "1 browser shows your notices." in browser.get(PAGE).text
    assert press(browser, PAGE, to="/account/browsers/removal").status_code == 303
    assert db.session.scalars(select(PushSubscription)).all() == []


def test_the_service_worker_stands_at_the_root_and_says_nothing_of_anybody(client: FlaskClient) -> None:
    answer = client.get("/push.js")
    assert answer.status_code == 200
    assert answer.mimetype in ("text/javascript", "application/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "You have a new item in Handrail" in answer.text
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers


# The desk's phone


def test_a_desk_adds_its_phone_by_a_code_and_the_history_keeps_no_number(
    signed_in_as: SignedIn, cast: Cast, webhook: HttpServer
) -> None:
    browser = signed_in_as(cast.provider)
    path = f"/listings/{cast.crisis_center.id}"
    to = f"{path}/desk-phone"
    assert press(browser, path, to=to, press="send", number="615-555-0142").status_code == 303
    assert press(browser, path, to=to, press="confirm", code="000").status_code == 422
    assert press(browser, path, to=to, press="confirm", code=code_sent()).status_code == 303
    page = browser.get(path).text
    assert "··· 0142" in page
    assert "555-0142" not in page
    lines = db.session.scalars(select(Metadata).where(Metadata.field_name == "desk_text")).all()
    assert [(line.previous_value, line.replacement_value) for line in lines] == [("", "")]
    hear(TextIn("in1", "+16155550142", "STOP"))
    assert "It told us STOP" in browser.get(path).text
    assert "said STOP" in signed_in_as(cast.steward).get("/steward").text
    assert press(browser, path, to=to, press="remove").status_code == 303
    assert (
        db.session.scalars(select(Contact.text_number_id).where(Contact.text_number_id.is_not(None))).all()
        == []
    )


def test_a_desks_phone_is_its_own_business(
    signed_in_as: SignedIn, cast: Cast, webhook: HttpServer, client: FlaskClient
) -> None:
    to = f"/listings/{cast.crisis_center.id}/desk-phone"
    send = {"press": "send", "number": "615-555-0142"}
    assert client.post(to, data=send).status_code == 303
    assert signed_in_as(cast.shelter_worker).post(to, data=send).status_code == 404
    assert signed_in_as(cast.responder).post(to, data=send).status_code == 403
    steward = signed_in_as(cast.steward)
    assert steward.post(f"/listings/{uuid4()}/desk-phone", data=send).status_code == 404
    for bad in ({"press": "send", "number": "x"}, {"press": "burn"}, {}, {"press": "confirm"}):
        assert steward.post(to, data=bad).status_code == 422
    victim = steward.post(f"/listings/{cast.victim_service.id}/desk-phone", data=send)
    assert victim.status_code == 422
    assert "takes calls only" in victim.text
    assert db.session.scalars(select(Message)).all() == []
    rows = db.session.scalars(select(ServiceAtLocation)).all()
    assert not any(row.desk.text_number_id for row in rows if row.desk)


def test_a_phone_may_keep_it_on_its_home_screen_and_is_told_how_an_iphone_wants_it(
    client: FlaskClient, signed_in_as: SignedIn, cast: Cast, setting: Setting
) -> None:
    setting(vapid_key=KEY)
    page = signed_in_as(cast.provider).get(PAGE).text
    address = re.search(r'<link rel="manifest" href="([^"]+)"', page)
    picture = re.search(r'<link rel="apple-touch-icon" href="([^"]+)"', page)
    assert address is not None
    assert picture is not None
    assert "Add to Home Screen" in page
    assert "sign in there once more" in page
    found = client.get(address[1])  # a browser sends no cookie along
    assert (found.status_code, found.mimetype) == (200, "application/manifest+json")
    said = json.loads(found.data)
    assert (said["display"], said["name"], said["scope"]) == ("standalone", "Handrail", "/")
    assert client.get(said["start_url"]).status_code == 200
    assert signed_in_as(cast.provider).get(said["start_url"]).status_code == 303
    for source, size in [(picture[1], "180x180"), *((one["src"], one["sizes"]) for one in said["icons"])]:
        assert source.startswith("/static/")
        icon = client.get(source)
        assert icon.status_code == 200
        assert "x".join(map(str, struct.unpack(">II", icon.data[16:24]))) == size
    assert "Set-Cookie" not in found.headers
    for public in ("/", "/about/safety", "/sign-in"):
        assert "manifest" not in client.get(public).text
