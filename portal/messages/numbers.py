"""Phone numbers: found by a keyed hash, sealed, stopped and started by their owners, flagged when nothing reaches them."""

import hashlib
import hmac
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from flask import current_app
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from portal.messages.models import Message, NumberCheck, TextNumber, TextReceived
from portal.store import clock, db, write

# What the law wants said even to a number that has stopped us: that it was heard, and whom to ask.
SAID_EVEN_AFTER_STOP = frozenset(("texts/stopped", "texts/help"))
RECEIVED_DAYS = 400  # how long a provider's id of a text is remembered, so that it never acts twice
WAITING = ("queued", "sending", "parked")


def blind(number: str) -> str:
    """What a number is found by: an HMAC under this install's secret, so that the table cannot be guessed through."""
    key = hmac.digest(str(current_app.secret_key).encode(), b"text number", "sha256")
    return hmac.new(key, number.encode(), hashlib.sha256).hexdigest()


def number_id(number: str, let_go: bool = False) -> UUID:
    """The row of this number (as rules.phone_number writes it), made where there is none, in the caller's transaction.
    let_go: a stranger's, kept only as long as our answer is on its way."""
    now = clock.now()
    with write() as session:
        found = session.scalar(select(TextNumber).where(TextNumber.blind == blind(number)))
        if found is None:
            found = TextNumber(
                id=uuid4(),
                blind=blind(number),
                number=number,
                created_at=now,
                failed_code="",
                let_go_at=now if let_go else None,
            )
            session.add(found)
            session.flush()
        elif not let_go:
            found.let_go_at = None
        return found.id


def known_number(number: str) -> TextNumber | None:
    """The row of a number that we have to do with, or None."""
    return db.session.scalar(select(TextNumber).where(TextNumber.blind == blind(number)))


def number_of(row: UUID | None) -> TextNumber | None:
    return db.session.get(TextNumber, row, populate_existing=True) if row else None


def reachable(row: UUID | None) -> bool:
    """Whether texts may go there: it has not said STOP, and its provider has not given it up."""
    found = number_of(row)
    return found is not None and found.stopped_at is None and found.failed_at is None


def masked(number: str) -> str:
    """A number as pages show it: enough to tell it from another.

    >>> masked("+16155550123")
    '··· 0123'
    """
    return f"··· {number[-4:]}"


def number_stopped(row: UUID, now: datetime) -> bool:
    """STOP, at once: nothing more goes there; what waits becomes a letter where it can, and is dropped where not. False when
    it had stopped before."""
    with write() as session:
        first = session.execute(
            update(TextNumber)
            .where(TextNumber.id == row, TextNumber.stopped_at.is_(None))
            .values(stopped_at=now)
        )
        mine = (
            (Message.number_id == row)
            & (Message.channel == "sms")
            & Message.state.in_(WAITING)
            & Message.letter.not_in(SAID_EVEN_AFTER_STOP)
        )
        session.execute(
            update(Message)
            .where(mine, Message.to_address != "")
            .values(channel="mail", state="queued", attempts=0, next_try_at=now, short="", claimed_until=None)
            .execution_options(synchronize_session=False)
        )
        session.execute(
            update(Message)
            .where(mine, Message.to_address == "")
            .values(state="dropped", text="", html="", short="", claimed_until=None)
            .execution_options(synchronize_session=False)
        )
    return bool(getattr(first, "rowcount", 0))


def number_started(row: UUID) -> bool:
    """START: texts may go there again. False when it had never stopped."""
    with write() as session:
        done = session.execute(
            update(TextNumber)
            .where(TextNumber.id == row, TextNumber.stopped_at.is_not(None))
            .values(stopped_at=None)
        )
    return bool(getattr(done, "rowcount", 0))


def number_failed(row: UUID, code: str, now: datetime) -> None:
    """No text can reach it: nothing more is sent there until somebody confirms it anew. The steward's page and the owner's
    show it."""
    with write() as session:
        session.execute(
            update(TextNumber)
            .where(TextNumber.id == row, TextNumber.failed_at.is_(None))
            .values(failed_at=now, failed_code=code[:40])
        )


def let_go(row: UUID | None) -> None:
    """Its owner no longer uses it here: deleted by `purge_numbers` once nothing needs it, unless it has said STOP."""
    if row is None:
        return
    with write() as session:
        session.execute(update(TextNumber).where(TextNumber.id == row).values(let_go_at=clock.now()))


def purge_numbers(now: datetime) -> int:
    """Delete numbers that were let go and that nothing refers to, old ids of received texts, and codes that have run out;
    returns how many numbers. Rooms above may refer to a number too: the database itself says so."""
    _blind_anew()
    gone = 0
    with write() as session:
        session.execute(delete(TextReceived).where(TextReceived.at < now - timedelta(days=RECEIVED_DAYS)))
        session.execute(delete(NumberCheck).where(NumberCheck.expires_at < now))
        rows = session.scalars(
            select(TextNumber.id).where(
                TextNumber.let_go_at < now - timedelta(hours=1), TextNumber.stopped_at.is_(None)
            )
        ).all()
        for row in rows:
            try:
                with session.begin_nested():
                    session.execute(delete(TextNumber).where(TextNumber.id == row))
            except IntegrityError:
                continue  # a desk or a question still refers to it
            gone += 1
    return gone


def _blind_anew() -> None:
    """After a change of the install's secret every hash is another: STOP must still be remembered, so they are made anew from
    the sealed numbers."""
    first = db.session.scalar(select(TextNumber).order_by(TextNumber.created_at).limit(1))
    if first is None or first.blind == blind(first.number):
        return
    with write() as session:
        rows = {row.blind: row for row in session.scalars(select(TextNumber).order_by(TextNumber.created_at))}
        for row in list(rows.values()):
            made = blind(row.number)
            newer = rows.get(made)
            if newer is None:
                row.blind = made
            elif newer is not row and row.stopped_at is not None:  # it wrote again before we came to it
                newer.stopped_at = newer.stopped_at or row.stopped_at
