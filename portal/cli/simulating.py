"""Simulated programs from a terminal."""

import click

from portal.cli.importing import bar
from portal.cli.terminal import opened, say
from portal.outcomes import simulate_program
from portal.store.actor import TERMINAL


@click.command("simulate")
@click.option("--program", required=True, help="The preset, such as partners-in-care-nashville.")
@click.option(
    "--quarters",
    type=click.IntRange(1, 40),
    default=4,
    show_default=True,
    help="So many whole quarters before today.",
)
@click.option(
    "--seed",
    type=int,
    default=1,
    show_default=True,
    help="The same seed on the same day makes the same rows.",
)
@click.option(
    "--per-quarter", type=click.IntRange(1), help="Calls in each quarter. Default: as the preset says."
)
@click.option(
    "--force",
    is_flag=True,
    help="Also where real people are counted: the simulated ones are then among them.",
)
def simulate(program: str, quarters: int, seed: int, per_quarter: int | None, force: bool) -> None:
    """Make calls, follow-ups and referrals of a program from the rates that its preset states. For demonstration, load, and
    checking the measures. The number of each simulated call begins with SIM."""
    with opened().app_context():
        made = simulate_program(
            TERMINAL,
            program,
            quarters=quarters,
            seed=seed,
            per_quarter=per_quarter or 0,
            force=force,
            progress=bar(),
        )
    if force:
        say("These calls did not happen. Their numbers begin with SIM.")
    click.echo(", ".join(f"{name} {count:,}" for name, count in made.items()))
