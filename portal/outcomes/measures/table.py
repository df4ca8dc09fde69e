"""Which code counts which version of which measure: the table that reports, programs and the page of definitions read."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from flask_babel import gettext as _

from portal.outcomes.definitions import Definition, definition
from portal.outcomes.measures.answers import (
    any_acceptance,
    decline_reasons,
    declines_by_reason,
    first_choice,
    services_asked,
    time_to_answer,
)
from portal.outcomes.measures.connection import connected, warm_handoff
from portal.outcomes.measures.curves import cumulative_incidence, time_to_service
from portal.outcomes.measures.groups import equity, telling, unmet
from portal.outcomes.measures.rows import Block, Ground, left_out, share_row
from portal.outcomes.measures.staying import missed_appointments, not_reached, still_there


@dataclass(frozen=True)
class Measure:
    """One version of a measure: its definitions (several where it has several windows) and the code that counts them."""

    ids: tuple[str, ...]
    version: int
    count: Callable[[Ground, Definition], list[Block]]

    @property
    def definition(self) -> Definition:
        return definition(self.ids[0], self.version)

    @property
    def code(self) -> str:
        """Where it is counted, as `module:function`."""
        return f"{self.count.__module__}:{self.count.__qualname__}"

    def blocks(self, ground: Ground) -> list[Block]:
        """The blocks of these facts; every row carries this version."""
        return self.count(ground, self.definition)


def any_yes(ground: Ground, on: Definition) -> list[Block]:
    rows = tuple(any_acceptance(ground.facts, ground.cut))
    return [Block(on.measure, str(on.name), rows, closed=True, everybody="needs")]


def minutes(ground: Ground, on: Definition) -> list[Block]:
    rows = tuple(time_to_answer(ground.facts, ground.cut, ground.hours.open_at))
    return [Block(on.measure, str(on.name), rows, closed=True)]


def reasons(ground: Ground, on: Definition) -> list[Block]:
    note = _("One need can count under several of these.")
    rows = tuple(decline_reasons(ground.facts))
    return [
        Block(
            on.measure,
            str(on.name),
            rows,
            closed=True,
            note=note,
            of="needs.declined",
            covers=True,
            drawing="pareto",
        )
    ]


def handoffs(ground: Ground, on: Definition) -> list[Block]:
    rows = warm_handoff(ground.facts, ground.cut)
    silent = rows[0].unknown
    nobody = share_row(on, _("No handoff was recorded"), silent, rows[0].denominator, rows[0].immature)
    all_rows = (*(replace(row, unknown=0) for row in rows), nobody)
    return [Block(on.measure, str(on.name), all_rows, adds_up=True, closed=True, of="needs.accepted")]


def connections(ground: Ground, on: Definition) -> list[Block]:
    """Those who died, were jailed or moved are left out, and counted beside it: what is left out must not follow unseen."""
    rows = tuple(connected(ground.facts, ground.cut, ground.zone))
    others = sum(sheet.other_end for sheet in ground.facts)
    return [
        Block(on.measure, str(on.name), rows, closed=True, everybody="needs.judged", chains=((0, 1, 2),)),
        *left_out(ground, on, _("Died, was jailed, or moved"), others, "needs.judged"),
    ]


MEASURES: tuple[Measure, ...] = (
    Measure(("M06",), 1, first_choice),
    Measure(("M07",), 1, any_yes),
    Measure(("M08",), 1, minutes),
    Measure(("M09",), 1, services_asked),
    Measure(("M10",), 1, reasons),
    Measure(("M10",), 2, declines_by_reason),
    Measure(("M11",), 1, handoffs),
    Measure(("M12-1", "M12-7", "M12-30"), 1, connections),
    Measure(("M13",), 1, cumulative_incidence),
    Measure(("M14",), 1, time_to_service),
    Measure(("M15",), 1, missed_appointments),
    Measure(("M16",), 1, not_reached),
    Measure(("M18",), 1, still_there),
    Measure(("M21",), 1, equity),
    Measure(("M22",), 1, unmet),
    Measure(("M24",), 1, telling),
)


def measure(key: str, *, version: int | None = None, on: date | None = None) -> Measure:
    """The measure of the catalogue's row (M10) in that version, or in the one in force on a day, or in the first. KeyError for
    one that is not counted of needs."""
    found = [one for one in MEASURES if one.definition.measure == key]
    if not found:
        raise KeyError(key)
    wanted = definition(found[0].ids[0], version, on).version
    return next(one for one in found if one.version == wanted)


def measures(on: date) -> list[Measure]:
    """Every measure of needs as it is counted for a quarter that begins on this day, in the catalogue's order."""
    return [measure(key, on=on) for key in dict.fromkeys(one.definition.measure for one in MEASURES)]
