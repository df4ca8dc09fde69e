"""Calls of another system's table into a program."""

import csv
import json
from dataclasses import asdict
from pathlib import Path
from uuid import UUID

import click

from portal import programs
from portal.cli.importing import SHOWN_REJECTED, taken
from portal.cli.terminal import say
from portal.exchange import (
    EncounterMap,
    EncounterResult,
    encounter_map,
    guess_encounter_map,
    import_encounters,
    read_encounter_map,
)
from portal.programs.models import ResponseProgram
from portal.store import Refused, db
from portal.store.actor import TERMINAL


@click.command("encounters")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--program", "program_id", type=click.UUID, required=True, help="The id in the program's address."
)
@click.option(
    "--map",
    "mapping",
    default="",
    help="A mapping file (JSON), or the name of a kept one. Default: by the names.",
)
@click.option("--dry-run", is_flag=True, help="Check and count; write nothing.")
@click.option(
    "--report", type=click.Path(path_type=Path, dir_okay=False), help="Write refused rows to this CSV."
)
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON, last on stdout.")
def encounters(
    path: Path, program_id: UUID, mapping: str, dry_run: bool, report: Path | None, as_json: bool
) -> None:
    """Calls out of another system's table (CSV). Again changes nothing; what differs is a correction, and what stood is kept."""
    with taken():
        program = db.session.get(ResponseProgram, program_id)
        if program is None:
            raise Refused("There is no program with this id. It stands in the address of the program's page.")
        made = _map(program, mapping, path)
        result = import_encounters(TERMINAL, program_id, path, made, dry_run=dry_run)
    if report:
        with report.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, ("line", "field", "reason"))
            writer.writeheader()
            writer.writerows(asdict(fault) for fault in result.taken.faults)
    _tell(result, as_json)


def _map(program: ResponseProgram, mapping: str, path: Path) -> EncounterMap:
    if not mapping:
        return guess_encounter_map(program, path)
    file = Path(mapping)
    if file.is_file():
        return read_encounter_map(file.read_text(encoding="utf-8", errors="replace"))
    kept = {each.name: each for each in programs.encounter_mappings(TERMINAL, program.id)}
    if mapping not in kept:
        raise Refused(f"There is no mapping {mapping!r}: neither a file nor a kept one.")
    return encounter_map(kept[mapping].columns, kept[mapping].words, kept[mapping].fixed)


def _tell(result: EncounterResult, as_json: bool) -> None:
    done = result.taken
    for fault in done.faults[:SHOWN_REJECTED]:
        say(f"row {fault.line}: {fault.field + ': ' if fault.field else ''}{fault.reason}")
    if len(done.faults) > SHOWN_REJECTED:
        say(f"... and {len(done.faults) - SHOWN_REJECTED:,} more; --report FILE lists all.")
    counts = {
        "read": done.rows,
        "created": done.created,
        "corrected": done.corrected,
        "unchanged": done.unchanged,
        "refused": len(done.faults),
    }
    if as_json:
        click.echo(json.dumps(counts))
    else:
        click.echo(", ".join(f"{name} {count:,}" for name, count in counts.items()))
