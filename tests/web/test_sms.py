"""The doors of texts: only what our provider signed is heard; a text acts once; receipts are noted."""

import base64
import hashlib
import hmac
import io
import json
import logging
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.logs import JsonLines
from portal.messages import send_due
from portal.messages.models import Message, TextNumber, TextReceived
from portal.messages.webhook import signature
from portal.referrals.models import Need
from portal.store import clock, db
from tests.house.test_doors import digests
from tests.messages.conftest import SECRET
from tests.messages.httpserver import HttpServer
from tests.people import Cast
from tests.referrals.acting import offer_of, send
from tests.referrals.texted import DESK_PHONE, desk_with_phone, references, replies, texts
from tests.stories.test_canaries import columns_with

pytestmark = pytest.mark.sqlite_only  # what is stored is tested in tests/referrals on both databases


@pytest.fixture
def provider(app: Flask) -> FlaskClient:
    """A program, not a browser: no token, no cookie, no Sec-Fetch-Site."""
    made = app.test_client()
    made.forged = True  # type: ignore[attr-defined]
    return made


def posted(provider: FlaskClient, path: str, said: Any, **wrong: Any) -> Any:
    """A call as our provider makes it, but for what is `wrong`: secret, at (seconds from now), body, headers."""
    body = json.dumps(said).encode()
    stamp = wrong.get("stamp") or str(int(clock.now().timestamp()) + wrong.get("at", 0))
    headers = {
        "X-Handrail-Timestamp": stamp,
        "X-Handrail-Signature": signature(wrong.get("secret", SECRET), stamp, body),
    }
    return provider.post(
        path,
        data=wrong.get("body", body),
        content_type="application/json",
        headers=headers | wrong.get("headers", {}),
    )


def a_text(words: str, text_id: str = "in1", phone: str = DESK_PHONE) -> dict[str, str]:
    return {"id": text_id, "from": phone, "text": words}


@pytest.fixture
def asked(cast: Cast, webhook: HttpServer) -> Need:
    """The crisis center was asked by text."""
    desk_with_phone(cast.crisis_center)
    return send(cast)


def test_a_signed_text_answers_for_the_desk_and_the_same_one_again_does_nothing(
    provider: FlaskClient, asked: Need
) -> None:
    for _time in range(2):
        answer = posted(provider, "/sms/inbound", a_text(f"1 {references()[0]}"))
        assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})
    assert offer_of(asked).state == "accepted"
    assert len(replies()) == 1
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": "another secret of 20"},
        {"at": -301},
        {"at": 301},
        {"body": json.dumps(a_text("1 ")).encode()},
        {"headers": {"X-Handrail-Signature": ""}},
        {"headers": {"X-Handrail-Signature": "v1=\u00e9"}},
        {"headers": {"X-Handrail-Timestamp": ""}},
        {"headers": {"X-Handrail-Timestamp": "1e9"}},
        {"headers": {"X-Handrail-Timestamp": "9" * 400}},
    ],
)
def test_a_wrong_signature_is_403_and_nothing_is_written(
    provider: FlaskClient, asked: Need, wrong: dict[str, Any]
) -> None:
    before = digests()
    for path in ("/sms/inbound", "/sms/receipts"):
        assert posted(provider, path, a_text("1"), **wrong).status_code == 403
    assert digests() == before


def test_a_call_that_is_replayed_later_is_refused(provider: FlaskClient, asked: Need) -> None:
    stamp = str(int(clock.now().timestamp()))
    assert posted(provider, "/sms/inbound", a_text("stop"), stamp=stamp).status_code == 200
    with time_machine.travel(clock.now() + timedelta(minutes=6), tick=False):
        assert posted(provider, "/sms/inbound", a_text("stop", "in2"), stamp=stamp).status_code == 403
    assert len(db.session.scalars(select(TextReceived)).all()) == 1


@pytest.mark.parametrize(
    "said",
    [
        [],
        "text",
        None,
        {},
        {"id": "x", "from": DESK_PHONE},
        {"id": 5, "from": DESK_PHONE, "text": "1"},
        {"id": "x", "from": None, "text": "1"},
    ],
)
def test_a_signed_call_that_says_nothing_readable_is_422(
    provider: FlaskClient, webhook: HttpServer, cast: Cast, said: Any
) -> None:
    assert posted(provider, "/sms/inbound", said).status_code == 422
    assert posted(provider, "/sms/receipts", said).status_code == 422
    assert db.session.scalars(select(TextReceived)).all() == []


def test_bytes_that_are_no_json_and_bodies_without_end_are_refused(
    provider: FlaskClient, webhook: HttpServer, cast: Cast
) -> None:
    stamp = str(int(clock.now().timestamp()))
    for body, status in ((b"\xff{", 422), (b"", 422), (b"x" * 20_000, 413)):
        headers = {"X-Handrail-Timestamp": stamp, "X-Handrail-Signature": signature(SECRET, stamp, body)}
        found = provider.post("/sms/inbound", data=body, content_type="application/json", headers=headers)
        assert found.status_code == status


def test_odd_but_readable_texts_do_no_harm(provider: FlaskClient, asked: Need) -> None:
    odd = ["\x00", "1" * 5000, "é" * 100, "'; DROP TABLE offer; --", "\U0001f600"]
    for number, words in enumerate(odd):
        assert posted(provider, "/sms/inbound", a_text(words, f"odd{number}")).status_code == 200
    for number, phone in enumerate(("22395", "HANDRAIL", "", "+0", "x" * 5000)):
        assert posted(provider, "/sms/inbound", a_text("STOP", f"who{number}", phone)).status_code == 200
    assert posted(provider, "/sms/inbound", a_text("1", "i" * 5000)).status_code == 200
    assert offer_of(asked).state == "accepted"


def test_without_a_provider_the_doors_are_not_there(provider: FlaskClient, cast: Cast) -> None:
    assert posted(provider, "/sms/inbound", a_text("1")).status_code == 404
    assert posted(provider, "/sms/receipts", {}).status_code == 404


def test_a_page_of_another_site_cannot_call(app: Flask, asked: Need) -> None:
    browser = app.test_client()
    browser.forged = True  # type: ignore[attr-defined]
    answer = browser.post(
        "/sms/inbound",
        data={"From": DESK_PHONE, "Body": "1", "MessageSid": "SM1"},
        headers={"Origin": "https://evil.test", "Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 403
    assert offer_of(asked).state == "sent"


def receipt(status: str, **more: str) -> dict[str, str]:
    return {"id": str(texts()[0].id), "status": status, **more}


def test_a_receipt_is_noted_with_its_time_and_code_and_never_goes_back(
    provider: FlaskClient, asked: Need
) -> None:
    send_due()
    steps = [("queued", ""), ("sent", "sent"), ("delivered", "delivered"), ("sent", "delivered")]
    for status, stands in steps:
        assert posted(provider, "/sms/receipts", receipt(status, code="c1")).status_code == 200
        assert texts()[0].receipt == stands
    assert texts()[0].receipt_code == "c1"
    assert texts()[0].receipt_at is not None
    assert posted(provider, "/sms/receipts", {"id": str(uuid4()), "status": "failed"}).status_code == 200
    assert posted(provider, "/sms/receipts", receipt("lost")).status_code == 422
    assert posted(provider, "/sms/receipts", {"id": "x", "status": "sent"}).status_code == 422


def test_a_number_that_failed_is_flagged_and_the_steward_sees_it(
    provider: FlaskClient, asked: Need, cast: Cast, signed_in_as: Any
) -> None:
    send_due()
    posted(provider, "/sms/receipts", receipt("undelivered", code="busy"))
    assert db.session.scalars(select(TextNumber)).one().failed_at is None
    assert "Desk phones" not in signed_in_as(cast.steward).get("/steward").text
    posted(provider, "/sms/receipts", receipt("undelivered", code="number"))
    db.session.expire_all()
    assert db.session.scalars(select(TextNumber)).one().failed_at is None  # one end; only the first is kept
    with_number = send(cast, duplicate_confirmed=True)
    newest = str(texts()[-1].id)
    send_due()
    posted(provider, "/sms/receipts", {"id": newest, "status": "failed"})
    page = signed_in_as(cast.steward).get("/steward").text
    assert "Desk phones that texts do not reach" in page
    assert "wrong number" in page
    assert "555" not in page.partition("Desk phones")[2].partition("<h2>")[0]
    assert offer_of(with_number).state == "sent"
    send(cast, duplicate_confirmed=True)
    assert len(texts()) == 2  # a third is not sent there


def test_the_short_link_opens_the_answer_page_and_changes_nothing(client: FlaskClient, asked: Need) -> None:
    before = digests()
    path = "/t/" + texts()[0].short.partition("/t/")[2].partition(".")[0]
    found = client.get(path)
    assert found.status_code == 303
    assert client.get(found.headers["Location"]).status_code == 200
    assert client.get(path[:-1]).status_code == 404
    assert client.get("/t/" + "A" * 20).status_code == 404
    assert digests() == before


# Twilio


def signed(url: str, form: dict[str, str], token: str = "to/ken") -> str:
    said = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), said.encode(), hashlib.sha1).digest()).decode()


def twilio_says(provider: FlaskClient, path: str, form: dict[str, str], **wrong: Any) -> Any:
    """`wrong`: over which form, or with which token, it is signed instead."""
    made = signed("https://handrail.test" + path, wrong.get("over", form), wrong.get("token", "to/ken"))
    return provider.post(path, data=form, headers={"X-Twilio-Signature": made})


@pytest.fixture
def asked_by_twilio(cast: Cast, twilio: HttpServer) -> Need:
    desk_with_phone(cast.crisis_center)
    return send(cast)


def test_twilios_own_example_of_a_signature_is_made_the_same() -> None:
    """The example that Twilio's own libraries test themselves with."""
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+12349013030",
        "Digits": "1234",
        "From": "+12349013030",
        "To": "+18005551212",
    }
    assert (
        signed("https://mycompany.com/myapp.php?foo=1&bar=2", form, "12345") == "0/KCTR6DLpKmkAf8muzZqo1nDgQ="
    )


def test_a_text_through_twilio_answers_for_the_desk(provider: FlaskClient, asked_by_twilio: Need) -> None:
    form = {"MessageSid": "SM1", "From": DESK_PHONE, "To": "+16155550100", "Body": "1", "NumMedia": "0"}
    for _time in range(2):
        answer = twilio_says(provider, "/sms/inbound", form)
        assert (answer.status_code, answer.text, answer.mimetype) == (200, "<Response/>", "text/xml")
    assert offer_of(asked_by_twilio).state == "accepted"
    assert len(replies()) == 1


def test_a_text_that_twilio_did_not_sign_is_403_and_nothing_is_written(
    provider: FlaskClient, asked_by_twilio: Need
) -> None:
    form = {"MessageSid": "SM1", "From": DESK_PHONE, "Body": "1"}
    before = digests()
    tampered = twilio_says(provider, "/sms/inbound", form, over={**form, "Body": "2"})
    other_key = twilio_says(provider, "/sms/inbound", form, token="another")
    bare = provider.post("/sms/inbound", data=form)
    moved = provider.post(
        "/sms/receipts",
        data=form,
        headers={"X-Twilio-Signature": signed("https://handrail.test/sms/inbound", form)},
    )
    assert [one.status_code for one in (tampered, other_key, bare, moved)] == [403] * 4
    assert digests() == before


def test_a_stop_that_twilio_has_answered_is_obeyed_and_not_answered_again(
    provider: FlaskClient, asked_by_twilio: Need
) -> None:
    form = {"MessageSid": "SM1", "From": DESK_PHONE, "Body": "STOP", "OptOutType": "STOP"}
    assert twilio_says(provider, "/sms/inbound", form).status_code == 200
    assert [text.state for text in texts()] == ["dropped"]


def test_twilios_receipts_are_noted(provider: FlaskClient, asked_by_twilio: Need) -> None:
    send_due()
    path = f"/sms/receipts?message={texts()[0].id}"
    for status, code, stands in (("sent", "", "sent"), ("undelivered", "30005", "undelivered")):
        form = {"MessageSid": "SM1", "MessageStatus": status, "ErrorCode": code}
        assert twilio_says(provider, path, form).status_code == 200
        assert texts()[0].receipt == stands
    db.session.expire_all()
    assert db.session.scalars(select(TextNumber)).one().failed_code == "30005"
    lost = twilio_says(provider, "/sms/receipts", {"MessageSid": "SM1", "MessageStatus": "sent"})
    assert lost.status_code == 422


def test_no_log_line_holds_a_number_a_word_or_a_code(provider: FlaskClient, asked: Need) -> None:
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        posted(provider, "/sms/inbound", a_text("Wordcanary 1"))
        posted(provider, "/sms/inbound", a_text("1", "in2"))
        send_due()
        posted(provider, "/sms/receipts", receipt("delivered"))
        provider.get("/t/" + "TokenCanary")
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    said = lines.getvalue()
    assert "/sms/inbound" in said
    for canary in (DESK_PHONE, DESK_PHONE[-7:], "Wordcanary", "TokenCanary", offer_of(asked).code, SECRET):
        assert canary not in said


def test_numbers_and_words_lie_nowhere_in_the_open(provider: FlaskClient, asked: Need) -> None:
    posted(provider, "/sms/inbound", a_text("Wordcanary"))
    send_due()
    assert columns_with(DESK_PHONE, DESK_PHONE.removeprefix("+1"), "Wordcanary") == set()
    assert db.session.scalars(select(Message.short).where(Message.channel == "sms")).all() == ["", ""]
