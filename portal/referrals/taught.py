"""What declines teach: a service that keeps saying "not the right place" to a kind of need is proposed later, with the reason.

Only whole months count, and only where a reason was given eleven times in a year: fewer could be traced to single people, and a
sender who may not hear the answer must not read it out of tomorrow's list.
"""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.directory.models import Community
from portal.referrals.models import DeclineTally, Need
from portal.referrals.rules import DECLINE_REASONS
from portal.referrals.tallies import add_one, month_of, today_in
from portal.store import db

OFTEN = 11  # times in the months that count: the smallest number that any report shows
MONTHS = 12
BY_AGE = ("age",)  # reasons that say something of this age band alone


def learn(session: Session, need: Need, listing_id: UUID, reason: str) -> None:
    """Count one decline for a reason of eligibility, inside its transaction. Other reasons teach nothing."""
    if DECLINE_REASONS[reason].group != "eligibility":
        return
    month = month_of(today_in(session.get_one(Community, need.community_id)))
    key = {
        "service_at_location_id": listing_id,
        "need": need.code,
        "age_band": need.age_band,
        "reason": reason,
        "month": month,
    }
    add_one(session, DeclineTally, key, ("times",))


def often_declines(need: Need, listing_ids: Collection[UUID]) -> dict[UUID, str]:
    """Listing -> the reason it gives most to needs like this one, for those that give it often."""
    this_month = month_of(today_in(db.session.get_one(Community, need.community_id)))
    times = func.sum(DeclineTally.times)
    rows = db.session.execute(
        select(DeclineTally.service_at_location_id, DeclineTally.reason, times)
        .where(
            DeclineTally.service_at_location_id.in_(listing_ids),
            DeclineTally.need == need.code,
            DeclineTally.month < this_month,
            DeclineTally.month >= _a_year_before(this_month),
            DeclineTally.reason.not_in(BY_AGE) | (DeclineTally.age_band == need.age_band),
        )
        .group_by(DeclineTally.service_at_location_id, DeclineTally.reason)
        .having(times >= OFTEN)
        .order_by(times, DeclineTally.reason)
    )
    return {listing_id: reason for listing_id, reason, _times in rows}


def _a_year_before(month: date) -> date:
    """The first of the twelve months before this one."""
    return month.replace(year=month.year - MONTHS // 12)
