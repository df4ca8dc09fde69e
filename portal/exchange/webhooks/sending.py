"""The worker's side: claim a webhook that has something to hear, tell it, write down what came of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update

from portal.directory.models import Change
from portal.exchange.webhooks.letters import parked_letters
from portal.exchange.webhooks.models import Webhook, WebhookTry
from portal.exchange.webhooks.rules import GONE, signed, wait_after
from portal.exchange.webhooks.telling import Told, next_call, trial_call
from portal.messages import enqueue
from portal.messages.posting import Unreachable, post
from portal.store import clock, db, write

CLAIM = timedelta(minutes=2)  # longer than a call can take, looking up the name included
CALLS = 20  # to one webhook in one round, so that the next gets its turn
KEPT = timedelta(days=30)  # how long tries are shown


@dataclass(frozen=True)
class Claimed:
    """A webhook that is ours until `until`: a copy, as the row may change while we talk to the other side."""

    id: UUID
    community_id: UUID
    url: str
    secret: str
    position: int
    replays: int
    attempts: int
    test: bool
    until: datetime


def send_webhooks() -> int:
    """Tell every webhook that is due what it has not heard; returns how many calls were taken. At least once, in the order
    of the change feed, each call under an id that stays the same when it is repeated. Safe in several workers."""
    due = db.session.scalars(select(Webhook.id).where(*_due(clock.now()))).all()
    db.session.rollback()
    return sum(_round(webhook_id) for webhook_id in due)


def purge_tries() -> int:
    """Delete tries that are older than KEPT; returns how many."""
    with write() as session:
        gone = session.execute(delete(WebhookTry).where(WebhookTry.at < clock.now() - KEPT))
    return int(getattr(gone, "rowcount", 0))


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    newest = select(func.max(Change.number)).scalar_subquery()
    waiting = and_(Webhook.state == "active", Webhook.next_try_at <= now, Webhook.position < newest)
    free = or_(Webhook.claimed_until.is_(None), Webhook.claimed_until < now)
    return or_(Webhook.wants_test, waiting), free


def _round(webhook_id: UUID) -> int:
    taken = 0
    for _ in range(CALLS):
        claimed = _claim(webhook_id)
        if claimed is None:
            break
        told = (
            trial_call(claimed.id)
            if claimed.test
            else next_call(claimed.id, claimed.community_id, claimed.position, claimed.replays)
        )
        db.session.rollback()  # no transaction stays open while we wait for the other side
        if told is None:
            _let_go(claimed)
            break
        detail = _call(claimed, told)
        _note(claimed, told, detail)
        taken += not detail
        if detail:
            break
    return taken


def _claim(webhook_id: UUID) -> Claimed | None:
    now = clock.now()
    with write() as session:
        row = session.scalar(
            select(Webhook)
            .where(Webhook.id == webhook_id, *_due(now))
            .with_for_update(skip_locked=True, of=Webhook)
        )
        if row is None:
            return None
        row.claimed_until = now + CLAIM
        return Claimed(
            row.id,
            row.community_id,
            row.url,
            row.secret,
            row.position,
            row.replays,
            row.attempts,
            row.wants_test,
            row.claimed_until,
        )


def _call(claimed: Claimed, told: Told) -> str:
    """Empty when the other side took it (2xx), or there was nothing to say; else the status or a word for what went wrong."""
    if told.body is None:
        return ""
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Handrail",
        **signed(claimed.secret, told.message_id, int(clock.now().timestamp()), told.body),
    }
    loopback = current_app.extensions["settings"].push_loopback
    try:
        answer = post(claimed.url, told.body, headers, public_only=True, loopback=loopback)
    except Unreachable as error:
        return str(error)
    return "" if 200 <= answer.status < 300 else str(answer.status)


def _note(claimed: Claimed, told: Told, detail: str) -> None:
    """One row of tries, and how far it has come, if the claim is still ours (a replay or a pause meanwhile takes it away).
    That it is parked is told to those who look
    after webhooks."""
    now = clock.now()
    values = _after(claimed, told, detail, now)
    with write() as session:
        ours = session.execute(
            update(Webhook)
            .where(Webhook.id == claimed.id, Webhook.claimed_until == claimed.until)
            .values(claimed_until=None, **values)
        )
        row = session.get(Webhook, claimed.id)
        if row is None:  # removed meanwhile
            return
        if told.body is not None:
            session.add(
                WebhookTry(
                    webhook_id=claimed.id,
                    at=now,
                    kind="test" if claimed.test else "changes",
                    first=told.first,
                    last=told.last,
                    delivered=not detail,
                    detail=detail or "ok",
                )
            )
        if getattr(ours, "rowcount", 0) and values.get("state") == "parked":
            for letter in parked_letters(row, now):
                enqueue(letter)


def _after(claimed: Claimed, told: Told, detail: str, now: datetime) -> dict[str, Any]:
    if claimed.test:
        return {"wants_test": False}
    if not detail:
        return {"position": told.last, "attempts": 0, "next_try_at": now}
    attempts = claimed.attempts + 1
    wait = wait_after(attempts)
    if wait is None or detail in (str(GONE), "refused"):
        return {"state": "parked", "attempts": attempts}
    return {"attempts": attempts, "next_try_at": now + wait}


def _let_go(claimed: Claimed) -> None:
    with write() as session:
        session.execute(
            update(Webhook)
            .where(Webhook.id == claimed.id, Webhook.claimed_until == claimed.until)
            .values(claimed_until=None)
        )
