"""The doors of readiness: elements and their papers, the training roster, monthly totals, and all of it as a table."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from portal import outcomes
from portal.programs import readiness as r
from portal.referrals import NotHere
from portal.store import Conflict, Refused
from portal.web.figures import EXCEL, as_file
from portal.web.forms_profiles import uuid_of
from portal.web.forms_readiness import EvidenceForm, RosterForm, StatusForm, totals_form
from portal.web.forms_victims import month_of, months_back
from portal.web.gates import actor, gate
from portal.web.moments import today
from portal.web.steps import whole_number

blueprint = Blueprint("readiness", __name__)
ROSTER_BYTES = 512 * 1024
SHOWN = 20  # lines with a fault on the page


@blueprint.url_value_preprocessor
def take_tables(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """The roster of a large agency is longer than any other form."""
    if endpoint == "readiness.roster":
        request.max_form_memory_size = ROSTER_BYTES


@blueprint.get("/programs/<uuid:program_id>/readiness")
@gate("program.read")
def readiness(program_id: UUID) -> str:
    """All elements, how each stands and why; the questions and outcomes with their live numbers."""
    view = _view(program_id)
    return render_template(
        "readiness/readiness.html", view=view, assessment=outcomes.assess(actor(), view), **_words()
    )


@blueprint.get("/programs/<uuid:program_id>/readiness.csv")
@gate("program.read")
def table(program_id: UUID) -> Response:
    """The same as a table, for a grant report."""
    view = _view(program_id)
    return as_file(outcomes.readiness_csv(view, outcomes.assess(actor(), view)), "text/csv", _file("csv"))


@blueprint.get("/programs/<uuid:program_id>/readiness.xlsx")
@gate("program.read")
def workbook(program_id: UUID) -> Response:
    """The same as an Excel file, with what each column means."""
    view = _view(program_id)
    return as_file(outcomes.readiness_workbook(view, outcomes.assess(actor(), view)), EXCEL, _file("xlsx"))


@blueprint.route("/programs/<uuid:program_id>/readiness/<string:code>", methods=["GET", "POST"])
@gate("program.work")
def element(program_id: UUID, code: str) -> ResponseReturnValue:
    """One element: say how it stands, and see what shows it."""
    view = _view(program_id)
    found = _element(view, code)
    form = StatusForm()
    form.owner.choices = [
        ("", _("Nobody yet")),
        *((str(key), name) for key, name in r.owners_of(view.program).items()),
    ]
    if not form.is_submitted():
        form.status.data, form.review_on.data = found.said or found.status, found.review_on
        form.owner.data, form.number.data = str(found.owner_id or ""), str(found.number)
        return _element_page(view, found, form)
    try:
        if not form.validate():
            return _element_page(view, found, form), 422
        r.say_status(
            actor(),
            program_id,
            code,
            form.status.data or "",
            number=whole_number(form.number.data),
            owner_id=uuid_of(form.owner.data),
            review_on=form.review_on.data,
        )
    except Refused as refused:
        form.refuse(refused)
        return _element_page(view, found, form), 422
    except Conflict as conflict:
        form.refuse(Refused(conflict.reason))
        form.number.data = str(found.number)
        return _element_page(view, found, form), 409
    flash(_("Saved."))
    return redirect(url_for("readiness.readiness", program_id=program_id), 303)


@blueprint.route("/programs/<uuid:program_id>/readiness/<string:code>/evidence", methods=["GET", "POST"])
@gate("program.work")
def evidence(program_id: UUID, code: str) -> ResponseReturnValue:
    """Add a paper: its address, or the PDF itself."""
    view = _view(program_id)
    found = _element(view, code)
    form = EvidenceForm()
    page: dict[str, Any] = {"form": form, "view": view, "found": found}
    if not form.is_submitted():
        form.kind.data = next(iter(found.missing), "other")
        return render_template("readiness/evidence.html", **page)
    if not form.validate():
        return render_template("readiness/evidence.html", **page), 422
    file = request.files.get("file")
    try:
        r.add_evidence(
            actor(),
            program_id,
            code,
            form.kind.data or "",
            form.title.data or "",
            url=(form.url.data or "").strip(),
            file=file.read() if file else b"",
            signed_on=form.signed_on.data,
            expires_on=form.expires_on.data,
        )
    except Refused as refused:
        form.refuse(refused)
        return render_template("readiness/evidence.html", **page), 422
    return redirect(url_for("readiness.element", program_id=program_id, code=code), 303)


@blueprint.get("/evidence/<uuid:evidence_id>")
@gate("program.work")
def file(evidence_id: UUID) -> Response:
    """The PDF, to keep: it is never shown inside a page."""
    found = r.evidence_file(actor(), evidence_id)
    if found is None:
        abort(404)
    answer = Response(found[1], mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{found[0].kind.replace("_", "-")}.pdf"'
    return answer


@blueprint.post("/evidence/<uuid:evidence_id>/removal")
@gate("program.work")
def removal(evidence_id: UUID) -> ResponseReturnValue:
    """It shows this no more."""
    try:
        row = r.remove_evidence(actor(), evidence_id)
    except NotHere:
        abort(404)
    return redirect(url_for("readiness.element", program_id=row.program_id, code=row.element), 303)


@blueprint.route("/programs/<uuid:program_id>/training-roster", methods=["GET", "POST"])
@gate("program.work")
def roster(program_id: UUID) -> ResponseReturnValue:
    """Who has learned what, by number. A table is looked at first, then taken in."""
    view = _view(program_id)
    form = RosterForm()
    page: dict[str, Any] = {"form": form, "view": view, "found": None, "shown": SHOWN}
    if not form.is_submitted():
        return _roster_page(program_id, page)
    if not form.validate():
        return _roster_page(program_id, page), 422
    try:
        if request.form.get("step") != "take":
            return _roster_page(program_id, page | {"found": r.read_roster(form.table.data)})
        done = r.import_roster(actor(), program_id, form.table.data)
    except Refused as refused:
        form.refuse(refused)
        return _roster_page(program_id, page), 422
    people = ngettext("%(num)s person is new", "%(num)s people are new", done.new)
    courses = ngettext("%(num)s training is new", "%(num)s trainings are new", done.trainings)
    flash(_("Taken in: %(people)s, %(courses)s.", people=people, courses=courses))
    return redirect(url_for("readiness.roster", program_id=program_id), 303)


@blueprint.route("/programs/<uuid:program_id>/monthly-totals", methods=["GET", "POST"])
@gate("program.work")
def totals(program_id: UUID) -> ResponseReturnValue:
    """Uses of force, people hurt and SWAT call-outs: one number for a month."""
    view = _view(program_id)
    form = totals_form()
    form.month.choices = months_back(today(), 24, begun=False)
    page: dict[str, Any] = {
        "form": form,
        "view": view,
        "months": r.totals_for(actor(), program_id),
    } | _words()
    if not form.is_submitted():
        return render_template("readiness/totals.html", **page)
    try:
        if not form.validate():
            return render_template("readiness/totals.html", **page), 422
        r.record_totals(actor(), program_id, month_of(form.month.data), form.counts())
    except Refused as refused:
        form.refuse(refused)
        return render_template("readiness/totals.html", **page), 422
    flash(_("Kept."))
    return redirect(url_for("readiness.totals", program_id=program_id), 303)


def _view(program_id: UUID) -> r.ReadinessView:
    try:
        return r.readiness_for(actor(), program_id)
    except NotHere:
        abort(404)


def _element(view: r.ReadinessView, code: str) -> r.ElementView:
    found = next((each for each in view.elements if each.element.code == code), None)
    if found is None:
        abort(404)
    return found


def _element_page(view: r.ReadinessView, found: r.ElementView, form: StatusForm) -> str:
    return render_template("readiness/element.html", view=view, found=found, form=form, **_words())


def _roster_page(program_id: UUID, page: dict[str, Any]) -> str:
    return render_template("readiness/roster.html", rows=r.roster_for(actor(), program_id), **page)


def _words() -> dict[str, object]:
    return {
        "status_words": r.STATUS_WORDS,
        "evidence_words": r.EVIDENCE_WORDS,
        "total_words": r.TOTAL_WORDS,
        "looks": {"in_place": "yes", "partial": "limited", "not_started": "no"},
    }


def _file(ending: str) -> str:
    return f"readiness-{today():%Y-%m-%d}.{ending}"
