"""`portal audit`: whether the trail stands as it was written."""

import json

import click

from portal.cli.data import anchored_anew
from portal.cli.terminal import opened, say
from portal.store import Refused, chain

KINDS = {
    "changed": "was changed after it was written",
    "missing": "is missing",
    "added": "was added outside the portal",
    "forged": "is chained without this install's key",
    "cut": "The end of the trail was cut off or written anew",
    "unguarded": "These tables may be changed; run portal migrate",
}


class _Head(click.ParamType[chain.Head]):
    """POSITION:HASH, as an earlier `verify` printed it."""

    name = "position:hash"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> chain.Head:
        position, _, hashed = value.partition(":")
        if not position.isdigit() or len(hashed) != len(chain.BEGINNING):
            self.fail("give it as verify printed it: 1234:ab12...", param, ctx)
        return chain.Head(int(position), hashed)


@click.group()
def audit() -> None:
    """The audit trail."""


@audit.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as one line of JSON.")
@click.option(
    "--expect", type=_Head(), help="A head printed earlier and kept elsewhere: it must still be there."
)
def verify(as_json: bool, expect: chain.Head | None) -> None:
    """Compute the chain of the trail again. Exit 1, and the first bad row is named, when it was tampered with."""
    with opened().app_context():
        found = chain.verify(expect)
    if as_json:
        click.echo(json.dumps(found.as_json()))
    else:
        click.echo(f"{found.checked} rows checked, {found.tail} not chained yet. Head {found.head}")
    if found.fault is not None:
        raise Refused(sentence(found.fault))


def sentence(fault: chain.Fault) -> str:
    """The fault in one line."""
    about = f" ({fault.where})" if fault.where else ""
    if fault.kind in ("cut", "unguarded"):
        return f"{KINDS[fault.kind]}{about}."
    return f"Row {fault.number if fault.number is not None else '?'} {KINDS[fault.kind]}{about}."


@audit.command("anchor")
@click.confirmation_option(prompt="Only after you put a backup back yourself. Go on?")
def anchor() -> None:
    """Take the trail as it stands for the one that counts, after pg_restore. The trail itself says that this was done."""
    with opened().app_context():
        head = anchored_anew("anchored by hand")
    say(f"Head {head}")
