"""After the accept: tries to reach the person, and the follow-ups at 1, 7 and 30 days."""

from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.referrals import rules
from portal.referrals.access import knows, roles_at
from portal.referrals.ledger import write_beside
from portal.referrals.matrix import current_offer
from portal.referrals.models import Attempt, FollowUp, Offer
from portal.referrals.moves import NotHere, lock_need, overtaken, settle, standing_on
from portal.referrals.onward import go_on
from portal.referrals.requests import Moved
from portal.referrals.stages import enough_tries, zone_of
from portal.store import Actor, Refused, audit, clock, limits, write

AFTER = rules.HELD | {"connected", "no_information"}  # the person was taken on: follow-ups may be recorded


def record_attempt(
    actor: Actor,
    offer_id: UUID,
    means: str,
    result: str,
    *,
    at: datetime | None = None,
    follow_up_id: UUID | None = None,
) -> UUID:
    """One try to reach the person. means: rules.MEANS, result: rules.ATTEMPT_RESULTS; at: UTC, since the send, not in the
    future. By the service, or by a sender who may know that it said yes. Returns the attempt's id. A sender's try is read by
    the service, so it stands in the ledger; a service's own tries are read by nobody else."""
    if means not in rules.MEANS:
        raise Refused(_("Choose one."), "means")
    if result not in rules.ATTEMPT_RESULTS:
        raise Refused(_("Choose one."), "result")
    with write() as session:
        offer = _taken_on(session, actor, offer_id)
        now = clock.now()
        moment = at or now
        if not offer.sent_at - timedelta(minutes=1) <= moment <= now + timedelta(minutes=1):
            raise Refused(_("Give a time between the sending and now."), "at")
        task = session.get(FollowUp, follow_up_id) if follow_up_id else None
        if follow_up_id and (task is None or task.offer_id != offer.id):
            raise NotHere
        limits.spend("note", str(actor.account_id))
        side = "receiver" if "receiver" in roles_at(actor, offer.need, offer, now) else "sender"
        row = Attempt(
            recorded_by=side,
            offer_id=offer.id,
            follow_up_id=follow_up_id,
            at=moment,
            means=means,
            result=result,
            account_id=actor.account_id,
        )
        session.add(row)
        session.flush()
        if side == "sender" and task is None:  # a follow-up's own row says it of a try within it
            write_beside(session, actor, offer, "follow_up")
        audit.append(actor, "record_attempt", "offer", offer.id)
        return row.id


def finish_follow_up(actor: Actor, follow_up_id: UUID, result: str, *, means: str | None = None) -> None:
    """What a follow-up found: rules.FOLLOW_UP_RESULTS. With `means`, the contact is recorded as an attempt too. A follow-up
    is finished once; Conflict after that."""
    if result not in rules.FOLLOW_UP_RESULTS:
        raise Refused(_("Choose one."), "result")
    with write() as session:
        task = session.get(FollowUp, follow_up_id)
        if task is None:
            raise NotHere
        offer = _taken_on(session, actor, task.offer_id)
        session.refresh(task)
        if task.done_at is not None:
            raise overtaken()
        now = clock.now()
        task.done_at, task.result = now, result
        if means:
            reached = "no_answer" if result == "not_reached" else "reached"
            record_attempt(actor, offer.id, means, reached, follow_up_id=task.id)
        if current_offer(offer.need) is offer and offer.state in rules.HELD:
            settle(session, offer.need, now)
        write_beside(session, actor, offer, "follow_up")
        audit.append(actor, "finish_follow_up", "offer", offer.id)


def mark_unable_to_reach(actor: Actor, offer_id: UUID, *, version: int) -> Moved:
    """After three tries on three days of the community's calendar, and nobody reached. Refused before that. Hands the need back to its owner."""
    with write() as session:
        ground = standing_on(session, actor, offer_id, "mark_unable_to_reach", version)
        ground.check("mark_unable_to_reach")
        if not enough_tries(ground.offer, zone_of(session, ground.need)):
            raise Refused(_("Try three times, on three days, and record each try."), "attempts")
        ground.move("mark_unable_to_reach")
        go_on(ground, by_itself=False)
        return ground.moved()


def _taken_on(session: Session, actor: Actor, offer_id: UUID) -> Offer:
    """The offer, for its service or a sender who may know of its yes. Conflict when nobody has taken the person on."""
    need_id = session.scalar(select(Offer.need_id).where(Offer.id == offer_id))
    need = lock_need(session, need_id) if need_id else None
    if need is None:
        raise NotHere
    offer = session.get_one(Offer, offer_id, populate_existing=True)
    roles = roles_at(actor, need, offer, clock.now())
    if actor.kind == "link" or not ("receiver" in roles or ("sender" in roles and knows(need, offer))):
        raise NotHere
    if offer.state not in AFTER:
        raise overtaken()
    return offer
