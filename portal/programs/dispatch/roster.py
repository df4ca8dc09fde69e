"""The roster: who is on duty where, as it was planned, taken off, or said by themselves; and who of them is free."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import or_, select

from portal.accounts.models import Account
from portal.programs.access import roles_in
from portal.programs.dispatch.access import may_arrange
from portal.programs.dispatch.options import options_for
from portal.programs.dispatch.rules import BUSY
from portal.programs.models import DutyShift, ProgramDistrict, ProgramMember, ResponseProgram, TeamRequest
from portal.programs.preset import Preset
from portal.programs.settings import effective
from portal.referrals import NotHere
from portal.store import Actor, Refused, audit, clock, db, write

LONGEST = timedelta(hours=24)  # of one shift
FURTHEST = timedelta(days=366)
MOST_WEEKS = 26
OLD = timedelta(days=1)  # a shift may be put down until a day after it began
LISTED = 100


@dataclass(frozen=True)
class Shift:
    """One shift to put down. Times are UTC. role: of the preset. weeks: the same again in each of so many weeks in all."""

    account_id: UUID
    role: str
    starts_at: datetime
    ends_at: datetime
    district_id: UUID | None = None
    on_call: bool = False
    weeks: int = 1


@dataclass(frozen=True)
class OnDuty:
    """Somebody of the roster, now. phone: the number of work that they gave; free: no request is with them."""

    shift_id: UUID
    account_id: UUID
    name: str
    phone: str
    role: str
    district_id: UUID | None
    district: str
    starts_at: datetime
    ends_at: datetime
    on_call: bool
    free: bool
    mine: bool = False


def add_shifts(actor: Actor, program_id: UUID, given: Shift) -> int:
    """Put a shift on the roster, `weeks` times; who works in the program may put down their own, an arranger everybody's. Returns
    how many. Refused for times that cannot be, a person who is no member, and a district where the program does not work."""
    with write() as session:
        program = session.get(ResponseProgram, program_id)
        if program is None or options_for(program) is None or not roster_of(actor, program):
            raise NotHere
        if given.account_id != actor.account_id and not may_arrange(actor, program):
            raise Refused(_("You can put down your own shifts. Ask a supervisor for others."), "account_id")
        now = clock.now()
        _check(actor, program, given, now)
        for week in range(given.weeks):
            on = timedelta(weeks=week)
            session.add(
                DutyShift(
                    program_id=program.id,
                    account_id=given.account_id,
                    role=given.role,
                    district_id=given.district_id,
                    starts_at=given.starts_at + on,
                    ends_at=given.ends_at + on,
                    on_call=given.on_call,
                    made_by=actor.account_id,
                    made_at=now,
                )
            )
        audit.append(actor, "add_shifts", "response_program", program.id, str(given.weeks))
        return given.weeks


def call_off_shift(actor: Actor, shift_id: UUID) -> None:
    """It does not take place, or ends now. One's own, or as an arranger. Twice is once."""
    with write() as session:
        row = session.get(DutyShift, shift_id)
        program = session.get(ResponseProgram, row.program_id) if row is not None else None
        if row is None or program is None or not roster_of(actor, program):
            raise NotHere
        if row.account_id != actor.account_id and not may_arrange(actor, program):
            raise NotHere
        if row.called_off_at is None:
            row.called_off_at = clock.now()
            audit.append(actor, "call_off_shift", "duty_shift", row.id)


def roster_of(actor: Actor, program: ResponseProgram) -> bool:
    """Whether the roster of this program is there for the actor."""
    return bool(roles_in(actor, program)) or may_arrange(actor, program)


def on_duty(actor: Actor, program: ResponseProgram, now: datetime) -> list[OnDuty]:
    """Everybody whose shift is running, by name."""
    return _shifts(actor, program, DutyShift.starts_at <= now, DutyShift.ends_at > now)


def shifts_to_come(actor: Actor, program: ResponseProgram, now: datetime) -> list[OnDuty]:
    """The next LISTED shifts that have not begun, the soonest first."""
    return _shifts(actor, program, DutyShift.starts_at > now)


def people_of(program: ResponseProgram) -> list[tuple[UUID, str, str]]:
    """Who may be put on the roster: account, name, and role; a line for each role of each member."""
    today = clock.now().date()
    rows = db.session.execute(
        select(Account.id, Account.name, ProgramMember.role)
        .join(ProgramMember, ProgramMember.account_id == Account.id)
        .where(
            ProgramMember.program_id == program.id,
            Account.disabled_at.is_(None),
            or_(ProgramMember.until.is_(None), ProgramMember.until >= today - timedelta(days=1)),
        )
        .order_by(Account.name, ProgramMember.role)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def role_label(preset: Preset, code: str) -> str:
    """The program's own word for a role."""
    return next((role.label for role in preset.roles if role.code == code), code)


def _shifts(actor: Actor, program: ResponseProgram, *when: object) -> list[OnDuty]:
    busy = set(
        db.session.scalars(
            select(TeamRequest.assigned_to).where(
                TeamRequest.program_id == program.id,
                TeamRequest.assigned_to.is_not(None),
                TeamRequest.state.in_(BUSY),
            )
        )
    )
    rows: Sequence[tuple[DutyShift, Account]] = db.session.execute(
        select(DutyShift, Account)
        .join(Account, Account.id == DutyShift.account_id)
        .where(
            DutyShift.program_id == program.id,
            DutyShift.called_off_at.is_(None),
            Account.disabled_at.is_(None),
            *when,  # type: ignore[arg-type]
        )
        .order_by(DutyShift.starts_at, Account.name, DutyShift.id)
        .limit(LISTED)
    ).all()
    preset = effective(program)
    return [
        OnDuty(
            shift.id,
            account.id,
            account.name,
            account.phone,
            role_label(preset, shift.role),
            shift.district_id,
            shift.district.name if shift.district else "",
            shift.starts_at,
            shift.ends_at,
            shift.on_call,
            account.id not in busy,
            account.id == actor.account_id,
        )
        for shift, account in rows
    ]


def _check(actor: Actor, program: ResponseProgram, given: Shift, now: datetime) -> None:
    if program.turned_off_at is not None:
        raise Refused(_("This program is turned off."))
    if not given.starts_at < given.ends_at <= given.starts_at + LONGEST:
        raise Refused(_("A shift ends after it starts, and lasts a day at most."), "ends_at")
    if not now - OLD <= given.starts_at <= now + FURTHEST:
        raise Refused(_("Choose a day within the next year."), "starts_at")
    if not 1 <= given.weeks <= MOST_WEEKS:
        raise Refused(_("Choose from 1 to 26 weeks."), "weeks")
    own = roles_in(actor, program) if given.account_id == actor.account_id else frozenset()
    members = {(account, role) for account, _name, role in people_of(program)}
    if (given.account_id, given.role) not in members and given.role not in own - {"supervisor"}:
        raise Refused(_("Choose somebody of the program, in a role that they have."), "account_id")
    works = select(ProgramDistrict.district_id).where(ProgramDistrict.program_id == program.id)
    if given.district_id is not None and given.district_id not in set(db.session.scalars(works)):
        raise Refused(_("The program does not work there."), "district_id")
    if _stands(program, given):
        raise Refused(_("They are on the roster then. Take that shift off first."), "starts_at")


def _stands(program: ResponseProgram, given: Shift) -> bool:
    """Whether this person has a shift in this role then: a second tap puts nobody down twice."""
    weeks = [timedelta(weeks=week) for week in range(given.weeks)]
    rows = db.session.execute(
        select(DutyShift.starts_at, DutyShift.ends_at).where(
            DutyShift.program_id == program.id,
            DutyShift.account_id == given.account_id,
            DutyShift.role == given.role,
            DutyShift.called_off_at.is_(None),
            DutyShift.ends_at > given.starts_at,
            DutyShift.starts_at < given.ends_at + weeks[-1],
        )
    ).all()
    return any(
        start < given.ends_at + week and end > given.starts_at + week for start, end in rows for week in weeks
    )
