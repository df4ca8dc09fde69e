"""What a measure gives: rows, and the blocks that they stand in. No suppression here."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Literal, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from portal.outcomes.definitions import LAG_DAYS, Definition
from portal.outcomes.facts import NeedFacts
from portal.outcomes.statistics import Difference, percentile, wilson
from portal.referrals.hours import Hours

# How a block is drawn beside its table. Empty: as bars where its rows are shares, not at all otherwise. curve: its rows are one
# curve in time, and the first number of each label is the day.
Drawing = Literal["", "none", "bars", "stack", "dots", "pareto", "curve"]


@dataclass(frozen=True)
class Ground:
    """What the measures are taken from: sheets as known at the cut (UTC), days of the zone, business days of the hours, names of
    services by their organization's id, and the coarse place of an area as typed."""

    facts: list[NeedFacts]
    cut: datetime
    zone: ZoneInfo
    hours: Hours
    names: Mapping[UUID, str]
    coarse: Callable[[str], str]

    def day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()


@dataclass(frozen=True)
class Row:
    """One line of the report, before suppression.

    unit `share`: value, low and high are 0..1 (Wilson 95%). unit `minutes`, `hours`, `days`: value, low and high the quartiles.
    unit `count`: numerator alone. unit `difference`: value, low and high are -1..1 (Newcombe 95%) of this group's share less
    that of all others; numerator and denominator are the group's. best and worst are the share if every unknown were a yes, or
    a no.
    """

    measure: str
    version: int
    label: str
    unit: str
    numerator: int
    denominator: int
    value: float | None
    low: float | None
    high: float | None
    immature: int = 0
    unknown: int = 0
    worst: float | None = None
    best: float | None = None


@dataclass(frozen=True)
class Block:
    """Rows that stand together. adds_up: they are the parts of one whole, and their numerators add up to the denominator that
    they share; who hides small cells has to know. closed: it tells what became of people, so that small cells are hidden from
    the agency too.

    How these rows hang together with others, for who hides small cells (outcomes.publication). Names of populations are the
    measures' own; the same name anywhere in a report is the same people or things. of: whom the denominators count, `met`, or
    `met - arrest` for the difference. parts: whom each row's numerator counts, in the order of the rows (empty: nobody else
    counts those). everybody: whom denominator, unknown and immature together are. each: where every row has a population of its
    own, what stands for `{}` in `of` and `everybody`, in the order of the rows. sums: a whole, and the parts that add up to it.
    chains: rows by number of which each counts some of whom the next one counts, as windows of 1, 7 and 30 days do: what lies
    between two of them is a count too. covers: everybody of the denominator counts in one row at least, some in several.
    """

    metric: str
    heading: str
    rows: tuple[Row, ...]
    adds_up: bool = False
    closed: bool = False
    note: str = ""
    drawing: Drawing = ""
    of: str = ""
    parts: tuple[str, ...] = ()
    everybody: str = ""
    chains: tuple[tuple[int, ...], ...] = ()
    covers: bool = False
    each: tuple[str, ...] = ()
    sums: tuple[tuple[str, tuple[str, ...]], ...] = ()


class Versioned(Protocol):
    """What a row is a row of: a definition, or a program's metric."""

    @property
    def measure(self) -> str: ...
    @property
    def version(self) -> int: ...


def share_row(
    definition: Versioned,
    label: str,
    numerator: int,
    denominator: int,
    immature: int = 0,
    unknown: int = 0,
    bounds: bool = False,
) -> Row:
    """A share with its interval; with `bounds`, also what the unknown could make of it."""
    interval = wilson(numerator, denominator)
    everybody = denominator + unknown
    return Row(
        measure=definition.measure,
        version=definition.version,
        label=label,
        unit="share",
        numerator=numerator,
        denominator=denominator,
        value=numerator / denominator if denominator else None,
        low=interval[0] if interval else None,
        high=interval[1] if interval else None,
        immature=immature,
        unknown=unknown,
        worst=numerator / everybody if bounds and everybody else None,
        best=(numerator + unknown) / everybody if bounds and everybody else None,
    )


def times_row(
    definition: Definition,
    label: str,
    unit: str,
    times: list[float],
    of: int,
    *,
    at: float = 0.5,
    immature: int = 0,
) -> Row:
    """A percentile of times that are known of `of` cases, with the middle half; the others are unknown, not slow."""
    row = partial(Row, definition.measure, definition.version, label, unit, len(times), of)
    return row(
        percentile(times, at),
        percentile(times, 0.25),
        percentile(times, 0.75),
        immature=immature,
        unknown=of - len(times),
    )


def difference_row(
    definition: Definition, label: str, numerator: int, denominator: int, found: Difference | None
) -> Row:
    """How far a group's share lies from that of all others."""
    value, low, high = found or (None, None, None)
    return Row(
        definition.measure,
        definition.version,
        label,
        "difference",
        numerator,
        denominator,
        value,
        low,
        high,
    )


def left_out(ground: Ground, on: Definition, label: str, number: int, others: str) -> list[Block]:
    """How many needs a measure leaves out, and how many there are: what lies between two numbers must not follow unseen.
    others: the name of the needs that stay."""
    every = len(ground.facts)
    out = Row(on.measure, on.version, label, "count", number, number, None, None, None)
    sent = Row(on.measure, on.version, _("Needs sent"), "count", every, every, None, None, None)
    return [
        Block(on.measure, _("Left out"), (out,), adds_up=True, closed=True, of=f"needs - {others}"),
        Block(on.measure, _("Of all"), (sent,), closed=True, parts=("needs",)),
    ]


def mature(facts: Iterable[NeedFacts], cut: datetime, window_days: int) -> tuple[list[NeedFacts], int]:
    """Those whose window and reporting lag are over at the cut, and how many are not there yet."""
    ripe: list[NeedFacts] = []
    unripe = 0
    for sheet in facts:
        if is_mature(sheet.sent_at, cut, window_days):
            ripe.append(sheet)
        else:
            unripe += 1
    return ripe, unripe


def is_mature(since: datetime, cut: datetime, window_days: int) -> bool:
    return since + timedelta(days=window_days + LAG_DAYS) <= cut
