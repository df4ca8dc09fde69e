"""The outbox: finished letters, and every try to deliver them."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.store import Base, one_of

MESSAGE_STATES = ("queued", "sending", "sent", "shown", "parked", "dropped")


class Message(Base):
    """A finished letter. Body and html are wiped after delivery; `shown` is the demonstration's /outbox.

    `key` makes a letter the same letter however often its verb is retried. `about` is an offer's or account's id, so that
    a withdrawal can drop what is still queued; it is never shown in the letter.
    """

    __tablename__ = "message"
    __table_args__ = (one_of("state", MESSAGE_STATES), Index("ix_message_due", "state", "next_try_at"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    key: Mapped[str] = mapped_column(unique=True)
    about: Mapped[UUID | None] = mapped_column(index=True)
    letter: Mapped[str]  # the letter's name, for the table and the tests
    to_address: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    html: Mapped[str]
    state: Mapped[str] = mapped_column(default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class Delivery(Base):
    """One try to deliver one message."""

    __tablename__ = "delivery"
    __table_args__ = (one_of("result", ("delivered", "temporary", "permanent")),)

    number: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[UUID] = mapped_column(ForeignKey("message.id"), index=True)
    at: Mapped[datetime]
    transport: Mapped[str]
    result: Mapped[str]
    detail: Mapped[str] = mapped_column(default="")  # the server's code, never the letter
