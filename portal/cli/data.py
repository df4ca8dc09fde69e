"""What is stored: the index, backups, and the purge."""

import json
from contextlib import nullcontext
from pathlib import Path

import click

from portal import directory, referrals, search
from portal.cli.terminal import opened, say
from portal.store import audit, chain, clock, erased, revisions, write
from portal.store.actor import TERMINAL
from portal.store.backup import backup as write_backup
from portal.store.backup import expire as expire_backups
from portal.store.backup import next_file
from portal.store.backup import restore as read_backup
from portal.store.database import scrub
from portal.worker import JOBS


@click.group()
def index() -> None:
    """The search index."""


@index.command("rebuild")
def index_rebuild() -> None:
    """Make the index anew from the database."""
    with opened().app_context():
        search.rebuild()


# Purges of the worker's table that this command does by itself: those that wait for the night or touch files.
OWN = ("referrals.purge_tonight", "backups.purge")


class _Enough(Exception):  # noqa: N818
    """Ends a dry run: everything is rolled back."""


@click.command()
@click.option("--dry-run", is_flag=True, help="Say how much is due, and erase nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as one line of JSON.")
def purge(dry_run: bool, as_json: bool) -> None:
    """Erase what has served its time: words people typed, people, old ledgers, ended sessions, settled letters, old backups.

    The worker does it by itself. First, what a restored backup brought back is erased once more.
    """
    found: dict[str, int] = {}
    with opened().app_context():
        try:
            with write() if dry_run else nullcontext():
                found["erased_again"] = referrals.erase_again()
                found |= {
                    f"referrals.{name}": count for name, count in referrals.purge_due(clock.now()).items()
                }
                for job in JOBS:
                    if ".purge" in job.name and job.name not in OWN:
                        found[job.name] = job.verb() or 0
                if dry_run:
                    raise _Enough
        except _Enough:
            pass
        else:
            found["backups"] = expire_backups(clock.now())
            erased.note_down()
            if any(found.values()) and not scrub():
                say("Something else holds the database: its file is written anew by the next purge.")
    if as_json:
        click.echo(json.dumps(found))
        return
    for name, count in found.items():
        say(f"{name}: {count}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
def backup(file: Path | None) -> None:
    """Write a checked copy of the database to FILE. Safe while the server runs.

    Without FILE it goes to PORTAL_HOME/backups under its date, and is deleted after 35 days.
    """
    with opened().app_context():
        file = file or next_file(clock.now())
        size = write_backup(file)
    say(f"{file}: {size:,} bytes, checked.")
    say(
        "Keep PORTAL_SEAL_KEYS (or PORTAL_HOME/seal.keys) elsewhere: without them names and phones cannot be read."
    )


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.confirmation_option(prompt="Everything stored now is replaced. Go on?")
def restore(file: Path) -> None:
    """Put the backup FILE in the place of what is stored now. Stop the server first.

    What was purged or withdrawn since that backup (PORTAL_HOME/purged.log) is erased again.
    """
    with opened(migrated=False).app_context():
        if revisions.current() == revisions.head():
            erased.note_down()
        revision = read_backup(file)
        revisions.upgrade()
        directory.write_terms()
        again = referrals.erase_again()
        anchored_anew(f"restored a backup of revision {revision}")
        scrub()
        search.rebuild()
    say(f"Restored; the backup stood at {revision}, the database now at the newest revision.")
    say(f"Erased again: {again}.")


def anchored_anew(why: str) -> chain.Head:
    """The chain as it stands is the one that counts from now on; the trail says so, and where the old one ended."""
    with write():
        noted = chain.read_anchor()
        audit.append(
            TERMINAL, "anchor_trail", "audit_entry", noted.position if noted else 0, f"{why}; was {noted}"
        )
    chain.extend()
    return chain.write_anchor(again=True)
