"""What may be done next with an offer, where that hangs on more than its state: read by the views and by the verbs alike."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from portal.directory.models import Community
from portal.referrals import rules
from portal.referrals.models import Need, Offer, OfferEvent

RECEIVED = rules.HELD | {"connected", "no_information"}  # the receiver has the person, or had


def zone_of(session: Session, need: Need) -> ZoneInfo:
    """The community's zone: days are counted in it."""
    return ZoneInfo(session.get_one(Community, need.community_id).time_zone)


def handoff_by(offer: Offer, side: str) -> bool:
    """Did this side record the handoff that stands?"""
    return offer.handoff is not None and offer.handoff.recorded_by == side


def may_correct_handoff(offer: Offer, side: str, now: datetime) -> bool:
    """The side that recorded it, within 24 hours of its first record, while the request stands."""
    first = next((event.at for event in offer.events if event.action == "record_handoff"), None)
    if first is None or not handoff_by(offer, side) or offer.state not in RECEIVED:
        return False
    return now <= first + rules.CORRECTION_TIME


def last_move(offer: Offer) -> OfferEvent | None:
    """The event that brought the offer where it stands; what was only added since (a corrected handoff) moved nothing."""
    return next((event for event in reversed(offer.events) if event.from_state != event.to_state), None)


def may_arrive(offer: Offer, now: datetime, zone: ZoneInfo) -> bool:
    """Its day has come, and nobody has said yet that the person did."""
    at = offer.appointment_at
    if offer.state != "scheduled" or offer.arrived_at is not None or at is None:
        return False
    return at.astimezone(zone).date() <= now.astimezone(zone).date()


def enough_tries(offer: Offer, zone: ZoneInfo) -> bool:
    """Three tries on three days of the community's calendar, and nobody reached."""
    missed = [attempt for attempt in offer.attempts if attempt.result != "reached"]
    days = {attempt.at.astimezone(zone).date() for attempt in missed}
    return len(missed) >= rules.TRIES and len(days) >= rules.TRY_DAYS
