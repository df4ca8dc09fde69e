"""The outbox: letters are stored with the verb that wrote them, once; dropped letters never leave."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from portal import messages
from portal.messages import Letter, drop_about, enqueue, mail_mode, send_due
from portal.messages.models import Delivery, Message
from portal.store import Conflict, clock, db, write
from portal.store.actor import TERMINAL
from tests.people import Cast


def a_letter(key: str = "k1", about: UUID | None = None, to: str = "desk@test.invalid") -> Letter:
    return Letter(
        "test", to, "You have a new item", "Open it:\n\nhttp://localhost/x", "<p>Open it</p>", key, about
    )


def all_messages() -> list[Message]:
    db.session.expire_all()
    return list(db.session.scalars(select(Message).order_by(Message.key)))


@pytest.fixture
def demonstration(app: Flask, cast: Cast) -> Cast:
    with write() as session:
        session.merge(cast.community).demonstration = True
    return cast


def test_the_same_key_is_the_same_letter(app: Flask) -> None:
    enqueue(a_letter())
    enqueue(replace(a_letter(), subject="Another"))
    assert [message.subject for message in all_messages()] == ["You have a new item"]


def test_a_letter_is_stored_with_its_verb_or_not_at_all(app: Flask) -> None:
    def failing_verb() -> None:
        with write():
            enqueue(a_letter())
            raise RuntimeError("the verb failed")

    with pytest.raises(RuntimeError, match="verb"):
        failing_verb()
    assert all_messages() == []


def test_letters_wait_while_no_mail_is_set_up(app: Flask, cast: Cast) -> None:
    enqueue(a_letter())
    assert mail_mode() == "off"
    assert send_due() == 0
    assert all_messages()[0].state == "queued"


def test_a_demonstration_shows_its_letters_instead_of_sending_them(demonstration: Cast) -> None:
    enqueue(a_letter("k1"))
    assert mail_mode() == "outbox"
    assert send_due() == 1
    assert send_due() == 0
    (letter,) = messages.shown()
    assert (letter.to, letter.text) == ("desk@test.invalid", "Open it:\n\nhttp://localhost/x")


def test_a_mail_server_counts_more_than_the_demonstration(
    app: Flask, demonstration: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        app.extensions, "settings", replace(app.extensions["settings"], smtp_url="smtp://127.0.0.1:1")
    )
    assert mail_mode() == "smtp"


def test_a_dropped_letter_is_wiped_and_never_leaves(demonstration: Cast) -> None:
    withdrawn, other = uuid4(), uuid4()
    enqueue(a_letter("k1", withdrawn))
    enqueue(a_letter("k2", withdrawn))
    enqueue(a_letter("k3", other))
    assert drop_about(withdrawn) == 2
    assert drop_about(withdrawn) == 0
    assert send_due() == 1
    assert [(m.state, m.text) for m in all_messages()][:2] == [("dropped", ""), ("dropped", "")]
    assert [letter.id for letter in messages.shown()] == [all_messages()[2].id]


def test_a_dropped_letter_stays_dropped_when_its_verb_is_retried(demonstration: Cast) -> None:
    enqueue(a_letter("k1", uuid4()))
    drop_about(UUID(str(all_messages()[0].about)))
    enqueue(a_letter("k1", uuid4()))
    assert send_due() == 0


def test_a_letter_of_a_worker_that_died_is_due_again_after_its_claim(demonstration: Cast) -> None:
    enqueue(a_letter())
    now = clock.now()
    with write() as session:
        message = session.scalars(select(Message)).one()
        message.state, message.claimed_until, message.attempts = "sending", now + timedelta(minutes=5), 1
    assert send_due(now + timedelta(minutes=4)) == 0
    assert send_due(now + timedelta(minutes=6)) == 1


def test_a_letter_that_ends_every_worker_is_parked(demonstration: Cast) -> None:
    enqueue(a_letter())
    with write() as session:
        session.scalars(select(Message)).one().attempts = 9
    assert send_due() == 0
    assert [(letter.attempts, letter.last) for letter in messages.parked()] == [(10, "worker lost")]


def test_an_admin_tries_a_parked_letter_again_or_drops_it(demonstration: Cast) -> None:
    enqueue(a_letter())
    message_id = all_messages()[0].id
    with pytest.raises(Conflict):
        messages.try_again(TERMINAL, message_id)
    with write() as session:
        session.get_one(Message, message_id).state = "parked"
    messages.try_again(TERMINAL, message_id)
    assert send_due() == 1
    with write() as session:
        session.get_one(Message, message_id).state = "parked"
    messages.drop(TERMINAL, message_id)
    assert (all_messages()[0].state, all_messages()[0].text) == ("dropped", "")


def test_settled_letters_are_purged_after_thirty_days_and_waiting_ones_are_not(demonstration: Cast) -> None:
    enqueue(a_letter("k1"))
    send_due()
    enqueue(a_letter("k2"))
    assert messages.purge(clock.now() + timedelta(days=29)) == 0
    assert messages.purge(clock.now() + timedelta(days=31)) == 1
    assert [message.key for message in all_messages()] == ["k2"]
    assert db.session.scalars(select(Delivery)).all() == []
