"""Opening hours as FHIR has them: days with one time from and one time to, and words for all that this cannot say."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from portal.exchange.fhir.naming import Resource

DAYS = {"MO": "mon", "TU": "tue", "WE": "wed", "TH": "thu", "FR": "fri", "SA": "sat", "SU": "sun"}
ORDER = list(DAYS.values())
MIDNIGHT, LAST = "00:00:00", "23:59:59"


class Line(NamedTuple):
    """Days of a week, and from when to when in the place's own time; equal times are the whole day."""

    days: tuple[str, ...]
    opens: str
    closes: str


def plain(rows: Iterable[Sequence[Any]]) -> tuple[list[Line], bool]:
    """The plain weeks among lines of a card, and whether there were others: those are told in words."""
    found, more = [], False
    for days, opens, closes, *rest in rows:
        named = (days or "").split(",")
        if opens and closes and not any(rest) and all(day in DAYS for day in named):
            found.append(Line(tuple(DAYS[day] for day in named), _second(opens), _second(closes)))
        else:
            more = True
    return found, more


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
