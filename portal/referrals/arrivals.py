"""A code that goes along to a victim service: how many were handed over and how many came back, and never whose.

A code is tied to no person, no call and no caller: stored are its digest, the listing and the day, and once it came back not
even these. The counts are per service and month.
"""

import hashlib
import hmac
from datetime import date, timedelta
from uuid import UUID

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from portal.directory import can_refer
from portal.directory.models import Community, ServiceAtLocation
from portal.referrals.models import ArrivalCode, ArrivalTally
from portal.referrals.moves import NotHere
from portal.referrals.send import listing_here
from portal.referrals.spoken import heard, new_code
from portal.referrals.tallies import add_one, month_of, today_in
from portal.store import Actor, Refused, TooMany, clock, db, limits, write

GOOD_FOR = timedelta(days=30)
TRIES, TRIES_SECONDS = 10, 3600  # guesses of one person
DAY_TRIES, DAY_SECONDS = 30, 24 * 3600  # guesses at one listing


def hand_over_code(session: Session, actor: Actor, listing: ServiceAtLocation) -> str:
    """A new code for this victim service, inside the call's transaction: said once, to whoever called, and stored as a digest.
    No audit row and no time of day, which would tie it to the one who got it. Old codes are forgotten on the way."""
    today = _today(session, actor)
    session.execute(delete(ArrivalCode).where(ArrivalCode.day < today - GOOD_FOR))
    code = new_code()
    while session.get(ArrivalCode, _digest(listing.id, code)) is not None:
        code = new_code()
    session.add(ArrivalCode(digest=_digest(listing.id, code), service_at_location_id=listing.id, day=today))
    add_one(
        session,
        ArrivalTally,
        {"service_at_location_id": listing.id, "month": month_of(today)},
        ("handed",),
    )
    return code


def enter_code(actor: Actor, listing_id: UUID, code: str) -> None:
    """Somebody came with a code: their service's own people type it, and it is counted and forgotten.

    The same for a code that nobody handed over, for one that came before, and for one that is too old: nothing is said of
    it. NotHere for others than the service's people; Refused for an empty field; TooMany after ten tries an hour.
    """
    said = heard(code)
    if not said:
        raise Refused(_("Type the code."), "code")
    listing = _own(actor, listing_id)
    within = limits.tried("arrival_code", str(actor.account_id), most=TRIES, seconds=TRIES_SECONDS)
    if not within or not limits.tried(
        "arrival_code_day", str(listing.id), most=DAY_TRIES, seconds=DAY_SECONDS
    ):
        raise TooMany(_("Too many tries. Wait an hour."), TRIES_SECONDS)
    with write() as session:
        digest = _digest(listing.id, said)
        day = session.scalar(select(ArrivalCode.day).where(ArrivalCode.digest == digest))
        if day is None or day < _today(session, actor) - GOOD_FOR:
            return
        gone = session.execute(delete(ArrivalCode).where(ArrivalCode.digest == digest))
        if not isinstance(gone, CursorResult) or gone.rowcount != 1:
            return
        session.execute(
            update(ArrivalTally)
            .where(ArrivalTally.service_at_location_id == listing.id, ArrivalTally.month == month_of(day))
            .values(arrived=ArrivalTally.arrived + 1)
        )


def forget_codes() -> int:
    """Codes that nobody brought in 30 days are gone; returns how many."""
    with write() as session:
        oldest = clock.now().date() - GOOD_FOR - timedelta(days=1)
        gone = session.execute(delete(ArrivalCode).where(ArrivalCode.day < oldest))
    return gone.rowcount if isinstance(gone, CursorResult) else 0


def takes_codes(actor: Actor, listing_id: UUID) -> ServiceAtLocation | None:
    """The victim service, for its own people; None for others, a steward too."""
    try:
        return _own(actor, listing_id)
    except NotHere:
        return None


def _own(actor: Actor, listing_id: UUID) -> ServiceAtLocation:
    listing = listing_here(db.session(), actor, listing_id)
    own = listing.service.organization_id in actor.organizations("provider")
    if not own or can_refer(listing) != "victim_call":
        raise NotHere
    return listing


def _today(session: Session, actor: Actor) -> date:
    return today_in(session.get_one(Community, actor.community_id))


def _digest(listing_id: UUID, code: str) -> str:
    """Keyed by the install's secret, so that nobody who reads the table can try all codes."""
    secret = str(current_app.secret_key).encode()
    return hmac.new(secret, b"arrival" + listing_id.bytes + code.encode(), hashlib.sha256).hexdigest()
