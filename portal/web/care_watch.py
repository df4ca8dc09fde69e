"""The doors of the care watch: for whom the team looks out, and for how long."""

from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import programs as p
from portal import referrals as r
from portal.programs import teams as t
from portal.store import Refused
from portal.web.forms import PageForm
from portal.web.forms_dispatch import WatchForm
from portal.web.gates import actor, gate
from portal.web.pressing import saved

blueprint = Blueprint("care_watch", __name__)


@blueprint.get("/programs/<uuid:program_id>/care-watch")
@gate("program.work")
def care_watch(program_id: UUID) -> ResponseReturnValue:
    """For whom the team is asked to look out now."""
    return _list_page(program_id)


@blueprint.route("/encounters/<uuid:encounter_id>/care-watch", methods=["GET", "POST"])
@gate("program.work")
def watching(encounter_id: UUID) -> ResponseReturnValue:
    """Put whoever was met on the care-watch list, for some days."""
    view = p.encounter_for(actor(), encounter_id)
    options = t.options_for(view.program) if view is not None else None
    if view is None or options is None or options.watch is None:
        abort(404)
    form = WatchForm()
    form.signs.choices = [(each.code, each.label) for each in options.watch.signs]
    if request.method == "GET":
        form.days.data = options.watch.days
        return render_template("dispatch/watching.html", form=form, view=view)
    if form.validate():
        try:
            t.add_watch(
                actor(),
                encounter_id,
                form.signs.data or (),
                agreed=form.agreed.data,
                days=form.days.data or 0,
            )
            flash(_("Saved. The team sees it."))
            return redirect(url_for("care_watch.care_watch", program_id=view.program.id), 303)
        except r.NotHere:
            abort(404)
        except Refused as refused:
            form.refuse(refused)
    return render_template("dispatch/watching.html", form=form, view=view), 422


@blueprint.post("/programs/<uuid:program_id>/care-watch/<uuid:watch_id>/ending")
@gate("program.work")
def unwatching(program_id: UUID, watch_id: UUID) -> ResponseReturnValue:
    """They need not be looked out for any more."""
    return saved(
        PageForm(),
        lambda: t.end_watch(actor(), watch_id),
        lambda reason: _list_page(program_id, reason),
        lambda: url_for("care_watch.care_watch", program_id=program_id),
    )


def _list_page(program_id: UUID, reason: str = "") -> str:
    program = p.program_for(actor(), program_id)
    options = t.options_for(program) if program is not None else None
    if program is None or options is None or options.watch is None or not p.roles_in(actor(), program):
        abort(404)
    found = t.watch_for(actor(), program)
    return render_template("dispatch/watch.html", program=program, found=found, moved_on=reason)
