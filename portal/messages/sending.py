"""The worker's side: claim a letter, deliver it, write down what came of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from flask import current_app
from sqlalchemy import or_, select, update

from portal.messages import smtp
from portal.messages.models import Delivery, Message
from portal.messages.rules import WAITS, wait_after
from portal.store import clock, write

# Longer than any one delivery can take (every step of it times out after 10 s): a claim outlives its claimer only in a crash.
CLAIM = timedelta(minutes=5)
BATCH = 20  # letters a call, so that the worker's other jobs get their turn

MailMode = Literal["smtp", "outbox", "off"]


def mail_mode() -> MailMode:
    """`smtp` where PORTAL_SMTP_URL is set; else `outbox` in a demonstration; else `off`: letters wait until mail is set up.

    Who knows of demonstrations lives upstairs, so create_app hands the question in as `app.extensions["demonstration"]`.
    """
    if current_app.extensions["settings"].smtp_url:
        return "smtp"
    return "outbox" if current_app.extensions["demonstration"]() else "off"


def send_due(now: datetime | None = None) -> int:
    """Deliver up to BATCH letters that are due; returns how many left. One transaction before and one after each delivery.

    Safe in several workers: a letter is claimed before it is sent. At least once: after a crash between delivery and its
    note the letter goes out again, with the same Message-ID. A server that does not answer ends the round.
    """
    mode = mail_mode()
    if mode == "off":
        return 0
    left = 0
    for _ in range(BATCH):
        claimed = _claim(now or clock.now())
        if claimed is None:
            break
        tried = _deliver(claimed, mode)
        _note(claimed, mode, tried, now or clock.now())
        left += tried.result == "delivered"
        if tried.server_down:
            break
    return left


@dataclass(frozen=True)
class Claimed:
    """A letter that is ours until `until`: a copy, as the row may change under us while we talk to the server."""

    outgoing: smtp.Outgoing
    attempts: int
    until: datetime


def _claim(now: datetime) -> Claimed | None:
    """Take one due letter for ourselves, or None. A letter whose claimer vanished is due again when the claim ends."""
    with write() as session:
        message = session.scalar(
            select(Message)
            .where(
                Message.state.in_(("queued", "sending")),
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
        outgoing = smtp.Outgoing(
            message.id, message.to_address, message.subject, message.text, message.html, message.created_at
        )
        return Claimed(outgoing, message.attempts, message.claimed_until)


def _deliver(claimed: Claimed, mode: MailMode) -> smtp.Tried:
    if claimed.attempts > len(WAITS) + 1:
        return smtp.Tried("permanent", "worker lost")  # each try ended with the worker itself
    if mode == "outbox":
        return smtp.Tried("delivered")
    return smtp.deliver(claimed.outgoing)


def _note(claimed: Claimed, mode: MailMode, tried: smtp.Tried, now: datetime) -> None:
    """One Delivery row, and the letter's next state, if the claim is still ours (a dropped letter stays dropped)."""
    message_id = claimed.outgoing.id
    with write() as session:
        session.add(
            Delivery(message_id=message_id, at=now, transport=mode, result=tried.result, detail=tried.detail)
        )
        session.execute(
            update(Message)
            .where(
                Message.id == message_id, Message.state == "sending", Message.claimed_until == claimed.until
            )
            .values(claimed_until=None, **_next(claimed, mode, tried, now))
        )


def _next(claimed: Claimed, mode: MailMode, tried: smtp.Tried, now: datetime) -> dict[str, object]:
    if tried.result == "delivered" and mode == "outbox":
        return {"state": "shown", "sent_at": now}
    if tried.result == "delivered":
        return {"state": "sent", "sent_at": now, "text": "", "html": ""}
    wait = wait_after(claimed.attempts)
    if tried.result == "permanent" or wait is None:
        return {"state": "parked"}
    return {"state": "queued", "next_try_at": now + wait}
