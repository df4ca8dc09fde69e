"""The work list, sorted by deadline, and one task as whoever works it sees it. Codes and times; nobody is named here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import selectinload

from portal.accounts import names_of
from portal.programs.models import Encounter, ProgramTask, TaskEvent
from portal.programs.preset import Field
from portal.programs.rules import CONTACTS, MEANS
from portal.programs.tasks.access import Place, place_of, places, visible, works
from portal.programs.tasks.options import Daily, step_of, tries_of
from portal.programs.tasks.person import has_person
from portal.programs.tasks.rules import ENDS, failed, gives_up
from portal.store import Actor, clock, db

LISTED = 200
RECENT = timedelta(
    days=14
)  # what ended lately stays to be looked at, and corrected by whoever was reached after all


@dataclass(frozen=True)
class TaskLine:
    """One task of the list. due: what the list is sorted by: its next try where one is planned, else its deadline. mine: the
    reader holds it; holder: who does. tries: of them `failed`, and `k` may end it."""

    id: UUID
    program: str
    label: str
    role: str
    state: str
    result: str
    opens_at: datetime
    due_at: datetime
    again_at: datetime | None
    alarmed: bool
    closed_at: datetime | None
    district: str
    reference: str
    holder: str
    mine: bool
    tries: int
    failed: int
    k: int

    @property
    def due(self) -> datetime:
        return min(self.due_at, self.again_at) if self.again_at else self.due_at


@dataclass(frozen=True)
class WorkList:
    """What is the reader's to do, sorted by deadline: late and now, later (not yet open), and what ended lately."""

    now: tuple[TaskLine, ...]
    later: tuple[TaskLine, ...]
    ended: tuple[TaskLine, ...]
    more: bool


@dataclass(frozen=True)
class TryLine:
    at: datetime
    means: str
    result: str
    roles: tuple[str, ...]
    given: tuple[str, ...]
    by: str  # empty: the person's own word


@dataclass(frozen=True)
class TaskView:
    """One task for who works it or watches it. ends: result of a try -> how the task may end with it. may_give_up: enough tries
    were made. reveals: there is a person whose contact may be opened. calls: of a review, the calls of its hours."""

    line: TaskLine
    place: Place
    task: ProgramTask
    works: bool
    contact: bool
    tries: tuple[TryLine, ...]
    events: tuple[tuple[datetime, str, str, str], ...]  # when, what, who, to whom
    means: tuple[str, ...]
    ends: dict[str, tuple[str, ...]]
    questions: tuple[Field, ...]
    may_give_up: bool
    reveals: bool
    encounter_id: UUID | None
    calls: tuple[TaskLine, ...] = ()


def work_list(actor: Actor, *, program_id: UUID | None = None, mine: bool = False) -> WorkList:
    """The open tasks that the actor works or watches, the most urgent first, LISTED at most; `mine`: those that they hold."""
    found = places(actor, program_id)
    if not found:
        return WorkList((), (), (), False)
    now = clock.now()
    theirs = or_(*(visible(actor, place) for place in found.values()))
    rows = db.session.scalars(
        select(ProgramTask)
        .where(theirs, ProgramTask.state == "open", *_held(actor, mine))
        .order_by(ProgramTask.due_at, ProgramTask.id)
        .limit(LISTED + 1)
        .options(selectinload(ProgramTask.attempts), selectinload(ProgramTask.encounter))
    ).all()
    ended = db.session.scalars(
        select(ProgramTask)
        .where(theirs, ProgramTask.state != "open", ProgramTask.closed_at > now - RECENT, *_held(actor, mine))
        .order_by(ProgramTask.closed_at.desc())
        .limit(30)
        .options(selectinload(ProgramTask.attempts), selectinload(ProgramTask.encounter))
    ).all()
    lines = sorted(_lines(actor, rows[:LISTED], found), key=lambda line: (line.due, str(line.id)))
    return WorkList(
        tuple(line for line in lines if line.opens_at <= now),
        tuple(line for line in lines if line.opens_at > now),
        tuple(_lines(actor, ended, found)),
        len(rows) > LISTED,
    )


def task_for(actor: Actor, task_id: UUID) -> TaskView | None:
    """The task, for who works it or watches it; None for all others."""
    task = db.session.get(ProgramTask, task_id)
    place = place_of(actor, task) if task is not None else None
    if task is None or place is None:
        return None
    mine = works(actor, place, task)
    names = names_of({one.account_id for one in task.attempts if one.account_id})
    counts = place.options.family_counts
    give_up = task.state == "open" and gives_up(
        task.attempts, tries_of(place.preset, task.step), family_counts=counts
    )
    ends = {
        result: tuple(end for end in found if end != "family_contact" or counts or task.kind == "family")
        for result, found in ENDS.items()
        if result != "answered"
    }
    return TaskView(
        line=_lines(actor, [task], {place.program.id: place})[0],
        place=place,
        task=task,
        works=mine,
        contact=task.kind in CONTACTS,
        tries=tuple(
            TryLine(
                one.at,
                one.means,
                one.result,
                tuple(place.role_label(role) for role in one.roles),
                tuple(_service(place, code) for code in one.given),
                names.get(one.account_id, "") if one.account_id else "",
            )
            for one in task.attempts
        ),
        events=_events(task),
        means=MEANS,
        ends=ends,
        questions=place.options.questions.get(task.step, ()),
        may_give_up=mine and give_up,
        reveals=mine and has_person(task, place, clock.now()),
        encounter_id=task.encounter_id,
        calls=_calls(actor, task, place),
    )


def tasks_of_call(actor: Actor, encounter_id: UUID) -> tuple[TaskLine, ...]:
    """What one call owes, as far as the actor works or watches it, the most urgent first."""
    found = places(actor)
    if not found:
        return ()
    rows = db.session.scalars(
        select(ProgramTask)
        .where(
            ProgramTask.encounter_id == encounter_id,
            or_(*(visible(actor, place) for place in found.values())),
        )
        .order_by(ProgramTask.due_at, ProgramTask.id)
        .options(selectinload(ProgramTask.attempts), selectinload(ProgramTask.encounter))
    ).all()
    return tuple(_lines(actor, rows, found))


def _held(actor: Actor, mine: bool) -> list[ColumnElement[bool]]:
    return [ProgramTask.account_id == actor.account_id] if mine else []


def _lines(actor: Actor, rows: Sequence[ProgramTask], found: dict[UUID, Place]) -> list[TaskLine]:
    names = names_of({row.account_id for row in rows if row.account_id})
    return [_line(actor, row, found[row.program_id], names) for row in rows]


def _line(actor: Actor, row: ProgramTask, place: Place, names: dict[UUID, str]) -> TaskLine:
    return TaskLine(
        id=row.id,
        program=place.program.name,
        label=place.step_label(row.step),
        role=place.role_label(row.role),
        state=row.state,
        result=row.result,
        opens_at=row.opens_at,
        due_at=row.due_at,
        again_at=row.again_at,
        alarmed=row.told_at is not None,
        closed_at=row.closed_at,
        district=row.district.name if row.district else "",
        reference=row.encounter.reference if row.encounter else "",
        holder=names.get(row.account_id, "") if row.account_id else "",
        mine=row.account_id == actor.account_id,
        tries=len(row.attempts),
        failed=failed(row.attempts),
        k=tries_of(place.preset, row.step),
    )


def _events(task: ProgramTask) -> tuple[tuple[datetime, str, str, str], ...]:
    rows = db.session.scalars(
        select(TaskEvent).where(TaskEvent.task_id == task.id).order_by(TaskEvent.number)
    ).all()
    ids = {one for row in rows for one in (row.account_id, row.to_account_id) if one}
    names = names_of(ids)
    return tuple(
        (
            row.at,
            row.what,
            names.get(row.account_id, "") if row.account_id else "",
            names.get(row.to_account_id, "")
            if row.to_account_id and row.to_account_id != row.account_id
            else "",
        )
        for row in rows
    )


def _service(place: Place, code: str) -> str:
    return next((each.label for each in place.preset.services if each.code == code), code)


def _calls(actor: Actor, task: ProgramTask, place: Place) -> tuple[TaskLine, ...]:
    """Of a review: the tasks of this department for the calls of its hours, whoever holds them."""
    step = step_of(place.preset, task.step)
    if not isinstance(step, Daily):
        return ()
    rows = db.session.scalars(
        select(ProgramTask)
        .join(Encounter, Encounter.id == ProgramTask.encounter_id)
        .where(
            ProgramTask.program_id == task.program_id,
            ProgramTask.organization_id == task.organization_id,
            Encounter.received_at >= task.due_at - timedelta(hours=step.hours),
            Encounter.received_at <= task.due_at,
        )
        .order_by(ProgramTask.due_at, ProgramTask.id)
        .limit(LISTED)
        .options(selectinload(ProgramTask.attempts), selectinload(ProgramTask.encounter))
    ).all()
    return tuple(_lines(actor, rows, {place.program.id: place}))
