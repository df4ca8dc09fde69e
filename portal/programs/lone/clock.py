"""Nobody has heard of a worker who went alone: whoever watches is told, once for each time that was said."""

import logging
from datetime import datetime

from sqlalchemy import delete, or_, select

from portal.programs.lone.letters import tell_watchers
from portal.programs.models import LoneVisit, PanicContact, TaskText
from portal.store import audit, db, write
from portal.store.actor import CLOCK
from portal.store.retention import RETENTION

log = logging.getLogger(__name__)
BATCH = 200


def tick_lone(now: datetime) -> int:
    """Tell of every visit whose time is over; returns of how many. Two workers are safe: a row is claimed by its lock."""
    due = db.session.scalars(
        select(LoneVisit.id)
        .where(
            LoneVisit.ended_at.is_(None),
            LoneVisit.due_at <= now,
            or_(LoneVisit.told_at.is_(None), LoneVisit.told_at < LoneVisit.due_at),
        )
        .order_by(LoneVisit.due_at)
        .limit(BATCH)
    ).all()
    told = 0
    for visit_id in due:
        try:
            with write() as session:
                row = session.scalar(
                    select(LoneVisit)
                    .where(LoneVisit.id == visit_id)
                    .with_for_update(of=LoneVisit, skip_locked=True)
                    .execution_options(populate_existing=True)
                )
                if row is None or row.ended_at is not None or row.due_at > now:
                    continue
                if row.told_at is not None and row.told_at >= row.due_at:
                    continue
                row.told_at = now
                tell_watchers(row, f"overdue:{row.id}:{row.due_at.isoformat()}")
                audit.append(CLOCK, "overdue", "lone_visit", row.id)
                told += 1
        except Exception as error:  # its words may hold values of a row: only its kind is logged
            log.error("the clock failed at visit %s: %s", visit_id, type(error).__name__)
    return told


def forget_contacts(now: datetime) -> int:
    """Panic contacts of who has not gone alone for long, and texts whose answers are no longer waited for. Returns how many."""
    with write() as session:
        gone = session.execute(
            delete(PanicContact).where(PanicContact.used_at < RETENTION["panic_contact"].cutoff(now))
        )
        old = session.execute(delete(TaskText).where(TaskText.at < RETENTION["texts"].cutoff(now)))
    return int(getattr(gone, "rowcount", 0)) + int(getattr(old, "rowcount", 0))
