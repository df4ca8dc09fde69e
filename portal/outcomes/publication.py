"""The counts of a report and how they hang together, so that what is hidden in one table does not follow from another.

The counts of a row are its numerator, what is left of the denominator, the unknown and the unripe; shares, intervals and bounds
are worked out of them. Counts of the same population have one key wherever they stand.
"""

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from portal.outcomes.measures import Row
from portal.outcomes.measures.rows import Block

log = logging.getLogger("portal.outcomes")
_SIGN = re.compile(r" ([+-]) ")
ASIDE = ("immature", "unknown")
PRINTED = ("numerator", "denominator", *ASIDE)


@dataclass
class Counts:
    """The counts of a report by key, and the sums that tie them together (each is zero). unprinted: counts that stand nowhere,
    as what is left of a denominator, unless another row prints the same. uncounted: numbers that count nobody, and may be small.
    rows: for each block, for each of its rows, which key is which of its counts. clashes: names that stand for two numbers, which
    is a fault of the measures; each number is then looked at by itself."""

    numbers: dict[str, int] = field(default_factory=dict)
    sums: list[dict[str, int]] = field(default_factory=list)
    unprinted: set[str] = field(default_factory=set)
    uncounted: set[str] = field(default_factory=set)
    rows: list[list[dict[str, str]]] = field(default_factory=list)
    clashes: list[str] = field(default_factory=list)

    def put(self, key: str, number: int) -> str:
        """The key that stands for this number: the name itself, unless it stands for another one already."""
        if self.numbers.setdefault(key, number) == number:
            return key
        self.clashes.append(key)
        return self.put(f"{key}'", number)

    def tie(self, whole: Mapping[str, int], *parts: str) -> None:
        """The parts add up to the whole. Nothing is tied where the numbers say otherwise, or where nothing counts one of them."""
        row: dict[str, int] = dict(whole)
        for part in parts:
            row[part] = row.get(part, 0) - 1
        row = {key: factor for key, factor in row.items() if factor}
        known = row.keys() <= self.numbers.keys()
        if not known or sum(factor * self.numbers[key] for key, factor in row.items()) != 0:
            self.clashes.append(" ".join(sorted(row)))
        elif row not in self.sums:
            self.sums.append(row)


def counts_of(blocks: Sequence[Block]) -> Counts:
    """Every count of these blocks, and how they hang together."""
    found = Counts()
    for block in blocks:
        found.rows.append([_put(found, block, number, row) for number, row in enumerate(block.rows)])
    for block, named in zip(blocks, found.rows, strict=True):
        for row, names in zip(block.rows, named, strict=True):
            _tie_row(found, row, names)
        _tie_block(found, block, named)
    found.unprinted = found.numbers.keys() - _printed(found)
    if found.clashes:
        log.warning("counts of a report do not hang together: %s", sorted(set(found.clashes)))
    return found


def _printed(found: Counts) -> set[str]:
    return {key for named in found.rows for names in named for use, key in names.items() if use in PRINTED}


def _put(found: Counts, block: Block, number: int, row: Row) -> dict[str, str]:
    """The keys of one row's counts: a population's name where it has one, else its own place."""
    here = f"{block.metric}: {block.heading}: {number} {row.label}"
    of, everybody = (_own(block, name, number) for name in (block.of, block.everybody))
    part = block.parts[number] if number < len(block.parts) else ""
    names = {"numerator": found.put(part or here, row.numerator), "of": of}
    names |= {aside: found.put(f"{here}: {aside}", getattr(row, aside)) for aside in ASIDE}
    if row.unit == "count":
        return names
    shared = of if len(_terms(of)) == 1 else f"{block.metric}: {block.heading}: of" if block.adds_up else ""
    rest = f"{part} out of {of}" if part and of else f"{here}: rest"
    names["denominator"] = found.put(shared or f"{here}: of", row.denominator)
    names["rest"] = found.put(rest, row.denominator - row.numerator)
    if everybody:
        names["everybody"] = found.put(everybody, row.denominator + row.immature + row.unknown)
    return names


def _tie_row(found: Counts, row: Row, names: Mapping[str, str]) -> None:
    if row.unit == "count":
        return
    found.tie({names["denominator"]: 1}, names["numerator"], names["rest"])
    if len(_terms(names["of"])) > 1:
        found.tie(_terms(names["of"]), names["denominator"])
    if "everybody" in names:
        found.tie({names["everybody"]: 1}, names["denominator"], *(names[aside] for aside in ASIDE))


def _tie_block(found: Counts, block: Block, named: Sequence[Mapping[str, str]]) -> None:
    """What holds among the rows of one block: parts of one whole, each inside the next, or what the measure says."""
    for whole, parts in block.sums:
        found.tie(_terms(whole), *parts)
    if block.adds_up and named:
        shared = named[0].get("denominator")
        over = {shared: 1} if shared else _terms(named[0]["of"])
        if over:
            found.tie(over, *(names["numerator"] for names in named))
    if block.covers and named:
        _tie_cover(found, block, named)
    for chain in block.chains:
        for narrow, wide in pairwise(chain):
            for use in ("numerator", "denominator"):
                _tie_step(found, named[narrow].get(use, ""), named[wide].get(use, ""))


def _tie_cover(found: Counts, block: Block, named: Sequence[Mapping[str, str]]) -> None:
    """The parts are the whole and whatever is counted more than once, which is no number of people."""
    more = sum(row.numerator for row in block.rows) - block.rows[0].denominator
    if more < 0:
        found.clashes.append(f"{block.metric}: {block.heading}")
        return
    slack = found.put(f"{block.metric}: {block.heading}: counted more than once", more)
    found.uncounted.add(slack)
    found.tie({named[0]["denominator"]: 1, slack: 1}, *(names["numerator"] for names in named))


def _tie_step(found: Counts, narrow: str, wide: str) -> None:
    """What lies between two counts, of which one holds the other, is a count itself."""
    if not narrow or narrow == wide:
        return
    between = found.numbers[wide] - found.numbers[narrow]
    step = found.put(f"{narrow} to {wide}", abs(between))
    found.tie({wide: 1, **({step: 1} if between < 0 else {})}, narrow, *([step] if between >= 0 else []))


def _own(block: Block, name: str, number: int) -> str:
    """The population's name of one row, where each row has its own."""
    return name.replace("{}", block.each[number]) if block.each else name


def _terms(text: str) -> dict[str, int]:
    """`met - arrest` as met 1, arrest -1."""
    found: dict[str, int] = {}
    sign = 1
    for word in _SIGN.split(text) if text else ():
        if word in ("+", "-"):
            sign = 1 if word == "+" else -1
        else:
            found[word] = found.get(word, 0) + sign
    return found
