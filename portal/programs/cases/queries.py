"""Reads of cases for their team; and the one read that opens a plan, each time written down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from portal.accounts.models import Account
from portal.programs.access import kinds_in, preset_of, program_for
from portal.programs.cases.actions import agreed
from portal.programs.cases.settings import Cases, cases_of
from portal.programs.models import CaseTask, Encounter, ProgramCase, ProgramTask, ResponseProgram
from portal.programs.persons import MetPerson
from portal.programs.persons.opening import unsealed
from portal.store import Actor, audit, clock, db, write

LISTED = 200


@dataclass(frozen=True)
class CaseView:
    """A case without a word of the person. mark: six signs of the random key. agreed: their yes stands now. has_plan: there are
    words. touches: what is owed, newest first. meetings: when the agency met them, newest first, no place and no end."""

    id: UUID
    program: ResponseProgram
    mark: str
    reason: str
    opened_at: datetime
    holder: str
    consent: str
    consent_until: datetime | None
    agreed: bool
    has_plan: bool
    named: bool
    touches: tuple[ProgramTask, ...]
    meetings: tuple[datetime, ...]
    closed_at: datetime | None
    close_reason: str
    version: int


@dataclass(frozen=True)
class OpenedCase:
    """What the team reads after it was written down: who it is, and the words of the plan."""

    person: MetPerson | None
    helps: str
    avoid: str


def case_for(actor: Actor, case_id: UUID) -> CaseView | None:
    """One case, for its team. None for all others."""
    row = db.session.get(ProgramCase, case_id)
    return _view(row) if row is not None and _team(actor, row.program) else None


def cases_for(actor: Actor, program_id: UUID) -> Sequence[CaseView] | None:
    """The open cases of a program, oldest first, for its team. None for all others."""
    program = program_for(actor, program_id)
    if program is None or _team(actor, program) is None:
        return None
    rows = db.session.scalars(
        select(ProgramCase)
        .where(ProgramCase.program_id == program.id, ProgramCase.closed_at.is_(None))
        .order_by(ProgramCase.opened_at, ProgramCase.id)
        .limit(LISTED)
    )
    return [_view(row) for row in rows]


def open_plan(actor: Actor, case_id: UUID) -> OpenedCase | None:
    """The person and the plan of a case, for its team. None for all others. Writes one audit row."""
    row = db.session.get(ProgramCase, case_id)
    if row is None or not _team(actor, row.program):
        return None
    with write() as session:
        audit.append(actor, "open_plan", "program_case", row.id)
        return OpenedCase(unsealed(session, row.person_id), row.plan_helps or "", row.plan_avoid or "")


def _team(actor: Actor, program: ResponseProgram) -> Cases | None:
    cases = cases_of(preset_of(program))
    return cases if cases is not None and kinds_in(actor, program) & set(cases.team) else None


def _view(row: ProgramCase) -> CaseView:
    now = clock.now()
    return CaseView(
        id=row.id,
        program=row.program,
        mark=row.client_id.hex[:6].upper() if row.client_id else "",
        reason=row.reason,
        opened_at=row.opened_at,
        holder=db.session.scalar(select(Account.name).where(Account.id == row.account_id)) or "",
        consent=row.consent,
        consent_until=row.consent_until,
        agreed=row.closed_at is None and agreed(row, now),
        has_plan=row.plan_at is not None,
        named=row.person_id is not None,
        touches=tuple(
            db.session.scalars(
                select(ProgramTask)
                .join(CaseTask, CaseTask.task_id == ProgramTask.id)
                .where(CaseTask.case_id == row.id)
                .order_by(ProgramTask.due_at.desc())
            )
        ),
        meetings=_meetings(row),
        closed_at=row.closed_at,
        close_reason=row.close_reason,
        version=row.version,
    )


def _meetings(row: ProgramCase) -> tuple[datetime, ...]:
    if row.client_id is None:
        return ()
    return tuple(
        db.session.scalars(
            select(Encounter.received_at)
            .where(Encounter.organization_id == row.organization_id, Encounter.client_id == row.client_id)
            .order_by(Encounter.received_at.desc())
            .limit(20)
        )
    )
