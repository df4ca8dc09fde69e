"""Take calls in from a table."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID, uuid4

from flask_babel import gettext as _
from sqlalchemy import select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.programs import facts as f
from portal.programs.access import preset_of
from portal.programs.compose import in_line, owner_of
from portal.programs.counterfactuals import check_said
from portal.programs.encounters import checked_change
from portal.programs.intake.keeping import manageable
from portal.programs.intake.rows import IncomingRow, RowFault, Taken
from portal.programs.models import (
    Encounter,
    EncounterImport,
    ResponseProgram,
)
from portal.programs.planning import after, make_tasks, owes
from portal.programs.queries import districts_of
from portal.programs.storing import check_places, given_of, keep_version, put
from portal.store import Actor, Refused, audit, clock, write

AT_ONCE = 500  # rows of one transaction: short enough that nobody waits for it
SPARE = timedelta(days=10)  # business days are longer over holidays
Key = tuple[str, int]


class _Undone(Exception):  # noqa: N818
    """Ends a try without a trace."""


def take_encounters(
    actor: Actor, program_id: UUID, rows: Iterable[IncomingRow | RowFault], *, dry_run: bool = False
) -> Taken:
    """Rows become encounters, AT_ONCE a transaction, so that a run that is cut short is done again and ends the same. A row is
    known again by the agency's number and the person's ordinal: what it says anew is a correction with its version, what it does
    not say stays, and the same again changes nothing. Tasks are made of recent calls alone, where their deadline lies ahead.
    dry_run: everything is tried and nothing stored. For the agency's supervisors and the terminal; NotHere for all others."""
    done, seen, left = Taken(), dict[Key, int](), iter(rows)
    while batch := list(islice(left, AT_ONCE)):
        try:
            part, mine = _batch(actor, program_id, batch, seen, dry_run)
        except IntegrityError:  # somebody recorded one of them on a phone at this moment: it stands by now
            part, mine = _batch(actor, program_id, batch, seen, dry_run)
        seen.update(mine)
        done.add(part)
    with write() as session:
        program = manageable(session, actor, program_id)
        if not dry_run and done.rows:
            session.add(
                EncounterImport(
                    program_id=program.id,
                    at=clock.now(),
                    account_id=actor.account_id,
                    created=done.created,
                    corrected=done.corrected,
                    unchanged=done.unchanged,
                    refused=len(done.faults),
                )
            )
    return done


def _batch(
    actor: Actor,
    program_id: UUID,
    batch: list[IncomingRow | RowFault],
    seen: Mapping[Key, int],
    dry_run: bool,
) -> tuple[Taken, dict[Key, int]]:
    """One transaction: what came of it, and the line of each number in it."""
    part, mine = Taken(), dict[Key, int]()
    try:
        with write() as session:
            program = manageable(session, actor, program_id)
            known, recent = _known(session, program, batch), _owes_since(session, program, clock.now())
            places = districts_of(program)  # held here, so that each row finds them at hand
            for row in batch:
                if isinstance(row, RowFault):
                    part.faults.append(row)
                    continue
                try:
                    _check_key(_key(row), seen, mine)
                    mine[_key(row)] = row.line
                    _take(session, actor, program, row, known.get(_key(row)), recent, part)
                except Refused as refused:
                    part.faults.append(RowFault(row.line, refused.reason, refused.field or ""))
            del places
            if dry_run:
                raise _Undone
    except _Undone:
        pass
    return part, mine


def _take(
    session: Session,
    actor: Actor,
    program: ResponseProgram,
    row: IncomingRow,
    stands: Encounter | None,
    recent: datetime,
    part: Taken,
) -> None:
    if stands is None:
        _owe(session, _create(session, actor, program, row), recent)
        part.created += 1
    elif _correct(session, actor, program, stands, row):
        _owe(session, stands, recent)
        part.corrected += 1
    else:
        part.unchanged += 1


def _key(row: IncomingRow) -> Key:
    return str(row.values.get("reference") or ""), int(row.values.get("ordinal") or 1)


def _check_key(key: Key, *seen: Mapping[Key, int]) -> None:
    if not key[0]:
        raise Refused(
            _("The row has no number of its own, so nobody could tell it from a new one."), "reference"
        )
    for lines in seen:
        if key in lines:
            raise Refused(_("Row %(row)s has this number and person already.", row=lines[key]), "reference")


def _known(
    session: Session, program: ResponseProgram, batch: list[IncomingRow | RowFault]
) -> dict[Key, Encounter]:
    keys = {_key(row) for row in batch if isinstance(row, IncomingRow)}
    found = session.scalars(
        select(Encounter).where(
            Encounter.organization_id == program.organization_id,
            Encounter.reference != "",
            tuple_(Encounter.reference, Encounter.ordinal).in_(list(keys)),
        )
    )
    return {(row.reference, row.ordinal): row for row in found}


def _create(session: Session, actor: Actor, program: ResponseProgram, row: IncomingRow) -> Encounter:
    preset, now = preset_of(program), clock.now()
    if "received_at" not in row.values:
        raise Refused(_("The row does not say when the call came."), "received_at")
    given = f.EncounterFacts(**({"source": ""} | dict(row.values)))
    disposition = f.check(preset, given, now)
    check_said(preset, None, given, None)
    made = Encounter(
        id=uuid4(),
        community_id=program.community_id,
        program=program,
        organization_id=program.organization_id,
        reference=given.reference,
        ordinal=given.ordinal,
        recorded_by=None,
        recorded_at=now,
        changed_at=now,
        version=1,
        needs=[],
    )
    put(session, made, given, disposition)
    session.add(made)
    audit.append(actor, "take_encounter", "encounter", made.id)
    return made


def _correct(
    session: Session, actor: Actor, program: ResponseProgram, stands: Encounter, row: IncomingRow
) -> bool:
    if stands.program_id != program.id:
        raise Refused(_("This number belongs to another program of yours."), "reference")
    before, now = given_of(stands), clock.now()
    said = {name: value for name, value in row.values.items() if name != "facts"}
    given = replace(before, **said, facts={**before.facts, **row.values.get("facts", {})})
    if _same(before, given):
        return False
    disposition = checked_change(preset_of(program), stands, given, None)
    check_places(session, stands.community_id, given)
    keep_version(session, stands, actor.account_id, now)
    put(session, stands, given, disposition)
    audit.append(actor, "take_encounter", "encounter", stands.id)
    return True


def _same(one: f.EncounterFacts, other: f.EncounterFacts) -> bool:
    return all(
        set(getattr(one, each.name)) == set(getattr(other, each.name))
        if each.name == "services"
        else getattr(one, each.name) == getattr(other, each.name)
        for each in fields(f.EncounterFacts)
    )


def _owe(session: Session, row: Encounter, since: datetime) -> None:
    """What the call owes, counted from its own end; a deadline that has passed is nobody's task any more."""
    ended, now = row.cleared_at or row.received_at, clock.now()
    if ended < since:
        return
    owner = owner_of(session, row, lambda each: owes(each, row))
    for task in make_tasks(session, owner, row, ended, now):
        if task.due_at <= now:
            session.expunge(task)


def _owes_since(session: Session, program: ResponseProgram, now: datetime) -> datetime:
    """What ended before this moment owes nothing any more, whoever of the agency's programs has it."""
    programs = (program, *in_line(session, program.organization_id))
    lengths = [each.within for one in programs for each in preset_of(one).follow_ups]
    return now - max((after(now, within) - now for within in lengths), default=timedelta()) - SPARE
