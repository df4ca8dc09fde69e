"""From an asking to an offer: the place that a service keeps is taken up, and the others with room are come back to."""

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.referrals.ask_moves import close, lock_asking, roles_in
from portal.referrals.ask_rules import LATE_YES
from portal.referrals.models import Asking, CapacityAsk, Need
from portal.referrals.moves import NotHere
from portal.store import Actor, Refused, clock, db


def take_up(session: Session, actor: Actor, asking_id: UUID, listing_id: UUID) -> Asking:
    """The asking, locked, before an offer to one of its services. NotHere when it is not the actor's; Refused for a service
    that was not asked in it, and when an offer has come of it already."""
    asking = lock_asking(session, asking_id)
    if asking is None or not roles_in(actor, asking, None, clock.now()) & {"sender", "supervisor"}:
        raise NotHere
    if listing_id not in {ask.service_at_location_id for ask in asking.asks}:
        raise Refused(_("This service was not asked for room. Begin a new referral."), "asking_id")
    if asking.close_reason == "sent":
        raise Refused(_("A referral was sent already. You find it under “My referrals”."), "asking_id")
    return asking


def sent_from(session: Session, actor: Actor, asking: Asking, need: Need) -> None:
    """An offer of this need has gone out: the asking is over, and whoever has not answered is told."""
    need.asking_id = asking.id
    if asking.closed_at is None:
        close(session, actor, asking, "sent", clock.now())


def asking_goes_with(session: Session, actor: Actor, need: Need, reason: str) -> None:
    """The asking that is open for this need ends with what its sender does: `sent` or `not_needed`."""
    if need.asking_id is None:
        return
    asking = lock_asking(session, need.asking_id)
    if asking is not None and asking.closed_at is None:
        close(session, actor, asking, reason, clock.now())


def said_yes(need: Need) -> list[UUID]:
    """The services that have room for this need by their own word, not a day old; whoever said so first comes first."""
    if need.asking_id is None:
        return []
    return list(
        db.session.scalars(
            select(CapacityAsk.service_at_location_id)
            .where(
                CapacityAsk.asking_id == need.asking_id,
                CapacityAsk.state == "yes",
                CapacityAsk.answered_at > clock.now() - LATE_YES,
            )
            .order_by(CapacityAsk.answered_at, CapacityAsk.ordinal)
        )
    )
