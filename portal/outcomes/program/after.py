"""What became of follow-ups: by step, along the chain from the call to care, and what was given on visits. What was not tried, or not
often enough, stays unknown: "not reached after all tries" is something that is known."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, case, exists, func, or_, select

from portal.outcomes.program.metric import Block, Metric, ProgramScope, count, share
from portal.programs.models import Encounter, ProgramTask, TaskAttempt
from portal.programs.rules import CONTACTS, TASK_RESULTS
from portal.store import db

FIRST = date(2026, 1, 1)
PERSON = ("reached", "answered")
IN_CARE = ("connected", "in_treatment")
SAID = ("connected", "contact", "refused", "in_treatment", "other_end")  # of ends that a try brought


def status(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Each step of the preset: reached, the family reached, not reached after all tries, or unknown. Then what those who were
    reached said, which tells what became of people and is closed."""
    found = _ways(scope)
    blocks = []
    for step in scope.preset.follow_ups:
        if step.kind not in CONTACTS:
            continue
        numbers = {
            way: found[step.code, way] for way in ("person", "family", "unreachable", "unknown", "open")
        }
        known = numbers["person"] + numbers["family"] + numbers["unreachable"]
        words = {
            "person": _("Spoke with the person"),
            "family": _("Spoke with the family alone"),
            "unreachable": _("Not reached after %(k)s tries", k=step.tries),
        }
        rows = tuple(
            share(metric, label, numbers[way], known, immature=numbers["open"], unknown=numbers["unknown"])
            for way, label in words.items()
        )
        blocks.append(Block(metric.id, step.label, rows, adds_up=True))
    return [*blocks, _results(metric, scope)]


def chain(metric: Metric, scope: ProgramScope) -> list[Block]:
    """From the call to care: sought, spoken with, in care. Each step is a share of those who were sought, so that no later step
    looks better for having lost many before it."""
    results = scope_of_calls(scope)
    family = "family" if _family_counts(scope) else "reached"
    reached = _calls(results, _tried(scope, (*PERSON, family)))
    sought = _calls(results, _tried(scope))
    in_care = _calls(results, _ended(scope, IN_CARE))
    owed = _calls(results)
    first = Block(
        metric.id,
        str(metric.name),
        (
            share(metric, _("Sought"), sought, owed),
            share(metric, _("Spoke with the person"), _calls(results, _tried(scope, PERSON)), sought),
            share(
                metric,
                _("Spoke with the person or the family") if family == "family" else _("Spoken with"),
                reached,
                sought,
            ),
        ),
    )
    last = Block(
        metric.id,
        _("In care"),
        (share(metric, _("In care, of those sought"), in_care, sought),),
        closed=True,
        note=_("Of all who were sought, not of those who were found."),
    )
    return [first, last]


def given(metric: Metric, scope: ProgramScope) -> list[Block]:
    """What was given on visits and calls after the encounter; one try may count under several."""
    rows: Counter[str] = Counter()
    for codes in db.session.scalars(
        select(TaskAttempt.given)
        .join(ProgramTask, ProgramTask.id == TaskAttempt.task_id)
        .where(
            ProgramTask.program_id == scope.program.id,
            TaskAttempt.at >= scope.start,
            TaskAttempt.at < scope.end,
            TaskAttempt.recorded_at <= scope.cut,
        )
    ):
        rows.update(codes)
    offered = _services(scope)
    lines = tuple(count(metric, each.label, rows[each.code]) for each in offered)
    return [Block(metric.id, str(metric.name), lines)] if lines else []


def scope_of_calls(scope: ProgramScope) -> list[ColumnElement[bool]]:
    """Calls of the scope that owe somebody a contact, as known at the cut."""
    return [
        Encounter.program_id == scope.program.id,
        Encounter.received_at >= scope.start,
        Encounter.received_at < scope.end,
        Encounter.recorded_at <= scope.cut,
        Encounter.meets_criteria.is_(True),
        exists().where(ProgramTask.encounter_id == Encounter.id, *_tasks(scope)),
    ]


def _calls(where: Sequence[ColumnElement[bool]], *more: ColumnElement[bool]) -> int:
    return int(db.session.scalar(select(func.count()).select_from(Encounter).where(*where, *more)) or 0)


def _tried(scope: ProgramScope, results: Sequence[str] = ()) -> ColumnElement[bool]:
    tried = (
        select(TaskAttempt.id)
        .join(ProgramTask, ProgramTask.id == TaskAttempt.task_id)
        .where(ProgramTask.encounter_id == Encounter.id, *_tasks(scope), TaskAttempt.recorded_at <= scope.cut)
    )
    if results:
        tried = tried.where(TaskAttempt.result.in_(results))
    return tried.exists()


def _ended(scope: ProgramScope, results: Sequence[str]) -> ColumnElement[bool]:
    return exists().where(
        ProgramTask.encounter_id == Encounter.id,
        *_tasks(scope),
        ProgramTask.result.in_(results),
        ProgramTask.closed_at <= scope.cut,
    )


def _tasks(scope: ProgramScope) -> list[ColumnElement[bool]]:
    """Tasks about somebody to be met, that were made by the cut and not closed as not owed; of whichever program of the agency has
    the follow-up of the call."""
    return [
        ProgramTask.kind.in_(CONTACTS),
        ProgramTask.made_at <= scope.cut,
        or_(ProgramTask.state != "closed", ProgramTask.closed_at > scope.cut),
    ]


def _ways(scope: ProgramScope) -> Counter[tuple[str, str]]:
    """How many tasks of each step came to what, as known at the cut: one grouped SELECT."""

    def tried(results: Sequence[str]) -> ColumnElement[bool]:
        return exists().where(
            TaskAttempt.task_id == ProgramTask.id,
            TaskAttempt.result.in_(results),
            TaskAttempt.recorded_at <= scope.cut,
        )

    given_up = (ProgramTask.state == "unreachable") & (ProgramTask.closed_at <= scope.cut)
    way: ColumnElement[Any] = case(
        (tried(PERSON), "person"),
        (tried(("family",)), "family"),
        (given_up, "unreachable"),
        (ProgramTask.due_at > scope.cut, "open"),
        else_="unknown",
    )
    each = (
        select(ProgramTask.step.label("step"), way.label("way"))
        .join(Encounter, Encounter.id == ProgramTask.encounter_id)
        .where(
            Encounter.program_id == scope.program.id,
            Encounter.received_at >= scope.start,
            Encounter.received_at < scope.end,
            Encounter.meets_criteria.is_(True),
            *_tasks(scope),
        )
        .subquery()
    )
    rows = db.session.execute(select(each.c.step, each.c.way, func.count()).group_by(each.c.step, each.c.way))
    return Counter({(step, kind): number for step, kind, number in rows})


def _results(metric: Metric, scope: ProgramScope) -> Block:
    rows = db.session.execute(
        select(ProgramTask.result, func.count())
        .join(Encounter, Encounter.id == ProgramTask.encounter_id)
        .where(
            Encounter.program_id == scope.program.id,
            Encounter.received_at >= scope.start,
            Encounter.received_at < scope.end,
            Encounter.meets_criteria.is_(True),
            *_tasks(scope),
            ProgramTask.closed_at <= scope.cut,
            ProgramTask.result.in_(SAID),
        )
        .group_by(ProgramTask.result)
    )
    found = dict(rows.tuples().all())
    whole = sum(found.values())
    lines = tuple(share(metric, str(TASK_RESULTS[code]), found.get(code, 0), whole) for code in SAID)
    return Block(metric.id, _("What those who were reached said"), lines, adds_up=True, closed=True)


def _family_counts(scope: ProgramScope) -> bool:
    found = scope.preset.options.get("tasks", {}).get("family_counts")
    return found is True


def _services(scope: ProgramScope) -> list[Any]:
    codes = scope.preset.options.get("tasks", {}).get("visit_services", ())
    return [each for each in scope.preset.services if isinstance(codes, list | tuple) and each.code in codes]


METRICS = (
    Metric(
        "follow_up_status",
        1,
        FIRST,
        _l("How follow-ups ended"),
        "task",
        _l(
            "Tasks of the step in which the person was spoken with, the family alone, or all tries reached nobody"
        ),
        _l("Tasks of the quarter's calls of which one of these is known"),
        _l(
            "Tasks before their deadline; after it, those with too few tries or none stand apart as unknown; those no longer owed"
        ),
        status,
    ),
    Metric(
        "contact_chain",
        1,
        FIRST,
        _l("From the call to care"),
        "encounter",
        _l("Encounters after which somebody was sought, spoken with, or is in care"),
        _l("For sought: calls meeting criteria that owe a contact; for all else: those sought"),
        _l("Calls that owe nobody a contact, and tasks closed as no longer owed"),
        chain,
    ),
    Metric(
        "visit_services",
        1,
        FIRST,
        _l("Given on visits"),
        "task",
        _l("Tries in the quarter at which each was given"),
        _l("A count"),
        _l("What was given at the call itself: that stands with the calls"),
        given,
    ),
)
