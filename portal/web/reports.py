"""The evaluator's doors: a quarter's figures as a page, as CSV, in print."""

from itertools import groupby
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.outcomes import BadQuarter, Report, quarter, quarters, scopes, to_csv
from portal.outcomes.charts import Drawn, bars, draw
from portal.outcomes.cubes import Table
from portal.web.gates import actor, gate

blueprint = Blueprint("reports", __name__)


@blueprint.get("/reports")
@gate("report.read")
def newest() -> ResponseReturnValue:
    """The newest whole quarter, or the running one when there is none."""
    found = quarters(actor())
    return redirect(url_for("reports.page", quarter_text=found[1] if len(found) > 1 else found[0]), 303)


@blueprint.get("/reports/<string(minlength=7,maxlength=7):quarter_text>")
@gate("report.read")
def page(quarter_text: str) -> ResponseReturnValue:
    report = _report(quarter_text)
    zone = ZoneInfo(report.time_zone)
    return render_template(
        "reports/quarter.html",
        report=report,
        charts={measure: bars(report.lines, measure) for measure in ("M07", "M10", "M11", "M12")},
        quarters=quarters(actor()),
        scopes=scopes(actor()),
        sections=_sections(report),
        definitions=report.definitions,
        cut=report.cut.astimezone(zone),
        start=report.start.astimezone(zone),
        end=report.end.astimezone(zone),
    )


@blueprint.get("/reports/<string(minlength=7,maxlength=7):quarter_text>.csv")
@gate("report.read")
def table(quarter_text: str) -> ResponseReturnValue:
    report = _report(quarter_text)
    answer = Response(to_csv(report), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="handrail-{report.quarter}.csv"'
    return answer


def _sections(report: Report) -> list[tuple[str, str, list[tuple[Table, Drawn | None]]]]:
    """The tables beside the first five measures, by measure: its code, its name, and each table with its drawing."""
    names = {found.measure: str(found.name) for found in reversed(report.definitions)}
    names |= {"M12": _("Left out of the connections"), "M23": _("Are the listings true?")}
    return [
        (code, names.get(code, code), [(table, draw(table, table.heading)) for table in tables])
        for code, tables in groupby(
            sorted(report.tables, key=lambda one: one.metric), key=lambda one: one.metric
        )
    ]


def _report(text: str) -> Report:
    try:
        report = quarter(actor(), text, scope_key=request.args.get("scope", "all"))
    except BadQuarter:
        abort(404)
    if report is None:
        abort(404)
    return report
