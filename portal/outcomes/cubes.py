"""What a reader gets of the blocks of a report: as they are, or with small cells hidden. Fixed tables, never free filters.

One function hides: `hide`. Whatever is shown to anybody but the agency's own people, or kept as published, went through it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from portal.outcomes.cells import protect
from portal.outcomes.lines import Line, open_lines
from portal.outcomes.measures.rows import Block, Drawing, Row
from portal.outcomes.publication import ASIDE, Counts, counts_of
from portal.outcomes.small import small

WORKED_OUT = ("value", "low", "high", "worst", "best")


@dataclass(frozen=True)
class Table:
    """A block as a reader gets it: every number of a line may be None, which prints as hidden."""

    metric: str
    heading: str
    lines: tuple[Line, ...]
    adds_up: bool = False
    closed: bool = False
    note: str = ""
    drawing: Drawing = ""


@dataclass(frozen=True)
class Kept:
    """Of what was published: every count, how they hang together, and the keys of those that were hidden (see
    outcomes.publication). For what is published after it, and never for a reader."""

    numbers: dict[str, int] = field(default_factory=dict)
    sums: list[dict[str, int]] = field(default_factory=list)
    unprinted: tuple[str, ...] = ()
    uncounted: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()


def show(blocks: Sequence[Block]) -> list[Table]:
    """The blocks as they are: for the agency's own people."""
    return [_table(block, open_lines(block.rows)) for block in blocks]


def hide(blocks: Sequence[Block], *, known: Sequence[Block] = ()) -> list[Table]:
    """The blocks with every count of 1 to 10 hidden, and all from which one would follow. All that one reader gets together
    must come in one call: what is hidden in one table may follow from another. known: what the reader has in full beside these.
    """
    return hidden_and_kept(blocks, (), known)[0]


def hidden_and_kept(
    blocks: Sequence[Block], before: Sequence[Kept] = (), known: Sequence[Block] = ()
) -> tuple[list[Table], Kept]:
    """The same, with what is to be kept of it. before: what was published of the same quarter already. Whoever lays them side by
    side, and takes what is equal in both for unchanged, must not learn more; and a count that changed by 1 to 10 is not shown
    again, since the difference is of single people."""
    found = counts_of([*blocks, *known])
    open_too = {
        key for named in found.rows[len(blocks) :] for names in named for key in names.values() if key
    }
    everything = _Beside(found, open_too - found.unprinted)
    for each in before:
        everything.lay(each)
    taken = everything.taken() & found.numbers.keys()
    tables = [
        _table(block, [_line(row, names, taken) for row, names in zip(block.rows, named, strict=True)])
        for block, named in zip(blocks, found.rows, strict=False)
    ]
    kept = Kept(
        found.numbers,
        found.sums,
        tuple(sorted(found.unprinted)),
        tuple(sorted(found.uncounted)),
        tuple(sorted(taken)),
    )
    return tables, kept


class _Beside:
    """Counts of several publications of one quarter, as a reader of all has them: one key where a number is the same."""

    def __init__(self, found: Counts, known: set[str]) -> None:
        self.numbers, self.sums, self.known = dict(found.numbers), list(found.sums), known
        self.unprinted, self.uncounted = set(found.unprinted), set(found.uncounted)
        self.hidden: set[str] = set()
        self._now = dict(found.numbers)
        self._names = {(key, number): key for key, number in found.numbers.items()}

    def lay(self, kept: Kept) -> None:
        """One earlier publication beside what is there."""
        name = {
            key: self._names.setdefault((key, number), f"{key}, as it was {len(self._names)}")
            for key, number in kept.numbers.items()
        }
        self.numbers |= {name[key]: number for key, number in kept.numbers.items()}
        self.sums += [{name[key]: factor for key, factor in row.items()} for row in kept.sums]
        shown = kept.numbers.keys() - set(kept.hidden) - set(kept.unprinted)
        self.known |= {name[key] for key in shown}
        self.unprinted |= {name[key] for key in kept.unprinted if name[key] not in self._now}
        self.uncounted |= {name[key] for key in kept.uncounted}
        self.hidden |= {name[key] for key in kept.hidden if name[key] != key}
        for key in shown & self._now.keys():
            self._tell_apart(key, name[key], kept.numbers[key])

    def _tell_apart(self, key: str, then: str, number: int) -> None:
        """A count that was shown and has changed by 1 to 10 since: the change is a small number like any other."""
        change = self._now[key] - number
        if not small(abs(change)):
            return
        by = f"{then}: the change since"
        self.numbers[by] = abs(change)
        self.unprinted.add(by)
        self.sums.append({key: 1, then: -1, by: -1 if change > 0 else 1})

    def taken(self) -> frozenset[str]:
        return protect(
            self.numbers,
            self.sums,
            hidden=self.hidden,
            known=self.known,
            unprinted=self.unprinted - self.known,
            uncounted=self.uncounted,
        )


def _line(row: Row, names: Mapping[str, str], taken: Collection[str]) -> Line:
    """The row without what is hidden, and without what is worked out of it."""
    values: dict[str, Any] = vars(row) | {"suppressed": False}
    if not {names["numerator"], names.get("denominator")}.isdisjoint(taken):
        values |= dict.fromkeys(("numerator", "denominator", *ASIDE, *WORKED_OUT)) | {"suppressed": True}
    for aside in ASIDE:
        if names[aside] in taken:
            values |= {aside: None, "worst": None, "best": None, "suppressed": True}
    return Line(**values)


def _table(block: Block, lines: Sequence[Line]) -> Table:
    named = tuple(replace(line, label=str(line.label)) for line in lines)
    return Table(
        block.metric, str(block.heading), named, block.adds_up, block.closed, str(block.note), block.drawing
    )
