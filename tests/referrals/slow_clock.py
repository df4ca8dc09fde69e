"""The clocks once more, as slowly and plainly as can be: minute after minute of UTC is walked, and the wall is looked at.

Written from the product's tables and not from the code. A routine clock of N business days that starts at a moment:
from a closed minute it starts at the first open one; then days with an open minute are counted; it is due on the N-th of
them at the first minute whose wall clock is not before that of the start and that is open, or is the last of a stretch
that closes just then; and if there is none any more, when the day closes last.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
Opened = Callable[[datetime], bool]  # a moment of the wall clock -> somebody is there
# The product's table: minutes, or business days.
TABLE = {
    "now": {
        "seen_by": 3,
        "decide_by": 10,
        "supervisor": 10,
        "next_service": 15,
        "handoff_by": 30,
        "arrival_asked": 60,
    },
    "today": {
        "seen_by": 30,
        "decide_by": 120,
        "supervisor": 60,
        "next_service": 120,
        "handoff_by": 24 * 60,
        "arrival_asked": 72 * 60,
    },
    "routine": {
        "seen_by": 1,
        "decide_by": 2,
        "supervisor": 2,
        "next_service": 3,
        "handoff_by": 10,
        "arrival_asked": 10,
    },
}


@dataclass(frozen=True)
class Place:
    """A wall clock somewhere and who is there when."""

    zone: str
    opened: Opened

    @lru_cache(maxsize=4000)  # noqa: B019 - a few places, made once
    def day(self, day: date) -> tuple[tuple[datetime, datetime, bool], ...]:
        """Each minute of this local day as it passes: UTC, wall, open. A day has 23, 24 or 25 hours of them."""
        return tuple((moment, wall, self.opened(wall)) for moment, wall in _minutes(self.zone, day))

    def days_from(self, day: date) -> Iterator[date]:
        """Days on which somebody is there, this one first."""
        while True:
            if any(is_open for _moment, _wall, is_open in self.day(day)):
                yield day
            day += DAY


@lru_cache(maxsize=4000)
def _minutes(zone: str, day: date) -> tuple[tuple[datetime, datetime], ...]:
    """Of a zone of the eastern United States: its days begin 4 to 6 hours after those of UTC."""
    where = ZoneInfo(zone)
    moment = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    found = []
    for _minute in range(27 * 60):
        wall = moment.astimezone(where).replace(tzinfo=None, fold=0)
        if wall.date() == day:
            found.append((moment, wall))
        moment += MINUTE
    return tuple(found)


def due(place: Place, start: datetime, urgency: str, name: str) -> datetime:
    """When this clock of an offer that is sent (or accepted) at `start`, a whole minute, falls due."""
    length = TABLE[urgency][name]
    if urgency != "routine":
        moment = start
        for _minute in range(length):
            moment += MINUTE
        return moment
    return _business(place, start, length)


def _business(place: Place, start: datetime, days: int) -> datetime:
    open_days = place.days_from(start.astimezone(ZoneInfo(place.zone)).date())
    first, wall = _first_open(place, open_days, start)
    last = first
    for _day in range(days):
        last = next(open_days)
    minutes = place.day(last)
    before = False
    for moment, there, is_open in minutes:
        if there.time() >= wall.time() and (is_open or (before and there.time() == wall.time())):
            return moment
        before = is_open
    return max(moment for moment, _there, is_open in minutes if is_open) + MINUTE


def _first_open(place: Place, open_days: Iterator[date], start: datetime) -> tuple[date, datetime]:
    for day in open_days:
        for moment, wall, is_open in place.day(day):
            if is_open and moment >= start:
                return day, wall
    raise AssertionError("days do not end")
