"""The self-assessment: each question and outcome with what is live of it. Elements stand as their evidence says; numbers come from
the agency's own programs, this quarter so far beside the last, as the reader may see them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import select

from portal.directory import community
from portal.outcomes.cubes import hide, show
from portal.outcomes.lines import Line
from portal.outcomes.program import METRICS, Metric, ProgramScope
from portal.outcomes.program.report import sight_of
from portal.outcomes.queries import bounds, published_cut, quarter_of
from portal.programs import effective
from portal.programs.models import ResponseProgram
from portal.programs.readiness import (
    TOTAL_WORDS,
    ElementView,
    Question,
    ReadinessView,
)
from portal.store import Actor, clock, db


@dataclass(frozen=True)
class LiveLine:
    """One number: of which program, now and in the quarter before, as it is printed."""

    program: str
    label: str
    metric: str
    now: str
    before: str


@dataclass(frozen=True)
class LiveAnswer:
    question: Question
    elements: tuple[ElementView, ...]
    lines: tuple[LiveLine, ...]


@dataclass(frozen=True)
class Assessment:
    """quarter: the running one, so far; before: the last whole one."""

    quarter: str
    before: str
    questions: tuple[LiveAnswer, ...] = ()
    outcomes: tuple[LiveAnswer, ...] = ()


def assess(actor: Actor, view: ReadinessView) -> Assessment:
    """Questions and outcomes of a readiness program with what is live. For who was given this view: the agency's supervisors and
    evaluators see its numbers whole, everybody else with small cells hidden."""
    zone = ZoneInfo(community().time_zone)
    now = quarter_of(clock.now(), zone)
    start, _end = bounds(now, zone)
    before = quarter_of(start - timedelta(days=1), zone)
    programs = db.session.scalars(
        select(ResponseProgram)
        .where(
            ResponseProgram.organization_id == view.program.organization_id,
            ResponseProgram.turned_off_at.is_(None),
        )
        .order_by(ResponseProgram.name)
    ).all()
    whole = sight_of(actor, view.program) == "whole"
    known: dict[tuple[str, str, str], Sequence[Line]] = {}

    def lines_of(program: ResponseProgram, code: str, quarter: str) -> Sequence[Line]:
        key = (str(program.id), code, quarter)
        if key not in known:
            known[key] = _lines(program, METRICS[code], quarter, zone, whole=whole)
        return known[key]

    def answer(question: Question) -> LiveAnswer:
        found = []
        for program, code, label in _live(question, programs):
            then = {line.label: line for line in lines_of(program, code, before)}
            for line in lines_of(program, code, now):
                if not label or line.label == label:
                    found.append(
                        LiveLine(program.name, line.label, code, shown(line), shown(then.get(line.label)))
                    )
                    break
        mine = tuple(each for each in view.elements if each.element.code in question.elements)
        return LiveAnswer(question, mine, tuple(found))

    return Assessment(
        now,
        before,
        tuple(answer(question) for question in view.options.questions),
        tuple(answer(question) for question in view.options.outcomes),
    )


def shown(line: Line | None) -> str:
    """A number as people read it: with its denominator; `hidden` where it may not be seen, and nothing where there is none."""
    if line is None:
        return ""
    if line.numerator is None and line.value is None:
        return _("hidden") if line.suppressed else ""
    if line.unit == "share":
        if line.value is None:
            return _("none yet")
        return f"{100 * line.value:.1f}% ({line.numerator}/{line.denominator})"
    if line.unit == "count":
        return str(line.numerator)
    return "" if line.value is None else f"{line.value:g} {line.unit}"


def _live(
    question: Question, programs: Sequence[ResponseProgram]
) -> Iterator[tuple[ResponseProgram, str, str]]:
    """program, measure and line (empty: the headline) of all that answers this question."""
    for program in programs:
        codes = [each.code for each in effective(program).metrics if each.code in METRICS]
        for code in question.metrics:
            if code in codes:
                yield program, code, ""
        if question.totals and "monthly_totals" in codes:
            for kind in question.totals:
                yield program, "monthly_totals", str(TOTAL_WORDS[kind])


def _lines(
    program: ResponseProgram, metric: Metric, quarter: str, zone: ZoneInfo, *, whole: bool
) -> Sequence[Line]:
    """The lines of a measure's first table; what became of people is cut at the first of the month for everybody."""
    start, end = bounds(quarter, zone)
    now = clock.now()
    fixed = published_cut(now, zone)
    scope = ProgramScope(program, effective(program), start, end, now if whole else fixed, zone)
    blocks = metric.compute(metric, scope)
    if not whole:
        tables = hide(blocks)
    elif any(block.closed for block in blocks):
        tables = hide(metric.compute(metric, replace(scope, cut=fixed, known={})))
    else:
        tables = show(blocks)
    return tables[0].lines if tables else ()
