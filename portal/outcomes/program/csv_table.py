"""A program's report as CSV: the columns that programs rely on. New ones are added at the end."""

import csv
import io

from portal.outcomes.program.report import ProgramReport
from portal.outcomes.tables import _cell

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
COLUMNS = ("measure", "version", "table", *LINE, "suppressed", "target")


def program_csv(report: ProgramReport) -> str:
    """The report's lines; a hidden number is an empty cell with suppressed = 1. Shares are 0..1, times in the unit named."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for section in report.sections:
        for table in section.tables:
            for number, line in enumerate(table.lines):
                target = section.wanted.target if table is section.tables[0] and number == 0 else None
                cells = [line.measure, line.version, table.heading, *(getattr(line, name) for name in LINE)]
                writer.writerow([_cell(value) for value in (*cells, line.suppressed, target)])
    return out.getvalue()
