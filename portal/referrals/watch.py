"""Every open need has exactly one owner and one next deadline: looked at every hour, mended where it is not so, and shown."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Executable, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from portal.referrals import rules
from portal.referrals.answer import release_others
from portal.referrals.matrix import current_offer
from portal.referrals.models import Asking, Need, NeedFault, Offer, OfferEvent
from portal.referrals.moves import Ground, lock_need, settle
from portal.referrals.queries import closed_for_sender_sql, in_the_dark_sql
from portal.store import Actor, audit, clock, db, heartbeat, write
from portal.store.actor import CLOCK

JOB = "referrals.check"
SLOW = timedelta(minutes=1)  # a deadline that nobody has acted on for longer is late: is the worker up?
TAKEN = rules.HELD | {"connected"}
# kind of fault -> the rule that it breaks
RULES = {
    "no_owner": "an open need has one owner and one next deadline",
    "two_takers": "one service at most takes a person on",
    "asked_beside_taken": "nobody is asked any more once a service has said yes",
    "asked_twice": "one service at a time is asked",
    "closed_but_open": "a closed need has no open offer",
    "log": "the log replays to the state that stands",
}
# Deadlines that only remind somebody: these may come early, at once. The others change something by themselves.
REMINDERS = frozenset(
    ("seen_by", "supervisor", "information", "next_step", "handoff_by", "arrival_asked", "follow_up")
)


def check(now: datetime) -> int:
    """Look at all open needs (some SELECTs, none of them a row at a time) and mend what is broken, a transaction a need.
    Returns how many were newly found.

    A broken need goes to its owner with a deadline that is now, and the audit trail says so. What cannot be mended by
    itself (two services that took the person, a log with a gap) stays on the board until somebody has seen to it.
    """
    broken = faults(db.session())
    db.session.rollback()
    found = sum(_see_to(need_id, now) for need_id in broken)
    _settled(broken, now)
    heartbeat.beat(JOB)
    return found


def faults(session: Session, need_id: UUID | None = None) -> dict[UUID, tuple[str, ...]]:
    """Need -> the rules that it breaks; of one need, or of all."""
    found: dict[UUID, list[str]] = {}
    for query in (_of_open_needs(need_id), _closed_but_open(need_id), _gaps(need_id)):
        for key, kind in _kinds(session, query):
            found.setdefault(key, []).append(kind)
    return {key: tuple(kinds) for key, kinds in found.items()}


def _kinds(session: Session, query: Executable) -> Iterator[tuple[UUID, str]]:
    for row in session.execute(query):
        for kind in RULES:
            if row._mapping.get(kind):
                yield row.id, kind


def _of_open_needs(need_id: UUID | None) -> Executable:
    taken, asked = (func.sum(case((Offer.state.in_(states), 1), else_=0)) for states in (TAKEN, rules.ASKED))
    lost = or_(
        Need.deadline.is_(None),
        Need.owner.not_in(rules.OWNERS),
        Need.deadline_name.not_in(rules.DEADLINES),
    )
    kinds: dict[str, ColumnElement[bool]] = {
        "no_owner": func.max(case((lost, 1), else_=0)) > 0,
        "two_takers": taken > 1,
        "asked_beside_taken": and_(taken > 0, asked > 0),
        "asked_twice": asked > 1,
    }
    return (
        select(Need.id, *(kind.label(name) for name, kind in kinds.items()))
        .outerjoin(Offer, Offer.need_id == Need.id)
        .where(Need.closed_at.is_(None), *_only(need_id))
        .group_by(Need.id)
        .having(or_(*kinds.values()))
    )


def _closed_but_open(need_id: UUID | None) -> Executable:
    open_still = exists().where(Offer.need_id == Need.id, Offer.state.in_(rules.OPEN))
    return select(Need.id, open_still.label("closed_but_open")).where(
        Need.closed_at.is_not(None), open_still, *_only(need_id)
    )


def _gaps(need_id: UUID | None) -> Executable:
    """Open needs with an event that does not begin where the one before it ended, or a last one that is not the state."""
    of_offer: dict[str, Any] = {"partition_by": OfferEvent.offer_id, "order_by": OfferEvent.number}
    steps = (
        select(
            OfferEvent.offer_id,
            OfferEvent.from_state,
            OfferEvent.to_state,
            func.lag(OfferEvent.to_state, 1, "draft").over(**of_offer).label("stood"),
            func.lead(OfferEvent.number).over(**of_offer).label("following"),
        )
        .join(Offer, Offer.id == OfferEvent.offer_id)
        .join(Need, Need.id == Offer.need_id)
        .where(Need.closed_at.is_(None), *_only(need_id))
        .subquery()
    )
    gap = or_(
        steps.c.offer_id.is_(None),
        steps.c.from_state != steps.c.stood,
        and_(steps.c.following.is_(None), steps.c.to_state != Offer.state),
    )
    return (
        select(Need.id, func.count().label("log"))
        .join(Offer, Offer.need_id == Need.id)
        .outerjoin(steps, steps.c.offer_id == Offer.id)
        .where(Need.closed_at.is_(None), gap, *_only(need_id))
        .group_by(Need.id)
    )


def _only(need_id: UUID | None) -> list[ColumnElement[bool]]:
    return [] if need_id is None else [Need.id == need_id]


def _see_to(need_id: UUID, now: datetime) -> int:
    """Look again under the need's lock; write down what is new, and hand the need over. 1 when something was new."""
    with write() as session:
        need = lock_need(session, need_id, skip_locked=True)
        kinds = faults(session, need_id).get(need_id, ()) if need is not None else ()
        known = {row.kind: row for row in _rows(session, need_id)}
        new = [kind for kind in kinds if kind not in known or known[kind].mended_at is not None]
        if need is None or not new:
            return 0
        _mend(session, need, kinds, now)
        left = faults(session, need_id).get(need_id, ())
        for kind in new:
            row = known.get(kind) or NeedFault(need_id=need_id, kind=kind)
            row.found_at, row.mended_at = now, None if kind in left else now
            session.add(row)
        audit.append(CLOCK, "mend_need", "need", need_id, ",".join(new))
        return 1


def _mend(session: Session, need: Need, kinds: tuple[str, ...], now: datetime) -> None:
    """One owner and one deadline, which is now; what is asked beside a yes is released."""
    offer = current_offer(need)
    taken = next((one for one in need.offers if one.state in TAKEN), None)
    if "asked_beside_taken" in kinds and taken is not None and taken.state in rules.HELD:
        release_others(Ground(session, CLOCK, need, taken, "clock", now))
    settle(session, need, now, closed_at=None, close_reason="")
    if need.deadline is None or (need.deadline > now and offer is not None):
        name = need.deadline_name if need.deadline_name in REMINDERS else "supervisor"
        _due_now(session, need, name, now)


def _due_now(session: Session, need: Need, name: str, now: datetime) -> None:
    need.deadline, need.deadline_name, need.version = now, name, need.version + 1
    session.flush()


def _rows(session: Session, need_id: UUID) -> list[NeedFault]:
    return list(session.scalars(select(NeedFault).where(NeedFault.need_id == need_id)))


def _settled(broken: dict[UUID, tuple[str, ...]], now: datetime) -> None:
    """Faults that somebody has seen to since leave the board."""
    with write() as session:
        for row in session.scalars(select(NeedFault).where(NeedFault.mended_at.is_(None))):
            if row.kind not in faults(session, row.need_id).get(row.need_id, ()):
                row.mended_at = now


@dataclass(frozen=True)
class Board:
    """How the clocks stand. open: needs that are open as far as their senders may know. without: those without one owner and one
    deadline. oldest: the nearest deadline of all, and of every asking for room, past if it is late. No person, no answer."""

    open: int
    without: int
    oldest: datetime | None
    late: timedelta | None
    checked_at: datetime | None

    @property
    def owned(self) -> int:
        return self.open - self.without


def board(actor: Actor) -> Board | None:
    """For an admin the whole community, for a supervisor the units that are theirs; None for anybody else."""
    if actor.kind != "account":
        return None
    here, askings = [Need.community_id == actor.community_id], [Asking.community_id == actor.community_id]
    if not actor.has("admin"):
        homes = actor.organizations("supervisor")
        if not homes:
            return None
        here.append(Need.sender_organization_id.in_(homes))
        askings.append(Asking.sender_organization_id.in_(homes))
    session, now = db.session(), clock.now()
    is_open = session.scalar(select(func.count()).select_from(Need).where(*here, ~closed_for_sender_sql()))
    broken = session.scalar(
        select(func.count(NeedFault.need_id.distinct()))
        .join(Need, Need.id == NeedFault.need_id)
        .where(*here, NeedFault.mended_at.is_(None))
    )
    deadlines = select(Need.deadline).where(*here, Need.closed_at.is_(None), ~in_the_dark_sql())
    asked = select(Asking.deadline).where(*askings, Asking.closed_at.is_(None))
    oldest = session.scalar(select(func.min(deadlines.union_all(asked).subquery().c.deadline)))
    late = now - oldest if oldest is not None and now - oldest > SLOW else None
    return Board(is_open or 0, broken or 0, oldest, late, heartbeat.last(JOB))


def clocks_late(now: datetime) -> float:
    """Seconds since the oldest deadline that nobody has acted on, over the whole install; 0 while the clocks run. A monitor's
    figure: it tells of the worker, not of a referral."""
    session = db.session()
    firsts = [
        session.scalar(select(func.min(row.deadline)).where(row.closed_at.is_(None)))
        for row in (Need, Asking)
    ]
    oldest = min((first for first in firsts if first is not None), default=now)
    return max((now - oldest).total_seconds(), 0.0)
