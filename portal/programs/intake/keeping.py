"""Keep how a table of calls is read."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.programs.intake.queries import may_take
from portal.programs.models import EncounterMapping, ResponseProgram
from portal.referrals import NotHere
from portal.store import Actor, Refused, audit, clock, write

MOST_KEPT = 50


def keep_encounter_mapping(
    actor: Actor,
    program_id: UUID,
    name: str,
    columns: Mapping[str, Any],
    words: Mapping[str, Any],
    fixed: Mapping[str, Any],
) -> None:
    """Keep how a table is read, under a name; the one of that name is replaced. Audited. Refused for a name that is empty or too
    long. NotHere as for take_encounters."""
    plain = " ".join(name.split())
    with write() as session:
        program = manageable(session, actor, program_id)
        if not 0 < len(plain) <= 60:
            raise Refused(_("Give it a name of up to 60 characters."), "name")
        kept = session.scalars(
            select(EncounterMapping).where(EncounterMapping.program_id == program.id)
        ).all()
        row = next((each for each in kept if each.name == plain), None)
        if row is None:
            if len(kept) >= MOST_KEPT:
                raise Refused(_("Too many are kept already."), "name")
            row = EncounterMapping(id=uuid4(), program_id=program.id, name=plain)
            session.add(row)
        row.columns, row.words, row.fixed = dict(columns), dict(words), dict(fixed)
        row.saved_by, row.saved_at = actor.account_id, clock.now()
        audit.append(actor, "keep_encounter_mapping", "encounter_mapping", row.id)


def manageable(session: Session, actor: Actor, program_id: UUID) -> ResponseProgram:
    """The program, for a supervisor of its agency or from the terminal. NotHere otherwise."""
    program = session.get(ResponseProgram, program_id)
    if program is None or not may_take(actor, program_id):
        raise NotHere
    return program
