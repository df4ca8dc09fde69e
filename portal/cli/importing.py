"""What comes in from others' files."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from portal.cli.terminal import opened, say
from portal.exchange import BadPackage, BadWorkbook, ImportResult, import_hsds, import_samhsa
from portal.store import Refused
from portal.store.actor import TERMINAL

SHOWN_REJECTED = 20


@click.group("import")
def import_() -> None:
    """Take a directory in. A feed never deletes: what it no longer lists is marked."""


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What every import can be told."""
    for option in (
        click.option(
            "--accept-vanished",
            is_flag=True,
            help="Mark vanished rows even where more than one in ten is gone.",
        ),
        click.option("--dry-run", is_flag=True, help="Check and count; write nothing."),
        click.option(
            "--report",
            type=click.Path(path_type=Path, dir_okay=False),
            help="Write rejected rows to this CSV.",
        ),
        click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON, last on stdout."),
    ):
        command = option(command)
    return command


@import_.command("samhsa")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@options
def samhsa(
    files: tuple[Path, ...], as_json: bool, report: Path | None, dry_run: bool, accept_vanished: bool
) -> None:
    """The two official SAMHSA directory workbooks (.xlsx), one or both, as they are."""
    with taken():
        result = import_samhsa(
            TERMINAL,
            list(files),
            dry_run=dry_run,
            report=report,
            progress=bar(),
            accept_vanished=accept_vanished,
        )
    tell(result, as_json)


@import_.command("hsds")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--source", default="", help="The publisher's name, the same each time. Default: the file's.")
@options
def hsds(
    path: Path, source: str, as_json: bool, report: Path | None, dry_run: bool, accept_vanished: bool
) -> None:
    """A package of the Human Services Data Specification: a folder, a zip or one file. 3.x as JSON or CSV, 1.x and 2.x as
    CSV."""
    with taken():
        result = import_hsds(
            TERMINAL,
            path,
            source=source,
            dry_run=dry_run,
            report=report,
            progress=bar(),
            accept_vanished=accept_vanished,
        )
    tell(result, as_json)


@contextmanager
def taken() -> Iterator[None]:
    """An import's errors in one sentence."""
    with opened().app_context():
        try:
            yield
        except (BadWorkbook, BadPackage) as bad:
            raise Refused(str(bad)) from bad
        except OSError as error:
            raise Refused(f"{error.filename}: {error.strerror}") from error


def tell(result: ImportResult, as_json: bool) -> None:
    """What came of it: on stderr for a person, the counts on stdout."""
    for row in result.rejected[:SHOWN_REJECTED]:
        say(f"{row.file}, row {row.row}: {row.reason}")
    rejected = sum(counts["rejected"] for counts in result.tables.values()) or len(result.rejected)
    if rejected > SHOWN_REJECTED:
        say(f"... and {rejected - SHOWN_REJECTED:,} more; --report FILE lists all.")
    for what, count in result.mended.most_common():
        say(f"{count:,} x {what}")
    for name, counts in result.tables.items():
        say(f"{name}: " + ", ".join(f"{what} {count:,}" for what, count in counts.items() if count))
    if result.run_id is None:
        for line in result.samples:
            say(line)
    if result.waiting:
        say(f"{result.waiting:,} changed crisis numbers wait for a steward. The old ones stay shown.")
    if result.vanished:
        say(f"{result.vanished:,} services are no longer in their source and are marked so.")
    if result.held:
        say(f"{result.held:,} services are gone from their source: too many at once, so none was marked.")
        say("If that is right, run again with --accept-vanished.")
    if as_json:
        click.echo(json.dumps(result.counts))
    else:
        click.echo(", ".join(f"{name} {count:,}" for name, count in result.counts.items()))


def bar() -> Callable[[int, int], None]:
    """A bar on stderr where somebody watches; silent in a pipe."""
    shown = -1

    def progress(done: int, total: int) -> None:
        nonlocal shown
        percent = 100 * done // total if total else 0
        if percent != shown and sys.stderr.isatty():
            filled = percent * 30 // 100
            click.echo(f"\r[{'#' * filled}{'.' * (30 - filled)}] {percent:3d} %", err=True, nl=percent == 100)
            shown = percent

    return progress
