"""Deciding and letting in: the community, its people, its report, its mail."""

import csv
import sys
from uuid import uuid4

import click
from sqlalchemy import select

from portal import accounts, directory, messages, outcomes
from portal.accounts.roles import ROLES
from portal.cli.terminal import opened, say
from portal.directory import organization_named, set_community
from portal.directory.models.organization import ORGANIZATION_KINDS
from portal.messages.models import Delivery, Message
from portal.store import Refused, db
from portal.store.actor import TERMINAL


@click.group()
def community() -> None:
    """What people decide about their community."""


@community.command("set")
@click.argument("key")
@click.argument("value")
def community_set(key: str, value: str) -> None:
    """Set KEY to VALUE; the first `name` makes the community. A KEY that is not known lists what there is."""
    with opened().app_context():
        here = set_community(TERMINAL, key, value)
        say(f"{here.name}: {key} is set.")


@click.group()
def person() -> None:
    """People who sign in."""


@person.command("add")
@click.argument("email")
@click.option("--role", required=True, type=click.Choice(ROLES))
@click.option(
    "--organization", help="Where the role is held, by name; for roles of the whole community, none."
)
@click.option(
    "--new-organization", "kind", type=click.Choice(ORGANIZATION_KINDS), help="Make it, of this kind."
)
@click.option("--name", default="", help="The person's name, shown to colleagues.")
@click.option("--ask-password", is_flag=True, help="Set a password now instead of handing out a link.")
def person_add(
    email: str, role: str, organization: str | None, kind: str | None, name: str, ask_password: bool
) -> None:
    """Let EMAIL in with a role. Prints a link, good once, under which the person chooses a password."""
    with opened().app_context():
        here = directory.community()
        place = organization_named(TERMINAL, organization, kind) if organization else None
        password = (
            click.prompt("Password", hide_input=True, confirmation_prompt=True) if ask_password else None
        )
        account = accounts.add_person(TERMINAL, email, name, role, place, password)
        say(f"{account.email} is {role} in {here.name}{f' at {organization}' if organization else ''}.")
        if not account.password_hash:
            click.echo(messages.link("reset", account.id, account.version))


@click.command()
@click.argument("quarter")
@click.option("--format", "form", type=click.Choice(["table", "csv"]), default="table")
def report(quarter: str, form: str) -> None:
    """Print the outcomes of a QUARTER such as 2026-q3, for the whole community, small numbers hidden."""
    with opened().app_context():
        try:
            found = outcomes.quarter(TERMINAL, quarter)
        except outcomes.BadQuarter as bad:
            raise click.UsageError(
                f"{quarter} is not a quarter like 2026-q3, or lies in the future."
            ) from bad
        if found is None:
            raise Refused("There is no such report.")
        rows = list(csv.reader(outcomes.to_csv(found).splitlines()))
    if form == "csv":
        csv.writer(sys.stdout, lineterminator="\n").writerows(rows)
        return
    widths = [max(len(row[at]) for row in rows if at < len(row)) for at in range(max(map(len, rows)))]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip())


@click.group()
def mail() -> None:
    """The way out for letters."""


@mail.command("test")
@click.argument("address")
def mail_test(address: str) -> None:
    """Send one letter to ADDRESS now, the way every letter goes, and say what came of it."""
    about = uuid4()
    with opened().app_context():
        if messages.mail_mode() == "off":
            raise Refused("PORTAL_SMTP_URL is not set: letters wait in the outbox.")
        words = "This is a test from the terminal. Handrail can send mail."
        messages.enqueue(
            messages.Letter(
                "test", address, "Handrail: a test", words + "\n", f"<p>{words}</p>", f"test {about}", about
            )
        )
        messages.send_due()
        state = db.session.scalar(select(Message.state).where(Message.about == about))
        if state not in ("sent", "shown"):
            detail = db.session.scalar(
                select(Delivery.detail)
                .join(Message, Message.id == Delivery.message_id)
                .where(Message.about == about)
            )
            messages.drop_about(about)
            raise Refused(
                f"The mail server did not take it ({detail or 'other letters were before it; see the log'})."
            )
    say(f"Sent to {address}." if state == "sent" else "Put into the demonstration's outbox: see /outbox.")
