"""Days that pass, and what is read of letters, for the tests of freshness."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import time_machine
from sqlalchemy import select

from portal import accounts, directory
from portal.directory import models as d
from portal.messages.models import Delivery, Message
from portal.store import clock, db, write


@contextmanager
def later(**span: float) -> Iterator[datetime]:
    """That much later, for as long as this lasts."""
    with time_machine.travel(clock.now() + timedelta(**span), tick=False):
        yield clock.now()


def assured(listing: d.ServiceAtLocation, days_ago: int | None) -> date | None:
    """Nobody has confirmed this service since."""
    day = None if days_ago is None else clock.now().date() - timedelta(days=days_ago)
    with write() as session:
        session.get_one(d.ServiceAtLocation, listing.number).service.assured_date = day
    return day


def only(listing: d.ServiceAtLocation, *others: d.ServiceAtLocation, days_ago: int | None = 80) -> None:
    """Of these alone nobody has said so for a while; `others` are fresh."""
    assured(listing, days_ago)
    for other in others:
        assured(other, 0)


def ask() -> int:
    """What the worker does."""
    return directory.ask_confirmations(clock.now(), accounts.keepers_of)


def letters(name: str = "directory/confirmation") -> list[Message]:
    db.session.expire_all()
    return list(
        db.session.scalars(
            select(Message).where(Message.letter == name).order_by(Message.created_at, Message.key)
        )
    )


def token() -> str:
    """Of the link in the newest letter that asks."""
    found = re.search(r"/confirmation/([\w.~-]+)", letters()[-1].text)
    assert found, "no link in the letter"
    return found[1]


def letter_id() -> UUID:
    db.session.expire_all()
    return db.session.scalars(select(d.ConfirmationLetter.id).order_by(d.ConfirmationLetter.made_at)).all()[
        -1
    ]


def states() -> list[str]:
    db.session.expire_all()
    return list(db.session.scalars(select(d.Confirmation.state).order_by(d.Confirmation.asked_at)))


def come_back(message: Message) -> None:
    """The other side has refused this mail for good."""
    with write() as session:
        session.get_one(Message, message.id).state = "parked"
        session.add(
            Delivery(
                message_id=message.id, at=clock.now(), transport="smtp", result="permanent", detail="550"
            )
        )


def shown(listing: d.ServiceAtLocation) -> Any:
    """The listing as anybody sees it now."""
    db.session.expire_all()
    found = directory.listing(listing.id)
    assert found is not None
    return found
