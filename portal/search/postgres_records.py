"""How facts, shared facts and stems stand in PostgreSQL, and how they come back as arrays. Pure: no database."""

import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

import numpy as np

from portal.directory import Card
from portal.search.arrays import Damaged, Rows
from portal.search.facts import (
    COLUMNS,
    Facts,
    FactsWriter,
    Row,
    Shared,
    known_codes,
    shared_in,
    shared_out,
)

VERSION = 3  # one more with every other meaning of the records: while two releases run, the older stands back
CARD_COLUMNS = ("card_at", "card_length", "card_check")  # the place of a card in a file: there is none here
RECORD = np.dtype([(name, np.dtype(code)) for name, code in COLUMNS.items() if name not in CARD_COLUMNS])
RECORD = RECORD.newbyteorder("<")
KINDS = ("states", "languages", "areas", "hours")
HEAVIEST = 255  # how often a word counts at most; a tsvector holds 256 positions a word

# What the records mean: other columns or other codes make another format, and everything is written anew.
FORMAT = f"{VERSION}-{zlib.crc32(json.dumps([COLUMNS, known_codes()]).encode()):08x}"


def outranks(other: str) -> bool:
    """Whether records of the other format are of a later release than this one. Of two formats one always outranks."""
    return _rank(other) > _rank(FORMAT)


def _rank(form: str) -> tuple[int, str]:
    version = form.partition("-")[0]
    return int(version) if version.isdecimal() else 0, form


def empty_facts(shared: Shared) -> Facts:
    return facts_of(b"", shared)


def facts_of(data: bytes, shared: Shared) -> Facts:
    """Facts from records one after another. Raises Damaged when they are not whole, or point at what is not shared."""
    if len(data) % RECORD.itemsize:
        raise Damaged("the records of facts were made by another version")
    records = np.frombuffer(data, RECORD)
    columns = {name: np.zeros(len(records), np.dtype(code)) for name, code in COLUMNS.items()}
    for name in RECORD.names or ():
        columns[name][:] = records[name]
    for name, kind in (("state", "states"), ("area", "areas"), ("hours", "hours")):
        if columns[name].max(initial=0) >= len(getattr(shared, kind)):
            raise Damaged("the records of facts point at what is not there")
    return Facts(columns, shared)


def records_of(rows: Iterable[Row], shared: Shared) -> dict[int, bytes]:
    """Listing -> its record. What the rows share and `shared` does not know yet is put at its end."""
    writer = FactsWriter(empty_facts(shared))
    for row in rows:
        writer.put(row)
    facts = writer.finish()
    records = np.zeros(facts.size, RECORD)
    for name in RECORD.names or ():
        records[name] = facts.columns[name]
    return {int(record["number"]): record.tobytes() for record in records}


def text_of(record: bytes) -> int:
    """The checksum of the text that this record was written with."""
    return int(np.frombuffer(record, RECORD)["text"][0])


def changed(facts: Facts, records: Mapping[int, bytes | None], shared: Shared) -> Facts:
    """New facts: what is in both is replaced at its row, None leaves, the rest comes after the last row."""
    numbers = np.fromiter(records, np.int64, len(records))
    rows = facts.rows_of(numbers)
    fresh = facts_of(b"".join(record for record in records.values() if record), shared)
    at = facts.rows_of(fresh.columns["number"])
    held = np.fromiter((record is not None for record in records.values()), np.bool_, len(records))
    gone = rows[~held & (rows >= 0)]
    columns = {}
    for name, column in facts.columns.items():
        new = fresh.columns[name]
        column = column.copy()
        column[at[at >= 0]] = new[at >= 0]
        columns[name] = np.concatenate([column, new[at < 0]])
    columns["number"][gone] = 0
    return Facts(columns, shared)


def shared_rows(shared: Shared, known: Mapping[str, int]) -> Iterator[tuple[str, int, str]]:
    """(kind, number, JSON) of what comes after the `known` number of entries of each kind."""
    out = shared_out(shared)
    for kind in KINDS:
        for number in range(known[kind], len(out[kind])):
            yield kind, number, json.dumps(out[kind][number])


def shared_with(shared: Shared, rows: Iterable[tuple[str, int, str]]) -> Shared:
    """The old one and these entries, ordered by number; the very old one when there are none. Raises Damaged where one is missing."""
    lists: dict[str, list[Any]] = {kind: [] for kind in KINDS}
    known = sizes(shared)
    for kind, number, value in rows:
        if number >= known[kind]:  # the rest was known already
            if number != known[kind] + len(lists[kind]):
                raise Damaged("a shared fact is missing")
            lists[kind].append(json.loads(value))
    if not any(lists.values()):
        return shared
    more = shared_in({"codes": known_codes(), "columns": list(COLUMNS), **lists})
    return Shared(**{kind: getattr(shared, kind) + getattr(more, kind) for kind in KINDS})


def sizes(shared: Shared) -> dict[str, int]:
    return {kind: len(getattr(shared, kind)) for kind in KINDS}


def card_out(card: Card) -> str:
    return json.dumps(card, separators=(",", ":"), ensure_ascii=False)


def card_in(text: str) -> Card:
    return cast(Card, json.loads(text))


def tsvector(stems: Iterable[str]) -> str:
    """The stems of a listing as PostgreSQL reads a tsvector: each with one position for every time it counts.

    Nothing of the server's own language is in it: our stems go in as they are.
    """
    counts = Counter(stems)
    return " ".join(f"{quoted(stem)}:{_POSITIONS[min(count, HEAVIEST)]}" for stem, count in counts.items())


def quoted(stem: str) -> str:
    """One word as tsvector and tsquery read it, whatever is in it: no operator can come of it."""
    return "'" + stem.replace("\\", "\\\\").replace("'", "''") + "'"


_POSITIONS = [",".join(map(str, range(1, count + 1))) for count in range(HEAVIEST + 1)]

# ts_rank of one word with n positions, all of weight 1, is the sum of 1/j**2 for j up to n, over pi**2/6: so the rank tells
# n. (PostgreSQL, src/backend/utils/adt/tsrank.c, calc_rank_or.)
_RANKS = np.cumsum(1 / np.arange(1, HEAVIEST + 2, dtype=np.float64) ** 2) / 1.64493406685
_BETWEEN = (_RANKS[:-1] + _RANKS[1:]) / 2


def counted(ranks: np.ndarray[Any, np.dtype[Any]]) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """How often a word counts, from its ts_rank: shape as given."""
    return (np.searchsorted(_BETWEEN[: HEAVIEST - 1], ranks) + 1).astype(np.uint8)


POSTING = np.dtype([("number", ">i8"), ("rank", ">f4")])


def postings_of(data: bytes) -> tuple[Rows, np.ndarray[Any, np.dtype[np.uint8]]]:
    """(listings, how often the word counts in each) from pairs as the server sends them."""
    pairs = np.frombuffer(data, POSTING)
    return pairs["number"].astype(np.int64), counted(pairs["rank"])
