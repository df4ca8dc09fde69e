"""The one writer of tables: as CSV, and as sheets of an Excel file; and the columns of the community's report."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import xlsxwriter

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


@dataclass(frozen=True)
class Sheet:
    """One sheet of an Excel file. widths: of its columns, in letters."""

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[object]]
    widths: Sequence[int]


def to_csv(report: Report) -> str:
    """The report's lines; a hidden number is an empty cell with suppressed = 1. Shares are 0..1, M08 is minutes."""
    return as_csv(COLUMNS, ([getattr(line, column) for column in COLUMNS] for line in report.lines))


def as_csv(head: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """Rows under their heading. Nothing is an empty cell; text is never a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue()


def as_workbook(sheets: Iterable[Sheet]) -> bytes:
    """An Excel file; numbers as numbers, text never a formula. The same bytes for the same cells."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001 - the same bytes for the same figures
        bold = book.add_format({"bold": True, "text_wrap": True})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for sheet in sheets:
            made = book.add_worksheet(sheet.name)
            made.write_row(0, 0, sheet.head, bold)
            made.freeze_panes(1, 0)
            for column, width in enumerate(sheet.widths):
                made.set_column(column, column, width, wrapped)
            for place, row in enumerate(sheet.rows, 1):
                for column, value in enumerate(row):
                    _write(made, place, column, value)
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


def _write(sheet: Any, row: int, column: int, value: object) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_number(row, column, int(value))
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, str(value))
