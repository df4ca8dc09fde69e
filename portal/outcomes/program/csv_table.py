"""A program's report as CSV: the columns that programs rely on. New ones are added at the end."""

from collections.abc import Iterator

from portal.outcomes.program.report import ProgramReport, Section, amount
from portal.outcomes.tables import as_csv

LINE = (
    "label",
    "unit",
    "numerator",
    "denominator",
    "value",
    "low",
    "high",
    "immature",
    "unknown",
    "worst",
    "best",
)
COLUMNS = (
    *("measure", "version", "table", *LINE, "suppressed"),
    *("target", "last_quarter", "difference", "difference_low", "difference_high"),
)


def program_csv(report: ProgramReport) -> str:
    """The report's lines; a hidden number is an empty cell with suppressed = 1. Shares are 0..1, times in the unit named."""
    return as_csv(COLUMNS, lines(report))


def lines(report: ProgramReport) -> Iterator[tuple[object, ...]]:
    """One tuple a line, in the order of COLUMNS; None where a number is hidden or there is none."""
    for section in report.sections:
        for number, table in enumerate(section.tables):
            for place, line in enumerate(table.lines):
                told = (getattr(line, name) for name in LINE)
                compared = _compared(section) if number == place == 0 else (None,) * 5
                yield line.measure, line.version, table.heading, *told, line.suppressed, *compared


def _compared(section: Section) -> tuple[object, ...]:
    """Of the headline alone: the target, the quarter before, how much it changed."""
    before = section.before
    if before is None:
        return section.target, None, None, None, None
    return section.target, amount(before.line), *(before.difference or (None, None, None))
