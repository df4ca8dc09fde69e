"""What a search filters and ranks by, beside the words: one number a listing and fact, in flat numpy arrays.

Written by the worker, read by every web process. Facts that many listings share (hours, service areas, states, languages)
are stored once and pointed at. 200,000 listings are 20 MB.
"""

import math
import zlib
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from portal.directory import Card
from portal.directory.hours import Timetable, line_in, line_out, shut_of
from portal.directory.terms import EVERY
from portal.search.arrays import Arrays, Damaged, Flags, Rows
from portal.search.cardfile import Spot

AVAILABILITIES = ("unknown", "yes", "limited", "no")
CONFIDENTIAL, VIRTUAL = 1, 2
MOST_LANGUAGES = 63
MASKS = ("care", "for", "pay", "access", "language")

# column -> typecode of the array module, which numpy shares
COLUMNS = {
    "number": "q",  # 0: gone
    "lat": "d",  # NaN: no point
    "lon": "d",
    "care": "Q",  # bit masks by the order of directory.terms.EVERY
    "for": "Q",
    "pay": "Q",
    "access": "Q",
    "field": "Q",
    "topic": "Q",
    "language": "Q",
    "availability_at": "d",  # seconds since 1970, 0: never told
    "card_at": "q",  # see cardfile.Spot
    "card_length": "I",
    "card_check": "I",
    "area": "I",
    "hours": "I",
    "text": "I",  # checksum of the text in the index
    "assured": "i",  # days as date.toordinal, 0: never, or in doubt
    "days": "H",  # how long that holds
    "half_life": "I",  # seconds after which the word on room is worth half
    "state": "H",
    "availability": "B",
    "flags": "B",
}


@dataclass
class Row:
    """One active listing as the directory tells it; `text` are the weighted stems for the index."""

    number: int
    lat: float | None
    lon: float | None
    codes: list[tuple[str, str]]
    languages: list[str]
    state: str
    area: tuple[tuple[str, str], ...]  # (extent type, extent)
    hours: Timetable
    availability: str
    availability_at: float
    assured: int
    days: int
    half_life: int
    flags: int
    text: list[str]
    card: Card

    @property
    def checksum(self) -> int:
        return zlib.crc32(" ".join(self.text).encode())


@dataclass(eq=False)
class Shared:
    """Facts that many listings point at. Entry 0 is "nothing known"."""

    states: list[str] = field(default_factory=lambda: [""])
    languages: list[str] = field(default_factory=list)
    areas: list[tuple[tuple[str, str], ...]] = field(default_factory=lambda: [()])
    hours: list[Timetable] = field(default_factory=lambda: [Timetable("", ())])

    @cached_property
    def _known(self) -> dict[str, dict[Any, int]]:
        names = ("states", "languages", "areas", "hours")
        return {name: {value: index for index, value in enumerate(getattr(self, name))} for name in names}

    def number(self, name: str, value: Any) -> int:
        known = self._known[name]
        if value not in known:
            known[value] = len(known)
            getattr(self, name).append(value)
        return known[value]


class Facts:
    """Columns of equal length, one entry a listing; never changed. A listing's place in them is its `row`, stable until a
    rebuild; a row whose number is 0 is gone."""

    def __init__(self, columns: Arrays, shared: Shared) -> None:
        self.columns = columns
        self.shared = shared

    def __len__(self) -> int:
        return len(self.live)

    @classmethod
    def of(cls, rows: Iterable[Row]) -> "Facts":
        writer = FactsWriter()
        for row in rows:
            writer.put(row)
        return writer.finish()

    @property
    def size(self) -> int:
        """Rows, those gone included."""
        return len(self.columns["number"])

    @cached_property
    def live(self) -> Rows:
        """Rows that are not gone, ascending."""
        return np.flatnonzero(self.columns["number"])

    @cached_property
    def some_gone(self) -> bool:
        return len(self.live) < self.size

    @cached_property
    def loose(self) -> Rows:
        """Rows that a radius does not decide: an area of their own, virtual, or no point."""
        columns = self.columns
        virtual = columns["flags"] & VIRTUAL > 0
        told = (columns["area"] > 0) | virtual | np.isnan(columns["lat"])
        return np.flatnonzero(told & (columns["number"] > 0))

    @cached_property
    def _by_number(self) -> tuple[Rows, Rows]:
        order = np.argsort(self.columns["number"], kind="stable")
        return order, self.columns["number"][order]

    def rows_of(self, numbers: Rows) -> Rows:
        """The row of each listing, -1 for what is not here."""
        order, known = self._by_number
        if not len(known):
            return np.full(len(numbers), -1)
        at = np.minimum(np.searchsorted(known, numbers), len(known) - 1)
        return np.where((known[at] == numbers) & (numbers > 0), order[at], -1)

    def row_of(self, number: int) -> int:
        return int(self.rows_of(np.array([number]))[0])

    def spot(self, row: int) -> Spot:
        columns = self.columns
        return Spot(*(int(columns[name][row]) for name in ("card_at", "card_length", "card_check")))

    def mask(self, group: str, codes: Iterable[str]) -> int:
        if group == "language":
            known = self.shared.languages[:MOST_LANGUAGES]
            return sum(1 << known.index(code) for code in set(codes) if code in known)
        return group_mask(group, codes)

    def carrying(self, group: str, mask: int) -> Flags:
        """Of every row, whether it carries any code of the mask; with a mask of 0, whether it says nothing in this group."""
        held = self.columns[group]
        return np.not_equal(held & np.uint64(mask), 0) if mask else np.equal(held, 0)


class FactsWriter:
    """New facts from old ones: rows keep their places, new listings come after the last."""

    def __init__(self, old: Facts | None = None) -> None:
        self._old = old
        self._shared = old.shared if old is not None else Shared()
        self._columns: dict[str, Any] = {name: array(code) for name, code in COLUMNS.items()}
        if old:
            for name, column in self._columns.items():
                column.frombytes(old.columns[name].tobytes())
        self._new: dict[int, int] = {}

    def place(self, number: int) -> int:
        """The row of a listing, -1 when it has none."""
        return self._new.get(number, self._old.row_of(number) if self._old else -1)

    def text_of(self, number: int) -> int | None:
        """Checksum of a listing's text as indexed, None when it is not here."""
        at = self.place(number)
        return None if at < 0 else int(self._columns["text"][at])

    def put(self, row: Row, spot: Spot = Spot(0, 0, 0)) -> None:  # noqa: B008 - a tuple
        """Add a listing or replace it."""
        values = self._values(row) | {
            "card_at": spot.offset,
            "card_length": spot.length,
            "card_check": spot.checksum,
        }
        at = self.place(row.number)
        if at < 0:
            self._new[row.number] = len(self._columns["number"])
            for name, column in self._columns.items():
                column.append(values[name])
        else:
            for name, column in self._columns.items():
                column[at] = values[name]

    def drop(self, number: int) -> None:
        """Forget a listing: its row stays, empty, until the next rebuild."""
        at = self.place(number)
        if at >= 0:
            self._columns["number"][at] = 0

    def finish(self) -> Facts:
        columns = {name: np.frombuffer(bytes(c), np.dtype(c.typecode)) for name, c in self._columns.items()}
        return Facts(columns, self._shared)

    def _values(self, row: Row) -> dict[str, Any]:
        languages = 0
        for code in row.languages:
            number = self._shared.number("languages", code)
            languages |= 1 << number if number < MOST_LANGUAGES else 0
        held: dict[str, list[str]] = {group: [] for group in EVERY}
        for group, code in row.codes:
            held.setdefault(group, []).append(code)
        return {
            "number": row.number,
            "lat": math.nan if row.lat is None else row.lat,
            "lon": math.nan if row.lon is None else row.lon,
            **{group: group_mask(group, held[group]) for group in EVERY},
            "language": languages,
            "state": self._shared.number("states", row.state),
            "area": self._shared.number("areas", row.area),
            "hours": self._shared.number("hours", row.hours) if row.hours.known else 0,
            "availability": AVAILABILITIES.index(row.availability),
            "availability_at": row.availability_at,
            "assured": row.assured,
            "days": row.days,
            "half_life": row.half_life,
            "flags": row.flags,
            "text": row.checksum,
        }


def group_mask(group: str, codes: Iterable[str]) -> int:
    known = list(EVERY.get(group, ()))
    return sum(1 << known.index(code) for code in set(codes) if code in known)


def known_codes() -> dict[str, list[str]]:
    """What the bits mean. Facts written under other meanings are of another version."""
    return {group: list(codes) for group, codes in EVERY.items()}


def shared_out(shared: Shared) -> dict[str, Any]:
    """As JSON can hold it."""

    def table(each: Timetable) -> list[Any]:
        closures = [[closure.begins.isoformat(), closure.ends.isoformat()] for closure in each.closures]
        return [each.zone, [line_out(line) for line in each.lines], each.state, closures]

    return {
        "codes": known_codes(),
        "columns": list(COLUMNS),
        "states": shared.states,
        "languages": shared.languages,
        "areas": shared.areas,
        "hours": [table(each) for each in shared.hours],
    }


def shared_in(kept: Mapping[str, Any]) -> Shared:
    """The other way. Raises Damaged when written by a version with other codes or columns."""

    def table(values: Sequence[Any]) -> Timetable:
        zone, lines, state, closures = values
        held = tuple(line_in(tuple(line)) for line in lines)
        return Timetable(zone, held, state, tuple(shut_of(each) for each in closures))

    if kept.get("codes") != known_codes() or kept.get("columns") != list(COLUMNS):
        raise Damaged("the facts were made by another version")
    return Shared(
        states=list(kept["states"]),
        languages=list(kept["languages"]),
        areas=[tuple((kind, extent) for kind, extent in area) for area in kept["areas"]],
        hours=[table(each) for each in kept["hours"]],
    )
