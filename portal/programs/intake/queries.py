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
    if not _may(actor, program_id):
        return ()
    return db.session.scalars(
        select(EncounterMapping)
        .where(EncounterMapping.program_id == program_id)
        .order_by(EncounterMapping.name)
    ).all()


def encounter_imports(actor: Actor, program_id: UUID) -> Sequence[EncounterImport]:
    """The latest, newest first; none for who may bring nothing in."""
    if not _may(actor, program_id):
        return ()
    return db.session.scalars(
        select(EncounterImport)
        .where(EncounterImport.program_id == program_id)
        .order_by(EncounterImport.at.desc())
        .limit(LATEST)
    ).all()


def _may(actor: Actor, program_id: UUID) -> bool:
    program = db.session.get(ResponseProgram, program_id)
    return program is not None and (actor.kind == "terminal" or "supervisor" in roles_in(actor, program))
