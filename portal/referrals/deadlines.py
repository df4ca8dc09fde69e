"""What falls due next for a need, and who owns it: one pure function over a few facts. No database."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from portal.referrals.plan import PAUSE, Plan
from portal.referrals.rules import ASKED, DEADLINES, HELD

NEXT_STEP = "next_step"  # the state of a need that nobody is being asked for


@dataclass(frozen=True)
class Facts:
    """Where a need stands. All times UTC.

    state: its offer's, or `next_step`. started: the offer's sending, moved on by every pause that is over. since: when the
    present state began. turn_at: set for a sender who may not hear back: when they are told, whatever happened, that they
    may ask another service.
    """

    state: str
    plan: Plan
    listing: str
    sent_at: datetime
    started: datetime
    since: datetime
    accepted_at: datetime | None = None
    answer_by: datetime | None = None
    by_phone: bool = False
    escalated: bool = False
    turn_at: datetime | None = None
    follow_ups: tuple[datetime, ...] = field(default=())


@dataclass(frozen=True)
class Due:
    """The next deadline: which, when, and who must act."""

    name: str
    at: datetime
    owner: str


def _order(name: str, at: datetime) -> tuple[datetime, int]:
    return at, DEADLINES.index(name)


def next_deadline(
    facts: Facts, fired: tuple[str, datetime] | None = None, past: datetime | None = None
) -> Due:
    """The first deadline that is still to come. fired: the one just acted on; it and those before it are over. past: ignore
    all before this moment (after a move, what was due before it no longer matters). There always is one."""
    coming = sorted(candidates(facts), key=lambda found: _order(*found))
    if fired is not None:
        coming = [found for found in coming if _order(*found) > _order(*fired)]
    if past is not None:
        coming = [found for found in coming if found[1] > past]
    name, at = coming[0] if coming else ("no_information", closes_at(facts))
    return Due(name, at, owner(facts, fired[0] if fired else ""))


def closes_at(facts: Facts) -> datetime:
    """37 days after the send, but never within a day of the accept or a week of the need's coming back to its owner."""
    at = facts.sent_at + timedelta(days=facts.plan.close_days)
    if facts.state == NEXT_STEP:
        return max(at, facts.since + timedelta(days=7))
    return max(at, (facts.accepted_at or at) + timedelta(days=1)) if facts.state in HELD else at


def owner(facts: Facts, fired: str = "") -> str:
    """Exactly one: the service while it is asked or has accepted, the sender when the next step is theirs or a question
    waits, the supervisor once the clock has called for one. An offer by phone has nobody here but its sender."""
    if facts.state == NEXT_STEP:
        return "supervisor" if fired in ("next_step", "supervisor") else "sender"
    if facts.state == "info_asked":
        return "sender"
    if facts.state in HELD:
        return "sender" if facts.by_phone else "receiver"
    return "supervisor" if facts.escalated else "receiver"


def candidates(facts: Facts) -> list[tuple[str, datetime]]:
    """Every deadline that this state has, in no order."""
    found = _of_state(facts)
    if facts.turn_at is not None:
        found.append(("your_turn", facts.turn_at))
    return found


def _of_state(facts: Facts) -> list[tuple[str, datetime]]:
    if facts.state in HELD:
        return _held(facts)
    if facts.state == NEXT_STEP:
        start = max(facts.since, facts.turn_at or facts.since)
        length = facts.plan.clocks.next_step
        return [
            ("next_step", facts.plan.after(length, start, facts.listing)),
            ("no_information", closes_at(facts)),
        ]
    if facts.state == "waitlisted":
        answer_by = facts.answer_by or facts.since + PAUSE
        told = facts.since + PAUSE
        return [("waitlist_answer", answer_by)] + ([("waitlist_told", told)] if told < answer_by else [])
    if facts.state == "info_asked":
        return [("information", facts.since + PAUSE), *_asked(facts, facts.started + PAUSE)]
    if facts.state in ASKED:
        return _asked(facts, facts.started)
    raise ValueError(f"nothing falls due in state {facts.state}")


def _asked(facts: Facts, start: datetime) -> list[tuple[str, datetime]]:
    clocks, plan = facts.plan.terms_of(facts.listing).clocks, facts.plan
    found = [("next_service", plan.after(clocks.next_service, start, facts.listing))]
    if facts.state == "sent":
        found.append(("seen_by", plan.after(clocks.seen_by, start, facts.listing)))
    if not facts.escalated:
        found.append(("supervisor", plan.after(clocks.supervisor, start, facts.listing)))
    return found


def _held(facts: Facts) -> list[tuple[str, datetime]]:
    clocks, plan = facts.plan.terms_of(facts.listing).clocks, facts.plan
    accepted = facts.accepted_at or facts.since
    found = [("no_information", closes_at(facts))]
    if facts.state == "accepted":
        found.append(("handoff_by", plan.after(clocks.handoff_by, accepted, facts.listing)))
    if facts.state in ("accepted", "handoff"):
        found.append(("arrival_asked", plan.after(clocks.arrival_asked, accepted, facts.listing)))
    return found + [("follow_up", at) for at in facts.follow_ups]


def follow_up_dates(plan: Plan, start: datetime, listing_id: UUID) -> dict[int, datetime]:
    """Day -> due, counted from the handoff, or from the accept while no handoff is recorded."""
    return {day: start + timedelta(days=day) for day in plan.terms_of(str(listing_id)).follow_up_days}
