"""`import encounters`: a table looked at, tried, taken in."""

from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from portal import programs as p
from portal.directory import community
from portal.exchange.encounters.mapping import EncounterMap, check_map
from portal.exchange.encounters.reading import Unknown, encounter_rows
from portal.exchange.encounters.targets import Target, guess, targets_of
from portal.exchange.table.reading import header_of
from portal.programs.models import ResponseProgram
from portal.referrals import NotHere
from portal.store import Actor, db


@dataclass
class EncounterResult:
    """What came of it, or would come of it; and words of the table that nobody knows, by target, with how often."""

    taken: p.Taken
    unknown: dict[str, dict[str, int]] = field(default_factory=dict)


def encounter_targets(program: ResponseProgram) -> tuple[Target, ...]:
    """What a column may be, for this program."""
    return targets_of(p.preset_of(program), p.districts_of(program))


def guess_encounter_map(program: ResponseProgram, path: Path) -> EncounterMap:
    """The columns by their names. Raises BadPackage."""
    found = guess(encounter_targets(program), header_of(path))
    return EncounterMap({code: tuple(names) for code, names in found.items()})


def import_encounters(
    actor: Actor, program_id: UUID, path: Path, made: EncounterMap, *, dry_run: bool = False
) -> EncounterResult:
    """A table through its mapping into a program: what `programs.take_encounters` promises holds. Raises BadPackage when it is no
    table, Refused for a mapping that does not fit, NotHere when the program is not the actor's to fill."""
    program = db.session.get(ResponseProgram, program_id)
    if program is None or not p.may_take(actor, program_id):
        raise NotHere
    targets = encounter_targets(program)
    check_map(made, targets, header_of(path))
    unknown = Unknown()
    rows = encounter_rows(path, made, targets, ZoneInfo(community().time_zone), unknown)
    taken = p.take_encounters(actor, program_id, rows, dry_run=dry_run)
    return EncounterResult(taken, {code: dict(words) for code, words in unknown.words.items()})
