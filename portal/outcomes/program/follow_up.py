"""Was somebody spoken with afterwards (M17)? Calls that owe a contact, and the first contact after them. The unit is the encounter."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    Interval,
    and_,
    case,
    distinct,
    exists,
    func,
    literal,
    or_,
    select,
    type_coerce,
)

from portal.outcomes.definitions import LAG_DAYS
from portal.outcomes.measures import Row
from portal.outcomes.program.metric import Block, Metric, ProgramScope, share
from portal.programs.models import Encounter, ProgramTask, TaskAttempt
from portal.programs.tasks.options import options
from portal.programs.tasks.rules import CONTACTS
from portal.store import db, engine_name

FIRST = date(2026, 1, 1)
PERSON = (
    "reached",
    "answered",
)  # results of a try that spoke with the person, or that are the person's own word
WINDOWS = (timedelta(hours=72), timedelta(days=30))


def contact(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Within 72 hours and within 30 days of the call. A call without any try is a no: the log is the program's own."""
    ways: list[tuple[str, tuple[str, ...]]] = [(_("Spoke with the person"), PERSON)]
    if options(scope.preset).family_counts:
        ways.insert(0, (_("Spoke with the person or the family"), (*PERSON, "family")))
    words = (_("%(way)s within 72 hours"), _("%(way)s within 30 days"))
    counts = iter(_counts(scope, [results for _way, results in ways]))
    rows = []
    for way, _results in ways:
        for text in words:
            done, ripe, immature = next(counts)
            rows.append(share(metric, text % {"way": way}, done, ripe, immature=immature))
    note = _("Not ripe yet: the time for it, and 7 days in which it may be written down, were not over.")
    # Within 72 hours is within 30 days; with the person alone is with the person or the family.
    chains = ((0, 1),) if len(ways) == 1 else ((0, 1), (2, 3), (2, 0), (3, 1))
    block = Block(metric.id, str(metric.name), tuple(rows), note=note, chains=chains)
    return [block, *_by_role(metric, scope)]


def _counts(scope: ProgramScope, ways: Sequence[Sequence[str]]) -> list[tuple[int, int, int]]:
    """For each way and window: calls with a contact in time, calls whose window is over, and those whose is not. Two SELECTs
    without a sort of all calls, as there may be a million."""
    ripe = [Encounter.received_at <= scope.cut - window - timedelta(days=LAG_DAYS) for window in WINDOWS]
    task = exists().where(ProgramTask.encounter_id == Encounter.id, *_tasks(scope))
    owing = db.session.execute(select(func.count(), *map(_sum, ripe)).where(*_calls(scope), task)).one()
    in_time = [
        func.count(
            distinct(
                case(
                    (
                        and_(
                            over,
                            TaskAttempt.result.in_(way),
                            TaskAttempt.at <= _later(Encounter.received_at, window),
                        ),
                        Encounter.id,
                    )
                )
            )
        )
        for way in ways
        for window, over in zip(WINDOWS, ripe, strict=True)
    ]
    done = db.session.execute(
        select(*in_time)
        .select_from(TaskAttempt)
        .join(ProgramTask, ProgramTask.id == TaskAttempt.task_id)
        .join(Encounter, Encounter.id == ProgramTask.encounter_id)
        .where(
            TaskAttempt.result.in_([result for way in ways for result in way]),
            TaskAttempt.recorded_at <= scope.cut,
            *_calls(scope),
            *_tasks(scope),
        )
    ).one()
    everybody, *ripe_ones = owing
    return [(number, ripe_ones[i % 2], everybody - ripe_ones[i % 2]) for i, number in enumerate(done)]


def _by_role(metric: Metric, scope: ProgramScope) -> list[Block]:
    """The tasks of each role that owned any: how many had a contact with the person before their own deadline. Nothing where
    one role has them all."""
    if len({each.role for each in scope.preset.follow_ups if each.kind in CONTACTS}) < 2:
        return []
    rows = db.session.execute(
        select(
            ProgramTask.role,
            func.count(func.distinct(ProgramTask.id)),
            func.count(func.distinct(case((TaskAttempt.at <= ProgramTask.due_at, ProgramTask.id)))),
        )
        .join(Encounter, Encounter.id == ProgramTask.encounter_id)
        .join(
            TaskAttempt,
            and_(
                TaskAttempt.task_id == ProgramTask.id,
                TaskAttempt.result.in_(PERSON),
                TaskAttempt.recorded_at <= scope.cut,
            ),
            isouter=True,
        )
        .where(*_calls(scope), *_tasks(scope), ProgramTask.due_at <= scope.cut - timedelta(days=LAG_DAYS))
        .group_by(ProgramTask.role)
    ).all()
    found = {role: (number, done) for role, number, done in rows}
    lines: list[Row] = [
        share(metric, role.label, found[role.code][1], found[role.code][0])
        for role in scope.preset.roles
        if role.code in found
    ]
    if len(lines) < 2:
        return []
    return [Block(metric.id, _("By whose task it was: spoke with the person in time"), tuple(lines))]


def _calls(scope: ProgramScope) -> list[ColumnElement[bool]]:
    return [
        Encounter.program_id == scope.program.id,
        Encounter.received_at >= scope.start,
        Encounter.received_at < scope.end,
        Encounter.recorded_at <= scope.cut,
        Encounter.meets_criteria.is_(True),
    ]


def _tasks(scope: ProgramScope) -> list[ColumnElement[bool]]:
    """Those about meeting somebody that nobody had closed as not owed by the cut."""
    return [
        ProgramTask.kind.in_(CONTACTS),
        ProgramTask.made_at <= scope.cut,
        or_(ProgramTask.state != "closed", ProgramTask.closed_at > scope.cut),
    ]


def _later(moment: Any, window: timedelta) -> ColumnElement[Any]:
    """The moment so much later, in the database's own way."""
    if engine_name() == "sqlite":
        seconds = f"+{int(window.total_seconds())} seconds"
        return func.strftime(
            "%Y-%m-%d %H:%M:%f000", moment, seconds
        )  # as it is stored: six digits of a second
    return type_coerce(moment, DateTime(timezone=True)) + literal(window, Interval())


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0).cast(Integer)


METRICS = (
    Metric(
        "M17",
        1,
        FIRST,
        _l("Follow-up done"),
        "encounter",
        _l("Encounters after which a try reached the person, or the family where the program counts that"),
        _l(
            "Calls meeting criteria that owe a contact by the program's own rule: everybody it met, or those who agreed"
        ),
        _l("Calls whose time was not over at the data cut, and tasks closed as not owed"),
        contact,
    ),
)
