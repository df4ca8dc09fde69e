"""Opening hours as FHIR has them: days with one time from and one time to, and words for all that this cannot say."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from portal.directory.hours import Line as HoursLine
from portal.exchange.fhir.naming import Resource

DAYS = {"MO": "mon", "TU": "tue", "WE": "wed", "TH": "thu", "FR": "fri", "SA": "sat", "SU": "sun"}
ORDER = list(DAYS.values())
MORE_THAN_A_WEEK = (
    "valid_from",
    "valid_to",
    "until",
    "count",
    "byweekno",
    "bymonthday",
    "byyearday",
    "attending_type",
)
MIDNIGHT, LAST = "00:00:00", "23:59:59"


class Line(NamedTuple):
    """Days of a week, and from when to when in the place's own time; equal times are the whole day."""

    days: tuple[str, ...]
    opens: str
    closes: str


def walk_in(lines: Iterable[HoursLine], today: date) -> tuple[list[Line], bool]:
    """The plain weeks that stand today, and whether there is more to tell: holidays, seasons, dates, appointments, words."""
    found, more = [], False
    for line in lines:
        first, last = line.first_day or today, line.last_day or today
        week = line.weekly and line.walk_in and not line.season and first <= today <= last
        if week and line.opens_at is not None and line.closes_at is not None:
            days = tuple(DAYS[day] for day in line.byday.split(","))
            found.append(Line(days, line.opens_at.isoformat("seconds"), line.closes_at.isoformat("seconds")))
        more = more or not week or bool(line.first_day or line.last_day or line.closed_on)
    return found, more


def weeks(rows: Iterable[Mapping[str, Any]]) -> list[Line]:
    """The plain weeks among HSDS schedules. What is more than a week is left out: FHIR has nothing for it."""
    return [
        Line(
            tuple(DAYS[day] for day in row["byday"].split(",")),
            _second(row["opens_at"]),
            _second(row["closes_at"]),
        )
        for row in rows
        if {"byday", "opens_at", "closes_at"} <= set(row)
        and all(day in DAYS for day in row["byday"].split(","))
        and (row.get("freq", "WEEKLY"), row.get("interval", 1)) == ("WEEKLY", 1)
        and not set(row) & set(MORE_THAN_A_WEEK)
    ]


def spans(lines: Iterable[Line]) -> list[tuple[tuple[str, ...], str, str]]:
    """(days, from, to). What runs past midnight stands in two parts; FHIR's times end with a day. Empty times: all day."""
    found = []
    for days, opens, closes in lines:
        if opens == closes:
            found.append((days, "", ""))
        elif closes > opens:
            found.append((days, opens, closes))
        else:
            found.append((days, opens, LAST))
            if closes != MIDNIGHT:
                found.append((tuple(_after(day) for day in days), MIDNIGHT, closes))
    return found


def times(lines: Iterable[Line], begins: str, ends: str) -> list[Resource]:
    """As a resource has them; `begins` and `ends` are its names for the two times."""
    return [
        {"daysOfWeek": list(days), **({begins: first, ends: last} if first else {"allDay": True})}
        for days, first, last in spans(lines)
    ]


def _after(day: str) -> str:
    return ORDER[(ORDER.index(day) + 1) % 7]


def _second(clock: str) -> str:
    return clock if clock.count(":") == 2 else f"{clock}:00"
