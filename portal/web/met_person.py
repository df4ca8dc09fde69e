"""The doors of a person who was met: named at a call, and what is known here of them while it is that call."""

from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import programs as p
from portal import referrals as r
from portal.store import Conflict, Refused
from portal.web.forms_met import MetForm, VersionForm
from portal.web.gates import actor, gate
from portal.web.pressing import saved

blueprint = Blueprint("met_person", __name__)


@blueprint.route("/encounters/<uuid:encounter_id>/person", methods=["GET", "POST"])
@gate("program.work")
def person(encounter_id: UUID) -> ResponseReturnValue:
    """Say who was met, once; it leads to what is known of them. Where somebody is named already: that, and no name."""
    view = _view(encounter_id)
    form = MetForm()

    def page(reason: str) -> str:
        return render_template("met/person.html", view=view, form=form, moved_on=reason)

    if request.method == "GET":
        return page("")
    told = p.ToldPerson(form.name.data or "", form.born.data, form.phone.data or "")
    return saved(
        form,
        lambda: p.meet_person(actor(), encounter_id, told),
        page,
        lambda: url_for("met_person.known", encounter_id=encounter_id),
    )


@blueprint.get("/encounters/<uuid:encounter_id>/known")
@gate("program.work")
def known(encounter_id: UUID) -> ResponseReturnValue:
    """The plan that the person agreed to, and what their family told. Each look is written down."""
    view = _view(encounter_id)
    try:
        found = p.known_at(actor(), encounter_id)
    except r.NotHere:
        abort(404)
    return render_template("met/known.html", view=view, known=found)


@blueprint.post("/encounters/<uuid:encounter_id>/person/look")
@gate("program.work")
def look(encounter_id: UUID) -> ResponseReturnValue:
    """Who it is, for the few who may see it; written down."""
    view = _view(encounter_id)
    found = p.open_met(actor(), encounter_id)
    if found is None:
        abort(404)
    return render_template(
        "met/opened.html",
        person=found,
        heading=_("Who was met"),
        back=url_for("encounters.encounter", encounter_id=view.id),
    )


@blueprint.post("/encounters/<uuid:encounter_id>/person/removal")
@gate("program.work")
def removal(encounter_id: UUID) -> ResponseReturnValue:
    """The wrong person, or they said no after all."""
    view = _view(encounter_id)
    form = VersionForm()
    try:
        p.forget_met_person(actor(), encounter_id)
    except r.NotHere:
        abort(404)
    except (Refused, Conflict) as refused:
        page = render_template("met/person.html", view=view, form=form, moved_on=refused.reason)
        return page, 422
    flash(_("Taken back. Nobody is named here."))
    return redirect(url_for("encounters.encounter", encounter_id=encounter_id), 303)


def _view(encounter_id: UUID) -> p.EncounterView:
    """The call, for who works in its program, where the program names people."""
    view = p.encounter_for(actor(), encounter_id)
    if view is None or p.persons_of(view.preset) is None:
        abort(404)
    return view
