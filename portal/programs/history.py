"""Who changed what of a program, and when: kept with each change, and told in the words of its settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts import names_of
from portal.programs.effects import Change, changes
from portal.programs.models import ProgramVersion, ResponseProgram
from portal.programs.settings import is_missing, settings_of
from portal.store import Actor, audit, clock, db

TURNED_ON = "turn_on"


@dataclass(frozen=True)
class Happened:
    """One change. what: the verb. by: empty for the clock and the terminal. changes: old and new, of settings alone."""

    at: datetime
    by: str
    what: str
    changes: tuple[Change, ...] = ()


def keep_version(session: Session, actor: Actor, row: ResponseProgram, what: str) -> None:
    """What stands of the program, before it is changed, in the same transaction; and its next number."""
    session.add(
        ProgramVersion(
            program_id=row.id,
            version=row.version,
            what=what,
            at=clock.now(),
            by=actor.account_id,
            name=row.name,
            rank=row.rank,
            public=row.public,
            settings=row.settings,
        )
    )
    row.changed_by, row.version = actor.account_id, row.version + 1


def history_of(actor: Actor, program_id: UUID, measures: Mapping[str, str]) -> list[Happened] | None:
    """Every change of a program, the newest first, down to the day on which it was turned on; None for who is no steward of its
    community. measures: the name of each measure of its preset, by id. Of changes before versions were kept there is nothing."""
    program = db.session.get(ResponseProgram, program_id)
    if program is None or program.community_id != actor.community_id or not actor.has("steward"):
        return None
    rows = db.session.scalars(
        select(ProgramVersion).where(ProgramVersion.program_id == program_id).order_by(ProgramVersion.version)
    ).all()
    after = [*(_standing(program, row) for row in rows[1:]), program][: len(rows)]
    begun = _turned_on_by(program)
    names = names_of({each for each in (begun, *(row.by for row in rows)) if each is not None})
    found = [Happened(program.turned_on_at, names.get(begun, "") if begun else "", TURNED_ON)]
    for row, then in zip(rows, after, strict=True):
        told = () if is_missing(program) else tuple(_changed(_standing(program, row), then, measures))
        found.append(Happened(row.at, names.get(row.by, "") if row.by else "", row.what, told))
    return found[::-1]


def _standing(program: ResponseProgram, row: ProgramVersion) -> ResponseProgram:
    """The program as it stood; in no session."""
    return ResponseProgram(
        preset=program.preset, name=row.name, rank=row.rank, public=row.public, settings=row.settings
    )


def _changed(before: ResponseProgram, then: ResponseProgram, measures: Mapping[str, str]) -> list[Change]:
    return changes(before, settings_of(then), measures, name=then.name, rank=then.rank, public=then.public)


def _turned_on_by(program: ResponseProgram) -> UUID | None:
    return db.session.scalar(
        select(audit.AuditEntry.account_id)
        .where(audit.AuditEntry.subject_id == str(program.id), audit.AuditEntry.action == TURNED_ON)
        .limit(1)
    )
