"""Once a night: what has served its time is erased; and what a restored backup brought back is erased again, at any hour."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from flask import current_app
from sqlalchemy.orm import Session

from portal.directory import NoCommunity, community
from portal.referrals.consent import revoke_again
from portal.referrals.matrix import current_offer
from portal.referrals.models import Need
from portal.referrals.moves import Ground, lock_need, settle
from portal.referrals.payload import lock_payload
from portal.referrals.purge import blank_words, drop_people, purge_due
from portal.referrals.receipts import end_status_back
from portal.referrals.rights import erase_needs, restrict_need
from portal.referrals.rules import MOVES
from portal.store import audit, clock, erased, guards, heartbeat
from portal.store.actor import CLOCK
from portal.store.database import scrub


def purge_tonight(now: datetime) -> int:
    """Once a night, by the community's clock: what a restored backup brought back, then what is due; then the database is
    written anew. Returns how many things were erased."""
    try:
        zone = community().time_zone
    except NoCommunity:
        return 0
    if not heartbeat.is_due_tonight("purge", now, zone):
        return 0
    done = erase_again() + sum(purge_due(now).values())
    if done:
        scrub()
    return done


def erase_again() -> int:
    """Do once more what PORTAL_HOME/purged.log names and this database does not know of: it is an older one, put back. Returns
    how many lines. What was made after that backup is not there, and needs nothing. One transaction a line."""
    lines = erased.unknown()
    for line in lines:
        with guards.purging() as session:
            again = AGAIN.get(line.what) or current_app.extensions["erase_again"].get(line.what)
            if again is not None:
                again(session, line.subject_id)
            session.add(
                erased.Erased(id=line.id, at=line.at, what=line.what, subject_id=line.subject_id, noted=True)
            )
            subject = "need" if line.what in AGAIN else line.what
            audit.append(CLOCK, "erase_again", subject, line.subject_id, line.what)
    return len(lines)


def _withdraw_again(session: Session, need_id: UUID) -> None:
    """The person had taken it back: nothing of theirs is here, and nobody is asked any more."""
    need = lock_need(session, need_id)
    if need is None:
        return
    now, offer = clock.now(), current_offer(need)
    if offer is not None and offer.state in MOVES["withdraw"].sources:
        Ground(session, CLOCK, need, offer, "sender", now).move("withdraw")
    lock_payload(session, need, now)
    settle(session, need, now, close="" if need.closed_at else "withdrawn", sender_closed_at=now)


def _restrict_again(session: Session, need_id: UUID) -> None:
    """The person had asked to be asked before each further service."""
    need = lock_need(session, need_id)
    if need is not None:
        restrict_need(need, clock.now())


def _end_status_again(session: Session, need_id: UUID) -> None:
    """The person had taken back that the sender hears what happens."""
    need = lock_need(session, need_id)
    if need is not None:
        end_status_back(session, need)


def _of(verb: Callable[[Session, list[UUID]], None]) -> Callable[[Session, UUID], None]:
    def again(session: Session, need_id: UUID) -> None:
        if session.get(Need, need_id) is not None:
            verb(session, [need_id])

    return again


# The words of `erased.remember`, each with what does it once more. Rooms above have theirs in the app's `erase_again`.
AGAIN: dict[str, Callable[[Session, UUID], None]] = {
    "free_text": _of(blank_words),
    "contact": _of(drop_people),
    "payload": _withdraw_again,
    "deleted": _of(erase_needs),
    "restricted": _restrict_again,
    "status": _end_status_again,
    "revoked": revoke_again,
}
