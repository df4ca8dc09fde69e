"""The evaluator's doors: a quarter's figures as a page, as CSV, in print."""

from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.outcomes import DEFINITIONS, BadQuarter, Report, quarter, quarters, scopes, to_csv
from portal.outcomes.charts import bars
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
        definitions=DEFINITIONS.values(),
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


def _report(text: str) -> Report:
    try:
        report = quarter(actor(), text, scope_key=request.args.get("scope", "all"))
    except BadQuarter:
        abort(404)
    if report is None:
        abort(404)
    return report
