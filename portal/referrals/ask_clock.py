"""What the clock does with an asking: it reminds, ends the wait, hands the next step to its sender, and calls a supervisor."""

import logging
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.messages import drop_about
from portal.referrals import ask_letters
from portal.referrals.ask_moves import AskGround, close, lock_asking, settle_asking
from portal.referrals.clocks import BATCH, MOST_STEPS
from portal.referrals.models import Asking
from portal.store import db, write
from portal.store.actor import CLOCK

log = logging.getLogger(__name__)


def tick_asks(now: datetime) -> int:
    """Act on every asking whose deadline is at or before `now`, one transaction a step; returns how many steps were taken.
    Two workers are safe, as with `tick`. An asking that fails is logged by its id and left for the next time."""
    due = db.session.scalars(
        select(Asking.id)
        .where(Asking.closed_at.is_(None), Asking.deadline <= now)
        .order_by(Asking.deadline)
        .limit(BATCH)
    ).all()
    steps = 0
    for asking_id in due:
        try:
            for _step in range(MOST_STEPS):
                if not _act(asking_id, now):
                    break
                steps += 1
        except Exception as error:  # its words may hold values of a row: only its kind is logged
            log.error("the clock failed at asking %s: %s", asking_id, type(error).__name__)
    return steps


def _act(asking_id: UUID, now: datetime) -> bool:
    """One deadline of one asking, if it is due and not in another worker's hands."""
    with write() as session:
        asking = lock_asking(session, asking_id, skip_locked=True)
        if asking is None or asking.closed_at is not None or asking.deadline is None or asking.deadline > now:
            return False
        _fire(session, asking, asking.deadline_name, now)
        return True


def _fire(session: Session, asking: Asking, name: str, now: datetime) -> None:
    if name == "seen_by":
        for ask in asking.asks:
            if ask.state == "asked":
                ask_letters.remind(ask)
        settle_asking(session, asking, now, fired=name)
    elif name == "decide_by":
        for ask in asking.asks:
            if ask.state == "asked":
                AskGround(session, CLOCK, asking, ask, "clock", now).move("expire")
                drop_about(ask.id)
        ask_letters.tell_asker(asking, name)
        settle_asking(session, asking, now)
    elif name == "lapses":
        close(session, CLOCK, asking, "lapsed", now)
        ask_letters.tell_asker(asking, name)
    else:
        ask_letters.tell_supervisors(asking, f"{name}:{asking.version}")
        settle_asking(session, asking, now, escalated_at=now)
