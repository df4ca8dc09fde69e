"""Reads of the family line, for who answers it; and the one read that opens a note, written down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from portal.programs.access import preset_of, program_for, roles_in
from portal.programs.family.settings import family_of
from portal.programs.models import FamilyNote, ProgramTask, ResponseProgram
from portal.programs.persons import MetPerson
from portal.programs.persons.opening import unsealed
from portal.store import Actor, audit, db, write

LISTED = 100


@dataclass(frozen=True)
class FamilyNoteView:
    """A note without a word of it. call: the call back that is owed, or was made."""

    id: UUID
    program: ResponseProgram
    taken_at: datetime
    person_agrees: str
    call: ProgramTask | None
    ended: bool
    version: int


@dataclass(frozen=True)
class OpenedNote:
    """What the line reads after it was written down."""

    about: MetPerson | None
    helps: str
    caller_name: str
    caller_phone: str


def family_notes_for(actor: Actor, program_id: UUID) -> Sequence[FamilyNoteView] | None:
    """The notes that stand, newest first, for who answers the line. None for all others."""
    program = program_for(actor, program_id)
    if program is None or not _answers(actor, program):
        return None
    rows = db.session.scalars(
        select(FamilyNote)
        .where(FamilyNote.program_id == program.id, FamilyNote.ended_at.is_(None))
        .order_by(FamilyNote.taken_at.desc())
        .limit(LISTED)
    )
    return [_view(row) for row in rows]


def open_family_note(actor: Actor, note_id: UUID) -> tuple[FamilyNoteView, OpenedNote] | None:
    """A note with its words, for who answers the line. None for all others. Writes one audit row."""
    row = db.session.get(FamilyNote, note_id)
    if row is None or not _answers(actor, row.program):
        return None
    with write() as session:
        audit.append(actor, "open_family_note", "family_note", row.id)
        opened = OpenedNote(
            unsealed(session, row.person_id), row.helps or "", row.caller_name or "", row.caller_phone or ""
        )
    return _view(row), opened


def _answers(actor: Actor, program: ResponseProgram) -> bool:
    family = family_of(preset_of(program))
    return family is not None and bool(roles_in(actor, program) & set(family.line))


def _view(row: FamilyNote) -> FamilyNoteView:
    call = db.session.get(ProgramTask, row.task_id) if row.task_id else None
    return FamilyNoteView(
        row.id, row.program, row.taken_at, row.person_agrees, call, row.ended_at is not None, row.version
    )
