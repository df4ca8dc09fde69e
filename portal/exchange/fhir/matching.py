"""How FHIR compares: strings, tokens, references, moments. Each makes a condition of one value that was asked for."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, not_, or_

from portal.exchange.fhir.naming import base
from portal.exchange.fhir.outcome import BadSearch

Condition = ColumnElement[bool]
Match = Callable[[str, str], Condition]  # (modifier, value)

_DATE = re.compile(
    r"(eq|ne|gt|lt|ge|le|sa|eb|ap)?(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6})\d*)?)?(Z|[+-]\d\d:\d\d))?)?)?"
)

FIRST_YEAR, LAST_YEAR = 1000, 9990


def words(*columns: Any) -> Match:
    """A string: what begins with it, or has a word that does, whatever the case. `exact` and `contains` as FHIR says."""

    def match(modifier: str, value: str) -> Condition:
        if modifier == "exact":
            return or_(*(column == value for column in columns))
        folded = value.lower()
        lowered = [func.lower(column) for column in columns]
        if modifier == "contains":
            return or_(*(each.contains(folded, autoescape=True) for each in lowered))
        return or_(
            *(each.startswith(folded, autoescape=True) for each in lowered),
            *(each.contains(f" {folded}", autoescape=True) for each in lowered),
        )

    return match


def split_token(value: str) -> tuple[str | None, str]:
    """`system|code` in two; a system of None is any, an empty one is none at all."""
    system, bar, code = value.partition("|")
    return (system, code) if bar else (None, system)


def yes_no(condition: Condition) -> Match:
    def match(_modifier: str, value: str) -> Condition:
        if value not in ("true", "false"):
            raise BadSearch("This is true or false.")
        return condition if value == "true" else not_(condition)

    return match


def key(column: Any) -> Match:
    """An id. What is none of ours is found nowhere, and is no fault."""

    def match(_modifier: str, value: str) -> Condition:
        found = as_uuid(value)
        return or_(column == found) if found else false()

    return match


def reference_to(kind: str, column: Any) -> Match:
    """`Organization/<id>`, the bare id, or our own full address."""

    def match(modifier: str, value: str) -> Condition:
        if modifier not in ("", kind):
            return false()
        plain = value.removeprefix(f"{base()}/")
        named, slash, rest = plain.rpartition("/")
        if slash and named != kind:
            return false()
        return key(column)("", rest)

    return match


def moment(column: Any) -> Match:
    """A date or a moment with its precision: `ge2026-11`, `lt2026-11-22T10:00:00Z`."""

    def match(_modifier: str, value: str) -> Condition:
        prefix, begins, ends = _span(value)
        same = and_(column >= begins, column < ends)
        by: dict[str, Condition] = {
            "eq": same,
            "ap": and_(column >= begins - (ends - begins), column < ends + (ends - begins)),
            "ne": not_(same),
            "gt": column >= ends,
            "sa": column >= ends,
            "lt": column < begins,
            "eb": column < begins,
            "ge": column >= begins,
            "le": column < ends,
        }
        return by[prefix]

    return match


def as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if len(text) == 36 else None
    except ValueError:
        return None


def _span(value: str) -> tuple[str, datetime, datetime]:
    """(prefix, from, until), the end not included."""
    found = _DATE.fullmatch(value)
    if found is None:
        raise BadSearch(
            "This is no date: write 2026-11-22, or 2026-11-22T10:00:00Z, with ge, gt, le or lt before it."
        )
    prefix, year, month, day, hour, minute, second, part, zone = found.groups()
    try:
        if not FIRST_YEAR <= int(year) <= LAST_YEAR:
            raise ValueError
        if hour is None:
            begins = datetime(int(year), int(month or 1), int(day or 1), tzinfo=UTC)
        else:
            begins = datetime.fromisoformat(
                f"{year}-{month}-{day}T{hour}:{minute}:{second or '00'}.{(part or '0').ljust(6, '0')}"
                + ("+00:00" if zone == "Z" else zone)
            ).astimezone(UTC)
        return prefix or "eq", begins, _end(begins, month, day, hour, second, part)
    except (ValueError, OverflowError):
        raise BadSearch("There is no such day or hour.") from None


def _end(
    begins: datetime,
    month: str | None,
    day: str | None,
    hour: str | None,
    second: str | None,
    part: str | None,
) -> datetime:
    if month is None:
        return begins.replace(year=begins.year + 1)
    if day is None:
        return (begins + timedelta(days=32)).replace(day=1)
    if hour is None:
        return begins + timedelta(days=1)
    if second is None:
        return begins + timedelta(minutes=1)
    return begins + (timedelta(microseconds=10 ** (6 - len(part))) if part else timedelta(seconds=1))
