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
    for measure in ("M10", "M11"):
        _hide_a_second(rows, hidden, [i for i, row in enumerate(rows) if row.measure == measure])
    _hide_small_steps(rows, hidden, [i for i, row in enumerate(rows) if row.measure == "M12"])
    return [_hide(row) if hidden[i] else _side_counts(row) for i, row in enumerate(rows)]


def _tells(row: Row) -> bool:
    """Whether a count of 1-10 stands in this row or can be had from it. Minutes of 11 and more needs are no count."""
    if row.unit == "minutes":
        return small(row.numerator)
    return any(small(count) for count in (row.numerator, row.denominator, row.denominator - row.numerator))


def _hide_a_second(rows: Sequence[Row], hidden: list[bool], group: Sequence[int]) -> None:
    """Rows that add up to their denominator, or nearly (the reasons of M10; the kinds of M11 with the unrecorded): one
    hidden cell among shown ones could be worked out, so the next smallest is hidden with it."""
    alone = sum(hidden[i] for i in group) + (1 if any(small(rows[i].unknown) for i in group) else 0)
    others = [i for i in group if not hidden[i] and rows[i].numerator > 0]
    if alone == 1 and others:
        hidden[min(others, key=lambda i: rows[i].numerator)] = True


def _hide_small_steps(rows: Sequence[Row], hidden: list[bool], group: Sequence[int]) -> None:
    """The windows of M12 lie inside each other: a small step between two shown ones would be a small cell."""
    shown: list[int] = []
    for i in group:
        steps = [
            count
            for j in shown
            for count in (rows[i].numerator - rows[j].numerator, rows[i].denominator - rows[j].denominator)
        ]
        if hidden[i] or any(small(abs(step)) for step in steps):
            hidden[i] = True
        else:
            shown.append(i)


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
    if row.unit == "minutes" and (small(row.denominator) or small(row.denominator - row.numerator)):
        line = replace(line, numerator=None, denominator=None, unknown=None, suppressed=True)
    if small(row.immature):
        line = replace(line, immature=None, suppressed=True)
    if small(row.unknown):
        line = replace(line, unknown=None, worst=None, best=None, suppressed=True)
    return line
