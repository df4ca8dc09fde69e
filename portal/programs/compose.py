"""Several programs at one agency (a tailored approach): who has the ONE follow-up of a call that concerns more than one.

An agency is composed while a program with the module `composer` is on there. Each of its programs may then follow up a call that any
of them recorded, and the one with the lowest rank that owes something has it. Once it has it, it keeps it, whatever is turned on
or ranked otherwise later, until the liaison gives it to another. Who follows a person every week (an open case) follows up their
calls too.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.programs.models import Encounter, ProgramCase, ProgramTask, ResponseProgram
from portal.programs.preset import Preset
from portal.programs.settings import base_of, effective, settings_of

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
    has_it = case_owner(session, row) or holder(session, row)
    if has_it is not None:
        return has_it
    apart = settings_of(row.program).own_calls_only
    line = [] if apart else in_line(session, row.organization_id)
    return next((each for each in line if owes(effective(each))), row.program)


def holder(session: Session, row: Encounter) -> ResponseProgram | None:
    """The program that has followed up this encounter so far; None while nothing is owed."""
    tasks = session.scalars(
        select(ProgramTask)
        .where(ProgramTask.encounter_id == row.id, ProgramTask.close_reason != GIVEN)
        .order_by(ProgramTask.made_at.desc(), ProgramTask.id)
    ).all()
    return next((task.program for task in tasks if is_follow_up(task)), None)


def case_owner(session: Session, row: Encounter) -> ResponseProgram | None:
    """The program in line that has an open case of the person; None where nobody is known, or nobody has one."""
    if row.client_id is None or settings_of(row.program).own_calls_only:
        return None
    following = set(
        session.scalars(
            select(ProgramCase.program_id).where(
                ProgramCase.organization_id == row.organization_id,
                ProgramCase.client_id == row.client_id,
                ProgramCase.closed_at.is_(None),
            )
        )
    )
    if not following:
        return None
    return next((each for each in in_line(session, row.organization_id) if each.id in following), None)


def settle_owner(session: Session, row: Encounter, account_id: UUID | None, now: datetime) -> None:
    """In the caller's transaction: the person became known. Where a program has their case, what other programs still owe for
    this encounter closes, so that nobody is followed up twice."""
    owner = case_owner(session, row)
    if owner is not None:
        close_others(session, row, owner, account_id, now)


def close_others(
    session: Session, row: Encounter, owner: ResponseProgram, account_id: UUID | None, now: datetime
) -> None:
    """In the caller's transaction: what other programs still owe for this encounter is the owner's from now."""
    for task in session.scalars(
        select(ProgramTask).where(
            ProgramTask.encounter_id == row.id,
            ProgramTask.state == "open",
            ProgramTask.program_id != owner.id,
        )
    ):
        if is_follow_up(task):
            task.state, task.close_reason = "closed", GIVEN
            task.closed_at, task.closed_by, task.version = now, account_id, task.version + 1
    session.flush()


def is_follow_up(task: ProgramTask) -> bool:
    """Whether a task is a follow-up of its program's preset, and not something that another part of the program asked for."""
    return any(task.step == follow_up.code for follow_up in base_of(task.program).follow_ups)
