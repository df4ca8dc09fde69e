"""What stands in the outbox."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from portal.messages.models import Delivery, Message
from portal.messages.numbers import masked, number_of
from portal.store import db


@dataclass(frozen=True)
class Parked:
    """A message that could not be delivered. Its words stay unread here; of a phone number the last four digits are shown."""

    id: UUID
    channel: str
    letter: str
    to: str
    subject: str
    attempts: int
    last: str  # the server's last code, or what went wrong in a word
    created_at: datetime


@dataclass(frozen=True)
class Shown:
    """A letter or text of the demonstration, as its reader would get it."""

    id: UUID
    channel: str
    to: str
    subject: str
    text: str
    html: str
    at: datetime


@dataclass(frozen=True)
class OutboxState:
    """due: queued and past their time. oldest_seconds: how long the first of them has waited past it, 0 where none does."""

    due: int
    oldest_seconds: float
    parked: int


def outbox_state(now: datetime) -> OutboxState:
    """How many messages wait, and for how long; for a monitor. In two SELECTs."""
    due = (Message.state == "queued") & (Message.next_try_at <= now)
    count, oldest = db.session.execute(select(func.count(), func.min(Message.next_try_at)).where(due)).one()
    still = db.session.scalar(select(func.count()).select_from(Message).where(Message.state == "parked"))
    return OutboxState(count, (now - oldest).total_seconds() if oldest else 0.0, still or 0)


def parked(most: int = 200) -> list[Parked]:
    """Messages of every channel that wait for an admin, newest first."""
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
        Parked(m.id, m.channel, m.letter, _to(m), m.subject, m.attempts, detail or "", m.created_at)
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
    return [
        Shown(
            m.id,
            m.channel,
            _to(m),
            "" if m.channel == "sms" else m.subject,
            m.short if m.channel == "sms" else m.text,
            "" if m.channel == "sms" else m.html,
            m.created_at,
        )
        for m in rows
    ]


def _to(message: Message) -> str:
    """The address, or the end of the phone number."""
    if message.channel != "sms":
        return message.to_address
    number = number_of(message.number_id)
    return masked(number.number) if number else ""
