"""How far an agency has come: elements in place, officers trained and still needed, monthly totals. Never a person."""

from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.outcomes.program.metric import Block, Metric, ProgramScope, count, share
from portal.programs.readiness import (
    STATUS_WORDS,
    TOTAL_WORDS,
    CourseCount,
    course_count,
    newest_totals,
    readiness_at,
    readiness_options,
)

FIRST = date(2026, 1, 1)


def in_place(metric: Metric, scope: ProgramScope) -> list[Block]:
    """How many elements stand how, on the last day of the quarter or at the cut; the evidence has the last word."""
    view = readiness_at(scope.program, last_day(scope), last_moment(scope))
    stand = [each.status for each in view.elements]
    rows = tuple(
        share(metric, str(STATUS_WORDS[status]), stand.count(status), len(stand))
        for status in ("in_place", "partial", "not_started")
    )
    return [Block(metric.id, str(metric.name), rows, adds_up=True)]


def trained(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Sworn officers on the last day who have the course."""
    found = _count(scope, metric.id.removeprefix("trained_"))
    return [
        Block(metric.id, str(metric.name), (share(metric, str(metric.name), found.trained, found.officers),))
    ]


def needed(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Of each element of the roster, how many officers are missing to its share."""
    options = readiness_options(scope.program)
    rows = tuple(
        count(metric, each.label, _count(scope, each.course, each.share).needed)
        for each in (options.elements if options else ())
        if each.course
    )
    return [Block(metric.id, str(metric.name), rows)]


def totals(metric: Metric, scope: ProgramScope) -> list[Block]:
    """The quarter's months added up, by kind."""
    sums, months = quarter_totals(scope)
    rows = tuple(count(metric, str(words), sums[kind]) for kind, words in TOTAL_WORDS.items() if kind in sums)
    note = _(
        "Of %(months)s of 3 months. Monthly totals of the agency; no incident is recorded here.",
        months=months,
    )
    return [Block(metric.id, str(metric.name), rows, note=note)]


def quarter_totals(scope: ProgramScope) -> tuple[dict[str, int], int]:
    """kind -> sum of the quarter's months, and how many months there are numbers of."""
    first, last = scope.start.astimezone(scope.zone).date(), last_day(scope)
    stands = newest_totals(scope.program.organization_id, scope.cut)
    mine = [counts for month, counts in stands.items() if first <= month <= last]
    return {
        kind: sum(counts.get(kind, 0) for counts in mine)
        for kind in TOTAL_WORDS
        if any(kind in counts for counts in mine)
    }, len(mine)


def last_day(scope: ProgramScope) -> date:
    """The last day of the quarter, or the day of the cut where that is earlier."""
    return last_moment(scope).astimezone(scope.zone).date()


def last_moment(scope: ProgramScope) -> datetime:
    return min(scope.end - timedelta(microseconds=1), scope.cut)


def _count(scope: ProgramScope, course: str, part: float = 1.0) -> CourseCount:
    known = last_moment(scope)
    return course_count(scope.program.organization_id, course, part, last_day(scope), known)


_NONE = _l("None")
_NUMBERS = _l("None: these are numbers")
_SWORN = _l("Sworn officers on the agency's roster on that day")
METRICS = (
    Metric(
        "elements_in_place",
        1,
        FIRST,
        _l("Elements in place"),
        "document",
        _l("Elements that are in place on the last day, with all their evidence"),
        _l("All elements of the program"),
        _NONE,
        in_place,
    ),
    Metric(
        "trained_mental_health",
        1,
        FIRST,
        _l("Sworn officers trained in mental health"),
        "person",
        _l("Sworn officers with a mental health course, or CIT, that counts on the last day of the quarter"),
        _SWORN,
        _l("Civilian staff"),
        trained,
    ),
    Metric(
        "trained_cit",
        1,
        FIRST,
        _l("Sworn officers with CIT"),
        "person",
        _l("Sworn officers with CIT that counts on the last day of the quarter"),
        _SWORN,
        _l("Civilian staff"),
        trained,
    ),
    Metric(
        "officers_needed",
        1,
        FIRST,
        _l("Officers still needed"),
        "person",
        _l("Officers missing to the share that the practice asks for"),
        _NUMBERS,
        _NONE,
        needed,
    ),
    Metric(
        "monthly_totals",
        1,
        FIRST,
        _l("Force and injuries"),
        "document",
        _l("Monthly totals of the agency, added up"),
        _NUMBERS,
        _l("Months without a number"),
        totals,
    ),
)
