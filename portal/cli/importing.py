"""What comes in from others' files."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import click

from portal.cli.terminal import opened, say
from portal.exchange import BadWorkbook, import_samhsa
from portal.store import Refused
from portal.store.actor import TERMINAL

SHOWN_REJECTED = 20


@click.group("import")
def import_() -> None:
    """Take a directory in. A feed never deletes: what it no longer lists is marked."""


@import_.command("samhsa")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON, last on stdout.")
@click.option(
    "--report", type=click.Path(path_type=Path, dir_okay=False), help="Write rejected rows to this CSV."
)
@click.option("--dry-run", is_flag=True, help="Check and count; write nothing.")
@click.option(
    "--accept-vanished", is_flag=True, help="Mark vanished rows even where more than one in ten is gone."
)
def samhsa(
    files: tuple[Path, ...], as_json: bool, report: Path | None, dry_run: bool, accept_vanished: bool
) -> None:
    """The two official SAMHSA directory workbooks (.xlsx), one or both, as they are."""
    with opened().app_context():
        try:
            result = import_samhsa(
                TERMINAL,
                list(files),
                dry_run=dry_run,
                report=report,
                progress=_bar(),
                accept_vanished=accept_vanished,
            )
        except BadWorkbook as bad:
            raise Refused(str(bad)) from bad
        except OSError as error:
            raise Refused(f"{error.filename}: {error.strerror}") from error
    for row in result.rejected[:SHOWN_REJECTED]:
        say(f"{row.file}, row {row.row}: {row.reason}")
    if len(result.rejected) > SHOWN_REJECTED:
        say(f"... and {len(result.rejected) - SHOWN_REJECTED:,} more; --report FILE lists all.")
    if result.vanished:
        say(f"{result.vanished:,} services are no longer in their book and are marked so.")
    if result.held:
        say(f"{result.held:,} services are gone from their book: too many at once, so none was marked.")
        say("If that is right, run again with --accept-vanished.")
    if as_json:
        click.echo(json.dumps(result.counts))
    else:
        click.echo(", ".join(f"{name} {count:,}" for name, count in result.counts.items()))


def _bar() -> Callable[[int, int], None]:
    """A bar on stderr where somebody watches; silent in a pipe."""
    shown = -1

    def progress(done: int, total: int) -> None:
        nonlocal shown
        percent = 100 * done // total if total else 100
        if percent != shown and sys.stderr.isatty():
            filled = percent * 30 // 100
            click.echo(f"\r[{'#' * filled}{'.' * (30 - filled)}] {percent:3d} %", err=True, nl=percent == 100)
            shown = percent

    return progress
