"""Who is met often: counted by the random key, named nowhere. The rule that opens a case, and the list of a team."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.programs.access import kinds_in, preset_of, program_for
from portal.programs.cases.settings import Cases, cases_of
from portal.programs.models import Encounter, ProgramCase, ResponseProgram
from portal.store import Actor, audit, clock, db, write
from portal.store.actor import CLOCK

LISTED = 200


@dataclass(frozen=True)
class Frequent:
    """One person of the list. mark: six signs of the random key, to tell rows apart. counts: meetings by days, as the preset
    names them. newest: the last meeting. case_id: the open case, where there is one."""

    mark: str
    counts: tuple[tuple[int, int], ...]
    last_at: datetime
    newest: UUID
    case_id: UUID | None


def frequent_for(actor: Actor, program_id: UUID) -> tuple[Cases, list[Frequent]] | None:
    """Who was met as often as the preset says, most often first, for who may see the list. None for all others."""
    program = program_for(actor, program_id)
    cases = cases_of(preset_of(program)) if program else None
    if program is None or cases is None or not kinds_in(actor, program) & {*cases.list_to, *cases.team}:
        return None
    now, session = clock.now(), db.session()
    by_days = {days: _counts(session, program, now - timedelta(days=days)) for days in cases.days}
    longest = by_days[max(cases.days)]
    found = [
        key for key in longest if any(by_days[days].get(key, 0) >= cases.encounters for days in cases.days)
    ]
    found.sort(key=lambda key: (-longest[key], key))
    newest, cased = _newest(session, program, found), _cases(session, program, found)
    return cases, [
        Frequent(
            key.hex[:6].upper(),
            tuple((days, by_days[days].get(key, 0)) for days in cases.days),
            *newest[key],
            cased.get(key),
        )
        for key in found[:LISTED]
    ]


def open_frequent(session: Session, row: Encounter, now: datetime) -> list[UUID]:
    """In the caller's transaction: open a case with each program of this agency that keeps cases, when the person of this
    meeting was met so often now, and has no open case there. Returns the new cases. Audited, as the clock's."""
    if row.client_id is None:
        return []
    made = []
    for program in _case_programs(session, row.organization_id):
        cases = cases_of(preset_of(program))
        if cases is None or not _often(session, program, cases, row.client_id, now):
            continue
        if _open_case(session, program, row.client_id) is None:
            made.append(open_anew(session, CLOCK, program, row, "frequent", now).id)
    return made


def open_anew(
    session: Session, actor: Actor, program: ResponseProgram, row: Encounter, reason: str, now: datetime
) -> ProgramCase:
    """A case of this program about the person of this meeting."""
    case = ProgramCase(
        community_id=program.community_id,
        program_id=program.id,
        organization_id=program.organization_id,
        encounter_id=row.id,
        client_id=row.client_id,
        person_id=row.person_id,
        reason=reason,
        opened_at=now,
    )
    session.add(case)
    session.flush()
    audit.append(actor, "open_case", "program_case", case.id, reason)
    return case


def open_frequent_since(since: datetime, now: datetime) -> int:
    """What came without anybody typing a person: imports, and referrals that were tied. Returns how many cases were opened."""
    opened = 0
    programs = [row.organization_id for row in _case_programs(db.session(), None)]
    if not programs:
        return 0
    newest = select(Encounter.id).where(
        Encounter.organization_id.in_(programs),
        Encounter.client_id.is_not(None),
        Encounter.changed_at >= since,
    )
    for encounter_id in db.session.scalars(newest).all():
        with write() as session:
            opened += len(open_frequent(session, session.get_one(Encounter, encounter_id), now))
    return opened


def _case_programs(session: Session, organization_id: UUID | None) -> list[ResponseProgram]:
    query = select(ResponseProgram).where(ResponseProgram.turned_off_at.is_(None))
    if organization_id is not None:
        query = query.where(ResponseProgram.organization_id == organization_id)
    rows: Sequence[ResponseProgram] = session.scalars(query).all()
    return [row for row in rows if "cases" in preset_of(row).modules]


def _often(session: Session, program: ResponseProgram, cases: Cases, key: UUID, now: datetime) -> bool:
    return any(
        _counts(session, program, now - timedelta(days=days), key).get(key, 0) >= cases.encounters
        for days in cases.days
    )


def _counts(
    session: Session, program: ResponseProgram, since: datetime, key: UUID | None = None
) -> dict[UUID, int]:
    """Meetings of the program's agency by key, received since then."""
    query = (
        select(Encounter.client_id, func.count())
        .where(
            Encounter.organization_id == program.organization_id,
            Encounter.client_id.is_not(None),
            Encounter.received_at >= since,
        )
        .group_by(Encounter.client_id)
    )
    if key is not None:
        query = query.where(Encounter.client_id == key)
    return {found: number for found, number in session.execute(query) if found is not None}


def _newest(
    session: Session, program: ResponseProgram, keys: list[UUID]
) -> dict[UUID, tuple[datetime, UUID]]:
    rows = session.execute(
        select(Encounter.client_id, Encounter.received_at, Encounter.id)
        .where(Encounter.organization_id == program.organization_id, Encounter.client_id.in_(keys))
        .order_by(Encounter.received_at)
    )
    return {key: (at, found) for key, at, found in rows if key is not None}


def _cases(session: Session, program: ResponseProgram, keys: list[UUID]) -> dict[UUID, UUID]:
    rows = session.execute(
        select(ProgramCase.client_id, ProgramCase.id).where(
            ProgramCase.program_id == program.id,
            ProgramCase.closed_at.is_(None),
            ProgramCase.client_id.in_(keys),
        )
    )
    return {key: found for key, found in rows if key is not None}


def _open_case(session: Session, program: ResponseProgram, key: UUID) -> UUID | None:
    return _cases(session, program, [key]).get(key)
