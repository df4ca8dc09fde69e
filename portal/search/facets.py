"""Filters, and how many services each further value would find.

Several values of one filter mean "or", several filters mean "and". So the number beside a value counts rows that pass every
other filter, whatever is ticked in its own. Shapes: m is the number of rows before filters.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from portal.directory.terms import GROUPS
from portal.search.arrays import Flags, Rows
from portal.search.facts import AVAILABILITIES, MASKS, Facts
from portal.search.ranking import Standing
from portal.search.understand import Meaning

OPEN, ROOM = "open", "availability"


@dataclass(frozen=True)
class Filters:
    """Of each filter that was asked, which rows pass: shape (m,) each."""

    passes: Mapping[str, Flags]
    size: int

    @classmethod
    def of(cls, facts: Facts, meaning: Meaning, now: Standing, rows: Rows, then: Flags | None) -> "Filters":
        """`then`: of each of the shared hours, whether it is open at the time asked for; None when no time was."""
        question, passes = meaning.question, {}
        for group, codes in (
            ("care", question.care), ("for", question.for_), ("pay", question.pay),
            ("access", question.access), ("language", question.language),
        ):  # fmt: skip
            if codes:
                passes[group] = (facts.columns[group][rows] & np.uint64(facts.mask(group, codes))) != 0
        if question.availability:
            wanted = [AVAILABILITIES.index(value) for value in question.availability]
            passes[ROOM] = np.isin(now.room[rows], wanted)
        hours = facts.columns["hours"][rows]
        if meaning.open_now:
            passes[OPEN] = now.open[hours]
        if then is not None:
            passes[OPEN] = passes.get(OPEN, True) & then[hours]
        return cls(passes, len(rows))

    def kept(self, but: str = "") -> Flags:
        """Rows that pass every filter (but one): shape (m,)."""
        kept = np.ones(self.size, np.bool_)
        for group, passes in self.passes.items():
            if group != but:
                kept &= passes
        return kept

    def without(self, group: str) -> "Filters":
        return Filters({name: passes for name, passes in self.passes.items() if name != group}, self.size)


def count_values(facts: Facts, now: Standing, rows: Rows, filters: Filters) -> dict[str, dict[str, int]]:
    """group -> code -> services found were this value ticked in its group. Values that none has are 0 or left out."""
    everything = rows[filters.kept()]
    found: dict[str, dict[str, int]] = {}
    for group in MASKS:
        left = rows[filters.kept(group)] if group in filters.passes else everything
        codes = list(GROUPS[group]) if group in GROUPS else facts.shared.languages
        found[group] = dict(zip(codes, count_bits(facts.columns[group][left], len(codes)), strict=False))
    left = rows[filters.kept(ROOM)] if ROOM in filters.passes else everything
    rooms = np.bincount(now.room[left], minlength=len(AVAILABILITIES)).tolist()
    found[ROOM] = dict(zip(AVAILABILITIES, rooms, strict=True))
    left = rows[filters.kept(OPEN)] if OPEN in filters.passes else everything
    found[OPEN] = {"now": int(np.count_nonzero(now.open[facts.columns["hours"][left]]))}
    return found


def count_bits(masks: Rows, bits: int) -> list[int]:
    """How many of the masks (uint64, shape (m,)) have each bit, lowest first. A byte at a time: 256 kinds, then folded."""
    if not bits:
        return []
    bytes_ = np.ascontiguousarray(masks, "<u8").view(np.uint8).reshape(-1, 8)
    kinds = [np.bincount(bytes_[:, at], minlength=256) for at in range(min(8, -(-bits // 8)))]
    counts: list[int] = (np.array(kinds) @ _BITS).ravel()[:bits].tolist()
    return counts


_BITS = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1, bitorder="little").astype(np.int64)
