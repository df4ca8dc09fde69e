"""A report as readers outside get it: every count in its place, those hidden that would tell of ten people or fewer.

All blocks of a report are looked at together, because a number hidden in one table may follow from another. The counts of a row
are its numerator, what is left of the denominator, the unknown and the unripe; shares, intervals and bounds are worked out of
them and go with them.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.outcomes.cells import protect, small
from portal.outcomes.measures import Row
from portal.outcomes.program.metric import Block
from portal.outcomes.suppression import Line

_TERM = re.compile(r"\s*([+-]?)\s*([^\s+-]+)")
ASIDE = ("immature", "unknown")
COUNTED = ("numerator", "denominator", "value", "low", "high", *ASIDE, "worst", "best")


@dataclass
class Counts:
    """The counts of a report by key, and the sums that tie them together (each is zero)."""

    numbers: dict[str, int] = field(default_factory=dict)
    sums: list[dict[str, int]] = field(default_factory=list)

    def put(self, key: str, number: int) -> str:
        """The key, with its number. ValueError when it is there with another: then one name stands for two populations."""
        if self.numbers.setdefault(key, number) != number:
            raise ValueError(f"{key} is {self.numbers[key]} in one place and {number} in another")
        return key

    def tie(self, whole: Mapping[str, int], *parts: str) -> None:
        """The parts add up to the whole."""
        row: dict[str, int] = dict(whole)
        for part in parts:
            row[part] = row.get(part, 0) - 1
        self.sums.append({key: factor for key, factor in row.items() if factor})


@dataclass(frozen=True)
class Closed:
    """A block as published: a number that is None is hidden."""

    block: Block
    lines: tuple[Line, ...]


def close(
    blocks: Sequence[Block], *, hidden: Iterable[str] = (), open_too: Iterable[Block] = ()
) -> tuple[Closed, ...]:
    """The blocks with everything hidden that tells of 1 to 10. hidden: keys of `counts_of` that an earlier publication of the
    same quarter hid. open_too: blocks that the reader has in full beside these."""
    found = counts_of(blocks)
    known = counts_of(tuple(open_too))
    counts = dict(found.numbers)
    for key, number in known.numbers.items():
        counts.setdefault(key, number)
    taken = protect(
        counts, found.sums + known.sums, hidden=set(hidden) & counts.keys(), known=known.numbers.keys()
    )
    return tuple(
        Closed(block, tuple(_line(row, names, taken) for row, names in _rows(block))) for block in blocks
    )


def opened(blocks: Sequence[Block]) -> tuple[Closed, ...]:
    """The blocks as they are, for the agency's own people."""
    return tuple(
        Closed(block, tuple(Line(**vars(row), suppressed=False) for row in block.rows)) for block in blocks
    )


def hidden_keys(blocks: Sequence[Block], hidden: Iterable[str] = ()) -> frozenset[str]:
    """What `close` hides of these, by key, for a later publication of the same quarter."""
    found = counts_of(blocks)
    return protect(found.numbers, found.sums, hidden=set(hidden) & found.numbers.keys())


def too_near(before: Mapping[str, int], after: Mapping[str, int], hidden: Iterable[str]) -> list[str]:
    """Counts shown in both of two publications of one quarter that differ by 1 to 10: whoever subtracts them sees single people.
    Such a publication must not go out."""
    shown = (before.keys() & after.keys()) - set(hidden)
    return sorted(key for key in shown if small(abs(after[key] - before[key])))


def counts_of(blocks: Sequence[Block]) -> Counts:
    """Every count of these blocks and how they hang together. ValueError when one name stands for two numbers."""
    found = Counts()
    for block in blocks:
        for number, (row, names) in enumerate(_rows(block)):
            wholes, everyone = _terms(_own(block, block.of, number)), _own(block, block.everybody, number)
            found.put(names["numerator"], row.numerator)
            for aside in ASIDE:
                found.put(names[aside], getattr(row, aside))
            if row.unit == "count":
                continue
            found.put(names["denominator"], row.denominator)
            found.put(names["rest"], row.denominator - row.numerator)
            found.tie({names["denominator"]: 1}, names["numerator"], names["rest"])
            if len(wholes) > 1:
                found.sums.append(
                    {names["denominator"]: 1} | {name: -factor for name, factor in wholes.items()}
                )
            if everyone:
                everybody = found.put(everyone, row.denominator + row.immature + row.unknown)
                found.tie({everybody: 1}, names["denominator"], names["immature"], names["unknown"])
        _together(found, block)
    missing = {key for row in found.sums for key in row} - found.numbers.keys()
    if missing:
        raise ValueError(f"nothing counts {sorted(missing)}")
    return found


def _together(found: Counts, block: Block) -> None:
    """What holds among the rows of one block: parts of one whole, or each inside the next."""
    named = _rows(block)
    if block.adds_up and named:
        whole = {named[0][1]["denominator"]: 1} if block.rows[0].unit != "count" else _terms(block.of)
        if whole:
            found.tie(whole, *(names["numerator"] for _row, names in named))
    if block.nested:
        for (row, names), (wider, wider_names) in zip(named, named[1:], strict=False):
            step = found.put(f"{names['numerator']} to the next", wider.numerator - row.numerator)
            found.tie({wider_names["numerator"]: 1}, names["numerator"], step)


def _rows(block: Block) -> list[tuple[Row, dict[str, str]]]:
    """Each row with the keys of its counts: a population's name where it has one, else its own place."""
    found = []
    for number, row in enumerate(block.rows):
        of = _own(block, block.of, number)
        here = f"{block.metric}: {block.heading}: {number} {row.label}"
        part = block.parts[number] if number < len(block.parts) else ""
        shared = (
            of if len(_terms(of)) == 1 else f"{block.metric}: {block.heading}: of" if block.adds_up else ""
        )
        found.append(
            (
                row,
                {
                    "numerator": part or here,
                    "denominator": shared or f"{here}: of",
                    "rest": f"{part} out of {of}" if part and of else f"{here}: rest",
                    **{aside: f"{here}: {aside}" for aside in ASIDE},
                },
            )
        )
    return found


def _own(block: Block, name: str, number: int) -> str:
    """The population's name of one row, where each row has its own."""
    return name.replace("{}", block.each[number]) if block.each else name


def _terms(text: str) -> dict[str, int]:
    """`met - arrest` as met 1, arrest -1."""
    found: dict[str, int] = {}
    for sign, name in _TERM.findall(text):
        found[name] = found.get(name, 0) + (-1 if sign == "-" else 1)
    return found


def _line(row: Row, names: Mapping[str, str], taken: frozenset[str]) -> Line:
    """The row without what is hidden, and without what is worked out of it."""
    values: dict[str, Any] = vars(row) | {"suppressed": False}
    core = {names["numerator"]}
    if row.unit != "count":
        core |= {names["denominator"], names["rest"]}
    if not core.isdisjoint(taken):
        values |= dict.fromkeys(COUNTED, None) | {"suppressed": True}
    for aside in ASIDE:
        if names[aside] in taken:
            values |= {aside: None, "worst": None, "best": None, "suppressed": True}
    return Line(**values)
