"""What goes out to others."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import click

from portal.cli.terminal import opened, say
from portal.exchange import hsds
from portal.store import Refused


@click.group()
def export() -> None:
    """Give the directory out. What is confidential is not in it."""


@export.command("hsds")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON, last on stdout.")
def hsds_(folder: Path, as_json: bool) -> None:
    """Write the directory into FOLDER as HSDS 3.1: a zip of CSV with datapackage.json, and a zip of JSON."""
    with opened().app_context():
        try:
            counts = hsds.export_package(folder, _line())
        except OSError as error:
            raise Refused(f"{error.filename or folder}: {error.strerror}") from error
    for name in (hsds.CSV_FILE, hsds.JSON_FILE):
        say(f"{folder / name}: {(folder / name).stat().st_size:,} bytes")
    if as_json:
        click.echo(json.dumps(counts))
    else:
        click.echo(", ".join(f"{name} {count:,}" for name, count in counts.items() if count))


def _line() -> Callable[[str, int], None]:
    """How far it is, on stderr where somebody watches; silent in a pipe."""

    def progress(name: str, count: int) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r{name} {count:,}".ljust(60), err=True, nl=False)

    return progress
