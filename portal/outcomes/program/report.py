"""The quarter of one program: every measure that its preset names, for who may read it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from portal.directory import community
from portal.outcomes.cubes import Table, hide, show
from portal.outcomes.program import METRICS, Metric, ProgramScope
from portal.outcomes.queries import BadQuarter, bounds, published_cut, quarter_of
from portal.programs import preset_of
from portal.programs.models import Encounter, ResponseProgram
from portal.programs.preset import Metric as Wanted
from portal.store import Actor, clock, db

OVERSEERS = frozenset(("evaluator", "steward", "privacy_officer", "admin"))


@dataclass(frozen=True)
class Section:
    """One row of the preset's list: the measure, what this program calls it and aims at, and what was counted."""

    metric: Metric
    wanted: Wanted
    tables: tuple[Table, ...]

    @property
    def name(self) -> str:
        return self.wanted.label or str(self.metric.name)


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
    zone, now = ZoneInfo(community().time_zone), clock.now()
    start, end = bounds(text, zone)
    if start > now:
        raise BadQuarter(text)
    fixed = published_cut(now, zone)
    cut = now if sight == "whole" else fixed
    scope = ProgramScope(program, preset_of(program), start, end, cut, zone)
    sections = tuple(_sections(scope, fixed, whole=sight == "whole"))
    return ProgramReport(
        program, text, community().time_zone, start, end, cut, fixed, sight == "whole", sections
    )


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


def _sections(scope: ProgramScope, fixed: datetime, *, whole: bool) -> list[Section]:
    later = replace(scope, cut=fixed, known={})
    found = []
    for wanted in scope.preset.metrics:
        metric = METRICS.get(wanted.code)
        if metric is None:
            continue
        blocks = metric.compute(metric, scope)
        if not whole:
            found.append(Section(metric, wanted, tuple(hide(blocks))))
            continue
        tables = show([block for block in blocks if not block.closed])
        if len(tables) < len(blocks):
            tables += hide([block for block in metric.compute(metric, later) if block.closed])
        found.append(Section(metric, wanted, tuple(tables)))
    return found
