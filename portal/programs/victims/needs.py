"""Victims' own records: what they needed and what was found, by day. They hang on no call and on no person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from portal.programs.access import program_for, roles_in, today
from portal.programs.models import ResponseProgram, VictimVisit
from portal.programs.victims.terms import VictimOptions, victim_options
from portal.referrals import NotHere
from portal.store import Actor, Conflict, Refused, audit, db, limits, write

LATE = timedelta(days=60)  # a record may be written so many days after the visit
LISTED = 50


@dataclass(frozen=True)
class VictimGiven:
    """on_day: a day of the community, without an hour. needs: codes of the preset; met: those of them that were found."""

    on_day: date
    needs: tuple[str, ...]
    met: tuple[str, ...] = ()


def record_visit(actor: Actor, program_id: UUID, given: VictimGiven) -> UUID:
    """One victim's needs. For the program's own workers; NotHere for everybody else, police too. Refused by field."""
    with write() as session:
        program, options = _working(actor, program_id)
        if program.turned_off_at is not None:
            raise Refused(_("This program is turned off."))
        known, day = {choice.code for choice in options.needs}, today()
        if not given.needs or not set(given.needs) <= known:
            raise Refused(_("Choose what was needed."), "needs")
        if not set(given.met) <= set(given.needs):
            raise Refused(_("Only what was needed can be found."), "met")
        if not day - LATE <= given.on_day <= day:
            raise Refused(_("Choose a day of the last 60 days."), "on_day")
        limits.spend("note", str(actor.account_id))
        row = VictimVisit(
            program_id=program.id,
            on_day=given.on_day,
            needs=sorted(set(given.needs)),
            met=sorted(set(given.met)),
            recorded_by=actor.account_id,
            recorded_on=day,
        )
        session.add(row)
        session.flush()
        # The trail says that one was recorded, and not which: its hour could be laid beside a call's.
        audit.append(actor, "record_visit", "response_program", program.id)
        return row.id


def visits_for(actor: Actor, program_id: UUID) -> Sequence[VictimVisit]:
    """The newest records, for the program's own workers. NotHere for everybody else."""
    program, _options = _working(actor, program_id)
    return db.session.scalars(
        select(VictimVisit)
        .where(VictimVisit.program_id == program.id, VictimVisit.withdrawn_on.is_(None))
        .order_by(VictimVisit.on_day.desc(), VictimVisit.id)
        .limit(LISTED)
    ).all()


def withdraw_visit(actor: Actor, program_id: UUID, visit_id: UUID) -> None:
    """It was entered in error, and counts no more. Conflict when it was withdrawn before."""
    with write() as session:
        program, _options = _working(actor, program_id)
        row = session.get(VictimVisit, visit_id)
        if row is None or row.program_id != program.id:
            raise NotHere
        if row.withdrawn_on is not None:
            raise Conflict(_("This was taken back before."))
        row.withdrawn_on = today()
        audit.append(actor, "withdraw_visit", "response_program", program.id)


def _working(actor: Actor, program_id: UUID) -> tuple[ResponseProgram, VictimOptions]:
    program = program_for(actor, program_id)
    options = victim_options(program) if program else None
    if program is None or options is None or not roles_in(actor, program) & set(options.workers):
        raise NotHere
    return program, options
