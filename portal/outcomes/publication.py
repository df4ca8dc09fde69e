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

_SIGN = re.compile(r" ([+-]) ")
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
    """Every count of these blocks and how they hang together. ValueError when one name stands for two numbers, or for none."""
    found = Counts()
    for block in blocks:
        named = _rows(block)
        for row, names in named:
            _count(found, row, names)
        for whole, parts in block.sums:
            found.tie(_terms(whole), *parts)
        if block.adds_up and named:
            whole = named[0][1].get("denominator") or (block.of if isinstance(block.of, str) else "")
            if whole:
                found.tie({whole: 1} if named[0][0].unit != "count" else _terms(whole), *_numerators(named))
        if block.nested:
            for (row, names), (wider, beyond) in zip(named, named[1:], strict=False):
                step = found.put(f"{names['numerator']} to the next", wider.numerator - row.numerator)
                found.tie({beyond["numerator"]: 1}, names["numerator"], step)
    missing = {key for row in found.sums for key in row} - found.numbers.keys()
    if missing:
        raise ValueError(f"nothing counts {sorted(missing)}")
    return found


def _count(found: Counts, row: Row, names: Mapping[str, str]) -> None:
    """One row's counts, and what holds inside it."""
    found.put(names["numerator"], row.numerator)
    for aside in ASIDE:
        found.put(names[aside], getattr(row, aside))
    if row.unit == "count":
        return
    found.put(names["denominator"], row.denominator)
    found.put(names["rest"], row.denominator - row.numerator)
    found.tie({names["denominator"]: 1}, names["numerator"], names["rest"])
    if len(wholes := _terms(names["of"])) > 1:
        found.sums.append({names["denominator"]: 1} | {name: -factor for name, factor in wholes.items()})
    if names["everybody"]:
        everybody = found.put(names["everybody"], row.denominator + row.immature + row.unknown)
        found.tie({everybody: 1}, names["denominator"], names["immature"], names["unknown"])


def _numerators(named: Sequence[tuple[Row, Mapping[str, str]]]) -> list[str]:
    return [names["numerator"] for _row, names in named]


def _rows(block: Block) -> list[tuple[Row, dict[str, str]]]:
    """Each row with the keys of its counts: a population's name where it has one, else its own place."""
    found = []
    for number, row in enumerate(block.rows):
        here = f"{block.metric}: {block.heading}: {number} {row.label}"
        of, part, everybody = (_at(names, number) for names in (block.of, block.parts, block.everybody))
        shared = of if len(_terms(of)) == 1 else ""
        if block.adds_up and not shared:
            shared = f"{block.metric}: {block.heading}: of"
        names = {
            "numerator": part or here,
            "rest": f"{part} out of {of}" if part and of else f"{here}: rest",
            "of": of,
            "everybody": everybody,
            **{aside: f"{here}: {aside}" for aside in ASIDE},
        }
        if row.unit != "count":
            names["denominator"] = shared or f"{here}: of"
        found.append((row, names))
    return found


def _at(names: str | tuple[str, ...], number: int) -> str:
    """The name for this row: one for all, or its own."""
    if isinstance(names, str):
        return names
    return names[number] if number < len(names) else ""


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


def _line(row: Row, names: Mapping[str, str], taken: frozenset[str]) -> Line:
    """The row without what is hidden, and without what is worked out of it."""
    values: dict[str, Any] = vars(row) | {"suppressed": False}
    core = {names["numerator"]}
    if "denominator" in names:
        core |= {names["denominator"], names["rest"]}
    if not core.isdisjoint(taken):
        values |= dict.fromkeys(COUNTED, None) | {"suppressed": True}
    for aside in ASIDE:
        if names[aside] in taken:
            values |= {aside: None, "worst": None, "best": None, "suppressed": True}
    return Line(**values)
