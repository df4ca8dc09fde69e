"""Texts over real HTTP: the signed webhook and Twilio's API work, are down, slow, refuse for now or for good."""

import base64
import hashlib
import hmac
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from portal import messages
from portal.config import BadSetting, read_settings
from portal.messages import Text, TextIn, drop_about, enqueue_text, hear, posting, send_due, sending
from portal.messages.models import Delivery, Message, TextNumber
from portal.messages.numbers import number_id
from portal.messages.webhook import signature
from portal.store import clock, db, write
from tests.messages.conftest import SECRET, Setting
from tests.messages.httpserver import HttpServer

PHONE = "+16155550123"
pytestmark = pytest.mark.sqlite_only


def text_to(phone: str = PHONE, key: str = "t1", about: UUID | None = None, name: str = "texts/desk") -> None:
    with write():
        enqueue_text(Text(name, number_id(phone), "Handrail: a line. Ref K7Q2XA", key, about))


def all_texts() -> list[Message]:
    db.session.expire_all()
    return list(db.session.scalars(select(Message).order_by(Message.key)))


def tries() -> list[tuple[str, str, str]]:
    rows = db.session.scalars(select(Delivery).order_by(Delivery.number))
    return [(row.transport, row.result, row.detail) for row in rows]


def the_number() -> TextNumber:
    db.session.expire_all()
    return db.session.scalars(select(TextNumber)).one()


def test_a_text_leaves_signed_once_and_is_wiped(app: Flask, webhook: HttpServer) -> None:
    text_to()
    text_to()
    assert send_due() == 1
    (asked,) = webhook.asked
    (message,) = all_texts()
    assert asked.path == "/send"
    assert asked.json == {"id": str(message.id), "to": PHONE, "text": "Handrail: a line. Ref K7Q2XA"}
    stamp = asked.headers["X-Handrail-Timestamp"]
    made = hmac.new(SECRET.encode(), stamp.encode() + b"." + asked.body, hashlib.sha256).hexdigest()
    assert asked.headers["X-Handrail-Signature"] == f"v1={made}" == signature(SECRET, stamp, asked.body)
    assert abs(int(stamp) - clock.now().timestamp()) < 60
    assert (message.state, message.short) == ("sent", "")
    assert tries() == [("webhook", "delivered", "200")]


def test_a_line_that_is_not_one_text_is_never_put_in(app: Flask) -> None:
    for line in ("x" * 161, "“no”", ""):
        with pytest.raises(ValueError), write():
            enqueue_text(Text("texts/desk", number_id(PHONE), line, "k"))


@pytest.mark.parametrize("answer", [(500, ""), (503, "x"), (429, ""), (408, ""), "drop"])
def test_a_provider_in_trouble_gets_the_same_text_later(
    app: Flask, webhook: HttpServer, answer: object
) -> None:
    webhook.answers = [answer]
    text_to()
    now = clock.now()
    assert send_due(now) == 0
    assert send_due(now + timedelta(minutes=2)) == 1
    assert len({asked.json["id"] for asked in webhook.asked}) == 1
    assert [result for _, result, _ in tries()] == ["temporary", "delivered"]


@pytest.mark.parametrize("answer", ["wait", "drip"])
def test_a_slow_provider_is_cut_off(
    app: Flask, webhook: HttpServer, answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "TIMEOUT", 0.3)
    webhook.answers = [answer]
    text_to()
    assert send_due() == 0
    assert tries() == [("webhook", "temporary", "timeout")]


def test_an_endless_answer_is_cut_off(
    app: Flask, webhook: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "LONGEST", 100_000)
    webhook.answers = ["flood"]
    text_to()
    assert send_due() == 0
    assert tries() == [("webhook", "temporary", "too long")]


def test_a_redirect_is_not_followed(app: Flask, webhook: HttpServer) -> None:
    webhook.answers = ["away"]
    text_to()
    assert send_due() == 0
    assert [asked.path for asked in webhook.asked] == ["/send"]
    assert all_texts()[0].state == "parked"


def test_a_refused_text_is_parked_without_its_words_or_number(app: Flask, webhook: HttpServer) -> None:
    webhook.answers = [(400, '{"code": "too_long", "message": "secret"}')]
    text_to()
    send_due()
    (letter,) = messages.parked()
    assert (letter.channel, letter.to, letter.last, letter.subject) == ("sms", "··· 0123", "too_long", "")
    assert the_number().failed_at is None


def test_a_provider_that_is_down_ends_its_own_round_and_no_other(
    app: Flask, webhook: HttpServer, setting: Setting
) -> None:
    setting(sms_url="http://127.0.0.1:1/send")
    text_to(key="t1")
    text_to(key="t2")
    assert send_due() == 0
    assert tries() == [("webhook", "temporary", "ConnectionRefusedError")]


def test_a_number_that_no_text_can_reach_is_flagged_and_not_written_to_again(
    app: Flask, webhook: HttpServer
) -> None:
    webhook.answers = [(422, '{"code": "number"}')]
    text_to()
    send_due()
    assert the_number().failed_code == "number"
    assert not messages.reachable(the_number().id)


def test_a_number_that_told_its_provider_stop_is_stopped_here_too(app: Flask, webhook: HttpServer) -> None:
    webhook.answers = [(403, '{"code": "stopped"}')]
    text_to(key="t1")
    text_to(key="t2")
    assert send_due() == 0
    assert [message.state for message in all_texts()] == ["dropped", "dropped"]
    assert len(webhook.asked) == 1
    assert the_number().stopped_at is not None


def test_what_waits_for_a_number_is_dropped_when_it_says_stop(app: Flask, webhook: HttpServer) -> None:
    text_to(key="t1")
    hear(TextIn("in1", PHONE, " Stop. "))
    assert send_due() == 1
    assert [asked.json["text"] for asked in webhook.asked] == [
        "Handrail: you will get no more texts from us. Reply START to get them again."
    ]
    text_to(key="t2")
    assert send_due() == 0
    assert {message.key: message.state for message in all_texts()} == {
        "t1": "dropped",
        "t2": "dropped",
        "answer:in1": "sent",
    }


def test_p05_a_text_dropped_after_a_worker_took_it_in_hand_never_leaves(
    app: Flask, webhook: HttpServer
) -> None:
    about = uuid4()
    text_to(about=about)
    claimed = sending._claim(clock.now(), "sms")
    assert claimed is not None
    assert drop_about(about) == 1
    assert sending._deliver(claimed, "webhook").detail == "dropped"
    assert webhook.asked == []


def test_twilio_gets_its_form_and_its_password(app: Flask, twilio: HttpServer) -> None:
    text_to()
    assert send_due() == 1
    (asked,) = twilio.asked
    (message,) = all_texts()
    assert asked.path == "/2010-04-01/Accounts/AC1/Messages.json"
    assert asked.headers["Authorization"] == "Basic " + base64.b64encode(b"AC1:to/ken").decode()
    assert asked.form == {
        "To": PHONE,
        "From": "+16155550100",
        "Body": "Handrail: a line. Ref K7Q2XA",
        "StatusCallback": f"https://handrail.test/sms/receipts?message={message.id}",
    }
    assert tries() == [("twilio", "delivered", "201")]


@pytest.mark.parametrize(
    ("answer", "result", "detail", "number"),
    [
        ((400, '{"code": 21211, "status": 400}'), "permanent", "21211", "failed"),
        ((400, '{"code": 21614, "status": 400}'), "permanent", "21614", "failed"),
        ((400, '{"code": 21610, "status": 400}'), "permanent", "21610", "stopped"),
        ((400, '{"code": 21602, "status": 400}'), "permanent", "21602", ""),
        ((400, "not json"), "permanent", "400", ""),
        ((429, '{"code": 20429, "status": 429}'), "temporary", "20429", ""),
        ((401, '{"code": 20003, "status": 401}'), "temporary", "20003", ""),
        ((503, ""), "temporary", "503", ""),
    ],
)
def test_twilios_errors_mean_what_they_say(
    app: Flask, twilio: HttpServer, answer: tuple[int, str], result: str, detail: str, number: str
) -> None:
    twilio.answers = [answer]
    text_to()
    assert send_due() == 0
    assert tries() == [("twilio", result, detail)]
    found = the_number()
    assert (found.failed_at is not None, found.stopped_at is not None) == (
        number == "failed",
        number == "stopped",
    )


@pytest.mark.parametrize(
    "environ",
    [
        {"PORTAL_SMS_WEBHOOK_URL": "ftp://x.test/"},
        {"PORTAL_SMS_WEBHOOK_URL": "http://sms.example.org/send", "PORTAL_SMS_WEBHOOK_SECRET": SECRET},
        {"PORTAL_SMS_WEBHOOK_URL": "https://sms.example.org/send"},
        {"PORTAL_SMS_WEBHOOK_URL": "https://sms.example.org/send", "PORTAL_SMS_WEBHOOK_SECRET": "short"},
        {"PORTAL_SMS_WEBHOOK_URL": "https://u:p@sms.example.org/", "PORTAL_SMS_WEBHOOK_SECRET": SECRET},
        {"PORTAL_SMS_WEBHOOK_URL": "twilio://AC1:hunter2@/"},
        {"PORTAL_SMS_WEBHOOK_URL": "twilio://AC1@/?from=+16155550100"},
        {"PORTAL_SMS_WEBHOOK_URL": "twilio://AC1:hunter2@evil.test/?from=+16155550100&tls=off"},
        {
            "PORTAL_SMS_WEBHOOK_URL": "twilio://AC1:hunter2@/?from=+16155550100",
            "PORTAL_BASE_URL": "https://" + "h" * 60,
        },
        {"PORTAL_VAPID_KEY": "short"},
    ],
)
def test_a_setting_that_cannot_be_meant_is_refused_at_the_start_without_quoting_it(
    environ: dict[str, str], tmp_path: object
) -> None:
    with pytest.raises(BadSetting) as refused:
        read_settings({"PORTAL_HOME": str(tmp_path), **environ})
    assert "hunter2" not in str(refused.value)
    assert SECRET not in str(refused.value)


def test_good_settings_are_taken(tmp_path: object) -> None:
    found = read_settings(
        {
            "PORTAL_HOME": str(tmp_path),
            "PORTAL_SMS_WEBHOOK_URL": "twilio://AC1:hunter2@/?from=+16155550100",
            "PORTAL_VAPID_KEY": "file",
        }
    )
    again = read_settings({"PORTAL_HOME": str(tmp_path), "PORTAL_VAPID_KEY": "file"})
    assert found.vapid_key == again.vapid_key
    assert (found.home / "vapid.key").stat().st_mode & 0o777 == 0o600
