"""How tables are read for a program, and when they were."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from portal.programs.access import roles_in
from portal.programs.models import EncounterImport, EncounterMapping, ResponseProgram
from portal.store import Actor, db

LATEST = 5


def encounter_mappings(actor: Actor, program_id: UUID) -> Sequence[EncounterMapping]:
    """The kept ones, by name; none for who may bring nothing in."""
    if not may_take(actor, program_id):
        return ()
    return db.session.scalars(
        select(EncounterMapping)
        .where(EncounterMapping.program_id == program_id)
        .order_by(EncounterMapping.name)
    ).all()


def encounter_imports(actor: Actor, program_id: UUID) -> Sequence[EncounterImport]:
    """The latest, newest first; none for who may bring nothing in."""
    if not may_take(actor, program_id):
        return ()
    return db.session.scalars(
        select(EncounterImport)
        .where(EncounterImport.program_id == program_id)
        .order_by(EncounterImport.at.desc())
        .limit(LATEST)
    ).all()


def may_take(actor: Actor, program_id: UUID) -> bool:
    """Whether the actor brings calls in for this program: a supervisor of its agency, or the terminal."""
    program = db.session.get(ResponseProgram, program_id)
    return program is not None and (actor.kind == "terminal" or "supervisor" in roles_in(actor, program))
