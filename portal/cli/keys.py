"""Keys and peppers: bringing what is stored to the newest ones."""

import json

import click

from portal import referrals
from portal.cli.terminal import opened, say
from portal.programs import profiles
from portal.store import Refused
from portal.store.actor import TERMINAL
from portal.store.peppers import peppers
from portal.store.resealing import reseal


@click.group()
def keys() -> None:
    """The keys that seal names, phones and notes (PORTAL_SEAL_KEYS)."""


@keys.command("rotate")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON, last on stdout.")
def keys_rotate(as_json: bool) -> None:
    """Seal everything anew with the first key of PORTAL_SEAL_KEYS, open each value once, and say which keys are done with.

    The server may run, if it was started with these keys. It may be ended and run again at any time.
    """
    with opened().app_context():
        done = reseal(TERMINAL, lambda column, moved: say(f"{column}: {moved}"))
    for name, row in done.broken:
        say(f"No key opens {name} of {row}. It was left as it is.")
    if as_json:
        click.echo(
            json.dumps(
                {
                    "moved": dict(done.moved),
                    "in_use": dict(done.in_use),
                    "unused": done.unused,
                    "broken": [list(one) for one in done.broken],
                }
            )
        )
    else:
        click.echo(
            f"Sealed anew: {sum(done.moved.values()):,}. Opened to check: {sum(done.in_use.values()):,}."
        )
        for key_id in done.unused:
            click.echo(f"{key_id} seals nothing any more: take it out of PORTAL_SEAL_KEYS.")
    if done.broken:
        raise Refused(
            f"{len(done.broken)} values are opened by no key. Put their key back, and run this again."
        )


@click.group()
def pepper() -> None:
    """The secret of the blind index by which a person is known again (PORTAL_PEPPERS)."""


@pepper.command("rotate")
def pepper_rotate() -> None:
    """Put the newest pepper of PORTAL_PEPPERS over the others on every row of the index. Everybody stays known.

    The older peppers stay in the setting: they are the inner layers.
    """
    with opened().app_context():
        lifted, unknown = referrals.lift_index(TERMINAL)
        lifted += profiles.lift_marks()
        newest = peppers().newest
    click.echo(f"Under {newest} now: {lifted:,} rows more.")
    if unknown:
        raise Refused(
            f"Rows were made with {', '.join(unknown)}, which PORTAL_PEPPERS does not list: nobody is found by them."
        )
