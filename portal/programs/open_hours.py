"""When a program works: windows of its preset on the community's clock. Pure."""

import re
from collections.abc import Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from portal.programs.preset import Hours

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LINE = re.compile(
    r"(?:(?P<first>[A-Za-z]{3})(?:\s*-\s*(?P<last>[A-Za-z]{3}))?\s+)?"
    r"(?P<opens>\d{1,2}:\d\d)\s*-\s*(?P<closes>\d{1,2}:\d\d)"
)


def works_at(windows: Sequence[Hours], moment: datetime, zone: ZoneInfo) -> bool:
    """Whether the program works at this moment (UTC). Without windows it always does. A window that closes no later than it opens
    runs past midnight, and belongs to the day on which it opened."""
    if not windows:
        return True
    local = moment.astimezone(zone)
    return any(_covers(window, local) for window in windows)


def _covers(window: Hours, local: datetime) -> bool:
    opens, closes, at, today = (
        clock_time(window.opens),
        clock_time(window.closes),
        local.time(),
        local.weekday(),
    )
    if opens < closes:
        return _on(window, today) and opens <= at < closes
    return (_on(window, today) and at >= opens) or (_on(window, (today - 1) % 7) and at < closes)


def _on(window: Hours, day: int) -> bool:
    return day in days_of(window.days)


def days_of(text: str) -> frozenset[int]:
    """`Mon-Fri`, `Fri-Mon` or `Sat` as numbers, Monday 0; empty text: every day. ValueError for anything else."""
    if not text:
        return frozenset(range(7))
    first, _dash, last = text.partition("-")
    begin = DAYS.index(first.strip().title())
    end = DAYS.index((last or first).strip().title())
    return frozenset((begin + step) % 7 for step in range((end - begin) % 7 + 1))


def clock_time(text: str) -> time:
    """`8:00` as a time; 24:00 is midnight. ValueError for anything else."""
    hour, _colon, minute = text.partition(":")
    return time(int(hour) % 24 if (hour, minute) == ("24", "00") else int(hour), int(minute))


def read_hours(text: str) -> tuple[Hours, ...]:
    """Windows as they are typed, one on a line: `Mon-Fri 08:00-20:00`, or without days for every day. ValueError with the line."""
    found = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        match = _LINE.fullmatch(line)
        if match is None:
            raise ValueError(line)
        days = "-".join(filter(None, (match["first"], match["last"]))).title()
        try:
            days_of(days)
            times = [f"{clock_time(match[name]):%H:%M}" for name in ("opens", "closes")]
        except ValueError:
            raise ValueError(line) from None
        found.append(Hours(days=days, opens=times[0], closes=times[1]))
    return tuple(found)


def hours_lines(windows: Sequence[Hours]) -> str:
    """As `read_hours` reads them."""
    return "\n".join(f"{window.days} {window.opens}-{window.closes}".strip() for window in windows)
