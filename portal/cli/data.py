"""What is stored: the index, backups, and the purge."""

from pathlib import Path

import click

from portal import directory, search
from portal.cli.terminal import opened, say
from portal.store import revisions
from portal.store.backup import backup as write_backup
from portal.store.backup import restore as read_backup
from portal.worker import JOBS


@click.group()
def index() -> None:
    """The search index."""


@index.command("rebuild")
def index_rebuild() -> None:
    """Make the index anew from the database."""
    with opened().app_context():
        search.rebuild()


@click.command()
def purge() -> None:
    """Delete what has served its time: ended sessions, counted tries, settled letters. The worker does it every hour."""
    with opened().app_context():
        for job in JOBS:
            if job.name.endswith(".purge"):
                say(f"{job.name}: {job.verb()}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Write a checked copy of the database to FILE. Safe while the server runs."""
    with opened().app_context():
        size = write_backup(file)
    say(f"{file}: {size:,} bytes, checked.")
    say(
        "Keep PORTAL_SEAL_KEYS (or PORTAL_HOME/seal.keys) elsewhere: without them names and phones cannot be read."
    )


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.confirmation_option(prompt="Everything stored now is replaced. Go on?")
def restore(file: Path) -> None:
    """Put the backup FILE in the place of what is stored now. Stop the server first."""
    with opened(migrated=False).app_context():
        revision = read_backup(file)
        revisions.upgrade()
        directory.write_terms()
        search.rebuild()
    say(f"Restored; the backup stood at {revision}, the database now at the newest revision.")
