"""Who works a task, and who may look at it. Access is inside every query: what is not yours is not there."""

from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from portal.programs.access import preset_of, programs_for, roles_in
from portal.programs.dispatch.rules import CUSTODY
from portal.programs.models import Encounter, ProgramTask, ResponseProgram
from portal.programs.preset import Preset
from portal.programs.rules import CONTACTS
from portal.programs.tasks.options import TaskOptions, options, step_of
from portal.referrals import NotHere
from portal.store import Actor, Conflict, db


@dataclass(frozen=True)
class Place:
    """A program in which the actor works: as what, and what its preset says of tasks."""

    program: ResponseProgram
    preset: Preset
    options: TaskOptions
    roles: frozenset[str]

    def role_label(self, code: str) -> str:
        return next((role.label for role in self.preset.roles if role.code == code), code)

    def step_label(self, code: str) -> str:
        found = step_of(self.preset, code)
        return found.label if found else code


def places(actor: Actor, program_id: UUID | None = None) -> dict[UUID, Place]:
    """The programs in which the actor works, also those that were turned off: what they owe stays owed."""
    rows = [row for row in programs_for(actor, off_too=True) if program_id in (None, row.id)]
    found = ((row.id, place_in(actor, row)) for row in rows)
    return {row_id: place for row_id, place in found if place is not None}


def place_in(actor: Actor, program: ResponseProgram) -> Place | None:
    """Where the actor stands in one program; None for who does not work in it."""
    roles = roles_in(actor, program)
    preset = preset_of(program)
    return Place(program, preset, options(preset), roles) if roles else None


def visible(actor: Actor, place: Place) -> ColumnElement[bool]:
    """The tasks of one program that the actor works or watches. A supervisor of the agency: all. Police: of a task that belongs
    to a town, the town's own; what went to a partner is the partner's own; everybody else of the team goes wherever the program
    goes. Whoever an alarm tells sees that step. What an asker holds until a team takes over stands at its request alone."""
    mine = and_(ProgramTask.program_id == place.program.id, ProgramTask.step != CUSTODY)
    if "supervisor" in place.roles:
        return mine
    own = ProgramTask.organization_id.in_(actor.organizations())
    partners = {each.role for each in place.preset.follow_ups if each.to == "partner"}
    every: list[str] = []
    town: list[str] = []
    for role in place.roles:
        police = place.preset.role_kind(role) in ("police", "liaison")
        apart = (police and place.options.by_town) or role in partners
        (town if apart else every).append(role)
    ways: list[ColumnElement[bool]] = []
    for roles, where in ((every, None), (town, own)):
        if roles:
            of_theirs: ColumnElement[bool] = ProgramTask.role.in_(roles)
            if set(roles) & set(place.options.also):
                of_theirs = or_(of_theirs, ProgramTask.step.in_(_team_steps(place)))
            told = ProgramTask.step.in_(_told_steps(place, roles))
            ways.append(or_(of_theirs, told) if where is None else and_(where, or_(of_theirs, told)))
    return and_(mine, or_(*ways)) if ways else false()


def works(actor: Actor, place: Place, task: ProgramTask) -> bool:
    """Whether the actor may record tries at it and end it, and not only look: the role that owns it, those that the preset adds,
    and the agency's supervisors."""
    if "supervisor" in place.roles or task.role in place.roles:
        return True
    return bool(place.roles & set(place.options.also)) and task.step in _team_steps(place)


def hold_call(session: Session, task_id: UUID) -> None:
    """Hold the task's call until commit. Always before the task itself, so that nobody waits for each other."""
    call = select(ProgramTask.encounter_id).where(ProgramTask.id == task_id).scalar_subquery()
    session.execute(select(Encounter.id).where(Encounter.id == call).with_for_update())


def locked(
    session: Session, actor: Actor, task_id: UUID, version: int | None = None
) -> tuple[ProgramTask, Place]:
    """The task, held until commit, for who works it; and before it its call, as whoever corrects a call does. NotHere otherwise;
    Conflict when it is no longer the version shown."""
    hold_call(session, task_id)
    task = session.scalar(
        select(ProgramTask)
        .where(ProgramTask.id == task_id)
        .with_for_update(of=ProgramTask)
        .execution_options(populate_existing=True)
    )
    place = place_of(actor, task) if task is not None else None
    if task is None or place is None or not works(actor, place, task):
        raise NotHere
    if version is not None and task.version != version:
        raise Conflict(_("Somebody changed this meanwhile. Look at what stands now."))
    return task, place


def place_of(actor: Actor, task: ProgramTask) -> Place | None:
    """Where the actor stands to this task; None when it is not there for them."""
    place = place_in(actor, task.program)
    if place is None:
        return None
    theirs = select(ProgramTask.id).where(ProgramTask.id == task.id, visible(actor, place))
    return place if db.session.scalar(theirs) else None


def _team_steps(place: Place) -> list[str]:
    """The steps that the whole team works: those that are about somebody to be met, not the duties of one role."""
    return [each.code for each in place.preset.follow_ups if each.kind in CONTACTS]


def _told_steps(place: Place, roles: list[str]) -> list[str]:
    return [each.code for each in place.preset.follow_ups if each.tells in roles]
