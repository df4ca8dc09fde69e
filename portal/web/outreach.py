"""The doors of outreach days, and of the officer's two taps."""

from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import programs as p
from portal import referrals as r
from portal.programs.models import ResponseProgram
from portal.programs.rules import OUTREACH_KINDS
from portal.store import Refused, TooMany, db
from portal.web.forms_tasks import FlagForm, OutreachForm, outreach_form
from portal.web.gates import actor, gate
from portal.web.moments import today

blueprint = Blueprint("outreach", __name__)


@blueprint.route("/programs/<uuid:program_id>/outreach-days", methods=["GET", "POST"])
@gate("program.work")
def days(program_id: UUID) -> ResponseReturnValue:
    """Days on which the team went where overdoses cluster, or opened its doors: numbers alone."""
    program = _program(program_id)
    kinds = p.task_options(p.preset_of(program)).outreach
    if not kinds:
        abort(404)
    districts = {str(each.district_id): each.district.name for each in program.districts}
    form = outreach_form(kinds, list(districts.items()))
    if not form.is_submitted():
        form.day.data = today()
        return _days(form, program)
    if not form.validate():
        return _days(form, program), 422
    try:
        p.record_outreach(
            actor(),
            program_id,
            form.kind.data,
            form.day.data,
            UUID(form.district.data),
            form.people.data,
            form.kits.data,
        )
    except Refused as refused:
        form.refuse(refused)
        return _days(form, program), 422
    flash(_("Saved."))
    return redirect(url_for("outreach.days", program_id=program_id), 303)


@blueprint.route("/programs/<uuid:program_id>/flags", methods=["GET", "POST"])
@gate("program.work")
def flags(program_id: UUID) -> ResponseReturnValue:
    """Two taps: this page, and what it is about. A social worker's task follows."""
    program = _program(program_id)
    preset = p.preset_of(program)
    if p.task_options(preset).flag is None:
        abort(404)
    form = FlagForm()
    form.district.choices = [(str(each.district_id), each.district.name) for each in program.districts]
    if not form.is_submitted():
        return render_template("tasks/flag.html", form=form, program=program, preset=preset)
    if not form.validate():
        return render_template("tasks/flag.html", form=form, program=program, preset=preset), 422
    try:
        found = p.flag_person(
            actor(),
            program_id,
            form.response_type.data or "",
            reference=(form.reference.data or "").strip(),
            district_id=UUID(form.district.data) if form.district.data else None,
        )
    except r.NotHere:
        abort(404)
    except (Refused, TooMany) as refused:
        form.refuse(refused if isinstance(refused, Refused) else Refused(refused.reason))
        return render_template("tasks/flag.html", form=form, program=program, preset=preset), 422
    flash(_("Passed on. A social worker has it now."))
    return redirect(url_for("encounters.encounter", encounter_id=found), 303)


def _program(program_id: UUID) -> ResponseProgram:
    row = db.session.get(ResponseProgram, program_id)
    if row is None or not p.roles_in(actor(), row):
        abort(404)
    return row


def _days(form: OutreachForm, program: ResponseProgram) -> str:
    rows = p.outreach_of(actor(), program.id)
    return render_template(
        "tasks/outreach.html", form=form, program=program, rows=rows, kind_words=OUTREACH_KINDS
    )
