"""How often a listing is wanted: shown among hits, or opened. By listing and month, and nothing else; nobody can be told from it."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import Subquery, func, select

from portal.directory import models as d
from portal.store import write
from portal.store.tallies import add, month_of, months_before

MONTHS = 3  # this one and so many before it are looked at


class Wanted(NamedTuple):
    """One listing in one month; `how` is `shown` or `opened`."""

    number: int
    month: date
    how: str


def add_wanted(counts: Mapping[Wanted, int]) -> None:
    """Add these to what stands, in one transaction. Listings that are no longer there are left out."""
    with write() as session:
        asked = {wanted.number for wanted in counts}
        there = set(
            session.scalars(select(d.ServiceAtLocation.number).where(d.ServiceAtLocation.number.in_(asked)))
        )
        for wanted, times in sorted(counts.items()):
            if wanted.number in there:
                key = {"service_at_location_number": wanted.number, "month": wanted.month}
                add(session, d.ListingTally, key, {wanted.how: times})


def wanted_lately(today: date) -> Subquery:
    """(number, times) of listings that were shown or opened in this month and the MONTHS before it."""
    tally = d.ListingTally
    return (
        select(
            tally.service_at_location_number.label("number"),
            func.sum(tally.shown + tally.opened).label("times"),
        )
        .where(tally.month >= months_before(month_of(today), MONTHS))
        .group_by(tally.service_at_location_number)
        .subquery()
    )
