"""The steward's report of unmet need: searches that found nothing, by kind of help and coarse area; as a page and as CSV.

It is told by whole calendar months and in no other way. Days that two reports had in common, less those that they had not,
would tell the searches of a day; months have none in common, so nothing can be taken from anything.
"""

import csv
import io
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.directory.terms import GROUPS
from portal.outcomes.suppression import small
from portal.search import unmet_needs
from portal.store import clock
from portal.web.gates import gate

blueprint = Blueprint("unmet", __name__)

MONTHS = 12  # that can be looked at
COLUMNS = ("care", "area", "found_nothing", "searches", "suppressed", "first_day", "last_day")


@dataclass(frozen=True)
class Line:
    """As published: None is a count of 1 to 10, or one that would give such a count away."""

    care: str
    area: str
    nothing: int | None
    searches: int | None

    @property
    def kind(self) -> str:
        return str(GROUPS["care"].get(self.care, self.care)) if self.care else _("Kind of help not known")

    @property
    def where(self) -> str:
        if not self.area:
            return _("No place said")
        return _("ZIP codes %(start)s…", start=self.area) if self.area.isdecimal() else self.area


@blueprint.get("/steward/unmet-need")
@gate("unmet.read")
def report() -> ResponseReturnValue:
    first, last = _month()
    return render_template("steward/unmet.html", lines=lines(first, last), first=first, months=_months())


@blueprint.get("/steward/unmet-need.csv")
@gate("unmet.read")
def table() -> ResponseReturnValue:
    """The same lines; a hidden number is an empty cell with suppressed = 1."""
    first, last = _month()
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in lines(first, last):
        hidden = int(line.nothing is None or line.searches is None)
        numbers = ["" if number is None else number for number in (line.nothing, line.searches)]
        writer.writerow([line.care, line.area, *numbers, hidden, first.isoformat(), last.isoformat()])
    answer = Response(out.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="handrail-unmet-need-{first:%Y-%m}.csv"'
    return answer


def lines(first: date, last: date) -> list[Line]:
    """Shown numbers first, most first; then, by name, those whose number is hidden, so that their order tells nothing."""
    found = []
    for each in unmet_needs(first, last):
        rest_tells = small(each.searches) or small(each.searches - each.nothing)
        nothing = None if small(each.nothing) else each.nothing
        found.append(Line(each.care, each.area, nothing, None if rest_tells else each.searches))
    return sorted(found, key=lambda line: (-(line.nothing or 0), line.care, line.area))


def _months() -> list[date]:
    """The first days of the months that may be told, newest first. A month is told from the second day after it, when its last
    searches have long been written: what it tells does not change any more."""
    month = (clock.now().date() - timedelta(days=1)).replace(day=1)
    found = []
    for _number in range(MONTHS):
        month = (month - timedelta(days=1)).replace(day=1)
        found.append(month)
    return found


def _month() -> tuple[date, date]:
    """First and last day of the month asked for (`month=2026-10`), else of the newest; 404 for any that is not told."""
    asked, months = request.args.get("month", ""), _months()
    first = next((month for month in months if not asked or f"{month:%Y-%m}" == asked), None)
    if first is None:
        abort(404)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
