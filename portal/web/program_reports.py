"""The doors to a program's figures: a quarter as a page, in print, as CSV."""

from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.outcomes import BadQuarter, ProgramReport, program_csv, program_quarters, program_report
from portal.web.gates import actor, gate

blueprint = Blueprint("program_reports", __name__)


@blueprint.get("/programs/<uuid:program_id>/reports")
@gate("figures.read")
def newest(program_id: UUID) -> ResponseReturnValue:
    """The newest whole quarter, or the running one when there is none."""
    found = program_quarters(actor(), program_id)
    if not found:
        abort(404)
    text = found[1] if len(found) > 1 else found[0]
    return redirect(url_for("program_reports.page", program_id=program_id, quarter_text=text), 303)


@blueprint.get("/programs/<uuid:program_id>/reports/<string(minlength=7,maxlength=7):quarter_text>")
@gate("figures.read")
def page(program_id: UUID, quarter_text: str) -> ResponseReturnValue:
    report = _report(program_id, quarter_text)
    zone = ZoneInfo(report.time_zone)
    return render_template(
        "program_reports/quarter.html",
        report=report,
        quarters=program_quarters(actor(), program_id),
        cut=report.cut.astimezone(zone),
        fixed_cut=report.fixed_cut.astimezone(zone),
        start=report.start.astimezone(zone),
        end=report.end.astimezone(zone),
    )


@blueprint.get("/programs/<uuid:program_id>/reports/<string(minlength=7,maxlength=7):quarter_text>.csv")
@gate("figures.read")
def table(program_id: UUID, quarter_text: str) -> ResponseReturnValue:
    report = _report(program_id, quarter_text)
    answer = Response(program_csv(report), mimetype="text/csv")
    name = f"{report.program.preset}-{report.quarter}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _report(program_id: UUID, text: str) -> ProgramReport:
    try:
        report = program_report(actor(), program_id, text)
    except BadQuarter:
        abort(404)
    if report is None:
        abort(404)
    return report
