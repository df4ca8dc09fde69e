"""What stands in the outbox."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from portal.messages.models import Delivery, Message
from portal.store import db


@dataclass(frozen=True)
class Parked:
    """A letter that could not be delivered. Its text stays unread here."""

    id: UUID
    letter: str
    to: str
    subject: str
    attempts: int
    last: str  # the server's last code, or what went wrong in a word
    created_at: datetime


@dataclass(frozen=True)
class Shown:
    """A letter of the demonstration, as its reader would get it."""

    id: UUID
    to: str
    subject: str
    text: str
    html: str
    at: datetime


def parked(most: int = 200) -> list[Parked]:
    """Letters that wait for an admin, newest first."""
    last = (
        select(Delivery.detail)
        .where(Delivery.message_id == Message.id)
        .order_by(Delivery.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Message, last).where(Message.state == "parked").order_by(Message.created_at.desc()).limit(most)
    )
    return [
        Parked(m.id, m.letter, m.to_address, m.subject, m.attempts, detail or "", m.created_at)
        for m, detail in rows
    ]


def shown(most: int = 200) -> list[Shown]:
    """The demonstration's letters, newest first."""
    rows = db.session.scalars(
        select(Message)
        .where(Message.state == "shown")
        .order_by(Message.created_at.desc(), Message.key)
        .limit(most)
    )
    return [Shown(m.id, m.to_address, m.subject, m.text, m.html, m.created_at) for m in rows]
