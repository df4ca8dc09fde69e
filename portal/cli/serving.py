"""Running it: migrate, serve, work, and the demonstration."""

import os
import secrets
import subprocess
import sys
from datetime import datetime
from importlib import import_module
from pathlib import Path

import click
from flask import Flask
from sqlalchemy import select

from portal import create_app, directory, search
from portal.accounts.models import Account
from portal.cli.terminal import opened, say
from portal.config import read_settings
from portal.directory.models import Community, Organization
from portal.serve import port_is_free
from portal.serve import serve as serve_forever
from portal.store import Refused, db, revisions
from portal.worker import Worker

DEMONSTRATION = "demo.invalid"  # every demonstration account's mail ends with this


@click.command()
def migrate() -> None:
    """Bring the database to the newest revision, and the portal's own words to this version's."""
    with opened(migrated=False).app_context():
        moved = revisions.upgrade()
        directory.write_terms()
        say(f"The database stands at {revisions.head()}{'' if moved else ' already'}.")


@click.command()
@click.option("--worker/--no-worker", default=True, help="Run the worker beside the web server.")
@click.option(
    "--demo", is_flag=True, help="First migrate and, where nothing is stored, plant the demonstration."
)
@click.option("--stop-with-parent", is_flag=True, hidden=True)
def serve(worker: bool, demo: bool, stop_with_parent: bool) -> None:
    """Serve the pages, and run the worker."""
    settings = read_settings()
    if not port_is_free(settings.bind, settings.port):
        raise Refused(
            f"Port {settings.port} is taken. Try: PORT={_next_free(settings.bind, settings.port)} make run"
        )
    parent = os.getppid() if stop_with_parent else None
    app = create_app() if demo else opened()
    if demo:
        _ready_for_demonstration(app)
    with app.app_context():
        lines = _sign_ins(settings.home, settings.demo_password) if demo else []
        db.engine.dispose()

    def when_up() -> None:
        shown = f"[{settings.bind}]" if ":" in settings.bind else settings.bind
        click.echo(f"Handrail: http://{shown}:{settings.port}")
        for line in lines:
            click.echo(line)

    serve_forever(app, settings, worker=worker, parent=parent, when_up=when_up)


def _next_free(bind: str, port: int) -> int:
    return next(
        (other for other in range(port + 1, min(port + 50, 65536)) if port_is_free(bind, other)), port + 1
    )


def _ready_for_demonstration(app: Flask) -> None:
    """Migrate and plant in processes of their own: what they load would stay in the server's memory. An older demonstration
    is brought to this version and kept."""
    for needed, words in ((_behind, ["migrate"]), (_empty, ["seed", "--demo"])):
        with app.app_context():
            asked = needed()
            db.session.remove()
            db.engine.dispose()
        if asked and subprocess.run([sys.executable, "-m", "portal.cli", *words]).returncode:  # noqa: S603 - our own words
            raise Refused(f"`portal {' '.join(words)}` did not finish; nothing is served.")


def _behind() -> bool:
    return revisions.current() != revisions.head()


def _empty() -> bool:
    return db.session.scalar(select(Community.id).limit(1)) is None


def _sign_ins(home: Path, chosen: str) -> list[str]:
    """One line a demonstration account: its mail, its password and what it is."""
    password = chosen or _kept_password(home)
    found = db.session.scalars(
        select(Account).where(Account.email.endswith("@" + DEMONSTRATION)).order_by(Account.created_at)
    )
    names = {
        row.id: row.name
        for row in db.session.scalars(select(Organization).where(Organization.joined_at.is_not(None)))
    }
    lines = []
    for account in found:
        roles = ", ".join(
            f"{member.role} at {names[member.organization_id]}"
            if member.organization_id in names
            else member.role
            for member in account.memberships
        )
        lines.append(f"  {account.email}  {password}  {roles}")
    return lines


def _kept_password(home: Path) -> str:
    file = home / "demo.password"
    return file.read_text().strip() if file.exists() else "(see PORTAL_DEMO_PASSWORD)"


@click.command()
@click.option("--once", is_flag=True, help="Do everything that is due, once, and end.")
def work(once: bool) -> None:
    """Run the worker alone: due letters, clocks, the index, purges."""
    worker = Worker(opened())
    if once:
        failed = [name for name, well in worker.turn(0.0).items() if not well]
        if failed:
            raise Refused(f"Failed, see the log: {', '.join(failed)}")
        return
    worker.stop_on_signals()
    worker.run()


@click.command("seed")
@click.option("--demo", is_flag=True, required=True, help="Plant the fictional demonstration community.")
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day its history ends; today by default."
)
def seed(demo: bool, as_of: datetime | None) -> None:
    """Plant the demonstration community into an empty install."""
    try:
        plant = import_module("seed").plant  # only here: a production install never loads it
    except (ImportError, AttributeError) as missing:
        raise Refused(f"This copy of Handrail carries no demonstration community: {missing}") from missing
    settings = read_settings()
    with opened().app_context():
        if db.session.scalar(select(Community.id).limit(1)) is not None:
            raise Refused("A community stands here already. The demonstration wants an empty PORTAL_HOME.")
        say("Planting the demonstration community ...")
        made = plant(as_of.date() if as_of else None, settings.demo_password or _new_password(settings.home))
        search.rebuild()
    say(", ".join(f"{count} {name}" for name, count in made.items()))


def _new_password(home: Path) -> str:
    """A password for this demonstration alone, kept beside its database with mode 0600."""
    file = home / "demo.password"
    password = "-".join(
        "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(4)) for _ in range(3)
    )
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as kept:
        kept.write(password)
    return password
