"""The doors of the weekly case conference: each seat sees of a meeting what it needs to know."""

from datetime import date
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import HiddenField, RadioField
from wtforms.validators import InputRequired

from portal import programs as p
from portal import referrals as r
from portal.store import Conflict, Refused
from portal.web.forms import PageForm
from portal.web.forms_met import CHOOSE
from portal.web.gates import actor, gate
from portal.web.moments import today

blueprint = Blueprint("conferences", __name__)


class DecideForm(PageForm):
    encounter_id = HiddenField()
    outcome = RadioField("", choices=[], validators=[InputRequired(CHOOSE)], validate_choice=False)


@blueprint.get("/programs/<uuid:program_id>/conferences")
@gate("program.work")
def conferences(program_id: UUID) -> ResponseReturnValue:
    """The next one."""
    meets_on = p.next_conference(actor(), program_id)
    if meets_on is None:
        abort(404)
    return redirect(
        url_for("conferences.conference", program_id=program_id, meets_on=meets_on.isoformat()), 303
    )


@blueprint.route("/programs/<uuid:program_id>/conferences/<string:meets_on>", methods=["GET", "POST"])
@gate("program.work")
def conference(program_id: UUID, meets_on: str) -> ResponseReturnValue:
    """One day's list; POST writes down what was decided about one meeting of it."""
    try:
        day = date.fromisoformat(meets_on)
    except ValueError:
        abort(404)
    if request.method == "GET":
        return _page(program_id, day)
    form = DecideForm()
    if not form.validate():
        return _page(program_id, day, _("Choose one.")), 422
    try:
        p.decide_item(actor(), program_id, day, _uuid(form.encounter_id.data), form.outcome.data)
    except r.NotHere:
        abort(404)
    except Refused as refused:
        return _page(program_id, day, refused.reason), 422
    except Conflict as conflict:
        return _page(program_id, day, conflict.reason), 409
    flash(_("Saved."))
    return redirect(url_for("conferences.conference", program_id=program_id, meets_on=meets_on), 303)


def _page(program_id: UUID, day: date, reason: str = "") -> str:
    found = p.conference_for(actor(), program_id, day)
    if found is None:
        abort(404)
    return render_template(
        "met/conference.html",
        conference=found,
        preset=p.effective(found.program),
        day=today(),
        moved_on=reason,
    )


def _uuid(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        abort(404)
