"""The doors of a drop-off: here, and gone."""

from uuid import UUID, uuid4

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import programs as p
from portal import referrals as r
from portal.programs import teams as t
from portal.programs.dispatch.rules import DROP_OFF_RESULTS
from portal.programs.models import ResponseProgram
from portal.store import Refused, TooMany
from portal.web.forms_dispatch import ArriveForm, ReleaseForm
from portal.web.gates import actor, gate
from portal.web.moments import from_wall
from portal.web.pressing import saved
from portal.web.steps import version_of

blueprint = Blueprint("drop_offs", __name__)


@blueprint.route("/programs/<uuid:program_id>/drop-offs", methods=["GET", "POST"])
@gate("program.work")
def drop_offs(program_id: UUID) -> ResponseReturnValue:
    """At the door: one tap starts the clock. Below it the newest, those that still wait on top."""
    program = _program(program_id)
    form = ArriveForm()
    card = t.card_for(actor(), program_id)
    form.listing.choices = [
        (str(each.listing.id), each.listing.name) for each in (card.places if card else ())
    ]
    if request.method == "GET":
        form.once.data = str(uuid4())
        return _list_page(form, program)
    if not form.validate():
        return _list_page(form, program), 422
    try:
        found = t.arrive_at(
            actor(),
            program_id,
            UUID(form.listing.data),
            at=from_wall(form.arrived_at.data),
            once=_uuid(form.once.data),
        )
    except r.NotHere:
        abort(404)
    except (Refused, TooMany) as refused:
        form.refuse(refused if isinstance(refused, Refused) else Refused(refused.reason))
        return _list_page(form, program), 422
    return redirect(url_for("drop_offs.drop_off", drop_off_id=found), 303)


@blueprint.route("/drop-offs/<uuid:drop_off_id>", methods=["GET", "POST"])
@gate("program.work")
def drop_off(drop_off_id: UUID) -> ResponseReturnValue:
    """The running clock, and the two ways in which it ends."""
    form = ReleaseForm()
    if request.method == "GET":
        return _drop_off_page(form, drop_off_id)
    return saved(
        form,
        lambda: t.release(
            actor(),
            drop_off_id,
            form.result.data or "",
            version=version_of(form),
            at=from_wall(form.released_at.data),
        ),
        lambda reason: _drop_off_page(form, drop_off_id, reason),
        lambda: url_for("drop_offs.drop_off", drop_off_id=drop_off_id),
    )


def _program(program_id: UUID) -> ResponseProgram:
    program = p.program_for(actor(), program_id)
    options = t.options_for(program) if program is not None else None
    if program is None or options is None or not options.drop_off or not p.roles_in(actor(), program):
        abort(404)
    return program


def _drop_off_page(form: ReleaseForm, drop_off_id: UUID, reason: str = "") -> str:
    """What stands now; a second press goes by what this page shows."""
    view = t.drop_off_for(actor(), drop_off_id)
    if view is None:
        abort(404)
    form.version.data = str(view.row.version)
    return render_template(
        "dispatch/drop_off.html", form=form, view=view, results=DROP_OFF_RESULTS, moved_on=reason
    )


def _list_page(form: ArriveForm, program: ResponseProgram) -> str:
    return render_template(
        "dispatch/drop_offs.html",
        form=form,
        program=program,
        found=t.drop_offs_for(actor(), program),
        results=DROP_OFF_RESULTS,
    )


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
