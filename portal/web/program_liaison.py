"""The doors of who leads: the liaison's inbox of an agency's programs, and extreme weather mode."""

from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import programs as p
from portal.programs.models import ResponseProgram
from portal.store import Refused
from portal.web.forms_programs import uuid_of
from portal.web.gates import actor, gate

blueprint = Blueprint("program_liaison", __name__)


@blueprint.get("/programs/<uuid:program_id>/inbox")
@gate("program.work")
def inbox(program_id: UUID) -> ResponseReturnValue:
    """Every call of the agency's programs that owes something, with its one owner."""
    return _inbox(program_id)


@blueprint.post("/programs/<uuid:program_id>/inbox/<uuid:encounter_id>")
@gate("program.work")
def owner(program_id: UUID, encounter_id: UUID) -> ResponseReturnValue:
    """Another program has the follow-up of this call from now."""
    to = uuid_of(request.form.get("owner"))
    try:
        if to is None:
            raise Refused(_("Choose one of the list."))
        p.give_follow_up(actor(), program_id, encounter_id, to)
    except Refused as refused:
        return _inbox(program_id, page_error=refused.reason), 422
    flash(_("Given."))
    return redirect(url_for("program_liaison.inbox", program_id=program_id), 303)


@blueprint.route("/programs/<uuid:program_id>/weather", methods=["GET", "POST"])
@gate("program.work")
def weather(program_id: UUID) -> ResponseReturnValue:
    """Extreme weather mode: whether it is on, since when, and the button."""
    row = _row(program_id)
    if not p.leads_weather(actor(), row):
        abort(404)
    page_error = None
    if request.method == "POST":
        try:
            p.set_weather(actor(), program_id, bool(request.form.get("on")))
            return redirect(url_for("program_liaison.weather", program_id=program_id), 303)
        except Refused as refused:
            page_error = {"page_error": refused.reason}
    page = render_template(
        "programs/weather.html",
        program=row,
        on=p.weather_is_on(row),
        windows=p.settings_of(row).weather,
        words=p.effective(row).wording.get("extreme_weather", ""),
        **(page_error or {}),
    )
    return (page, 422) if page_error else page


def _inbox(program_id: UUID, **more: str) -> str:
    rows = p.waiting_for(actor(), program_id)
    if rows is None:
        abort(404)
    row = _row(program_id)
    return render_template("programs/inbox.html", program=row, rows=rows, line=p.line_of(row), **more)


def _row(program_id: UUID) -> ResponseProgram:
    row = p.program_for(actor(), program_id)
    if row is None:
        abort(404)
    return row
