"""The worker's side: claim a message, deliver it, write down what came of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update

from portal.messages import push, sms, smtp
from portal.messages.channels import ways
from portal.messages.models import Delivery, Message
from portal.messages.numbers import SAID_EVEN_AFTER_STOP, number_failed, number_of, number_stopped
from portal.messages.rules import TRIES_BEFORE_MAIL, WAITS, wait_after
from portal.messages.tries import UNWANTED, Tried
from portal.store import clock, db, write

# Longer than any one delivery can take (every step of it times out after 10 s): a claim outlives its claimer only in a crash.
CLAIM = timedelta(minutes=5)
BATCH = 20  # messages a channel and call, so that the worker's other jobs get their turn
WIPED = {"text": "", "html": "", "short": ""}


def send_due(now: datetime | None = None) -> int:
    """Deliver up to BATCH messages of each channel that are due; returns how many left. One transaction before and one after
    each delivery.

    Safe in several workers: a message is claimed before it is sent. At least once: after a crash between delivery and its
    note it goes out again, under the same id. Another side that does not answer ends its channel's round, not the others'.
    """
    return sum(_round(channel, way, now) for channel, way in ways().items() if way != "off")


def _round(channel: str, way: str, now: datetime | None) -> int:
    left = 0
    for _ in range(BATCH):
        claimed = _claim(now or clock.now(), channel)
        if claimed is None:
            break
        tried = _deliver(claimed, way)
        _note(claimed, way, tried, now or clock.now())
        left += tried.result == "delivered"
        if tried.server_down:
            break
    return left


@dataclass(frozen=True)
class Claimed:
    """A message that is ours until `until`: a copy, as the row may change under us while we talk to the other side."""

    id: UUID
    channel: str
    letter: str
    to: str
    subject: str
    text: str
    html: str
    short: str
    number_id: UUID | None
    reader: UUID | None
    created_at: datetime
    attempts: int
    until: datetime


def _claim(now: datetime, channel: str = "mail") -> Claimed | None:
    """Take one due message for ourselves, or None. One whose claimer vanished is due again when the claim ends."""
    with write() as session:
        message = session.scalar(
            select(Message)
            .where(
                Message.state.in_(("queued", "sending")),
                Message.channel == channel,
                Message.next_try_at <= now,
                or_(Message.claimed_until.is_(None), Message.claimed_until < now),
            )
            .order_by(Message.next_try_at, Message.created_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if message is None:
            return None
        message.state = "sending"
        message.claimed_until = now + CLAIM
        message.attempts += 1
        return Claimed(
            id=message.id,
            channel=message.channel,
            letter=message.letter,
            to=message.to_address,
            subject=message.subject,
            text=message.text,
            html=message.html,
            short=message.short,
            number_id=message.number_id,
            reader=message.reader,
            created_at=message.created_at,
            attempts=message.attempts,
            until=message.claimed_until,
        )


def _wanted(claimed: Claimed) -> bool:
    """Still ours to send: nobody dropped it, and nobody else claimed it, since we did."""
    with write() as session:  # read afresh, past whatever this session has seen
        found = session.scalar(
            select(Message.id).where(
                Message.id == claimed.id, Message.state == "sending", Message.claimed_until == claimed.until
            )
        )
    return found is not None


def _deliver(claimed: Claimed, way: str) -> Tried:
    if claimed.attempts > len(WAITS) + 1:
        return Tried("permanent", "worker lost")  # each try ended with the worker itself

    def wanted() -> bool:
        return _wanted(claimed)

    if way == "outbox":
        return Tried("delivered") if wanted() else UNWANTED
    if claimed.channel == "mail":
        outgoing = smtp.Outgoing(
            claimed.id, claimed.to, claimed.subject, claimed.text, claimed.html, claimed.created_at
        )
        return smtp.deliver(outgoing, wanted)
    if claimed.channel == "push":
        return push.deliver(claimed.reader, wanted)
    return _text(claimed, wanted)


def _text(claimed: Claimed, wanted: Any) -> Tried:
    number = number_of(claimed.number_id)
    if number is None:
        return Tried("permanent", "no number")
    if number.stopped_at is not None and claimed.letter not in SAID_EVEN_AFTER_STOP:
        return Tried("permanent", "stopped", number="stopped")
    to = number.number
    db.session.rollback()  # no transaction stays open while we wait for the provider
    return sms.deliver(claimed.id, to, claimed.short, wanted)


def _note(claimed: Claimed, way: str, tried: Tried, now: datetime) -> None:
    """One Delivery row, what was learned of the number, and the message's next state, if the claim is still ours (a dropped
    message stays dropped)."""
    with write() as session:
        session.add(
            Delivery(message_id=claimed.id, at=now, transport=way, result=tried.result, detail=tried.detail)
        )
        if claimed.number_id is not None and tried.number == "stopped":
            number_stopped(claimed.number_id, now)
        elif claimed.number_id is not None and tried.number == "bad":
            number_failed(claimed.number_id, tried.detail, now)
        session.execute(
            update(Message)
            .where(
                Message.id == claimed.id, Message.state == "sending", Message.claimed_until == claimed.until
            )
            .values(claimed_until=None, **_next(claimed, way, tried, now))
        )


def _next(claimed: Claimed, way: str, tried: Tried, now: datetime) -> dict[str, Any]:
    if tried.result == "delivered" and way == "outbox":
        return {"state": "shown", "sent_at": now}
    if tried.result == "delivered":
        return {"state": "sent", "sent_at": now, **WIPED}
    wait = wait_after(claimed.attempts)
    other_way = claimed.channel != "mail" and bool(claimed.to)
    if other_way and (tried.result == "permanent" or claimed.attempts >= TRIES_BEFORE_MAIL):
        return {"channel": "mail", "state": "queued", "attempts": 0, "next_try_at": now, "short": ""}
    if tried.number == "stopped":
        return {"state": "dropped", **WIPED}
    if tried.result == "permanent" or wait is None:
        return {"state": "parked"}
    return {"state": "queued", "next_try_at": now + wait}
