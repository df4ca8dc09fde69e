"""Several programs at one agency (a tailored approach): who has the ONE follow-up of a call that concerns more than one.

An agency is composed while a program with the module `composer` is on there. Each of its programs may then follow up a call that any
of them recorded, and the one with the lowest rank that owes something has it. Once it has it, it keeps it, whatever is turned on
or ranked otherwise later, until the liaison gives it to another.
"""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.programs.models import Encounter, ProgramTask, ResponseProgram
from portal.programs.preset import Preset, presets
from portal.programs.settings import effective, settings_of

COMPOSER = "composer"
GIVEN = "given_to_another_program"  # why a task closed: a code, see the liaison's inbox
Owes = Callable[[Preset], bool]


def in_line(session: Session, organization_id: UUID) -> list[ResponseProgram]:
    """The agency's programs that share their calls, the first in line first; none where the agency is not composed."""
    rows = session.scalars(
        select(ResponseProgram)
        .where(
            ResponseProgram.organization_id == organization_id,
            ResponseProgram.turned_off_at.is_(None),
        )
        .order_by(ResponseProgram.rank, ResponseProgram.turned_on_at, ResponseProgram.id)
    ).all()
    if not any(COMPOSER in effective(row).modules for row in rows):
        return []
    return [row for row in rows if shares(row)]


def shares(program: ResponseProgram) -> bool:
    """Whether a program takes part: it follows up calls, and not its own alone."""
    preset = effective(program)
    return (
        COMPOSER not in preset.modules and bool(preset.follow_ups) and not settings_of(program).own_calls_only
    )


def owner_of(session: Session, row: Encounter, owes: Owes) -> ResponseProgram:
    """Whose the follow-up of this encounter is. `owes` says of a preset whether it owes this encounter anything."""
    has_it = holder(session, row)
    if has_it is not None:
        return has_it
    line = in_line(session, row.organization_id) if shares(row.program) else []
    return next((each for each in line if owes(effective(each))), row.program)


def holder(session: Session, row: Encounter) -> ResponseProgram | None:
    """The program that has followed up this encounter so far; None while nothing is owed."""
    tasks = session.scalars(
        select(ProgramTask)
        .where(ProgramTask.encounter_id == row.id, ProgramTask.close_reason != GIVEN)
        .order_by(ProgramTask.made_at.desc(), ProgramTask.id)
    ).all()
    return next((task.program for task in tasks if is_follow_up(task)), None)


def is_follow_up(task: ProgramTask) -> bool:
    """Whether a task is a follow-up of its program's preset, and not something that another part of the program asked for."""
    return any(task.step == follow_up.code for follow_up in presets()[task.program.preset].follow_ups)
