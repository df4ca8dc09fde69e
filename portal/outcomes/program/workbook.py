"""A program's report as an Excel file: the figures, what is counted, what each column means. Numbers as numbers."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.outcomes.program.csv_table import COLUMNS, lines
from portal.outcomes.program.report import ProgramReport

# Every column of the figures, in words: the data dictionary.
DICTIONARY = {
    "measure": _l("The measure's short name, as on the sheet of measures"),
    "version": _l("Which version of its meaning: a new one starts a new series"),
    "table": _l("The table that the line stands in"),
    "label": _l("What the line counts"),
    "unit": _l("share: 0 to 1. count: a number of things. minutes, hours, days: a time. difference: -1 to 1"),
    "numerator": _l("How many were counted"),
    "denominator": _l("Out of how many"),
    "value": _l("The share, the median time, or the difference"),
    "low": _l("Of a share or a difference, the low end of its 95% interval; of a time, the first quarter"),
    "high": _l("Of a share or a difference, the high end of its 95% interval; of a time, the third quarter"),
    "immature": _l("Too young at the data cut to be judged; in no rate"),
    "unknown": _l("Nobody knows or nobody was asked; in no rate"),
    "worst": _l("The share if every unknown were a no"),
    "best": _l("The share if every unknown were a yes"),
    "suppressed": _l("1 where a number is hidden because it is 1 to 10, or would give one away"),
    "target": _l("What the program aims at, for the headline of a measure"),
    "last_quarter": _l("The same number in the quarter before, for the headline of a measure"),
    "difference": _l("This quarter's share less that of the quarter before"),
    "difference_low": _l("The low end of its 95% interval (Newcombe)"),
    "difference_high": _l("The high end of its 95% interval (Newcombe)"),
}


def program_workbook(report: ProgramReport) -> bytes:
    """The file. A hidden number is an empty cell; text is never a formula."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001 - the same bytes for the same figures
        bold = book.add_format({"bold": True, "text_wrap": True})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})

        def sheet(
            name: str, head: Sequence[str], rows: Sequence[Sequence[object]], widths: Sequence[int]
        ) -> None:
            made = book.add_worksheet(name)
            made.write_row(0, 0, head, bold)
            made.freeze_panes(1, 0)
            for column, width in enumerate(widths):
                made.set_column(column, column, width, wrapped)
            for place, row in enumerate(rows, 1):
                for column, value in enumerate(row):
                    _write(made, place, column, value)

        sheet(_("About"), (_("What"), ""), _about(report), (24, 80))
        sheet(_("Figures"), COLUMNS, list(lines(report)), (10, 8, 28, 34, *[12] * 16))
        meanings = [
            (
                m.id,
                m.version,
                m.valid_from.isoformat(),
                m.name,
                m.unit,
                m.numerator,
                m.denominator,
                m.left_out,
            )
            for m in (section.meaning for section in report.sections)
        ]
        head = [_("Measure"), _("Version"), _("Valid from"), _("Name"), _("Unit")]
        head += [_("Counted"), _("Out of"), _("Left out")]
        sheet(_("Measures"), head, meanings, (14, 8, 12, 28, 12, 50, 50, 50))
        sheet(
            _("Columns"), (_("Column"), _("Meaning")), [(k, str(v)) for k, v in DICTIONARY.items()], (18, 90)
        )
    return out.getvalue()


def _write(sheet: Any, row: int, column: int, value: object) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_number(row, column, int(value))
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, str(value))


def _about(report: ProgramReport) -> list[tuple[object, object]]:
    zone = ZoneInfo(report.time_zone)
    seen = (
        _("Every number, for the agency's own people only: do not pass it on")
        if report.whole
        else _("Counts from 1 to 10, and what would give them away, are hidden")
    )
    return [
        (_("Program"), report.program.name),
        (_("Agency"), report.program.organization.name),
        (_("Quarter"), report.quarter),
        (_("From"), f"{report.start.astimezone(zone):%Y-%m-%d %H:%M}"),
        (_("Until before"), f"{report.end.astimezone(zone):%Y-%m-%d %H:%M}"),
        (_("Data cut"), f"{report.cut.astimezone(zone):%Y-%m-%d %H:%M}"),
        (_("Time zone"), report.time_zone),
        (_("Small numbers"), seen),
    ]
