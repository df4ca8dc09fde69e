"""The one way in which an offer changes its state: the table is asked, one conditional UPDATE, one event, one audit row.

A verb takes its ground (`standing_on`), moves, and settles the need: owner and next deadline. The need's row is locked
first on PostgreSQL and the whole database on SQLite, and still the UPDATE names the state and version it expects, so
of two at once exactly one wins.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import CursorResult, ScalarSelect, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from portal.messages import drop_about
from portal.referrals import letters
from portal.referrals.access import in_the_dark, knows, roles_at
from portal.referrals.deadlines import NEXT_STEP, Facts, next_deadline
from portal.referrals.ledger import write_down, write_move
from portal.referrals.matrix import current_offer, known_version, turn_at
from portal.referrals.models import Asking, CapacityAsk, FollowUp, Need, Offer, OfferEvent
from portal.referrals.plan import PAUSE, Plan
from portal.referrals.requests import Moved
from portal.referrals.rules import ASKED, ENDS, HELD, MOVES
from portal.store import Actor, Conflict, audit, clock

# What a sender in the dark may do: the same before and after an answer, whatever it was.
IN_THE_DARK = frozenset(("give_information", "record_handoff", "cancel", "withdraw", "void"))
PREFERRED = ("receiver", "sender", "supervisor", "admin", "clock")


class NotHere(Exception):  # noqa: N818
    """Not the actor's, or not there: the doors answer 404 for both, and the same."""


@dataclass
class Ground:
    """What a verb stands on, inside its transaction."""

    session: Session
    actor: Actor
    need: Need
    offer: Offer
    role: str
    now: datetime

    @property
    def dark(self) -> bool:
        """The one who acts is the sender (or supervisor), and may not know what this service answers."""
        return self.role in ("sender", "supervisor") and not knows(self.need, self.offer)

    def move(
        self, action: str, *, reason: str = "", note: str = "", channel: str = "", **values: Any
    ) -> None:
        """Take the offer along one row of the table. Conflict when the table or the database says no."""
        self.check(action)
        self.change(MOVES[action].target, action, reason=reason, note=note, channel=channel, **values)

    def check(self, action: str) -> None:
        """Conflict when the table says no. Asked before what was typed is looked at: who came too late has no fault to mend."""
        row = MOVES[action]
        if self.role not in row.roles or self.offer.state not in row.sources:
            raise overtaken()

    def change(
        self, to: str, action: str, *, reason: str = "", note: str = "", channel: str = "", **values: Any
    ) -> None:
        """The conditional UPDATE, its event and its audit row."""
        offer, was = self.offer, self.offer.state
        done = self.session.execute(
            update(Offer)
            .where(Offer.id == offer.id, Offer.state == was, Offer.version == offer.version)
            .values(state=to, version=offer.version + 1, **values)
            .execution_options(synchronize_session=False)
        )
        if cast(CursorResult[Any], done).rowcount != 1:
            raise overtaken()
        now_reads(offer, state=to, version=offer.version + 1, **values)
        offer.events.append(
            OfferEvent(
                at=self.now,
                action=action,
                from_state=was,
                to_state=to,
                role=self.role,
                actor_kind=self.actor.kind,
                account_id=self.actor.account_id,
                channel=channel or self.actor.channel or ("link" if self.actor.kind == "link" else ""),
                reason=reason,
                note=note,
            )
        )
        audit.append(self.actor, action, "offer", offer.id)
        write_move(self.session, self.need, offer, action, self.role, self.now)

    def settle(self, *, close: str = "", **values: Any) -> None:
        """Owner and next deadline of the need, computed afresh; or its close."""
        settle(self.session, self.need, self.now, close=close, **values)

    def disclose(self, what: str, organization_id: UUID) -> None:
        """One row of the ledger."""
        write_down(self.session, self.need, self.offer, what, organization_id, at=self.now)

    def moved(self, code: str = "", callback: str = "") -> Moved:
        """What this actor may hear of it."""
        version = known_version(self.need) if self.dark else self.offer.version
        state = "" if self.dark else self.offer.state
        return Moved(self.offer.id, self.need.id, state, version, code, callback)


def overtaken() -> Conflict:
    """One sentence for every "no longer": it must not tell a sender in the dark what happened."""
    return Conflict(_("This has changed since you opened it. Look again before you act."))


def now_reads(row: Need | Offer | Asking | CapacityAsk, **values: Any) -> None:
    """The row in memory, as the UPDATE just made left the row stored: a second read of a locked row would tell nothing."""
    for name, value in values.items():
        set_committed_value(row, name, value)


def lock_need(session: Session, need_id: UUID | ScalarSelect[UUID], skip_locked: bool = False) -> Need | None:
    """The need, read afresh under a lock; what hangs on it is read afresh when it is asked for."""
    return session.scalar(
        select(Need)
        .where(Need.id == need_id)
        .with_for_update(of=Need, skip_locked=skip_locked)
        .execution_options(populate_existing=True)
    )


def standing_on(session: Session, actor: Actor, offer_id: UUID, action: str, version: int | None) -> Ground:
    """The ground for one action on one offer. NotHere for a stranger or a role that the table does not name; Conflict when the
    version is not the one that stands. version None is taken by withdraw and void alone: they hold whatever happened."""
    need = lock_need(session, select(Offer.need_id).where(Offer.id == offer_id).scalar_subquery())
    if need is None:
        raise NotHere
    offer = next(offer for offer in need.offers if offer.id == offer_id)
    now = clock.now()
    mine = roles_at(actor, need, offer, now) & MOVES[action].roles
    if not mine:
        raise NotHere
    ground = Ground(session, actor, need, offer, next(role for role in PREFERRED if role in mine), now)
    stands = known_version(need) if ground.dark else offer.version
    if actor.kind == "link" and (actor.offer_version != offer.version or offer.state not in ASKED):
        raise Conflict(_("This has moved on."))
    if version is not None and version != stands:
        raise overtaken()
    put_away = need.sender_closed_at is not None and action != "void"
    if ground.dark and (action not in IN_THE_DARK or put_away):
        raise overtaken()
    return ground


def settle(
    session: Session,
    need: Need,
    now: datetime,
    fired: tuple[str, datetime] | None = None,
    *,
    close: str = "",
    **values: Any,
) -> None:
    """Write the need's owner and next deadline; with `close`, that it is closed and why. A closed need stays closed.

    fired: the deadline just acted on. values: columns to write with them. Conflict when somebody changed the need meanwhile.
    """
    session.flush()
    offer = current_offer(need)
    if close:
        values |= {"closed_at": now, "close_reason": close}
    put_away = values.get("sender_closed_at", need.sender_closed_at) is not None
    if put_away:
        drop_about(need.id)
    elif in_the_dark(need):
        _keep_the_turn(need, now, bool(close))
    if values.get("closed_at", need.closed_at) is not None:
        values["deadline"] = None
        # In the dark it stays, or a supervisor would see by its going that the need has closed.
        if put_away or not in_the_dark(need):
            values["escalated_at"] = None
    else:
        if offer is not None and offer.state in HELD and knows(need, offer):
            values["escalated_at"] = None
        facts = facts_of(session, need, offer, values.get("escalated_at", need.escalated_at))
        past = now if fired is None and facts.state not in ASKED else None
        due = next_deadline(facts, fired, past)
        values |= {"owner": due.owner, "deadline": due.at, "deadline_name": due.name}
    done = session.execute(
        update(Need)
        .where(Need.id == need.id, Need.version == need.version)
        .values(version=need.version + 1, **values)
        .execution_options(synchronize_session=False)
    )
    if cast(CursorResult[Any], done).rowcount != 1:
        raise overtaken()
    now_reads(need, version=need.version + 1, **values)


def _keep_the_turn(need: Need, now: datetime, closing: bool) -> None:
    """A sender in the dark is told of their turn at its time, whatever a service did: also when that has just closed the need,
    or moved its clock past the turn before the worker came to it."""
    at = turn_at(need)
    pending = at is not None and need.deadline is not None and need.deadline <= at
    if at is not None and pending and (closing or at <= now):
        letters.tell_sender(need, "your_turn", not_before=max(at, now))


def facts_of(session: Session, need: Need, offer: Offer | None, escalated_at: datetime | None) -> Facts:
    """The few facts that the clocks need, read from the log."""
    plan = Plan.from_json(need.plan)
    events = offer.events if offer else []
    since = events[-1].at if events else need.sent_at
    asking = offer is not None and offer.state not in ENDS
    sent = offer.sent_at if offer else need.sent_at
    due: list[datetime] = []
    if offer is not None and offer.state in HELD:
        due = list(
            session.scalars(
                select(FollowUp.due_at).where(FollowUp.offer_id == offer.id, FollowUp.done_at.is_(None))
            )
        )
    return Facts(
        state=offer.state if offer is not None and asking else NEXT_STEP,
        plan=plan,
        listing=str(offer.service_at_location_id) if offer else "",
        sent_at=sent,
        started=sent + paused(events),
        since=since,
        accepted_at=next((event.at for event in reversed(events) if event.action == "accept"), None),
        answer_by=offer.answer_by if offer else None,
        by_phone=offer is not None and offer.channel == "phone",
        escalated=escalated_at is not None,
        turn_at=turn_at(need, plan),
        follow_ups=tuple(due),
    )


def paused(events: list[OfferEvent]) -> timedelta:
    """How long questions have stopped the clocks: 24 hours each at most. The question still open is not in it."""
    total, asked = timedelta(0), None
    for event in events:
        if event.to_state == "info_asked":
            asked = event.at
        elif asked is not None:
            total += min(event.at - asked, PAUSE)
            asked = None
    return total
