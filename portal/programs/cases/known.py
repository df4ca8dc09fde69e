"""What is known here of somebody who was just met: the plan that they agreed to, and what their family told. For the responder at
that call, while it is that call; each look is written down."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.programs.access import kinds_in, preset_of
from portal.programs.models import Encounter, FamilyNote, ProgramCase
from portal.programs.persons import persons_of
from portal.referrals import NotHere
from portal.store import Actor, audit, clock, write


@dataclass(frozen=True)
class Plan:
    """What helps, and what to leave. team: who keeps it."""

    helps: str
    avoid: str
    team: str
    written_at: datetime


@dataclass(frozen=True)
class FromFamily:
    """What the family said helps."""

    helps: str
    told_at: datetime


@dataclass(frozen=True)
class Known:
    """plans and notes may be empty. keyed: the meeting names somebody who can be known again. over: it is too long ago to look."""

    keyed: bool
    over: bool
    plans: tuple[Plan, ...] = ()
    notes: tuple[FromFamily, ...] = ()


def known_at(actor: Actor, encounter_id: UUID) -> Known:
    """What there is for the responder at this meeting. The cause is the meeting itself: it is recorded, it names the person, and
    it is not older than the preset's hours. Writes one audit row, also when there is nothing. NotHere for who has no part in it."""
    with write() as session:
        row = session.get(Encounter, encounter_id)
        settings = persons_of(preset_of(row.program)) if row is not None else None
        if row is None or settings is None or not kinds_in(actor, row.program) & set(settings.known_to):
            raise NotHere
        now = clock.now()
        if row.client_id is None or now - row.recorded_at > settings.length:
            return Known(row.client_id is not None, row.client_id is not None)
        audit.append(actor, "known_at", "encounter", row.id)
        return Known(True, False, _plans(session, row, now), _notes(session, row))


def _plans(session: Session, row: Encounter, now: datetime) -> tuple[Plan, ...]:
    """Of the agency's own cases, where the person's yes stands today."""
    found = session.scalars(
        select(ProgramCase)
        .where(
            ProgramCase.client_id == row.client_id,
            ProgramCase.organization_id == row.organization_id,
            ProgramCase.closed_at.is_(None),
            ProgramCase.consent == "yes",
            ProgramCase.consent_until > now,
            ProgramCase.plan_at.is_not(None),
        )
        .order_by(ProgramCase.plan_at.desc())
    )
    return tuple(
        Plan(case.plan_helps or "", case.plan_avoid or "", case.program.name, case.plan_at)
        for case in found
        if case.plan_at is not None
    )


def _notes(session: Session, row: Encounter) -> tuple[FromFamily, ...]:
    """Of the family line of this very program."""
    found = session.scalars(
        select(FamilyNote)
        .where(
            FamilyNote.client_id == row.client_id,
            FamilyNote.program_id == row.program_id,
            FamilyNote.ended_at.is_(None),
        )
        .order_by(FamilyNote.taken_at.desc())
    )
    return tuple(FromFamily(note.helps or "", note.taken_at) for note in found if note.helps)
