"""When a question "is it still right?" is over: by an answer, by silence, by mail that came back."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.directory import models as d
from portal.messages import drop_about


def settle_waiting(session: Session, service_ids: Sequence[UUID], state: str, now: datetime) -> int:
    """What waits about these services is over with this state, in the open transaction; a letter of which nothing waits any
    more sends no reminder. Returns how many questions that was."""
    waiting = session.execute(
        select(d.Confirmation.id, d.Confirmation.letter_id).where(
            d.Confirmation.service_id.in_(service_ids), d.Confirmation.state == "asked"
        )
    ).all()
    if not waiting:
        return 0
    session.execute(
        update(d.Confirmation)
        .where(d.Confirmation.id.in_([row.id for row in waiting]))
        .values(state=state, settled_at=now)
    )
    for letter_id in {row.letter_id for row in waiting}:
        close_if_done(session, letter_id, now, keep=state == "returned")
    return len(waiting)


def close_if_done(session: Session, letter_id: UUID, now: datetime, *, keep: bool = False) -> None:
    """No reminder of a letter that has all its answers; what is still queued is dropped, unless `keep`: mail that came back
    stays parked, which is how its address is known to be dead."""
    left = session.scalar(
        select(d.Confirmation.id)
        .where(d.Confirmation.letter_id == letter_id, d.Confirmation.state == "asked")
        .limit(1)
    )
    if left is None:
        session.execute(
            update(d.ConfirmationLetter)
            .where(d.ConfirmationLetter.id == letter_id)
            .values(settled_at=now, next_at=None)
        )
        if not keep:
            drop_about(letter_id)
