"""The fixed tables that an agency's own evaluator may choose from: how calls ended, by one thing more. No free filters, and for
nobody outside: two tables that anybody can cut as they like tell of single people."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from portal.directory import community
from portal.outcomes.program.metric import ProgramScope
from portal.outcomes.program.report import sight_of
from portal.outcomes.program.tally import corrected, month_name, month_of, month_place, standing
from portal.outcomes.queries import BadQuarter, bounds
from portal.programs import effective
from portal.programs.models import District, Encounter, ResponseProgram
from portal.programs.rules import DISPOSITIONS, RACES, SOURCES
from portal.referrals.rules import AGE_BANDS
from portal.store import Actor, clock, db

# What the calls are split by, beside how they ended.
BY: dict[str, LazyString] = {
    "month": _l("Month"),
    "district_id": _l("District"),
    "source": _l("How the call came"),
    "response_type": _l("Kind of team"),
    "age_band": _l("Age"),
    "language": _l("Language"),
    "race": _l("Race or ethnicity, as the person said"),
}
MISSING = ("", "unknown", None)  # nobody said; printed as such, and how many


@dataclass(frozen=True)
class FixedTable:
    """rows: label, then a number for each column and the sum. missing: for how many calls nobody said."""

    program: ResponseProgram
    by: str
    quarter: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]
    total: int
    missing: int


def fixed_table(actor: Actor, program_id: UUID, by: str, text: str) -> FixedTable | None:
    """Calls meeting criteria by how they ended and `by` (a key of BY), as known now; None for who is not an evaluator or a
    supervisor of the agency. Raises BadQuarter, also for a `by` that is none."""
    program = db.session.get(ResponseProgram, program_id)
    if program is None or sight_of(actor, program) != "whole":
        return None
    zone, now = ZoneInfo(community().time_zone), clock.now()
    start, end = bounds(text, zone)
    if start > now or by not in BY:
        raise BadQuarter(text)
    scope = ProgramScope(program, effective(program), start, end, now, zone)
    counted = _counts(scope, by)
    ends = [code for code in ("", *DISPOSITIONS) if any(end == code for _value, end in counted)]
    words = _words(scope, by)
    place = _place(by, words)
    values = sorted({value for value, _end in counted}, key=lambda value: (value in MISSING, place(value)))
    rows = []
    for value in values:
        numbers = tuple(counted[value, end] for end in ends)
        rows.append((words(value), (*numbers, sum(numbers))))
    if rows:
        rows.append(
            (_("All"), tuple(sum(numbers[i] for _label, numbers in rows) for i in range(len(ends) + 1)))
        )
    heads = tuple(str(DISPOSITIONS[end]) if end else _("Not ended yet") for end in ends)
    missing = sum(number for (value, _end), number in counted.items() if value in MISSING)
    return FixedTable(program, by, text, (*heads, _("All")), tuple(rows), sum(counted.values()), missing)


def _counts(scope: ProgramScope, by: str) -> Counter[tuple[Any, str]]:
    column = month_of(scope) if by == "month" else getattr(Encounter, by)
    found: Counter[tuple[Any, str]] = Counter()
    rows = db.session.execute(
        select(column, Encounter.disposition, func.count())
        .where(*standing(scope), Encounter.meets_criteria.is_(True))
        .group_by(column, Encounter.disposition)
    )
    for value, end, number in rows:
        found[value, end] += number
    for values in corrected(scope):
        if values["meets_criteria"]:
            value = month_place(scope, values["received_at"]) if by == "month" else values[by]
            found[value, values["disposition"]] += 1
    return found


def _place(by: str, words: Callable[[Any], str]) -> Callable[[Any], Any]:
    """By what the rows stand in line: months and ages by time, all else by name."""
    if by == "month":
        return lambda value: value
    if by == "age_band":
        return lambda value: AGE_BANDS.index(value) if value in AGE_BANDS else 0
    return words


def _words(scope: ProgramScope, by: str) -> Callable[[Any], str]:
    """What a value is called on the page."""
    if by == "month":
        return lambda value: month_name(scope, value)
    known: dict[Any, str] = {
        "source": {code: str(label) for code, label in SOURCES.items()},
        "response_type": {each.code: each.label for each in scope.preset.response_types},
        "race": {code: str(label) for code, label in RACES.items()},
        "district_id": {row.id: row.name for row in db.session.execute(select(District.id, District.name))},
        "age_band": {
            band: band.replace("_plus", "+").replace("under_", "under ").replace("_", "–")
            for band in AGE_BANDS
        },
        "language": {},
    }[by]
    return lambda value: _("Nobody said") if value in MISSING else str(known.get(value, value))
