"""A row as a reader gets it. What must be hidden of it is said in outcomes.cubes."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.outcomes.measures import Row


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


def open_lines(rows: Sequence[Row]) -> list[Line]:
    """The rows as they are: for an evaluator's own organization."""
    return [Line(**vars(row), suppressed=False) for row in rows]
