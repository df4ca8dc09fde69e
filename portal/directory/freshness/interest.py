"""How often a listing is wanted: shown among hits, or opened. By listing and month, and nothing else; nobody can be told from it."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import Subquery, func, select

from portal.directory import models as d
from portal.store import write
from portal.store.tallies import add_many, month_of, months_before

AT_ONCE = 500
MONTHS = 3  # this one and so many before it are looked at


class Wanted(NamedTuple):
    """One listing in one month; `how` is `shown` or `opened`."""

    number: int
    month: date
    how: str


def add_wanted(counts: Mapping[Wanted, int]) -> None:
    """Add these to what stands, AT_ONCE in a transaction, so that nobody waits for it. Listings that are no longer there are
    left out."""
    merged: dict[tuple[int, date], dict[str, int]] = {}
    for wanted, times in counts.items():
        merged.setdefault((wanted.number, wanted.month), {"shown": 0, "opened": 0})[wanted.how] += times
    keys = sorted(merged)
    for start in range(0, len(keys), AT_ONCE):
        batch = keys[start : start + AT_ONCE]
        with write() as session:
            at = d.ServiceAtLocation.number
            there = set(session.scalars(select(at).where(at.in_({number for number, _month in batch}))))
            rows = [
                {"service_at_location_number": number, "month": month, **merged[number, month]}
                for number, month in batch
                if number in there
            ]
            if rows:
                add_many(session, d.ListingTally, rows, ("shown", "opened"))


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
