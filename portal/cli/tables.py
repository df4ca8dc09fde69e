"""Tables of others through a mapping, and what is listed twice."""

import json
from pathlib import Path

import click

from portal.cli.importing import bar, options, taken, tell
from portal.cli.terminal import opened, say
from portal.directory import find_duplicates
from portal.exchange import import_table, mapping_text, read_mapping
from portal.store import Refused
from portal.store.actor import TERMINAL


@click.command("csv")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--map", "mapping", required=True, help="A mapping file (docs/mappings), or the name of a kept one."
)
@options
def table(
    path: Path, mapping: str, as_json: bool, report: Path | None, dry_run: bool, accept_vanished: bool
) -> None:
    """A table (CSV), or a folder or zip of tables, through a mapping of its columns."""
    with taken():
        file = Path(mapping)
        text = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else mapping_text(mapping)
        if text is None:
            raise Refused(f"There is no mapping {mapping!r}: neither a file nor a kept one.")
        result = import_table(
            TERMINAL,
            path,
            read_mapping(text),
            dry_run=dry_run,
            report=report,
            progress=bar(),
            accept_vanished=accept_vanished,
        )
    tell(result, as_json)


@click.command("duplicates")
@click.option("--dry-run", is_flag=True, help="Look and count; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON, last on stdout.")
def duplicates(dry_run: bool, as_json: bool) -> None:
    """Find what is listed twice: merge what is sure, leave what is doubtful to the stewards."""
    with opened().app_context():
        found = find_duplicates(TERMINAL, dry_run=dry_run, progress=bar())
    for level in ("place", "organization", "listing"):
        say(
            f"{level} pairs: merged {found.merged[level]:,}, before {found.standing[level]:,},"
            f" taken apart {found.parted[level]:,}, waiting {found.waiting[level]:,}"
        )
    if as_json:
        pairs = {
            "merged": found.merged,
            "standing": found.standing,
            "parted": found.parted,
            "waiting": found.waiting,
        }
        click.echo(json.dumps({"listings": found.listings, "pairs": pairs}))
    else:
        click.echo(", ".join(f"{name} {count:,}" for name, count in found.listings.items()))
