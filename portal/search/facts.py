"""What a search filters and ranks by, beside the index: one number a listing and fact, in flat arrays.

A file of them is written by the worker and read by every web process: a line of JSON, then the arrays. Facts that many
listings share (hours, service areas, states, languages) are stored once and pointed at. 21,000 listings are 2 MB.
"""

import json
import math
import os
import sys
import zlib
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from typing import Any, NamedTuple, TypedDict

from portal.directory.terms import GROUPS

MAGIC = b"handrail facts 1\n"
AVAILABILITIES = ("unknown", "yes", "limited", "no")
CONFIDENTIAL, VIRTUAL = 1, 2
MOST_LANGUAGES = 63
MOST_KEPT = 100  # arrays of rows

# column -> typecode of the array module
COLUMNS = {
    "number": "q",
    "lat": "d",  # NaN: no point
    "lon": "d",
    "care": "Q",  # bit masks by the order of directory.terms.GROUPS
    "for": "Q",
    "pay": "Q",
    "access": "Q",
    "language": "Q",
    "state": "H",
    "area": "I",
    "hours": "I",
    "availability": "B",
    "availability_at": "d",  # seconds since 1970, 0: never told
    "assured": "i",  # days as date.toordinal, 0: never
    "flags": "B",
    "text": "I",  # checksum of the text in the index
}


class Hours(NamedTuple):
    """One line of a week, as directory.open_state takes it."""

    byday: str
    opens_at: time
    closes_at: time
    valid_from: date | None
    valid_to: date | None


class About(TypedDict):
    """What a file of facts belongs to: the Whoosh folder and generation, the last change seen, the community."""

    folder: str
    generation: int
    change: int
    community: str


class Damaged(Exception):  # noqa: N818
    """The file is not what was written, or is of another version: build it again."""


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
    hours: tuple[str, tuple[Hours, ...]]  # (time zone, lines)
    availability: str
    availability_at: float
    assured: int
    flags: int
    text: list[str]

    @property
    def checksum(self) -> int:
        return zlib.crc32(" ".join(self.text).encode())


@dataclass
class Shared:
    """Facts that many listings point at. Entry 0 is "nothing known"."""

    states: list[str] = field(default_factory=lambda: [""])
    languages: list[str] = field(default_factory=list)
    areas: list[tuple[tuple[str, str], ...]] = field(default_factory=lambda: [()])
    hours: list[tuple[str, tuple[Hours, ...]]] = field(default_factory=lambda: [("", ())])

    def __post_init__(self) -> None:
        self._known = {
            name: {value: index for index, value in enumerate(getattr(self, name))}
            for name in ("states", "languages", "areas", "hours")
        }

    def number(self, name: str, value: Any) -> int:
        known = self._known[name]
        if value not in known:
            known[value] = len(known)
            getattr(self, name).append(value)
        return known[value]


class Facts:
    """Columns of equal length, one entry a listing. A listing's place in them is its `row`, stable until a rebuild."""

    def __init__(self) -> None:
        self.columns: dict[str, Any] = {name: array(code) for name, code in COLUMNS.items()}
        self.shared = Shared()
        self.row_of: dict[int, int] = {}
        self.grid: dict[tuple[int, int], list[int]] = {}
        self.gone: set[int] = set()
        self.loose: list[
            int
        ] = []  # rows that a radius does not decide: an area of their own, virtual, or no point
        self._carrying: dict[tuple[str, int], Any] = {}

    def __len__(self) -> int:
        return len(self.row_of)

    @classmethod
    def of(cls, rows: Iterable[Row]) -> "Facts":
        facts = cls()
        for row in rows:
            facts.put(row)
        facts.index()
        return facts

    def put(self, row: Row) -> None:
        """Add a listing or replace it. Call `index()` after the last."""
        values = self._values(row)
        at = self.row_of.get(row.number)
        if at is None:
            self.row_of[row.number] = len(self.columns["number"])
            for name, column in self.columns.items():
                column.append(values[name])
        else:
            for name, column in self.columns.items():
                column[at] = values[name]

    def drop(self, number: int) -> None:
        """Forget a listing: its row stays, empty, until the next rebuild."""
        at = self.row_of.pop(number, None)
        if at is not None:
            self.columns["number"][at] = 0

    def index(self) -> None:
        """Make the ways in: row by number, rows by square degree, rows that a radius does not decide."""
        numbers = self.columns["number"]
        self.row_of = {number: row for row, number in enumerate(numbers) if number}
        self.gone = {row for row, number in enumerate(numbers) if not number}
        self.grid = {}
        for row, (lat, lon) in enumerate(zip(self.columns["lat"], self.columns["lon"], strict=True)):
            if lat == lat and row not in self.gone:  # NaN is not equal to itself
                self.grid.setdefault((math.floor(lat), math.floor(lon)), []).append(row)
        told = zip(self.columns["area"], self.columns["flags"], self.columns["lat"], strict=True)
        self.loose = [
            row for row, (area, flags, lat) in enumerate(told) if area or flags & VIRTUAL or lat != lat
        ]
        self._carrying = {}

    def carrying(self, group: str, mask: int) -> Any:
        """Rows with any code of the mask, as an array; with a mask of 0, rows that say nothing in this group. Kept."""
        key = (group, mask)
        if key not in self._carrying:
            if len(self._carrying) > MOST_KEPT:
                self._carrying = {}
            held = enumerate(self.columns[group])
            self._carrying[key] = array(
                "i", [row for row, codes in held if (codes & mask if mask else not codes)]
            )
        return self._carrying[key]

    def text_of(self, number: int) -> int | None:
        """Checksum of a listing's text as indexed, None when it is not here."""
        at = self.row_of.get(number)
        return None if at is None else self.columns["text"][at]

    def mask(self, group: str, codes: Iterable[str]) -> int:
        if group == "language":
            known = self.shared.languages
            return sum(1 << known.index(code) for code in codes if code in known)
        return group_mask(group, codes)

    def _values(self, row: Row) -> dict[str, Any]:
        languages = 0
        for code in row.languages:
            number = self.shared.number("languages", code)
            languages |= 1 << number if number < MOST_LANGUAGES else 0
        held: dict[str, list[str]] = {group: [] for group in GROUPS}
        for group, code in row.codes:
            held.setdefault(group, []).append(code)
        return {
            "number": row.number,
            "lat": math.nan if row.lat is None else row.lat,
            "lon": math.nan if row.lon is None else row.lon,
            **{group: group_mask(group, held[group]) for group in GROUPS},
            "language": languages,
            "state": self.shared.number("states", row.state),
            "area": self.shared.number("areas", row.area),
            "hours": self.shared.number("hours", row.hours) if row.hours[1] else 0,
            "availability": AVAILABILITIES.index(row.availability),
            "availability_at": row.availability_at,
            "assured": row.assured,
            "flags": row.flags,
            "text": row.checksum,
        }


def group_mask(group: str, codes: Iterable[str]) -> int:
    known = list(GROUPS.get(group, ()))
    return sum(1 << known.index(code) for code in set(codes) if code in known)


def save(path: Path, facts: Facts, about: About) -> None:
    """Write all of it in one step: a reader sees the old file or the new one."""
    body = b"".join(facts.columns[name].tobytes() for name in COLUMNS)
    head = {
        "about": about,
        "rows": len(facts.columns["number"]),
        "codes": _known_codes(),
        "order": sys.byteorder,
        "checksum": zlib.crc32(body),
        "shared": _shared_out(facts.shared),
    }
    temporary = path.with_suffix(f".{os.getpid()}")
    with temporary.open("wb") as file:
        file.write(MAGIC + json.dumps(head).encode() + b"\n" + body)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def peek(path: Path) -> About:
    """Only what it belongs to, unchecked: cheap enough for every second. Raises as `load` does."""
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise Damaged("not a file of facts")
        return _head(file.readline())["about"]  # type: ignore[no-any-return]


def load(path: Path) -> tuple[Facts, About]:
    """Raises Damaged when the file is torn, foreign or of another version; FileNotFoundError when there is none."""
    data = path.read_bytes()
    if not data.startswith(MAGIC):
        raise Damaged("not a file of facts")
    try:
        end = data.index(b"\n", len(MAGIC))
        head = _head(data[len(MAGIC) : end])
        body = memoryview(data)[end + 1 :]
        if (
            head["checksum"] != zlib.crc32(body)
            or head["codes"] != _known_codes()
            or head["order"] != sys.byteorder
        ):
            raise Damaged("the facts were damaged or made by another version")
        facts = Facts()
        facts.shared = _shared_in(head["shared"])
        at = 0
        for column in facts.columns.values():
            size = head["rows"] * column.itemsize
            column.frombytes(body[at : at + size])
            at += size
        facts.index()
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged("the facts cannot be read") from error
    return facts, head["about"]


def _head(line: bytes) -> dict[str, Any]:
    try:
        head: dict[str, Any] = json.loads(line)
        if head["codes"] != _known_codes() or head["order"] != sys.byteorder:
            raise Damaged("the facts were made by another version")
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged("the facts cannot be read") from error
    return head


def _known_codes() -> dict[str, list[str]]:
    return {group: list(codes) for group, codes in GROUPS.items()}


def _shared_out(shared: Shared) -> dict[str, Any]:
    def line(hours: Hours) -> list[str | None]:
        days = [day.isoformat() if day else None for day in (hours.valid_from, hours.valid_to)]
        return [hours.byday, hours.opens_at.isoformat(), hours.closes_at.isoformat(), *days]

    return {
        "states": shared.states,
        "languages": shared.languages,
        "areas": shared.areas,
        "hours": [[time_zone, [line(hours) for hours in lines]] for time_zone, lines in shared.hours],
    }


def _shared_in(kept: Mapping[str, Any]) -> Shared:
    def line(values: Sequence[Any]) -> Hours:
        byday, opens, closes, *days = values
        first, last = (date.fromisoformat(day) if day else None for day in days)
        return Hours(byday, time.fromisoformat(opens), time.fromisoformat(closes), first, last)

    return Shared(
        states=list(kept["states"]),
        languages=list(kept["languages"]),
        areas=[tuple((kind, extent) for kind, extent in area) for area in kept["areas"]],
        hours=[(zone, tuple(line(values) for values in lines)) for zone, lines in kept["hours"]],
    )
