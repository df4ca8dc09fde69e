"""A program's report as an Excel file: the figures, what is counted, what each column means. Numbers as numbers."""

from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.outcomes.program.csv_table import COLUMNS, lines
from portal.outcomes.program.report import ProgramReport
from portal.outcomes.tables import Sheet, as_workbook

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


def program_workbook(report: ProgramReport, *, simulated: bool = False) -> bytes:
    """The file. A hidden number is an empty cell; text is never a formula. simulated: the first sheet says that calls were."""
    meanings = [
        (m.id, m.version, m.valid_from.isoformat(), m.name, m.unit, m.numerator, m.denominator, m.left_out)
        for m in (section.meaning for section in report.sections)
    ]
    head = [_("Measure"), _("Version"), _("Valid from"), _("Name"), _("Unit")]
    head += [_("Counted"), _("Out of"), _("Left out")]
    columns = [(code, str(words)) for code, words in DICTIONARY.items()]
    return as_workbook(
        (
            Sheet(_("About"), (_("What"), ""), _about(report, simulated=simulated), (24, 80)),
            Sheet(_("Figures"), COLUMNS, list(lines(report)), (10, 8, 28, 34, *[12] * 16)),
            Sheet(_("Measures"), head, meanings, (14, 8, 12, 28, 12, 50, 50, 50)),
            Sheet(_("Columns"), (_("Column"), _("Meaning")), columns, (18, 90)),
        )
    )


def _about(report: ProgramReport, *, simulated: bool) -> list[tuple[object, object]]:
    zone = ZoneInfo(report.time_zone)
    seen = (
        _("Every number, for the agency's own people only: do not pass it on")
        if report.whole
        else _("Counts from 1 to 10, and what would give them away, are hidden")
    )
    warning = [(_("Simulated"), _("Simulated calls are among these. They did not happen."))]
    return [
        *(warning if simulated else ()),
        (_("Program"), report.program.name),
        (_("Agency"), report.program.organization.name),
        (_("Quarter"), report.quarter),
        (_("From"), f"{report.start.astimezone(zone):%Y-%m-%d %H:%M}"),
        (_("Until before"), f"{report.end.astimezone(zone):%Y-%m-%d %H:%M}"),
        (_("Data cut"), f"{report.cut.astimezone(zone):%Y-%m-%d %H:%M}"),
        (_("Time zone"), report.time_zone),
        (_("Small numbers"), seen),
    ]
