"""People choose how they are told and when not: text or push instead of mail, quiet hours, and mail where the other way fails."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from portal import messages
from portal.messages import (
    Letter,
    TextIn,
    choice_of,
    choose,
    enqueue_for,
    hear,
    send_code,
    send_due,
    use_number,
)
from portal.messages.models import Message, NumberCheck, Reader, TextNumber
from portal.messages.numbers import number_id, purge_numbers
from portal.messages.rules import is_one_text
from portal.store import Actor, Refused, TooMany, clock, db, write
from tests.messages.conftest import Setting
from tests.messages.httpserver import HttpServer
from tests.messages.mailserver import MailServer

ME = Actor(kind="account", account_id=UUID(int=7), name="Robin")
ZONE = "America/Chicago"
PHONE = "+16155550123"
NIGHT = datetime(2026, 6, 10, 5, 0, tzinfo=UTC)  # midnight in Chicago
SEVEN = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)  # seven in the morning there
pytestmark = pytest.mark.sqlite_only


def letter(key: str = "k1") -> Letter:
    return Letter("test", "robin@test.invalid", "You have a new item", "Open it: x", "<p>x</p>", key)


def tell(key: str = "k1", urgent: bool = False) -> Message:
    enqueue_for(ME.account_id or UUID(int=0), letter(key), "/needs", urgent=urgent)
    db.session.expire_all()
    return db.session.scalars(select(Message).where(Message.key == key)).one()


def set_choice(**more: object) -> None:
    plain = {"channel": "mail", "quiet_from": None, "quiet_to": None, "zone": ZONE, "holds_urgent": False}
    choose(ME, **(plain | more))  # type: ignore[arg-type]


def my_number(number: str = PHONE) -> None:
    with write() as session:
        session.add(Reader(id=ME.account_id, channel="sms", number_id=number_id(number), zone=ZONE))


def code_in_outbox() -> str:
    db.session.expire_all()
    rows = db.session.scalars(
        select(Message).where(Message.letter == "texts/code").order_by(Message.created_at.desc(), Message.key)
    )
    newest = max(rows, key=lambda row: row.created_at)
    return newest.short.partition("code is ")[2][:6]


def test_who_never_chose_gets_mail_at_any_hour(app: Flask) -> None:
    with time_machine.travel(NIGHT, tick=False):
        found = tell()
    assert (found.channel, found.next_try_at, found.to_address) == ("mail", NIGHT, "robin@test.invalid")


def test_quiet_hours_hold_what_can_wait_until_their_end_and_urgent_items_not_at_all(app: Flask) -> None:
    set_choice(quiet_from=time(22), quiet_to=time(7))
    with time_machine.travel(NIGHT, tick=False):
        assert tell("waits").next_try_at == SEVEN
        assert tell("urgent", urgent=True).next_try_at == NIGHT
    with time_machine.travel(SEVEN, tick=False):
        assert tell("day").next_try_at == SEVEN


def test_urgent_items_wait_only_for_who_said_so(app: Flask) -> None:
    set_choice(quiet_from=time(22), quiet_to=time(7), holds_urgent=True)
    with time_machine.travel(NIGHT, tick=False):
        assert tell("urgent", urgent=True).next_try_at == SEVEN


def test_a_letter_for_later_is_held_when_its_time_lies_in_quiet_hours(app: Flask) -> None:
    set_choice(quiet_from=time(22), quiet_to=time(7))
    with time_machine.travel(NIGHT - timedelta(hours=8), tick=False):
        enqueue_for(UUID(int=7), letter(), "/needs", urgent=False, not_before=NIGHT)
    assert db.session.scalars(select(Message.next_try_at)).one() == SEVEN


def test_a_text_says_one_line_and_a_page_behind_sign_in(app: Flask, webhook: HttpServer) -> None:
    my_number()
    found = tell()
    assert found.channel == "sms"
    assert found.short == "You have a new item in Handrail. http://localhost/needs"
    assert is_one_text(found.short)
    assert send_due() == 1
    assert webhook.asked[0].json["to"] == PHONE


def test_where_texts_do_not_reach_somebody_they_get_mail(
    app: Flask, webhook: HttpServer, setting: Setting
) -> None:
    my_number()
    hear(TextIn("in1", PHONE, "STOP"))
    assert tell("stopped").channel == "mail"
    hear(TextIn("in2", PHONE, "START"))
    assert tell("started").channel == "sms"
    setting(sms_url="")
    assert tell("off").channel == "mail"


def test_what_waits_as_a_text_becomes_a_letter_when_the_phone_says_stop(
    app: Flask, webhook: HttpServer
) -> None:
    my_number()
    tell()
    hear(TextIn("in1", PHONE, "STOP"))
    found = tell()
    assert (found.channel, found.state, found.short) == ("mail", "queued", "")
    assert found.text == "Open it: x"


@pytest.mark.parametrize(
    ("answers", "minutes"), [([(422, '{"code": "number"}')], (0,)), ([(503, "")] * 3, (0, 2, 10))]
)
def test_a_text_that_cannot_be_delivered_becomes_a_letter(
    app: Flask,
    webhook: HttpServer,
    setting: Setting,
    answers: list[tuple[int, str]],
    minutes: tuple[int, ...],
) -> None:
    webhook.answers = list(answers)
    my_number()
    tell()
    with MailServer() as server:
        setting(smtp_url=server.url)
        now = clock.now()
        for minute in minutes:
            send_due(now + timedelta(minutes=minute))
        send_due(now + timedelta(minutes=minutes[-1] + 1))
        assert [mail["To"] for mail in server.mails] == ["robin@test.invalid"]
    assert tell().state == "sent"


def test_a_number_is_used_only_after_its_code_was_typed(app: Flask, webhook: HttpServer) -> None:
    send_code(UUID(int=7), "(615) 555-0123")
    code = code_in_outbox()
    assert tell("before").channel == "mail"
    assert choice_of(UUID(int=7), ZONE).number == ""
    use_number(ME, f" {code[:3]} {code[3:]}", ZONE)
    assert choice_of(UUID(int=7), ZONE).number == "··· 0123"
    assert tell("after").channel == "sms"
    with pytest.raises(Refused):
        use_number(ME, code, ZONE)  # single use


def test_a_code_is_good_for_ten_minutes_and_five_tries_and_for_its_owner_alone(
    app: Flask, webhook: HttpServer
) -> None:
    send_code(UUID(int=7), PHONE)
    code = code_in_outbox()
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    stranger = Actor(kind="account", account_id=uuid4())
    with pytest.raises(Refused):
        use_number(stranger, code, ZONE)
    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=False), pytest.raises(Refused):
        use_number(ME, code, ZONE)
    for _try in range(5):
        with pytest.raises(Refused):
            use_number(ME, wrong, ZONE)
    with pytest.raises(Refused):
        use_number(ME, code, ZONE)


def test_a_new_code_makes_the_old_one_dead_and_there_are_three_an_hour(
    app: Flask, webhook: HttpServer
) -> None:
    send_code(UUID(int=7), PHONE)
    first = code_in_outbox()
    with time_machine.travel(clock.now() + timedelta(minutes=1), tick=False):
        send_code(UUID(int=7), PHONE)
        second = code_in_outbox()
        if first != second:
            with pytest.raises(Refused):
                use_number(ME, first, ZONE)
        send_code(UUID(int=7), PHONE)
        with pytest.raises(TooMany):
            send_code(UUID(int=7), PHONE)
        with pytest.raises(TooMany):
            send_code(uuid4(), PHONE)  # nor does another owner reach this phone


def test_a_code_goes_to_no_phone_that_said_stop_and_to_nothing_that_is_no_phone(
    app: Flask, webhook: HttpServer, setting: Setting
) -> None:
    hear(TextIn("in1", PHONE, "STOP"))
    for number in (PHONE, "555", "", "robin@test.invalid"):
        with pytest.raises(Refused):
            send_code(UUID(int=7), number)
    setting(sms_url="")
    with pytest.raises(Refused):
        send_code(UUID(int=7), "615-555-0199")
    assert db.session.scalars(select(NumberCheck)).all() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"channel": "fax"},
        {"channel": "sms"},
        {"channel": "push"},
        {"quiet_from": time(22)},
        {"quiet_to": time(7)},
        {"zone": "Mars/Olympus"},
        {"zone": ""},
    ],
)
def test_a_choice_that_cannot_be_is_refused_and_nothing_is_written(
    app: Flask, wrong: dict[str, object]
) -> None:
    with pytest.raises(Refused):
        set_choice(**wrong)
    assert db.session.scalars(select(Reader)).all() == []


def test_a_number_that_nobody_uses_any_more_is_deleted_and_one_that_said_stop_is_remembered(
    app: Flask, webhook: HttpServer
) -> None:
    my_number()
    tell()
    send_due()
    messages.drop_number(ME)
    later = clock.now() + timedelta(days=1)
    assert purge_numbers(later) == 0  # its message is still there
    messages.purge(clock.now() + timedelta(days=31))
    assert db.session.scalars(select(TextNumber)).all() == []
    hear(TextIn("in1", PHONE, "STOP"))
    messages.purge(clock.now() + timedelta(days=900))
    assert [row.number for row in db.session.scalars(select(TextNumber))] == [PHONE]


def test_of_an_account_that_ended_neither_number_nor_choice_is_kept(app: Flask, webhook: HttpServer) -> None:
    my_number()
    messages.forget_reader(UUID(int=7))
    messages.purge(clock.now() + timedelta(days=1))
    assert db.session.scalars(select(Reader)).all() == []
    assert db.session.scalars(select(TextNumber)).all() == []


def test_stop_is_remembered_when_the_installs_secret_changes(
    app: Flask, webhook: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    hear(TextIn("in1", PHONE, "STOP"))
    monkeypatch.setitem(app.config, "SECRET_KEY", "another")
    purge_numbers(clock.now())
    my_number()
    assert tell().channel == "mail"
    assert len(db.session.scalars(select(TextNumber)).all()) == 1
