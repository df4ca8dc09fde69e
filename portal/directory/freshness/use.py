"""Confirmed by use: a listing whose desk keeps saying yes is right, whatever its date says.

Counted by the month, and told only of whole months with eleven yeses in three of them: fewer could be traced to single
requests, and a sender who may not hear the answer must not read it off the listing's page.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.directory import models as d
from portal.directory.feed import record_change
from portal.directory.freshness.trust import trust_of
from portal.store import clock, write
from portal.store.tallies import add_one, month_of, months_before

OFTEN = 11  # the smallest number that any report shows
MONTHS = 3


def note_use(session: Session, sal_id: UUID) -> None:
    """A desk said yes to a request, in that transaction. One more in this month's count; nothing else changes now."""
    key = {"service_at_location_id": sal_id, "month": month_of(clock.now().date())}
    add_one(session, d.UseTally, key, ("accepted",))


def settle_use(now: datetime) -> int:
    """After a month's end: what was used often counts as confirmed up to its last day. Writes the listings' trust and the
    change feed; returns how many listings that was."""
    month = month_of(now.date())
    last_day = month - timedelta(days=1)
    with write() as session:
        found = 0
        for number in _often_used(session, month):
            trust = trust_of(session, number)
            if trust.used_date is None or trust.used_date < last_day:
                trust.used_date = last_day
                session.flush()
                record_change(session, number)
                found += 1
    return found


def _often_used(session: Session, month: date) -> list[int]:
    """Numbers of the listings with OFTEN yeses in the MONTHS whole months before this one."""
    return list(
        session.scalars(
            select(d.ServiceAtLocation.number)
            .join(d.UseTally, d.UseTally.service_at_location_id == d.ServiceAtLocation.id)
            .where(d.UseTally.month < month, d.UseTally.month >= months_before(month, MONTHS))
            .group_by(d.ServiceAtLocation.number)
            .having(func.sum(d.UseTally.accepted) >= OFTEN)
            .order_by(d.ServiceAtLocation.number)
        )
    )
