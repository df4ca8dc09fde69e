"""Reads of encounters: what the actor's role in the program may see of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.programs.access import preset_of, program_for, roles_in
from portal.programs.models import Encounter, ResponseProgram
from portal.programs.preset import Preset
from portal.store import Actor, db

LISTED = 50


@dataclass(frozen=True)
class EncounterView:
    """An encounter as one role sees it. facts: only the answers that are theirs to see; hidden: how many are not."""

    id: UUID
    program: ResponseProgram
    preset: Preset
    roles: frozenset[str]
    row: Encounter
    facts: dict[str, Any]
    hidden: int
    missing: tuple[
        str, ...
    ]  # role codes that have not signed yet, where the preset wants more than one signature
    version: int


def encounter_for(actor: Actor, encounter_id: UUID) -> EncounterView | None:
    """The encounter, for who works in its program; None for all others."""
    row = db.session.get(Encounter, encounter_id)
    if row is None or row.community_id != actor.community_id:
        return None
    roles = roles_in(actor, row.program)
    return view_of(row, roles) if roles else None


def encounters_for(
    actor: Actor, program_id: UUID, *, before: datetime | None = None, open_only: bool = False
) -> Sequence[EncounterView]:
    """The newest encounters of a program, for who works in it; LISTED at most, those received before `before`."""
    program = program_for(actor, program_id)
    roles = roles_in(actor, program) if program else frozenset()
    if program is None or not roles:
        return ()
    query = select(Encounter).where(Encounter.program_id == program.id)
    if before is not None:
        query = query.where(Encounter.received_at < before)
    if open_only:
        query = query.where(Encounter.disposition == "")
    rows = db.session.scalars(query.order_by(Encounter.received_at.desc(), Encounter.id).limit(LISTED))
    return [view_of(row, roles) for row in rows]


def view_of(row: Encounter, roles: frozenset[str]) -> EncounterView:
    """Through the preset's own matrix: an answer that is a role's is seen by that role alone."""
    preset = preset_of(row.program)
    seen, hidden = {}, 0
    for field in preset.fields:
        if field.code in row.facts:
            if not field.roles or roles & set(field.roles):
                seen[field.code] = row.facts[field.code]
            else:
                hidden += 1
    signed = {signature.role for signature in row.signatures}
    wanted = [role.code for role in preset.roles if role.kind in ("police", "health", "medic", "peer")]
    missing = (
        tuple(code for code in wanted if code not in signed) if preset.signatures > len(signed) > 0 else ()
    )
    return EncounterView(row.id, row.program, preset, roles, row, seen, hidden, missing, row.version)
