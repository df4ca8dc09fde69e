"""`portal`: the same verbs from a terminal. Exit 0 done, 1 refused and nothing half-done, 2 usage.

Progress goes to stderr, results to stdout.
"""

import click

from portal.cli import data, exporting, importing, keys, office, serving, simulating, terms, trail
from portal.cli.encounters import encounters
from portal.cli.tables import duplicates, table
from portal.cli.terminal import Verbs
from portal.logs import to_stderr


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Handrail from a terminal."""
    to_stderr()


for command in (
    serving.migrate,
    serving.serve,
    serving.work,
    serving.seed,
    simulating.simulate,
    office.community,
    office.person,
    office.report,
    office.mail,
    importing.import_,
    exporting.export,
    trail.audit,
    keys.keys,
    keys.pepper,
    duplicates,
    data.index,
    data.purge,
    data.backup,
    data.restore,
):
    main.add_command(command)
importing.import_.add_command(table)
importing.import_.add_command(encounters)
importing.import_.add_command(terms.taxonomy)

__all__ = ["main"]
