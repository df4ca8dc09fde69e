"""The doors to a program's figures: a quarter as a page, in print, as CSV and Excel; and publishing it."""

from uuid import UUID

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.outcomes import (
    BadQuarter,
    ProgramReport,
    may_publish,
    preview,
    program_quarters,
    program_report,
    publish,
    published_quarters,
)
from portal.store import Refused
from portal.web.figures import drawn_of, excel_file, table_file, wall_times
from portal.web.gates import actor, gate

blueprint = Blueprint("program_reports", __name__)
QUARTER = "/programs/<uuid:program_id>/reports/<string(minlength=7,maxlength=7):quarter_text>"


@blueprint.get("/programs/<uuid:program_id>/reports")
@gate("figures.read")
def newest(program_id: UUID) -> ResponseReturnValue:
    """The newest whole quarter, or the running one when there is none."""
    found = program_quarters(actor(), program_id)
    if not found:
        abort(404)
    text = found[1] if len(found) > 1 else found[0]
    return redirect(url_for("program_reports.page", program_id=program_id, quarter_text=text), 303)


@blueprint.get(QUARTER)
@gate("figures.read")
def page(program_id: UUID, quarter_text: str) -> ResponseReturnValue:
    """As known now for the agency's own people; for all others as known at the first of the month, small cells hidden."""
    report = _report(program_id, quarter_text)
    return render_template(
        "program_reports/quarter.html",
        report=report,
        quarters=program_quarters(actor(), program_id),
        may_publish=may_publish(actor(), report.program),
        **drawn_of(report, published_quarters(program_id)),
        **wall_times(report),
    )


@blueprint.get(QUARTER + ".csv")
@gate("figures.read")
def table(program_id: UUID, quarter_text: str) -> Response:
    report = _report(program_id, quarter_text)
    return table_file(report)


@blueprint.get(QUARTER + ".xlsx")
@gate("figures.read")
def workbook(program_id: UUID, quarter_text: str) -> Response:
    report = _report(program_id, quarter_text)
    return excel_file(report)


@blueprint.get(QUARTER + "/publication")
@gate("figures.publish")
def publication(program_id: UUID, quarter_text: str) -> ResponseReturnValue:
    """What would be published is shown first, whole; the button freezes it."""
    try:
        report = preview(actor(), program_id, quarter_text)
        if report is None:
            abort(404)
        return render_template("program_reports/publication.html", **_shown(report))
    except BadQuarter:
        abort(404)


@blueprint.post(QUARTER + "/publication")
@gate("figures.publish")
def publish_now(program_id: UUID, quarter_text: str) -> ResponseReturnValue:
    try:
        row = publish(actor(), program_id, quarter_text)
    except BadQuarter:
        abort(404)
    except Refused as refused:
        report = preview(actor(), program_id, quarter_text)
        if report is None:
            abort(404)
        shown = _shown(report)
        return render_template("program_reports/publication.html", page_error=str(refused), **shown), 422
    if row is None:
        abort(404)
    flash(_("Published. It stays as it is."))
    return redirect(url_for("figures.page", program_id=program_id, quarter_text=quarter_text), 303)


def _shown(report: ProgramReport) -> dict[str, object]:
    return {"report": report, **drawn_of(report, []), **wall_times(report)}


def _report(program_id: UUID, text: str) -> ProgramReport:
    try:
        report = program_report(actor(), program_id, text)
    except BadQuarter:
        abort(404)
    if report is None:
        abort(404)
    return report
