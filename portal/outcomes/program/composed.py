"""An agency with several programs: who follows up its calls, and how many calls each recorded. The unit is the encounter; an
encounter is recorded in one program alone."""

from collections import Counter, defaultdict
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from portal.outcomes.program.calls import part
from portal.outcomes.program.metric import Block, Metric, ProgramScope, count
from portal.programs.compose import GIVEN
from portal.programs.models import Encounter, ProgramTask, ResponseProgram
from portal.programs.settings import base_of
from portal.store import db

FIRST = date(2026, 1, 1)


def owners(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Calls that owed something, by the one program that has it; a call that two programs followed up is a row of its own."""
    names = _programs(scope)
    steps = {key: {each.code for each in base_of(row).follow_ups} for key, row in names.items()}
    having: dict[Any, set[UUID]] = defaultdict(set)
    rows = db.session.execute(
        select(ProgramTask.encounter_id, ProgramTask.program_id, ProgramTask.step)
        .join(Encounter, Encounter.id == ProgramTask.encounter_id)
        .where(*_here(scope), ProgramTask.made_at <= scope.cut, ProgramTask.close_reason != GIVEN)
    )
    for encounter_id, program_id, step in rows:
        if step in steps.get(program_id, ()):
            having[encounter_id].add(program_id)
    found = Counter(next(iter(each)) if len(each) == 1 else None for each in having.values())
    lines = [part(metric, row.name, found[key], len(having)) for key, row in names.items() if steps[key]]
    lines.append(part(metric, _("More than one program"), found[None], len(having)))
    return [Block(metric.id, str(metric.name), tuple(lines), adds_up=True)]


def recorded(metric: Metric, scope: ProgramScope) -> list[Block]:
    """All calls of the agency's programs, and the part of each."""
    names = _programs(scope)
    query = select(Encounter.program_id, func.count()).where(*_here(scope)).group_by(Encounter.program_id)
    found = {row[0]: row[1] for row in db.session.execute(query)}
    total = sum(found.values())
    rows = tuple(part(metric, row.name, found.get(key, 0), total) for key, row in names.items())
    head = (count(metric, _("Calls of all programs"), total),)
    return [Block(metric.id, str(metric.name), head), Block(metric.id, _("By program"), rows, adds_up=True)]


def _here(scope: ProgramScope) -> list[Any]:
    return [
        Encounter.organization_id == scope.program.organization_id,
        Encounter.received_at >= scope.start,
        Encounter.received_at < scope.end,
        Encounter.recorded_at <= scope.cut,
    ]


def _programs(scope: ProgramScope) -> dict[UUID, ResponseProgram]:
    """The agency's other programs that were on in the scope, in line."""
    rows = db.session.scalars(
        select(ResponseProgram)
        .where(
            ResponseProgram.organization_id == scope.program.organization_id,
            ResponseProgram.id != scope.program.id,
            ResponseProgram.turned_on_at < scope.end,
        )
        .order_by(ResponseProgram.rank, ResponseProgram.turned_on_at, ResponseProgram.id)
    )
    return {
        row.id: row
        for row in rows
        if "encounters" in base_of(row).modules
        and (row.turned_off_at is None or row.turned_off_at > scope.start)
    }


METRICS = (
    Metric(
        "one_owner",
        1,
        FIRST,
        _l("Who follows up the calls"),
        "encounter",
        _l("Calls that owed something afterwards, by the program that follows them up"),
        _l("Calls of the agency's programs that owed something"),
        _l("What was given from one program to another counts for the one that has it"),
        owners,
    ),
    Metric(
        "agency_calls",
        1,
        FIRST,
        _l("Calls of all programs here"),
        "encounter",
        _l("Encounters of the quarter, by the program that recorded them"),
        _l("Encounters of all programs of the agency"),
        _l("Nothing"),
        recorded,
    ),
)
