"""What a reader gets of the blocks of a report: as they are, or with small cells hidden. Fixed tables, never free filters.

One function hides: `hide`. Whatever is shown to anybody but the agency's own people, or kept as published, went through it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from portal.outcomes.measures import Row
from portal.outcomes.program.metric import Block, Drawing
from portal.outcomes.suppression import Line, _hide, _hide_a_second, _side_counts, _tells, open_lines


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


def show(blocks: Sequence[Block]) -> list[Table]:
    """The blocks as they are: for the agency's own people."""
    return [_table(block, open_lines(block.rows)) for block in blocks]


def hide(blocks: Sequence[Block], releases: Sequence[Sequence[Table]] = ()) -> list[Table]:
    """All blocks of one report with every count of 1 to 10 hidden, and what would give one away.

    releases: what the same readers hold already, of this quarter and others. Each block is taken as one whose parts add up to
    a number that stands somewhere else on the page, so that a cell is never hidden alone.
    """
    return [_table(block, _hidden(block.rows)) for block in blocks]


def _hidden(rows: Sequence[Row]) -> list[Line]:
    hidden = [_tells(row) for row in rows]
    _hide_a_second(rows, hidden, [i for i, row in enumerate(rows) if row.unit in ("share", "count")])
    return [_hide(row) if hidden[i] else _side_counts(row) for i, row in enumerate(rows)]


def _table(block: Block, lines: Sequence[Line]) -> Table:
    named = tuple(replace(line, label=str(line.label)) for line in lines)
    return Table(
        block.metric, str(block.heading), named, block.adds_up, block.closed, str(block.note), block.drawing
    )
