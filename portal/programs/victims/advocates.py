"""An advocate is called to a scene. Police see that, and when. When she came, and everything after it, is the advocates' own: the
shared side counts, and knows nobody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask import current_app, render_template
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounts.models import Account
from portal.messages import Letter, enqueue_for
from portal.programs.access import program_for, roles_in, today
from portal.programs.models import (
    AdvocateCall,
    AdvocateCount,
    ProgramDistrict,
    ProgramMember,
    ResponseProgram,
)
from portal.programs.rules import EARLY
from portal.programs.victims.terms import AdvocateOptions, advocate_options
from portal.referrals import NotHere
from portal.store import Actor, Conflict, Refused, audit, clock, db, limits, write

LISTED = 50
MOST = 100_000  # of anything in a month
PAGE = "/programs/{}"  # in a letter: says nothing of what it is about


@dataclass(frozen=True)
class AdvocateLine:
    """One call. arrived_at: None for police, whatever became of it."""

    id: UUID
    called_at: datetime
    district: str
    arrived_at: datetime | None
    open: bool  # for an advocate: nobody has said yet that they came


def call_advocate(actor: Actor, program_id: UUID, district_id: UUID | None = None) -> UUID:
    """The scene is safe, and an advocate is called. Tells every advocate of the program that there is something to look at. Refused
    for a district that is not the program's."""
    with write() as session:
        program, options = _there(actor, program_id)
        if not roles_in(actor, program) & {*options.callers, "supervisor"}:
            raise NotHere
        if program.turned_off_at is not None:
            raise Refused(_("This program is turned off."))
        if district_id is not None and district_id not in _districts(session, program):
            raise Refused(_("Choose one of the list."), "district_id")
        limits.spend("note", str(actor.account_id))
        row = AdvocateCall(
            program_id=program.id, district_id=district_id, called_at=clock.now(), called_by=actor.account_id
        )
        session.add(row)
        session.flush()
        for account_id, address in _advocates(session, program, options):
            enqueue_for(account_id, _letter(row, address), PAGE.format(program.id), urgent=True)
        audit.append(actor, "call_advocate", "advocate_call", row.id)
        return row.id


def advocate_calls(actor: Actor, program_id: UUID) -> tuple[bool, list[AdvocateLine]]:
    """Whether the reader is an advocate here, and the newest calls. NotHere for who has nothing to do with it."""
    program, options = _there(actor, program_id)
    roles = roles_in(actor, program)
    ours = bool(roles & set(options.advocates))
    if not ours and not roles & {*options.callers, "supervisor"}:
        raise NotHere
    rows = db.session.scalars(
        select(AdvocateCall)
        .where(AdvocateCall.program_id == program.id)
        .order_by(AdvocateCall.called_at.desc(), AdvocateCall.id)
        .limit(LISTED)
    )
    return ours, [
        AdvocateLine(
            row.id,
            row.called_at,
            row.district.name if row.district else "",
            row.arrived_at if ours else None,
            ours and row.arrived_at is None,
        )
        for row in rows
    ]


def record_arrival(actor: Actor, call_id: UUID, at: datetime) -> None:
    """An advocate says when she came. NotHere for everybody else; Conflict when it was said before."""
    with write() as session:
        row = session.scalar(
            select(AdvocateCall).where(AdvocateCall.id == call_id).with_for_update(of=AdvocateCall)
        )
        if row is None:
            raise NotHere
        _ours(actor, row.program_id)
        if row.arrived_at is not None:
            raise Conflict(_("Somebody has written this down already."))
        now = clock.now()
        if at < row.called_at:
            raise Refused(_("This time lies before the call."), "arrived_at")
        if at > now + EARLY:
            raise Refused(_("This time lies in the future."), "arrived_at")
        row.arrived_at, row.arrival_recorded_at, row.arrived_by = at, now, actor.account_id
        audit.append(actor, "record_arrival", "advocate_call", row.id)


def count_month(actor: Actor, program_id: UUID, month: date, counts: Mapping[str, int]) -> None:
    """What the advocates counted in a month that has begun; the newest count of a month holds. Refused by code."""
    with write() as session:
        program, options = _ours(actor, program_id)
        if month.day != 1 or month > today():
            raise Refused(_("Choose a month that has begun."), "month")
        known = [choice.code for choice in options.counted]
        for code, number in counts.items():
            if code not in known or not 0 <= number <= MOST:
                raise Refused(_("Write a whole number, 0 or more."), code)
        session.add(
            AdvocateCount(
                program_id=program.id,
                month=month,
                counts={code: int(counts[code]) for code in known if code in counts},
                at=clock.now(),
                counted_by=actor.account_id,
            )
        )
        audit.append(actor, "count_month", "response_program", program.id, f"{month:%Y-%m}")


def advocate_counts(actor: Actor, program_id: UUID) -> Sequence[AdvocateCount]:
    """The newest count of each month, newest month first, for the advocates alone. NotHere for everybody else."""
    program, _options = _ours(actor, program_id)
    newest = (
        select(func.max(AdvocateCount.number))
        .where(AdvocateCount.program_id == program.id)
        .group_by(AdvocateCount.month)
    )
    return db.session.scalars(
        select(AdvocateCount).where(AdvocateCount.number.in_(newest)).order_by(AdvocateCount.month.desc())
    ).all()


def _there(actor: Actor, program_id: UUID) -> tuple[ResponseProgram, AdvocateOptions]:
    program = program_for(actor, program_id)
    options = advocate_options(program) if program else None
    if program is None or options is None:
        raise NotHere
    return program, options


def _ours(actor: Actor, program_id: UUID) -> tuple[ResponseProgram, AdvocateOptions]:
    program, options = _there(actor, program_id)
    if not roles_in(actor, program) & set(options.advocates):
        raise NotHere
    return program, options


def _districts(session: Session, program: ResponseProgram) -> set[UUID]:
    day = today()
    rows = session.scalars(select(ProgramDistrict).where(ProgramDistrict.program_id == program.id))
    return {row.district_id for row in rows if row.since <= day and (row.until is None or row.until >= day)}


def _advocates(
    session: Session, program: ResponseProgram, options: AdvocateOptions
) -> list[tuple[UUID, str]]:
    day = today()
    rows = session.execute(
        select(Account.id, Account.email, ProgramMember.since, ProgramMember.until)
        .join(ProgramMember, ProgramMember.account_id == Account.id)
        .where(
            ProgramMember.program_id == program.id,
            ProgramMember.role.in_(options.advocates),
            Account.disabled_at.is_(None),
        )
    )
    return sorted(
        {(row.id, row.email) for row in rows if row.since <= day and (row.until is None or row.until >= day)}
    )


def _letter(row: AdvocateCall, address: str) -> Letter:
    subject = _("You have a new item in Handrail")
    base: str = current_app.extensions["settings"].base_url
    values = {"url": base + PAGE.format(row.program_id), "subject": subject}
    return Letter(
        name="programs/advocate",
        to=address,
        subject=subject,
        text=render_template("letters/programs/advocate.txt", **values),
        html=render_template("letters/programs/advocate.html", **values),
        key=f"programs/advocate/{row.id}/{address}",
        about=row.id,
    )
