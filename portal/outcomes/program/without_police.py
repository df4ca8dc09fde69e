"""Handled without police: the same calls out of three whole numbers, each by its name, for the share says nothing without it."""

from collections.abc import Callable
from datetime import date

import msgspec
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.outcomes.program.metric import Block, Metric, ProgramScope, share
from portal.outcomes.program.reach import Asked, asked
from portal.programs.preset import options_of

FIRST = date(2026, 1, 1)
BACKUP = "backup_requested"
NOT_ALONE = frozenset(("taken_over", "arrest"))  # ends that another team brought about


class Denominators(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """police_types: the service codes to which police would have been sent."""

    police_types: tuple[str, ...] = ()


def three_ways(metric: Metric, scope: ProgramScope) -> list[Block]:
    """A call is handled without police when the team came, it ended, nobody took it over, and police were not asked to come.
    Where nobody said whether they were, it is unknown."""
    police = frozenset(options_of(scope.preset, "denominators", Denominators).police_types)
    found = asked(scope, BACKUP)
    wholes: tuple[tuple[str, Callable[[Asked], bool]], ...] = (
        (_("Of all calls the team was sent to"), lambda each: each.sent or each.answered),
        (_("Of calls at which the team arrived"), lambda each: each.answered),
        (_("Of calls to which police would have been sent"), lambda each: each.response_type in police),
    )
    rows = []
    for label, inside in wholes:
        mine = [each for each in found if inside(each)]
        unknown = sum(each.number for each in mine if _unknown(each))
        alone = sum(each.number for each in mine if _alone(each))
        rows.append(share(metric, label, alone, sum(each.number for each in mine) - unknown, unknown=unknown))
    note = _("Three shares of three different wholes. They cannot be compared with each other, or added.")
    return [Block(metric.id, str(metric.name), tuple(rows), note=note)]


def backup(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Police asked to come too: of the calls at which the team arrived and for which that was said."""
    found = [each for each in asked(scope, BACKUP) if each.answered]
    yes, no = (sum(each.number for each in found if each.answer is word) for word in (True, False))
    unknown = sum(each.number for each in found) - yes - no
    return [
        Block(metric.id, str(metric.name), (share(metric, str(metric.name), yes, yes + no, unknown=unknown),))
    ]


def _alone(each: Asked) -> bool:
    return each.answered and each.answer is False and each.disposition not in NOT_ALONE | {""}


def _unknown(each: Asked) -> bool:
    return not each.disposition or (
        each.answered and each.disposition not in NOT_ALONE and each.answer is None
    )


METRICS = (
    Metric(
        "diverted_three_ways",
        1,
        FIRST,
        _l("Handled without police"),
        "encounter",
        _l(
            "Calls at which the team arrived, that ended with it, and for which police were not asked to come"
        ),
        _l("Three wholes, each named in its row: sent to, arrived at, and calls that police would have had"),
        _l(
            "Calls that have not ended, or of which nobody said whether police were asked; they stand apart as unknown"
        ),
        three_ways,
    ),
    Metric(
        "backup",
        1,
        FIRST,
        _l("Police asked to come too"),
        "encounter",
        _l("Calls at which the team asked for police"),
        _l("Calls at which the team arrived and said whether it did"),
        _l("Calls of which nobody said it; they stand apart as unknown"),
        backup,
    ),
)
