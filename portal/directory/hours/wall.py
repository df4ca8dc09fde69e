"""The clock on a wall somewhere, and the moments at which it shows a time. No database.

A time that the clocks skip in spring is the moment to which they jump; one that comes twice in autumn is meant as it comes first.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@lru_cache(maxsize=200)
def zone(name: str) -> ZoneInfo | None:
    """The IANA zone, or None when there is no such zone."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        return None


def moment_of(where: ZoneInfo, day: date, at: time) -> datetime:
    """When the wall clock there shows this, in UTC."""
    offset = steady(where, day)
    wall = datetime.combine(day, at)
    if offset is not None:
        return (wall - offset).replace(tzinfo=UTC)
    return _near_a_change(where, wall)


@lru_cache(20_000)
def steady(where: ZoneInfo, day: date) -> timedelta | None:
    """How far ahead of UTC the clocks are from the day before to the end of the day after; None when they change in between."""
    ends = (datetime.combine(day - DAY, time(), where), datetime.combine(day + 2 * DAY, time(), where))
    first, last = (end.utcoffset() for end in ends)
    return first if first == last else None


@lru_cache(2000)
def _near_a_change(where: ZoneInfo, wall: datetime) -> datetime:
    found = wall.replace(tzinfo=where).astimezone(UTC)
    there = found.astimezone(where)
    if there.replace(tzinfo=None) == wall:
        return found
    # The clocks skip this time: back to the minute in which they jump.
    moment = wall.replace(tzinfo=where, fold=1, second=0, microsecond=0).astimezone(UTC)
    while moment.astimezone(where).utcoffset() != there.utcoffset():
        moment += MINUTE
    return moment
