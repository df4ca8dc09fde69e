"""The family line, pages to a clinician, and the weekly conference. Tasks and meetings; nobody is counted twice. As known at the cut."""

from datetime import date, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal.outcomes.program.calls import part
from portal.outcomes.program.metric import Block, Metric, ProgramScope, count, share
from portal.programs.conference import conference_of
from portal.programs.models import ConferenceItem, Encounter, FamilyNote, ProgramTask
from portal.programs.planning import after
from portal.store import db

FIRST = date(2026, 1, 1)


def family_line(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Calls of families, and calls back in time."""
    notes = db.session.execute(
        select(FamilyNote.task_id).where(
            FamilyNote.program_id == scope.program.id,
            FamilyNote.taken_at >= scope.start,
            FamilyNote.taken_at < scope.end,
            FamilyNote.taken_at <= scope.cut,
        )
    ).all()
    owed = [
        task
        for task in db.session.scalars(
            select(ProgramTask).where(ProgramTask.id.in_([row.task_id for row in notes if row.task_id]))
        )
        if task.state != "closed" and task.due_at <= scope.cut
    ]
    made = sum(
        1 for task in owed if task.state == "done" and task.closed_at and task.closed_at <= task.due_at
    )
    return [
        Block(metric.id, str(metric.name), (count(metric, _("Calls of families"), len(notes)),)),
        Block(
            metric.id, _("Called back"), (share(metric, _("Families called back in time"), made, len(owed)),)
        ),
    ]


def pages(metric: Metric, scope: ProgramScope) -> list[Block]:
    """The clinician was paged in the preset's minutes after the call was recorded."""
    step = next((each for each in scope.preset.follow_ups if each.kind == "page"), None)
    if step is None:
        return []
    rows = db.session.execute(
        select(ProgramTask.made_at, ProgramTask.told_at).where(
            ProgramTask.program_id == scope.program.id,
            ProgramTask.step == step.code,
            ProgramTask.made_at >= scope.start,
            ProgramTask.made_at < scope.end,
            ProgramTask.made_at <= scope.cut,
        )
    ).all()
    length = after(scope.start, step.within) - scope.start
    ripe = [row for row in rows if row.made_at + length <= scope.cut or row.told_at is not None]
    quick = sum(1 for row in ripe if row.told_at is not None and row.told_at - row.made_at <= length)
    minutes = int(length / timedelta(minutes=1))
    label = _("Paged within %(minutes)s minutes", minutes=minutes)
    return [Block(metric.id, str(metric.name), (share(metric, label, quick, len(ripe)),))]


def conference(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Meetings of the time that stood on a list, and what was decided."""
    settings = conference_of(scope.preset)
    if settings is None:
        return []
    rows = db.session.execute(
        select(Encounter.facts, ConferenceItem.outcome, ConferenceItem.at)
        .outerjoin(ConferenceItem, ConferenceItem.encounter_id == Encounter.id)
        .where(
            Encounter.program_id == scope.program.id,
            Encounter.received_at >= scope.start,
            Encounter.received_at < scope.end,
            Encounter.recorded_at <= scope.cut,
        )
    )
    decided = [
        outcome if at is not None and at <= scope.cut else ""
        for facts, outcome, at in rows
        if facts.get(settings.flag) is True
    ]
    parts = [
        part(metric, choice.label, decided.count(choice.code), len(decided)) for choice in settings.outcomes
    ]
    parts.append(part(metric, _("Not decided yet"), decided.count(""), len(decided)))
    return [
        Block(metric.id, str(metric.name), (count(metric, _("Calls on the list"), len(decided)),)),
        Block(metric.id, _("What was decided"), tuple(parts), adds_up=True),
    ]


METRICS = (
    Metric(
        "family_notes", 1, FIRST, _l("Family line"), "task",
        _l("Families called back by the deadline"), _l("Calls of families that wanted a call back, once it was due"),
        _l("Calls back that are no longer owed"), family_line,
    ),
    Metric(
        "pages", 1, FIRST, _l("Pages to the clinician"), "task",
        _l("Pages sent within the preset's minutes after the call was recorded"),
        _l("Calls in the time that owe a page"), _l("Nobody"), pages,
    ),
    Metric(
        "conference", 1, FIRST, _l("Case conference"), "encounter",
        _l("Calls by what the conference decided"), _l("Calls in the time that stand on a list"),
        _l("Nobody"), conference,
    ),
)  # fmt: skip
