"""The doors of who looks at a profile: with an open call in hand, found by its phone or address, each look in its owner's sight."""

from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.programs import profiles as p
from portal.programs import program_for
from portal.programs.models import ResponseProgram
from portal.referrals import NotHere
from portal.store import Refused, TooMany
from portal.web.forms import PageForm
from portal.web.forms_profiles import LookForm, RemovalForm, uuid_of
from portal.web.gates import actor, gate
from portal.web.pressing import saved

blueprint = Blueprint("profile_looks", __name__)


@blueprint.route("/programs/<uuid:program_id>/profile-looks", methods=["GET", "POST"])
@gate("program.work")
def looks(program_id: UUID) -> ResponseReturnValue:
    """Look for the profile of a call. 404 for roles that may not."""
    program = _program(program_id)
    if not p.may_look(actor(), program):
        if p.may_keep(actor(), program):
            return redirect(url_for("profile_looks.removals", program_id=program_id), 303)
        abort(404)
    form = LookForm()
    calls = list(p.open_calls(actor(), program))
    form.offer(calls)
    page = {"form": form, "program": program, "calls": calls, "missed": False}
    if not form.is_submitted():
        return render_template("profiles/looks.html", mine=p.looks_today(actor(), program), **page)
    if not form.validate():
        return render_template("profiles/looks.html", mine=(), **page), 422
    try:
        found = p.look_up(
            actor(), program_id, uuid_of(form.call.data), form.phone.data or "", form.address.data or ""
        )
    except Refused as refused:
        form.refuse(refused)
        return render_template("profiles/looks.html", mine=(), **page), 422
    except TooMany as many:
        form.refuse(Refused(many.reason))
        return render_template("profiles/looks.html", mine=(), **page), 429
    except NotHere:
        abort(404)
    if len(found) == 1:
        return redirect(url_for("profile_looks.look", look_id=found[0]), 303)
    mine = p.looks_today(actor(), program) if found else ()
    return render_template("profiles/looks.html", mine=mine, **(page | {"missed": not found}))


@blueprint.get("/profile-looks/<uuid:look_id>")
@gate("program.work")
def look(look_id: UUID) -> str:
    """What the family has told, for as long as the call is open."""
    view = p.look_for(actor(), look_id)
    if view is None:
        abort(404)
    return render_template("profiles/look.html", view=view)


@blueprint.route("/profile-looks/<uuid:look_id>/flyer", methods=["GET", "POST"])
@gate("program.work")
def flyer(look_id: UUID) -> ResponseReturnValue:
    """The person is missing. POST makes the flyer, which the family sees; GET is its page, to print."""
    view = p.look_for(actor(), look_id)
    if view is None:
        abort(404)
    form = PageForm()
    if form.is_submitted():
        return saved(
            form,
            lambda: p.make_flyer(actor(), look_id),
            lambda _reason: render_template("profiles/look.html", view=view, form=form),
            lambda: url_for("profile_looks.flyer", look_id=look_id),
        )
    if view.flyer_at is None:
        abort(404)
    return render_template("profiles/flyer.html", view=view)


@blueprint.post("/profile-looks/<uuid:look_id>/recovery")
@gate("program.work")
def recovery(look_id: UUID) -> ResponseReturnValue:
    """The person is safe: what helps from now on stands on the page."""
    try:
        p.record_found(actor(), look_id)
    except NotHere:
        abort(404)
    flash(_("Good. Below is what can help this family from now on."))
    return redirect(url_for("profile_looks.look", look_id=look_id), 303)


@blueprint.route("/programs/<uuid:program_id>/profile-removals", methods=["GET", "POST"])
@gate("program.work")
def removals(program_id: UUID) -> ResponseReturnValue:
    """Take a profile away because its owner asks. Whoever does it sees nothing of it."""
    program = _program(program_id)
    if not p.may_keep(actor(), program):
        abort(404)
    form = RemovalForm()
    if not form.validate_on_submit():
        page = render_template("profiles/removals.html", form=form, program=program)
        return page, 422 if form.errors else 200
    try:
        p.remove_on_request(actor(), program_id, form.reference.data)
    except Refused as refused:
        form.refuse(refused)
        return render_template("profiles/removals.html", form=form, program=program), 422
    flash(_("Deleted. Tell the family."))
    return redirect(url_for("profile_looks.removals", program_id=program_id), 303)


def _program(program_id: UUID) -> ResponseProgram:
    program = program_for(actor(), program_id)
    if program is None or p.options_of_program(program) is None:
        abort(404)
    return program
