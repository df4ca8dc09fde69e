"""Doubt about a listing: since when somebody who answers for it, or whom a steward believes, says that it is wrong.

A decline alone never casts doubt that anybody can see: its sender may not hear the answer, and would read it off the page.
It marks the listing for the steward, who decides.
"""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.directory import models as d
from portal.directory.feed import record_change
from portal.store import clock


def trust_of(session: Session, number: int) -> d.ListingTrust:
    """The row of this listing, made where there is none, in the open transaction."""
    found = session.get(d.ListingTrust, number)
    if found is None:
        found = d.ListingTrust(service_at_location_number=number)
        session.add(found)
        session.flush()
    return found


def cast_doubt(session: Session, number: int, by: str) -> bool:
    """From now on this listing says "call first" and stands lower, in the open transaction. `by`: steward, call, member or
    desk. False when it was in doubt already."""
    trust = trust_of(session, number)
    if trust.doubted_at is not None:
        return False
    trust.doubted_at, trust.doubt = clock.now(), by
    session.flush()
    record_change(session, number)
    return True


def lift_doubt(session: Session, service_id: UUID) -> bool:
    """A human says that it is right: no listing of this service is in doubt any more, in the open transaction. True when one
    was. Writes no change: the word itself does."""
    numbers = select(d.ServiceAtLocation.number).where(d.ServiceAtLocation.service_id == service_id)
    lifted = session.execute(
        update(d.ListingTrust)
        .where(d.ListingTrust.service_at_location_number.in_(numbers), d.ListingTrust.doubted_at.is_not(None))
        .values(doubted_at=None, doubt="")
    )
    return bool(getattr(lifted, "rowcount", 0))
