"""Verbs that write the outbox: put a letter in, take letters out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from portal.messages.models import Delivery, Message
from portal.messages.numbers import purge_numbers
from portal.store import Actor, Conflict, audit, clock, engine_name, write

_OUTBOX = cast(Table, Message.__table__)
_PUT = {
    "sqlite": sqlite.insert(_OUTBOX).on_conflict_do_nothing(index_elements=["key"]),
    "postgresql": postgresql.insert(_OUTBOX).on_conflict_do_nothing(index_elements=["key"]),
}
KEPT_DAYS = 30  # how long a settled row stays, so that a retried verb still finds its key


@dataclass(frozen=True)
class Letter:
    """A finished letter to one address.

    `name` is the template's, `key` makes it the same letter however often its verb is retried, `about` is the offer or
    account it speaks of. Subject and text hold nothing of a person in need (tested over every letter of the suite).
    """

    name: str
    to: str
    subject: str
    text: str
    html: str
    key: str
    about: UUID | None = None


def enqueue(letter: Letter, not_before: datetime | None = None) -> None:
    """Put a letter into the outbox, in the caller's transaction, to leave now or at a later moment. The same key again
    changes nothing.

    Never refuses: an address that cannot be written to is found when it is sent, and the letter is parked for an admin.
    """
    put(
        {
            "key": letter.key,
            "about": letter.about,
            "letter": letter.name,
            "to_address": letter.to,
            "subject": letter.subject,
            "text": letter.text,
            "html": letter.html,
        },
        not_before,
    )


def put(row: dict[str, Any], not_before: datetime | None = None) -> None:
    """One row of the outbox, in the caller's transaction, unless its key is there."""
    due = not_before or clock.now()
    empty = {"to_address": "", "subject": "", "text": "", "html": ""}
    with write() as session:
        session.execute(_PUT[engine_name()], empty | row | {"next_try_at": due, "created_at": due})


def drop_about(about: UUID) -> int:
    """Drop and wipe every message about this that has not left, in every channel, in the caller's transaction; returns how
    many. Also one that a worker has taken in hand: it asks once more when the other side is ready to hear it.
    """
    with write() as session:
        gone = session.execute(
            update(Message)
            .where(Message.about == about, Message.state.in_(("queued", "sending", "parked")))
            .values(state="dropped", text="", html="", short="", claimed_until=None)
            .execution_options(synchronize_session=False)
        )
    return int(getattr(gone, "rowcount", 0))


def try_again(actor: Actor, message_id: UUID) -> None:
    """Queue a parked letter anew, due now, with all its tries. Audited. Conflict when it is not parked."""
    with write():
        message = _parked(message_id)
        message.state = "queued"
        message.attempts = 0
        message.next_try_at = clock.now()
        audit.append(actor, "try_again", "message", message_id)


def drop(actor: Actor, message_id: UUID) -> None:
    """Give up a parked letter and wipe it. Audited. Conflict when it is not parked."""
    with write():
        message = _parked(message_id)
        message.state = "dropped"
        message.text = message.html = message.short = ""
        audit.append(actor, "drop", "message", message_id)


def _parked(message_id: UUID) -> Message:
    with write() as session:
        message = session.scalar(
            select(Message).where(Message.id == message_id, Message.state == "parked").with_for_update()
        )
    if message is None:
        raise Conflict("This letter is no longer parked.")
    return message


def purge(now: datetime) -> int:
    """Delete messages that were settled more than KEPT_DAYS ago, with their tries, and numbers that nobody uses any more;
    returns how many messages."""
    settled = select(Message.id).where(
        Message.state.in_(("sent", "shown", "dropped")), Message.created_at < now - timedelta(days=KEPT_DAYS)
    )
    with write() as session:
        session.execute(delete(Delivery).where(Delivery.message_id.in_(settled)))
        gone = session.execute(delete(Message).where(Message.id.in_(settled)))
    purge_numbers(now)
    return int(getattr(gone, "rowcount", 0))
