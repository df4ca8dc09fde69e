"""Small cells: 1-10 is not shown, nor anything that lets it be worked out (privacy rule P22, after CMS cell-size policy)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from portal.outcomes.measures import Row

SMALLEST_SHOWN = 11


@dataclass(frozen=True)
class Line:
    """A row as published: every number may be None, which prints as hidden."""

    measure: str
    version: int
    label: str
    unit: str
    numerator: int | None
    denominator: int | None
    value: float | None
    low: float | None
    high: float | None
    immature: int | None
    unknown: int | None
    worst: float | None
    best: float | None
    suppressed: bool


def small(count: int) -> bool:
    return 0 < count < SMALLEST_SHOWN


def open_lines(rows: Sequence[Row]) -> list[Line]:
    """The rows as they are: for an evaluator's own organization."""
    return [Line(**vars(row), suppressed=False) for row in rows]


def closed_lines(rows: Sequence[Row], rests: Sequence[Row] | None = None) -> list[Line]:
    """The rows with small cells hidden.

    rests: the same rows counted without the reader's own organization, which the reader sees in full; a cell whose rest
    is small would give it away by subtraction, so it is hidden too.
    """
    hidden = [_tells(row) or (rests is not None and _tells(rests[i])) for i, row in enumerate(rows)]
    for group in _families(rows):
        hide = [i for i in group if hidden[i]]
        if (
            len(hide) == 1
        ):  # one hidden cell among cells with a shown total could be worked out: hide the next smallest
            others = [i for i in group if not hidden[i] and rows[i].numerator > 0]
            if others:
                hidden[min(others, key=lambda i: rows[i].numerator)] = True
    return [_hide(row) if hidden[i] else _side_counts(row) for i, row in enumerate(rows)]


def _tells(row: Row) -> bool:
    """Whether a count of 1-10 stands in this row or can be had from it."""
    if row.unit == "minutes":
        return small(row.numerator) or small(row.denominator) or small(row.denominator - row.numerator)
    counts = (row.numerator, row.denominator, row.denominator - row.numerator)
    return any(small(count) for count in counts)


def _families(rows: Sequence[Row]) -> list[list[int]]:
    """Rows that share a denominator and so add up, or nearly: the reasons of M10, the kinds of M11."""
    return [[i for i, row in enumerate(rows) if row.measure == measure] for measure in ("M10", "M11")]


def _hide(row: Row) -> Line:
    line = Line(**vars(row), suppressed=True)
    return replace(
        line,
        numerator=None,
        denominator=None,
        value=None,
        low=None,
        high=None,
        immature=None,
        unknown=None,
        worst=None,
        best=None,
    )


def _side_counts(row: Row) -> Line:
    """A shown row still hides a small number of immature or unknown, and the bounds that would tell it."""
    line = Line(**vars(row), suppressed=False)
    if small(row.immature):
        line = replace(line, immature=None, suppressed=True)
    if small(row.unknown):
        line = replace(line, unknown=None, worst=None, best=None, suppressed=True)
    return line
