"""Whether a listing is open, decided the slow way: every rule is counted out on a calendar, every clock is walked minute by minute.

It shares no code with portal/directory/hours. A time that the clocks skip is the minute to which they jump; one that comes
twice is meant as it comes first; a holiday takes away what begins on it, and nothing that began the evening before.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@dataclass(frozen=True)
class SlowLine:
    """A row of the table `schedule`, as far as it decides."""

    byday: str = ""
    opens_at: time | None = None
    closes_at: time | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    freq: str = "WEEKLY"
    interval: int | None = None
    dtstart: date | None = None
    until: date | None = None
    count: int | None = None
    bymonthday: str = ""
    season: str = ""
    closed_on: str = ""
    attending_type: str = ""


def slow_is_open(
    lines: Iterable[SlowLine],
    zone: str,
    moment: datetime,
    state: str = "",
    closures: Sequence[tuple[datetime, datetime]] = (),
) -> bool:
    """At `moment` (aware). closures: from and until, by the clock on the wall."""
    where = ZoneInfo(zone)
    if any(_first_minute(where, start) <= moment < _first_minute(where, end) for start, end in closures):
        return False
    today = moment.astimezone(where).date()
    for line in lines:
        if line.opens_at is None or line.closes_at is None or line.attending_type == "by appointment":
            continue
        for day in (today - DAY, today):
            if not _stands(line, day, state):
                continue
            last = day if line.closes_at > line.opens_at else day + DAY
            start = _first_minute(where, datetime.combine(day, line.opens_at))
            end = _first_minute(where, datetime.combine(last, line.closes_at))
            if start <= moment < end:
                return True
    return False


@lru_cache(50_000)
def _first_minute(where: ZoneInfo, wall: datetime) -> datetime:
    """The first minute in which the wall clock there shows this or more."""
    minute = (wall - timedelta(hours=15)).replace(tzinfo=UTC)
    while minute.astimezone(where).replace(tzinfo=None) < wall:
        minute += MINUTE
    return minute


def _stands(line: SlowLine, day: date, state: str) -> bool:
    if any(first and day < first for first in (line.valid_from, line.dtstart)):
        return False
    if any(last and day > last for last in (line.valid_to, line.until)):
        return False
    if not _on_rule(line, day):
        return False
    if line.count is not None and line.dtstart is not None:
        before = (line.dtstart + DAY * step for step in range((day - line.dtstart).days))
        if sum(_on_rule(line, each) for each in before) >= line.count:
            return False
    if line.season and not _in_season(line.season, day):
        return False
    return not any(day in _holidays(code, state, day.year) for code in line.closed_on.split(",") if code)


def _on_rule(line: SlowLine, day: date) -> bool:
    step = line.interval or 1
    codes = [code for code in line.byday.split(",") if code]
    if line.freq == "WEEKLY":
        monday = day - DAY * day.weekday()
        first = line.dtstart - DAY * line.dtstart.weekday() if line.dtstart else monday
        return CODES[day.weekday()] in codes and (monday - first).days // 7 % step == 0
    if line.dtstart and ((day.year - line.dtstart.year) * 12 + day.month - line.dtstart.month) % step:
        return False
    month = [date(day.year, day.month, number) for number in range(1, _length(day) + 1)]
    if codes and not any(day in _picked(month, code) for code in codes):
        return False
    numbers = [int(number) for number in line.bymonthday.split(",") if number]
    return not numbers or any(number in (day.day, day.day - len(month) - 1) for number in numbers)


def _picked(month: list[date], code: str) -> list[date]:
    days = [day for day in month if CODES[day.weekday()] == code[-2:]]
    if len(code) == 2:
        return days
    nth = int(code[:-2])
    return days[nth - 1 : nth] if nth > 0 else days[nth:][:1]


def _length(day: date) -> int:
    after = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return (after - DAY).day


def _in_season(season: str, day: date) -> bool:
    first, last = ((int(end[:2]), int(end[3:])) for end in season.split("/"))
    here, around = (day.month, day.day), first > last
    return (here >= first or here <= last) if around else first <= here <= last


def _holidays(code: str, state: str, year: int) -> set[date]:
    if code in ("state", "federal"):
        part = state if code == "state" and state else None
        return set(holidays.country_holidays("US", subdiv=part, years=year))
    if code == "thanksgiving":
        return {[date(year, 11, day) for day in range(1, 31) if date(year, 11, day).weekday() == 3][3]}
    if code == "christmas":
        day = date(year, 12, 25)
        kept = {5: day - DAY, 6: day + DAY}.get(day.weekday(), day)
        return {day, kept}
    raise AssertionError(f"no slow way to {code}")
