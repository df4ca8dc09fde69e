"""The doors of victim help: victims' own records for the workers whose they are, and advocates called to a scene."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import programs
from portal.programs import victims as v
from portal.programs.models import ResponseProgram
from portal.referrals import NotHere
from portal.store import Conflict, Refused, TooMany, clock
from portal.web.forms_profiles import uuid_of
from portal.web.forms_victims import AdvocateForm, ArrivalForm, VisitForm, counts_form, month_of, months_back
from portal.web.gates import actor, gate
from portal.web.moments import from_wall, local, today

blueprint = Blueprint("victims", __name__)


@blueprint.route("/programs/<uuid:program_id>/victim-needs", methods=["GET", "POST"])
@gate("program.work")
def needs(program_id: UUID) -> ResponseReturnValue:
    """What victims needed, for the program's own workers. For everybody else, police too, it is not there."""
    program = _program(program_id)
    options = v.victim_options(program)
    if options is None:
        abort(404)
    form = VisitForm()
    form.needs.choices = form.met.choices = [(choice.code, choice.label) for choice in options.needs]
    labels = {choice.code: choice.label for choice in options.needs}

    def page() -> str:
        rows = v.visits_for(actor(), program_id)
        return render_template("victims/needs.html", form=form, program=program, rows=rows, labels=labels)

    def act() -> ResponseReturnValue:
        day = form.on_day.data or today()
        given = v.VictimGiven(day, tuple(form.needs.data or ()), tuple(form.met.data or ()))
        v.record_visit(actor(), program_id, given)
        flash(_("Recorded. Nothing leads from it to a person or a call."))
        return redirect(url_for("victims.needs", program_id=program_id), 303)

    if not form.is_submitted():
        form.on_day.data = today()
    return _answered(form, page, act)


@blueprint.post("/programs/<uuid:program_id>/victim-needs/<uuid:visit_id>/withdrawal")
@gate("program.work")
def withdrawal(program_id: UUID, visit_id: UUID) -> ResponseReturnValue:
    """It was entered in error."""
    try:
        v.withdraw_visit(actor(), program_id, visit_id)
    except NotHere:
        abort(404)
    except Conflict as conflict:
        flash(conflict.reason)
    return redirect(url_for("victims.needs", program_id=program_id), 303)


@blueprint.route("/programs/<uuid:program_id>/advocate-calls", methods=["GET", "POST"])
@gate("program.work")
def calls(program_id: UUID) -> ResponseReturnValue:
    """Call an advocate; and the calls: for police that one was made and when, for advocates their own part too."""
    program = _program(program_id)
    options = v.advocate_options(program)
    if options is None:
        abort(404)
    form = AdvocateForm()
    districts = programs.districts_of(program)
    form.district_id.choices = [("", _("Not said")), *((str(each.id), each.name) for each in districts)]

    def page() -> str:
        ours, lines = v.advocate_calls(actor(), program_id)
        return render_template(
            "victims/calls.html",
            form=form,
            program=program,
            options=options,
            ours=ours,
            lines=lines,
            caller=bool(programs.roles_in(actor(), program) & {*options.callers, "supervisor"}),
            now=local(clock.now()).strftime("%Y-%m-%dT%H:%M"),
        )

    def act() -> ResponseReturnValue:
        v.call_advocate(actor(), program_id, uuid_of(form.district_id.data))
        flash(_("The advocates are told. From here on it is theirs."))
        return redirect(url_for("victims.calls", program_id=program_id), 303)

    return _answered(form, page, act)


@blueprint.post("/advocate-calls/<uuid:call_id>/arrival")
@gate("program.work")
def arrival(call_id: UUID) -> ResponseReturnValue:
    """An advocate says when she came."""
    form = ArrivalForm()
    program_id = uuid_of(form.program_id.data)
    if program_id is None:
        abort(404)
    at = from_wall(form.arrived_at.data) if form.validate() else None
    try:
        if at is None:
            raise Refused(_("Write the time."))
        v.record_arrival(actor(), call_id, at)
        flash(_("Written down, for the advocates alone."))
    except NotHere:
        abort(404)
    except (Refused, Conflict) as wrong:
        flash(wrong.reason)
    return redirect(url_for("victims.calls", program_id=program_id), 303)


@blueprint.route("/programs/<uuid:program_id>/advocate-counts", methods=["GET", "POST"])
@gate("program.work")
def counts(program_id: UUID) -> ResponseReturnValue:
    """What the advocates counted in a month: numbers, of nobody. For them alone."""
    program = _program(program_id)
    options = v.advocate_options(program)
    if options is None:
        abort(404)
    form = counts_form(options.counted)
    form.month.choices = months_back(today(), 13)
    labels = {choice.code: choice.label for choice in options.counted}

    def page() -> str:
        rows = v.advocate_counts(actor(), program_id)
        return render_template("victims/counts.html", form=form, program=program, rows=rows, labels=labels)

    def act() -> ResponseReturnValue:
        v.count_month(actor(), program_id, month_of(form.month.data), form.counts())
        flash(_("Kept."))
        return redirect(url_for("victims.counts", program_id=program_id), 303)

    return _answered(form, page, act)


def _answered(
    form: Any, page: Callable[[], str], act: Callable[[], ResponseReturnValue]
) -> ResponseReturnValue:
    """GET shows; a POST acts, or shows what is wrong with what was typed. 404 for who may not even look."""
    try:
        if not form.is_submitted():
            return page()
        if not form.validate():
            return page(), 422
        return act()
    except NotHere:
        abort(404)
    except Refused as refused:
        form.refuse(refused)
        return page(), 422
    except TooMany as many:
        form.refuse(Refused(many.reason))
        return page(), 429


def _program(program_id: UUID) -> ResponseProgram:
    program = programs.program_for(actor(), program_id)
    if program is None or not programs.roles_in(actor(), program):
        abort(404)
    return program
