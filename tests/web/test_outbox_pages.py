"""Mail seen from outside: the demonstration's page, and the admin's page of letters that did not arrive."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.messages import enqueue, send_due
from portal.messages.models import Delivery, Message
from portal.store import clock, db, write
from tests.messages.test_outbox import a_letter
from tests.people import Cast

SignedIn = Callable[[Any], FlaskClient]


def demonstrate(cast: Cast) -> None:
    with write() as session:
        session.merge(cast.community).demonstration = True


def park(key: str) -> Message:
    enqueue(a_letter(key))
    with write() as session:
        message = session.scalars(select(Message).where(Message.key == key)).one()
        message.state, message.attempts = "parked", 3
        session.add(
            Delivery(
                message_id=message.id, at=clock.now(), transport="smtp", result="permanent", detail="550"
            )
        )
    return message


@pytest.mark.sqlite_only
def test_the_mail_page_is_not_there_outside_a_demonstration(
    client: FlaskClient, signed_in_as: SignedIn, cast: Cast
) -> None:
    assert client.get("/outbox").status_code == 404
    assert signed_in_as(cast.admin).get("/outbox").status_code == 404


def test_a_demonstration_shows_letters_newest_first_with_their_links(client: FlaskClient, cast: Cast) -> None:
    demonstrate(cast)
    enqueue(a_letter("older", to="older@test.invalid"))
    enqueue(a_letter("newer", to="newer@test.invalid"))
    assert "no mail yet" in client.get("/outbox").text
    send_due()
    text = client.get("/outbox").text
    assert text.index("newer@test.invalid") < text.index("older@test.invalid")
    assert '<a href="http://localhost/x"' in text


@pytest.mark.sqlite_only
def test_a_letter_is_shown_as_text_whatever_it_holds(client: FlaskClient, cast: Cast) -> None:
    demonstrate(cast)
    harm = "<script>alert(1)</script> {{7*7}} javascript:alert(1)"
    letter = a_letter()
    enqueue(type(letter)("test", "a@test.invalid", harm, harm, harm, "k"))
    send_due()
    text = client.get("/outbox").text
    assert "<script>alert" not in text
    assert 'href="javascript' not in text
    assert "{{7*7}}" in text


def test_an_admin_sees_parked_letters_and_tries_again_or_drops_them(
    signed_in_as: SignedIn, cast: Cast
) -> None:
    first, second = park("k1"), park("k2")
    browser = signed_in_as(cast.admin)
    text = browser.get("/messages/parked").text
    for part in ("You have a new item", "desk@test.invalid", "Tried 3 times", "550"):
        assert part in text
    assert "http://localhost/x" not in text  # the letter itself stays closed
    assert browser.post(f"/messages/{first.id}/retry").status_code == 303
    assert browser.post(f"/messages/{second.id}/removal").status_code == 303
    db.session.expire_all()
    assert [(m.key, m.state) for m in db.session.scalars(select(Message).order_by(Message.key))] == [
        ("k1", "queued"),
        ("k2", "dropped"),
    ]
    assert browser.post(f"/messages/{first.id}/retry").status_code == 409
    assert browser.post(f"/messages/{uuid4()}/removal").status_code == 409


@pytest.mark.sqlite_only
def test_nobody_but_an_admin_sees_or_touches_parked_letters(
    signed_in_as: SignedIn, client: FlaskClient, cast: Cast
) -> None:
    message = park("k1")
    for who, account in cast.everybody.items():
        if who != "admin":
            browser = signed_in_as(account)
            assert browser.get("/messages/parked").status_code == 403, who
            assert browser.post(f"/messages/{message.id}/removal").status_code == 403, who
    assert client.get("/messages/parked").status_code == 303
    assert client.post(f"/messages/{message.id}/retry").status_code == 303
    db.session.expire_all()
    assert db.session.scalars(select(Message.state)).one() == "parked"
