"""The report as CSV: the columns that programs rely on."""

import csv
import io

from portal.outcomes.queries import Report

COLUMNS = (
    "measure",
    "version",
    "label",
    "numerator",
    "denominator",
    "value",
    "low",
    "high",
    "immature",
    "unknown",
    "suppressed",
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\uff1d")


def to_csv(report: Report) -> str:
    """The report's lines; a hidden number is an empty cell with suppressed = 1. Shares are 0..1, M08 is minutes."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in report.lines:
        writer.writerow([_cell(getattr(line, column)) for column in COLUMNS])
    return out.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return f"{value:.4f}"
    text = str(value)
    return "'" + text if text.startswith(FORMULA_STARTS) else text
