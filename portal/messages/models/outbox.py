"""The outbox: finished messages of every channel, and every try to deliver them."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.store import Base, one_of

MESSAGE_STATES = ("queued", "sending", "sent", "shown", "parked", "dropped")
CHANNELS = ("mail", "sms", "push")
RECEIPTS = ("", "sent", "delivered", "undelivered", "failed")


class Message(Base):
    """A finished message. Its words are wiped after delivery; `shown` is the demonstration's /outbox.

    `channel` says by which way it goes: `mail` takes to_address, subject, text and html; `sms` takes number_id and short;
    `push` goes to every browser of `reader` and has no words at all. A message to a reader by sms or push carries its
    letter too, so that it can still go by mail when the other way fails for good.

    `key` makes a message the same message however often its verb is retried. `about` is an offer's or account's id, so
    that a withdrawal can drop what is still queued; it is never shown. `receipt` is what the provider of texts said later.
    """

    __tablename__ = "message"
    __table_args__ = (
        one_of("state", MESSAGE_STATES),
        one_of("channel", CHANNELS),
        one_of("receipt", RECEIPTS),
        Index("ix_message_due", "state", "next_try_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    key: Mapped[str] = mapped_column(unique=True)
    about: Mapped[UUID | None] = mapped_column(index=True)
    letter: Mapped[str]  # the letter's name, for the table and the tests
    channel: Mapped[str] = mapped_column(default="mail", server_default="mail")
    reader: Mapped[UUID | None]  # whose preference chose the channel: an account's id
    number_id: Mapped[UUID | None] = mapped_column(ForeignKey("text_number.id"), index=True)
    to_address: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    html: Mapped[str]
    short: Mapped[str] = mapped_column(default="", server_default="")  # the one line of a text message
    state: Mapped[str] = mapped_column(default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    receipt: Mapped[str] = mapped_column(default="", server_default="")
    receipt_at: Mapped[datetime | None]
    receipt_code: Mapped[str] = mapped_column(default="", server_default="")


class Delivery(Base):
    """One try to deliver one message."""

    __tablename__ = "delivery"
    __table_args__ = (one_of("result", ("delivered", "temporary", "permanent")),)

    number: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[UUID] = mapped_column(ForeignKey("message.id"), index=True)
    at: Mapped[datetime]
    transport: Mapped[str]
    result: Mapped[str]
    detail: Mapped[str] = mapped_column(default="")  # the other side's code, never the message
