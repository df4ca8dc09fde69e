"""A supervisor's unit at a glance: what was escalated to them, and how many open needs stand where. Never a name.

Until a need is escalated a supervisor has counts alone, of what its sender is sure to know: sent, seen, still at work. Whether
a service said yes or no is in no count: a unit's only need would be told by it.
"""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.referrals import words
from portal.referrals.access import closed_for_sender
from portal.referrals.models import Need
from portal.referrals.queries import needs_for
from portal.referrals.shapes import NeedView
from portal.referrals.views import sender_state
from portal.referrals.words import said
from portal.store import Actor, clock, db

READER = "supervisor_dark"  # the matrix's narrowest reader of a unit
STATES = ("sent", "seen", "working")


@dataclass(frozen=True)
class StateCount:
    """How many open needs of the unit stand in a state, by urgency in the order of `words.URGENCIES`."""

    state: str
    words: str
    by_urgency: tuple[int, ...]
    total: int


@dataclass(frozen=True)
class UnitView:
    """escalated: the supervisor's own to act on, nearest deadline first."""

    escalated: tuple[NeedView, ...]
    counts: tuple[StateCount, ...]
    total: int


def unit_for(actor: Actor) -> UnitView:
    """The units where the actor is a supervisor; all empty for anybody else."""
    units = actor.organizations("supervisor")
    if actor.kind != "account" or not units:
        return UnitView((), (), 0)
    escalated = tuple(view for view in needs_for(actor) if view.role == "supervisor" and not view.closed)
    counted = _counted(actor, units)
    rows = tuple(
        StateCount(
            state,
            said(words.STATES, state),
            tuple(counted[state, urgency] for urgency in words.URGENCIES),
            sum(counted[state, urgency] for urgency in words.URGENCIES),
        )
        for state in STATES
    )
    return UnitView(escalated, rows, sum(row.total for row in rows))


def _counted(actor: Actor, units: frozenset[UUID]) -> Counter[tuple[str, str]]:
    now = clock.now()
    needs = db.session.scalars(
        select(Need)
        .where(
            Need.community_id == actor.community_id,
            Need.sender_organization_id.in_(units),
            Need.sender_closed_at.is_(None),
        )
        .options(selectinload(Need.offers))
        .execution_options(populate_existing=True)
    ).all()
    found = (
        (sender_state(need, READER, now), need.urgency)
        for need in needs
        if closed_for_sender(need, now) is None
    )
    return Counter((state if state in STATES else "working", urgency) for state, urgency in found)
