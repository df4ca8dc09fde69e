"""The one way in which an ask changes its state: the table is asked, one conditional UPDATE, one log line, one audit row.

As in moves.py the row that all share (here the asking's) is locked first, and still each UPDATE names the state and version
it expects. Whoever changes an asking settles it: its winner, its owner, its next deadline.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, ScalarSelect, select, update
from sqlalchemy.orm import Session

from portal.messages import drop_about
from portal.referrals import ask_letters
from portal.referrals.access import KEPT, SENDERS
from portal.referrals.ask_rules import ASK_MOVES, LAST
from portal.referrals.models import AskEvent, Asking, CapacityAsk
from portal.referrals.moves import now_reads, overtaken
from portal.referrals.plan import Plan
from portal.store import Actor, audit
from portal.store.actor import CLOCK


@dataclass
class AskGround:
    """What a verb on one ask stands on, inside its transaction."""

    session: Session
    actor: Actor
    asking: Asking
    ask: CapacityAsk
    role: str
    now: datetime

    def move(self, action: str, **values: Any) -> None:
        """Take the ask along one row of the table. Conflict when the table or the database says no."""
        ask, was, row = self.ask, self.ask.state, ASK_MOVES[action]
        if self.role not in row.roles or was not in row.sources:
            raise overtaken()
        values |= {"state": row.target, "version": ask.version + 1}
        done = self.session.execute(
            update(CapacityAsk)
            .where(CapacityAsk.id == ask.id, CapacityAsk.state == was, CapacityAsk.version == ask.version)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
        if cast(CursorResult[Any], done).rowcount != 1:
            raise overtaken()
        now_reads(ask, **values)
        note(self.session, self.actor, ask, action, was, self.role, self.now)
        audit.append(self.actor, action, "capacity_ask", ask.id)


def note(
    session: Session, actor: Actor, ask: CapacityAsk, action: str, was: str, role: str, now: datetime
) -> None:
    """One line of the ask's log."""
    session.add(
        AskEvent(
            ask_id=ask.id,
            at=now,
            action=action,
            from_state=was,
            to_state=ask.state,
            role=role,
            actor_kind=actor.kind,
            account_id=actor.account_id,
            channel=ask.channel if role == "receiver" else "",
        )
    )


def roles_in(actor: Actor, asking: Asking, ask: CapacityAsk | None, now: datetime) -> frozenset[str]:
    """The table's roles that this actor has here; empty for a stranger. sender: the unit that asked, until 30 days after the
    close. supervisor: of that unit, once the clock has called for one. receiver: the people of the service, or its link."""
    if actor.kind == "clock":
        return frozenset(("clock",))
    if actor.kind == "link":
        return frozenset(("receiver",)) if ask is not None and actor.ask_id == ask.id else frozenset()
    if actor.kind != "account" or actor.community_id != asking.community_id:
        return frozenset()
    found, home = set(), asking.sender_organization_id
    if asking.closed_at is None or now <= asking.closed_at + KEPT:
        own = actor.account_id == asking.sender_account_id and home in actor.organizations("supervisor")
        if own or home in actor.organizations(*SENDERS):
            found.add("sender")
        elif asking.escalated_at is not None and home in actor.organizations("supervisor"):
            found.add("supervisor")
    if ask is not None and ask.organization_id in actor.organizations("provider"):
        found.add("receiver")
    return frozenset(found)


def lock_asking(
    session: Session, asking_id: UUID | ScalarSelect[UUID], skip_locked: bool = False
) -> Asking | None:
    """The asking, read afresh under a lock, with its asks."""
    return session.scalar(
        select(Asking)
        .where(Asking.id == asking_id)
        .with_for_update(of=Asking, skip_locked=skip_locked)
        .execution_options(populate_existing=True)
    )


def stage(asking: Asking) -> str:
    """How it stands as a whole: asking, held (the winner's place waits for the sender), choose (nobody has room, and the next
    step is the sender's), or why it was closed."""
    if asking.closed_at is not None:
        return asking.close_reason
    if asking.winner is not None:
        return "held"
    return "asking" if any(ask.state == "asked" for ask in asking.asks) else "choose"


def settle_asking(session: Session, asking: Asking, now: datetime, fired: str = "", **values: Any) -> None:
    """Write who owns it and what falls due next, with these values. Conflict when somebody changed it meanwhile.

    fired: the deadline that was just acted on. A step that has become the sender's begins now, whoever's it was before.
    """
    session.flush()
    before = asking.version
    was = (asking.winner, asking.turn_at is not None)
    now_reads(asking, **values)
    stands = stage(asking)
    if stands in ("held", "choose") and was != (asking.winner, True):
        values |= {"turn_at": now, "escalated_at": None}
        now_reads(asking, turn_at=now, escalated_at=None)
    name, at, owner = _next_due(asking, stands, fired)
    values |= {"deadline": at, "deadline_name": name, "owner": owner, "version": before + 1}
    done = session.execute(
        update(Asking)
        .where(Asking.id == asking.id, Asking.version == before)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if cast(CursorResult[Any], done).rowcount != 1:
        raise overtaken()
    now_reads(asking, **values)


def _next_due(asking: Asking, stands: str, fired: str) -> tuple[str, datetime | None, str]:
    """Which deadline is next, when, and who must act. A closed asking has none."""
    if asking.closed_at is not None:
        return asking.deadline_name, None, asking.owner
    plan = Plan.from_json(asking.plan)
    if stands == "asking":
        name = "seen_by" if asking.deadline_name == "seen_by" and fired != "seen_by" else "decide_by"
        return name, plan.after(getattr(plan.clocks, name), asking.asked_at), "receiver"
    turn = asking.turn_at or asking.asked_at
    if asking.escalated_at is not None:
        return (
            "lapses",
            max(plan.after(plan.clocks.next_step, turn), asking.escalated_at) + LAST,
            "supervisor",
        )
    name = "send_by" if stands == "held" else "choose_by"
    return name, plan.after(plan.clocks.next_step, turn), "sender"


def release_others(session: Session, asking: Asking, now: datetime) -> None:
    """Whoever has not answered is told that it is no longer needed, each with a line in its log."""
    for other in asking.asks:
        if other.state == "asked":
            AskGround(session, CLOCK, asking, other, "clock", now).move("release")
            drop_about(other.id)
            ask_letters.tell_over(other)


def close(session: Session, actor: Actor, asking: Asking, reason: str, now: datetime) -> None:
    """The asking ends: `sent`, `not_needed` or `lapsed`. Whoever was asked and whoever keeps a place is told, but for the
    service that an offer goes to: that letter says enough, see `sent_to`."""
    release_others(session, asking, now)
    drop_about(asking.id)
    if reason != "sent":
        for ask in asking.asks:
            if ask.state == "yes":
                drop_about(ask.id)
                ask_letters.tell_over(ask)
    settle_asking(session, asking, now, closed_at=now, close_reason=reason, escalated_at=None)
    audit.append(actor, "close_asking", "asking", asking.id, reason)
