"""`portal import taxonomy`: lists of terms that others own."""

import json
from pathlib import Path

import click

from portal.cli.terminal import opened, say
from portal.exchange.taxonomy import BadTaxonomy, import_taxonomy
from portal.store import Refused
from portal.store.actor import TERMINAL


@click.command("taxonomy")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", default="", help="What the list is called, where the file does not say.")
@click.option("--notice", default="", help="Words of its owner that must stand beside its terms.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON, last on stdout.")
@click.option("--dry-run", is_flag=True, help="Check and count; write nothing.")
def taxonomy(file: Path, name: str, notice: str, as_json: bool, dry_run: bool) -> None:
    """A list of terms from its holder's file: Open Eligibility's XML, or any list as CSV or JSON (code, name, parent_id)."""
    with opened().app_context():
        try:
            result = import_taxonomy(TERMINAL, file, name=name, notice=notice, dry_run=dry_run)
        except BadTaxonomy as bad:
            raise Refused(bad.reason) from bad
        except OSError as error:
            raise Refused(f"{error.filename}: {error.strerror}") from error
    for words in result.mended:
        say(f"{file.name}, {words}")
    counts = {each.name: each.counts for each in result.lists}
    if as_json:
        click.echo(json.dumps(counts))
        return
    for called, each in counts.items():
        click.echo(f"{called}: " + ", ".join(f"{word} {count:,}" for word, count in each.items()))
