"""Was somebody spoken with afterwards (M17)? Calls that owe a contact, and the first contact after them. The unit is the encounter."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Integer, and_, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from portal.outcomes.definitions import LAG_DAYS
from portal.outcomes.measures import Row
from portal.outcomes.program.metric import Block, Metric, ProgramScope, share
from portal.programs.models import Encounter, ProgramTask, TaskAttempt
from portal.programs.rules import CONTACTS, FAMILY, PERSON
from portal.programs.tasks.options import options
from portal.store import db

FIRST = date(2026, 1, 1)
WINDOWS = (timedelta(hours=72), timedelta(days=30))
Way = tuple[
    InstrumentedAttribute[int | None], ...
]  # seconds until a contact that counts: one of them is enough


def contact(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Within 72 hours and within 30 days of the call. A call without any try is a no: the log is the program's own."""
    ways: list[tuple[str, Way]] = [(_("Spoke with the person"), (Encounter.person_after,))]
    if options(scope.preset).family_counts:
        either = (Encounter.person_after, Encounter.family_after)
        ways.insert(0, (_("Spoke with the person or the family"), either))
    words = (_("%(way)s within 72 hours"), _("%(way)s within 30 days"))
    counts = iter(_counts(scope, [after for _way, after in ways]))
    rows = []
    for way, _after in ways:
        for text in words:
            done, ripe, immature = next(counts)
            rows.append(share(metric, text % {"way": way}, done, ripe, immature=immature))
    note = _("Not ripe yet: the time for it, and 7 days in which it may be written down, were not over.")
    # Within 72 hours is within 30 days; with the person alone is with the person or the family.
    chains = ((0, 1),) if len(ways) == 1 else ((0, 1), (2, 3), (2, 0), (3, 1))
    block = Block(metric.id, str(metric.name), tuple(rows), note=note, chains=chains)
    return [block, *_by_role(metric, scope)]


def _counts(scope: ProgramScope, ways: Sequence[Way]) -> list[tuple[int, int, int]]:
    """For each way and window: calls with a contact in time, calls whose window is over, and those whose is not. What stands
    on the calls themselves is read where it was written by the cut; of the few others, tasks and tries are asked."""
    ripe = [Encounter.received_at <= scope.cut - window - timedelta(days=LAG_DAYS) for window in WINDOWS]
    in_time = [
        _sum(and_(over, or_(*(seconds <= int(window.total_seconds()) for seconds in way))))
        for way in ways
        for window, over in zip(WINDOWS, ripe, strict=True)
    ]
    stands = select(func.count(), *map(_sum, ripe), *in_time).where(
        *_calls(scope), Encounter.owes_contact.is_(True), Encounter.followed_at <= scope.cut
    )
    owing, *numbers = db.session.execute(stands).one()
    over, done = list(numbers[: len(WINDOWS)]), list(numbers[len(WINDOWS) :])
    for received_at, *after in _written_since(scope):
        owing += 1
        for i, window in enumerate(WINDOWS):
            if received_at > scope.cut - window - timedelta(days=LAG_DAYS):
                continue
            over[i] += 1
            for number, way in enumerate(ways):
                first = min((at for at in after[: len(way)] if at is not None), default=None)
                done[number * len(WINDOWS) + i] += first is not None and first <= received_at + window
    return [(number, over[i % 2], owing - over[i % 2]) for i, number in enumerate(done)]


def _written_since(scope: ProgramScope) -> Sequence[Any]:
    """Of the calls that owed a contact at the cut, and to whose tasks something was written after it: when each was received,
    and the first contact with the person and with the family as they stood at the cut (none: no contact)."""
    person, family = (
        func.min(case((TaskAttempt.result.in_(results), TaskAttempt.at))) for results in (PERSON, (FAMILY,))
    )
    return db.session.execute(
        select(Encounter.received_at, person, family)
        .join(ProgramTask, ProgramTask.encounter_id == Encounter.id)
        .join(
            TaskAttempt,
            and_(TaskAttempt.task_id == ProgramTask.id, TaskAttempt.recorded_at <= scope.cut),
            isouter=True,
        )
        .where(*_calls(scope), Encounter.followed_at > scope.cut, *_tasks(scope))
        .group_by(Encounter.id, Encounter.received_at)
    ).all()


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
