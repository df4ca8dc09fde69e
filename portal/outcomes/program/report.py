"""The quarter of one program: every measure that its preset names, for who may read it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import func, select

from portal.directory import community
from portal.outcomes.cubes import Kept, Table, hidden_and_kept, show
from portal.outcomes.lines import Line
from portal.outcomes.models import Snapshot
from portal.outcomes.program import Metric, ProgramScope, metric_on
from portal.outcomes.queries import BadQuarter, bounds, published_cut, quarter_of
from portal.outcomes.statistics import Difference, newcombe
from portal.programs import effective
from portal.programs.models import Encounter, ResponseProgram
from portal.programs.preset import Metric as Wanted
from portal.store import Actor, clock, db

OVERSEERS = frozenset(("evaluator", "steward", "privacy_officer", "admin"))


@dataclass(frozen=True)
class Meaning:
    """What a measure counted, in the words of its version."""

    id: str
    version: int
    valid_from: date
    name: str
    unit: str
    numerator: str
    denominator: str
    left_out: str


@dataclass(frozen=True)
class Before:
    """The headline of a section in the quarter before. difference: this quarter's share less that one's, with Newcombe's
    interval; None where either is hidden, or where the meaning changed between the two."""

    quarter: str
    line: Line
    difference: Difference | None


@dataclass(frozen=True)
class Section:
    """One row of the preset's list: the measure, what this program calls it and aims at, and what was counted. The first line
    of the first table is the headline, which the target and the quarter before are compared with."""

    code: str
    name: str
    target: float | None
    better: str
    meaning: Meaning
    tables: tuple[Table, ...]
    before: Before | None = None

    @property
    def headline(self) -> Line | None:
        return self.tables[0].lines[0] if self.tables and self.tables[0].lines else None

    @property
    def reached(self) -> bool | None:
        """Whether the headline is on the good side of the target; None where there is none, or nothing to compare."""
        line = self.headline
        if line is None or self.target is None or not self.better:
            return None
        value = amount(line)
        if value is None:
            return None
        return value <= self.target if self.better == "lower" else value >= self.target


@dataclass(frozen=True)
class ProgramReport:
    """A program's quarter. whole: with its small cells, for the agency's own people, as known now; else they are hidden, and
    nothing recorded after `cut`, the first of the month, is in it. Of what became of people that holds for everybody: fixed_cut
    is theirs. Times are UTC."""

    program: ResponseProgram
    quarter: str
    time_zone: str
    start: datetime
    end: datetime
    cut: datetime
    fixed_cut: datetime
    whole: bool
    sections: tuple[Section, ...]


def program_report(actor: Actor, program_id: UUID, text: str) -> ProgramReport | None:
    """The report of a quarter such as `2026-q3`; None for who may not read it. Raises BadQuarter."""
    program = db.session.get(ResponseProgram, program_id)
    sight = sight_of(actor, program)
    if program is None or sight is None:
        return None
    return computed(program, text, whole=sight == "whole")[0]


def computed(
    program: ResponseProgram, text: str, *, whole: bool, before: Sequence[Kept] = ()
) -> tuple[ProgramReport, Kept]:
    """The quarter counted afresh, as the agency sees it or with small cells hidden; and what is to be kept of it, if it is
    published. before: what was published of the same quarter. Asks nobody who is reading.

    The quarter before stands beside it: counted afresh for the agency, else as it was published, since counting it once more
    would be a second publication of it."""
    zone, now = ZoneInfo(community().time_zone), clock.now()
    start, end = bounds(text, zone)
    if start > now:
        raise BadQuarter(text)
    fixed = published_cut(now, zone)
    scope = ProgramScope(program, effective(program), start, end, now if whole else fixed, zone)
    chosen = [
        (wanted, metric)
        for wanted in scope.preset.metrics
        if (metric := metric_on(wanted.code, start.astimezone(zone).date())) is not None
    ]
    metrics = [metric for _wanted, metric in chosen]
    tables, kept = _tables(metrics, scope, fixed, before, whole=whole)
    earlier_text = quarter_of(start - timedelta(days=1), zone)
    past = _past(metrics, scope, fixed, earlier_text) if whole else headlines(program.id, earlier_text)
    sections = tuple(
        _section(metric, wanted, mine, earlier_text, past.get(wanted.code))
        for (wanted, metric), mine in zip(chosen, tables, strict=True)
    )
    name = community().time_zone
    return ProgramReport(program, text, name, start, end, scope.cut, fixed, whole, sections), kept


def program_quarters(actor: Actor, program_id: UUID) -> list[str]:
    """The quarters since the program's first encounter, newest first, the running one always; empty for who may not read."""
    program = db.session.get(ResponseProgram, program_id)
    if program is None or sight_of(actor, program) is None:
        return []
    zone = ZoneInfo(community().time_zone)
    first = db.session.scalar(
        select(func.min(Encounter.received_at)).where(Encounter.program_id == program.id)
    )
    found = [quarter_of(clock.now(), zone)]
    while first is not None and found[-1] != quarter_of(first, zone):
        start, _end = bounds(found[-1], zone)
        found.append(quarter_of(start - timedelta(days=1), zone))
    return found


def sight_of(actor: Actor, program: ResponseProgram | None) -> Literal["whole", "hidden"] | None:
    """How this reader sees a program's numbers: the agency's supervisors and evaluators whole, who looks after the community
    with small cells hidden, all others not at all."""
    if program is None or actor.kind != "account" or actor.community_id != program.community_id:
        return None
    if program.organization_id in actor.organizations("supervisor", "evaluator"):
        return "whole"
    over = {role for role, organization in actor.memberships if organization is None}
    return "hidden" if over & OVERSEERS else None


def headlines(program_id: UUID, text: str) -> dict[str, Line]:
    """The first line of each section as that quarter was last published, by the section's code. Empty where it never was."""
    content = db.session.scalar(
        select(Snapshot.content)
        .where(Snapshot.program_id == program_id, Snapshot.quarter == text)
        .order_by(Snapshot.revision.desc())
        .limit(1)
    )
    firsts = {
        section["code"]: section["tables"][0]["lines"][:1]
        for section in (content or {}).get("sections", ())
        if section["tables"]
    }
    return {code: msgspec.convert(lines[0], type=Line) for code, lines in firsts.items() if lines}


def _past(metrics: Sequence[Metric], scope: ProgramScope, fixed: datetime, text: str) -> dict[str, Line]:
    """The headlines of the quarter before, counted now."""
    begin, _end = bounds(text, scope.zone)
    earlier = replace(scope, start=begin, end=scope.start, known={})
    tables, _kept = _tables(metrics, earlier, fixed, (), whole=True)
    return {
        metric.id: mine[0].lines[0]
        for metric, mine in zip(metrics, tables, strict=True)
        if mine and mine[0].lines
    }


def _tables(
    metrics: Sequence[Metric],
    scope: ProgramScope,
    fixed: datetime,
    before: Sequence[Kept],
    *,
    whole: bool,
) -> tuple[list[tuple[Table, ...]], Kept]:
    """The tables of each metric. All that is hidden is hidden in one go. What became of people is cut at the first of the month
    for the agency too: two looks at a moving cut tell of one person."""
    later = replace(scope, cut=fixed, known={})
    open_ones, closed_ones = [], []
    for metric in metrics:
        blocks = [] if whole and metric.closed else metric.compute(metric, scope)
        closed = [block for block in blocks if block.closed or not whole]
        if whole and (metric.closed or closed):
            closed = [block for block in metric.compute(metric, later) if block.closed]
        open_ones.append([block for block in blocks if whole and not block.closed])
        closed_ones.append(closed)
    known = [block for blocks in open_ones for block in blocks]
    hidden, kept = hidden_and_kept([block for blocks in closed_ones for block in blocks], before, known)
    found, rest = [], iter(hidden)
    for open_blocks, closed_blocks in zip(open_ones, closed_ones, strict=True):
        found.append((*show(open_blocks), *islice(rest, len(closed_blocks))))
    return found, kept


def _section(
    metric: Metric, wanted: Wanted, tables: tuple[Table, ...], earlier: str, then: Line | None
) -> Section:
    meaning = Meaning(
        metric.id,
        metric.version,
        metric.valid_from,
        str(metric.name),
        metric.unit,
        str(metric.numerator),
        str(metric.denominator),
        str(metric.left_out),
    )
    name = wanted.label or meaning.name
    section = Section(wanted.code, name, wanted.target, wanted.better, meaning, tables)
    if section.headline is None or then is None or not then.denominator:
        return section
    return replace(section, before=Before(earlier, then, difference(section.headline, then)))


def amount(line: Line) -> float | None:
    """The number that a line is about: of a count the count, else its value; None where it is hidden."""
    return line.numerator if line.unit == "count" else line.value


def difference(now: Line, then: Line) -> Difference | None:
    """How much a share changed; None for what is no share, is hidden, or is counted in another way."""
    counts = (now.numerator, now.denominator, then.numerator, then.denominator)
    if now.unit != "share" or now.version != then.version or any(number is None for number in counts):
        return None
    return newcombe(*(number or 0 for number in counts))
