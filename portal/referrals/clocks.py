"""What the clock does when a deadline has passed: it always ends at a human, never in silence."""

import logging
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.messages import drop_about
from portal.referrals import letters, rules
from portal.referrals.access import in_the_dark, knows
from portal.referrals.matrix import current_offer
from portal.referrals.models import Need, Offer
from portal.referrals.moves import Ground, lock_need, settle
from portal.referrals.onward import go_on
from portal.store import db, write
from portal.store.actor import CLOCK

BATCH = 500  # needs looked at in one call; the worker comes again in seconds
MOST_STEPS = 20  # a worker that was down for weeks catches up step by step, in order

log = logging.getLogger(__name__)


def tick(now: datetime) -> int:
    """Act on every need whose deadline is at or before `now`, one transaction a step; returns how many steps were taken.

    Two workers are safe: a need is claimed by its row's lock (PostgreSQL, skipping locked ones) or the write lock
    (SQLite), and looked at afresh. A need that fails is logged by its id and left for the next time.
    """
    due = db.session.scalars(
        select(Need.id)
        .where(Need.closed_at.is_(None), Need.deadline <= now)
        .order_by(Need.deadline)
        .limit(BATCH)
    ).all()
    steps = 0
    for need_id in due:
        try:
            for _step in range(MOST_STEPS):
                acted, more = _act(need_id, now)
                steps += acted
                if not more:
                    break
        except Exception as error:  # its words may hold values of a row: only its kind is logged
            log.error("the clock failed at need %s: %s", need_id, type(error).__name__)
    return steps


def _act(need_id: UUID, now: datetime) -> tuple[bool, bool]:
    """One deadline of one need, if it is due and not in another worker's hands: was it, and is the next one due too?"""
    with write() as session:
        need = lock_need(session, need_id, skip_locked=True)
        if need is None or need.deadline is None or not _due(need, now):
            return False, False
        _fire(session, need, need.deadline_name, need.deadline, now)
        return True, _due(need, now)


def _due(need: Need, now: datetime) -> bool:
    return need.closed_at is None and need.deadline is not None and need.deadline <= now


def _fire(session: Session, need: Need, name: str, at: datetime, now: datetime) -> None:
    offer = current_offer(need)
    asked = offer is not None and offer.state in rules.ASKED
    if offer is not None and (
        name in ("next_service", "waitlist_answer") or (name == "no_information" and asked)
    ):
        Ground(session, CLOCK, need, offer, "clock", now).move("expire", reason=name)
        drop_about(offer.id)
        go_on(Ground(session, CLOCK, need, offer, "clock", now), by_itself=True)
    elif name == "no_information":
        if offer is not None and offer.state in rules.HELD:
            Ground(session, CLOCK, need, offer, "clock", now).move("close_without_information")
            drop_about(offer.id)
        settle(session, need, now, close="no_information")
    elif name in ("supervisor", "next_step"):
        letters.tell_supervisors(need, f"{name}:{offer.ordinal if offer else 0}")
        settle(session, need, now, (name, at), escalated_at=need.escalated_at or now)
    else:
        _remind(need, offer, name, at)
        settle(session, need, now, (name, at))


def _remind(need: Need, offer: Offer | None, name: str, at: datetime) -> None:
    """Who hears of a deadline that changes nothing by itself."""
    if name == "your_turn":
        if need.sender_closed_at is None:
            letters.tell_sender(need, "your_turn")
    elif offer is None:
        return
    elif name == "seen_by":
        letters.tell_backup(offer)
    elif name == "information":
        letters.tell_sender(need, f"information:{offer.id}:{offer.version}")
    elif name == "waitlist_told":
        if knows(need, offer) and not in_the_dark(need):
            letters.tell_sender(need, f"waitlist:{offer.id}:{offer.version}")
    elif offer.channel == "phone":
        letters.tell_sender(need, f"{name}:{offer.id}:{at:%Y%m%d%H%M}")
    else:
        letters.tell_receiver(offer, f"{name}:{at:%Y%m%d%H%M}")
