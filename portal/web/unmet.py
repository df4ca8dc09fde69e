"""The steward's report of unmet need, by kind of help and coarse area, as a page and as CSV: searches that found nothing, and
apart from them referrals that came back because no service took the person.

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

from portal.directory.terms import GROUPS, NEEDS
from portal.outcomes.small import small
from portal.referrals import unmet_referrals
from portal.search import unmet_needs
from portal.store import clock
from portal.web.gates import gate

blueprint = Blueprint("unmet", __name__)

MONTHS = 12  # that can be looked at
COLUMNS = ("care", "area", "found_nothing", "searches", "suppressed", "first_day", "last_day")
REFERRAL_COLUMNS = ("need", "area", "came_back", "suppressed", "first_day", "last_day")


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
        return _where(self.area)


@dataclass(frozen=True)
class CameBack:
    """Referrals of one need from one area, as published: None is a count of 1 to 10."""

    code: str
    area: str
    count: int | None

    @property
    def kind(self) -> str:
        return str(NEEDS[self.code][0]) if self.code in NEEDS else self.code

    @property
    def where(self) -> str:
        return _where(self.area)


@blueprint.get("/steward/unmet-need")
@gate("unmet.read")
def report() -> ResponseReturnValue:
    first, last = _month()
    return render_template(
        "steward/unmet.html",
        lines=lines(first, last),
        referrals=came_back(first, last),
        first=first,
        months=_months(),
    )


@blueprint.get("/steward/unmet-need.csv")
@gate("unmet.read")
def table() -> ResponseReturnValue:
    """The same lines; a hidden number is an empty cell with suppressed = 1."""
    first, last = _month()
    rows: list[list[object]] = []
    for line in lines(first, last):
        hidden = int(line.nothing is None or line.searches is None)
        numbers = ["" if number is None else number for number in (line.nothing, line.searches)]
        rows.append([line.care, line.area, *numbers, hidden, first.isoformat(), last.isoformat()])
    return _csv(f"handrail-unmet-need-{first:%Y-%m}.csv", COLUMNS, rows)


@blueprint.get("/steward/unmet-need/referrals.csv")
@gate("unmet.read")
def referrals_table() -> ResponseReturnValue:
    """The referrals that came back; a hidden number is an empty cell with suppressed = 1."""
    first, last = _month()
    rows: list[list[object]] = []
    for line in came_back(first, last):
        number = "" if line.count is None else line.count
        rows.append(
            [line.code, line.area, number, int(line.count is None), first.isoformat(), last.isoformat()]
        )
    return _csv(f"handrail-referrals-that-came-back-{first:%Y-%m}.csv", REFERRAL_COLUMNS, rows)


def _csv(name: str, columns: tuple[str, ...], rows: list[list[object]]) -> Response:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(rows)
    answer = Response(out.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def lines(first: date, last: date) -> list[Line]:
    """Shown numbers first, most first; then, by name, those whose number is hidden, so that their order tells nothing."""
    found = []
    for each in unmet_needs(first, last):
        rest_tells = small(each.searches) or small(each.searches - each.nothing)
        nothing = None if small(each.nothing) else each.nothing
        found.append(Line(each.care, each.area, nothing, None if rest_tells else each.searches))
    return sorted(found, key=lambda line: (-(line.nothing or 0), line.care, line.area))


def came_back(first: date, last: date) -> list[CameBack]:
    """Referrals of these days that no service took; shown numbers first, most first, then by name those that are hidden."""
    found = [
        CameBack(each.code, each.area, None if small(each.count) else each.count)
        for each in unmet_referrals(first, last)
    ]
    return sorted(found, key=lambda line: (-(line.count or 0), line.code, line.area))


def _where(area: str) -> str:
    if not area:
        return _("No place said")
    return _("ZIP codes %(start)s…", start=area) if area.isdecimal() else area


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
