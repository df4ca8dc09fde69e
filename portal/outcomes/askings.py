"""Asking several services for room (M25): how many were asked, what they said, and how soon the first yes came.

There is no person in an asking, so nobody is in these numbers; still each stands for somebody who waited, and small ones are
hidden from outsiders as all others are.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from portal.directory.models import Community
from portal.outcomes.definitions import Definition, definition
from portal.outcomes.measures import Block, Row, share_row, times_row
from portal.outcomes.measures.rows import is_mature
from portal.referrals.ask_rules import ANSWERS, ASK_STATES, ASK_WORDS
from portal.referrals.models import AskEvent, Asking, CapacityAsk
from portal.store import db


@dataclass(slots=True)
class AskingFacts:
    """One asking as known at the cut. states: how each ask stood, by its id. Times are UTC."""

    asked_at: datetime
    sent: bool
    states: dict[UUID, str] = field(default_factory=dict)
    answered_at: datetime | None = None
    yes_at: datetime | None = None


def room_asked(
    here: Community,
    start: datetime,
    end: datetime,
    cut: datetime,
    organization_ids: Collection[UUID] | None = None,
    without: Collection[UUID] = (),
) -> list[Block]:
    """Of the askings of [start, end) by these organizations (None: all, but those in `without`), as known at the cut (UTC)."""
    on = definition("M25", on=start.date())
    facts = list(_facts(here, start, end, cut, organization_ids, without))
    ripe = [one for one in facts if is_mature(one.asked_at, cut, on.window_days or 0)]
    return [*_how_it_went(on, ripe, len(facts) - len(ripe)), _said(on, ripe), _how_soon(on, ripe)]


def _facts(
    here: Community,
    start: datetime,
    end: datetime,
    cut: datetime,
    organization_ids: Collection[UUID] | None,
    without: Collection[UUID],
) -> Iterable[AskingFacts]:
    """From the log: what stands in the rows of today may have come after the cut."""
    query = (
        select(Asking.id, Asking.asked_at, Asking.closed_at, Asking.close_reason, AskEvent)
        .join(CapacityAsk, CapacityAsk.asking_id == Asking.id)
        .join(AskEvent, AskEvent.ask_id == CapacityAsk.id)
        .where(
            Asking.community_id == here.id,
            Asking.asked_at >= start,
            Asking.asked_at < end,
            AskEvent.at <= cut,
            Asking.sender_organization_id.not_in(without),
        )
        .order_by(AskEvent.number)
    )
    if organization_ids is not None:
        query = query.where(Asking.sender_organization_id.in_(organization_ids))
    found: dict[UUID, AskingFacts] = {}
    for asking_id, asked_at, closed_at, reason, event in db.session.execute(query).tuples():
        closed = closed_at is not None and closed_at <= cut
        one = found.setdefault(asking_id, AskingFacts(asked_at, closed and reason == "sent"))
        one.states[event.ask_id] = event.to_state
        if event.to_state in ANSWERS:
            one.answered_at = one.answered_at or event.at
        if event.to_state == "yes":
            one.yes_at = one.yes_at or event.at
    return found.values()


def _how_it_went(on: Definition, ripe: list[AskingFacts], unripe: int) -> list[Block]:
    yes, answered = (
        sum(getattr(one, name) is not None for one in ripe) for name in ("yes_at", "answered_at")
    )
    rows = (
        share_row(on, _("A service had room"), yes, len(ripe), unripe),
        share_row(on, _("A service answered"), answered, len(ripe), unripe),
    )
    sent = share_row(on, _("Became a referral"), sum(one.sent for one in ripe), len(ripe), unripe)
    return [
        Block(
            on.measure,
            str(on.name),
            rows,
            of="askings.ripe",
            parts=("askings.yes", "askings.answered"),
            everybody="askings",
            chains=((0, 1),),
        ),
        Block(on.measure, _("What came of it"), (sent,), of="askings.ripe", everybody="askings"),
    ]


def _said(on: Definition, ripe: list[AskingFacts]) -> Block:
    """How each service that was asked stood in the end: the parts of one whole."""
    states = Counter(state for one in ripe for state in one.states.values())
    rows = tuple(share_row(on, str(ASK_WORDS[state]), states[state], states.total()) for state in ASK_STATES)
    note = _("One service asked is one line of the count. A late yes counts as a yes.")
    return Block(on.measure, _("What the services said"), rows, adds_up=True, note=note)


def _how_soon(on: Definition, ripe: list[AskingFacts]) -> Block:
    """Minutes from asking to the first answer and to the first yes, of those that got one."""
    rows: list[Row] = []
    for label, name in (
        (_("Minutes to the first answer"), "answered_at"),
        (_("Minutes to the first yes"), "yes_at"),
    ):
        waits = [
            (then - one.asked_at).total_seconds() / 60
            for one in ripe
            if (then := getattr(one, name)) is not None
        ]
        for words, share in ((_("median"), 0.5), (_("90th percentile"), 0.9)):
            row = times_row(on, f"{label}, {words}", "minutes", waits, len(ripe), at=share)
            rows.append(replace(row, unknown=0))  # the denominator says it
    parts = ("askings.answered", "askings.answered", "askings.yes", "askings.yes")
    return Block(on.measure, _("How soon"), tuple(rows), of="askings.ripe", parts=parts, drawing="none")
