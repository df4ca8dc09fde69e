"""The liaison's inbox of a tailored approach: every call of the agency's programs that owes something, and the one program that has
it. The liaison may give it to another. Times and codes; no person."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from portal.programs.access import kinds_in, program_for
from portal.programs.compose import COMPOSER, close_others, in_line, is_follow_up
from portal.programs.models import Encounter, ProgramTask, ResponseProgram
from portal.programs.planning import make_tasks, owes
from portal.programs.settings import base_of, effective
from portal.referrals import NotHere
from portal.store import Actor, Refused, audit, clock, db, write

LISTED = 100
KINDS = frozenset(("liaison", "supervisor"))


@dataclass(frozen=True)
class Waiting:
    """A call whose follow-up is open: whose it is, what is due when, who else could have it. owners: more than one is a clash,
    from the time before the programs were composed."""

    encounter_id: UUID
    reference: str
    received_at: datetime
    recorded_in: str
    district: str
    owners: tuple[ResponseProgram, ...]
    next_step: str
    due_at: datetime
    late: bool
    others: tuple[ResponseProgram, ...]


def waiting_for(actor: Actor, program_id: UUID) -> list[Waiting] | None:
    """What waits at the agency, the clashes first, then by deadline; LISTED at most. None for who is no liaison there."""
    program = _composer(actor, program_id)
    if program is None:
        return None
    tasks = db.session.scalars(
        select(ProgramTask)
        .join(Encounter, Encounter.id == ProgramTask.encounter_id)
        .where(Encounter.organization_id == program.organization_id, ProgramTask.state == "open")
        .order_by(ProgramTask.due_at, ProgramTask.id)
        .limit(10 * LISTED)
    ).all()
    found: dict[UUID, list[ProgramTask]] = {}
    for task in tasks:
        if task.encounter_id is not None and is_follow_up(task):
            found.setdefault(task.encounter_id, []).append(task)
    line, now = in_line(db.session(), program.organization_id), clock.now()
    rows = [_waiting(each, line, now) for each in found.values()]
    return sorted(rows, key=lambda each: (len(each.owners) == 1, each.due_at))[:LISTED]


def line_of(program: ResponseProgram) -> list[ResponseProgram]:
    """The programs of a composed agency, in the order in which they follow up a call."""
    return in_line(db.session(), program.organization_id)


def give_follow_up(actor: Actor, program_id: UUID, encounter_id: UUID, to: UUID) -> None:
    """The follow-up of a call is another program's from now: what others still owed closes with that reason, and the tasks of the
    new owner count from when the call was recorded. Refused for a program that owes this call nothing."""
    with write() as session:
        if _composer(actor, program_id) is None:
            raise NotHere
        row = session.scalar(
            select(Encounter).where(Encounter.id == encounter_id).with_for_update(of=Encounter)
        )
        here = session.get_one(ResponseProgram, program_id)
        if row is None or row.organization_id != here.organization_id:
            raise NotHere
        owner = next((each for each in in_line(session, row.organization_id) if each.id == to), None)
        if owner is None or not owes(effective(owner), row):
            raise Refused(_("This program owes this call nothing."), "to")
        now = clock.now()
        close_others(session, row, owner, actor.account_id, now)
        make_tasks(session, owner, row, row.recorded_at, now)
        audit.append(actor, "give_follow_up", "encounter", row.id, owner.preset)


def _waiting(tasks: list[ProgramTask], line: list[ResponseProgram], now: datetime) -> Waiting:
    first = tasks[0]
    row = db.session.get_one(Encounter, first.encounter_id)
    owners = {task.program_id: task.program for task in tasks}
    step = next(each for each in base_of(first.program).follow_ups if each.code == first.step)
    return Waiting(
        row.id,
        row.reference,
        row.received_at,
        row.program.name,
        row.district.name if row.district else "",
        tuple(owners.values()),
        step.label,
        first.due_at,
        first.due_at < now,
        tuple(
            each for each in line if (len(owners) > 1 or each.id not in owners) and owes(effective(each), row)
        ),
    )


def _composer(actor: Actor, program_id: UUID) -> ResponseProgram | None:
    """The program, when it composes and the actor is its liaison or the agency's supervisor."""
    program = program_for(actor, program_id)
    if program is None or COMPOSER not in effective(program).modules or not KINDS & kinds_in(actor, program):
        return None
    return program
