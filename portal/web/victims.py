"""The doors of victim help: victims' own records for the workers whose they are, and advocates called to a scene."""

from uuid import UUID

from flask import Blueprint, abort, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import programs
from portal.programs import victims as v
from portal.programs.models import ResponseProgram
from portal.store import Refused, clock
from portal.web.forms import PageForm
from portal.web.forms_profiles import uuid_of
from portal.web.forms_victims import AdvocateForm, ArrivalForm, VisitForm, counts_form, month_of, months_back
from portal.web.gates import actor, gate
from portal.web.moments import from_wall, local, today
from portal.web.pressing import saved

blueprint = Blueprint("victims", __name__)


@blueprint.route("/programs/<uuid:program_id>/victim-needs", methods=["GET", "POST"])
@gate("program.work")
def needs(program_id: UUID) -> ResponseReturnValue:
    """What victims needed, for the program's own workers. For everybody else, police too, it is not there."""
    form = VisitForm()
    if not form.is_submitted():
        form.on_day.data = today()
        return _needs_page(program_id, form)

    def act() -> None:
        day = form.on_day.data or today()
        given = v.VictimGiven(day, tuple(form.needs.data or ()), tuple(form.met.data or ()))
        v.record_visit(actor(), program_id, given)
        flash(_("Recorded. Nothing leads from it to a person or a call."))

    return saved(
        form, act, lambda reason: _needs_page(program_id, form, reason), lambda: _here("needs", program_id)
    )


@blueprint.post("/programs/<uuid:program_id>/victim-needs/<uuid:visit_id>/withdrawal")
@gate("program.work")
def withdrawal(program_id: UUID, visit_id: UUID) -> ResponseReturnValue:
    """It was entered in error."""
    return saved(
        PageForm(),
        lambda: v.withdraw_visit(actor(), program_id, visit_id),
        lambda reason: _needs_page(program_id, VisitForm(formdata=None, on_day=today()), reason),
        lambda: _here("needs", program_id),
    )


@blueprint.route("/programs/<uuid:program_id>/advocate-calls", methods=["GET", "POST"])
@gate("program.work")
def calls(program_id: UUID) -> ResponseReturnValue:
    """Call an advocate; and the calls: for police that one was made and when, for advocates their own part too."""
    form = AdvocateForm()
    if not form.is_submitted():
        return _calls_page(program_id, form)

    def act() -> None:
        v.call_advocate(actor(), program_id, uuid_of(form.district_id.data))
        flash(_("The advocates are told. From here on it is theirs."))

    return saved(
        form, act, lambda reason: _calls_page(program_id, form, reason), lambda: _here("calls", program_id)
    )


@blueprint.post("/advocate-calls/<uuid:call_id>/arrival")
@gate("program.work")
def arrival(call_id: UUID) -> ResponseReturnValue:
    """An advocate says when she came."""
    form = ArrivalForm()
    program_id = uuid_of(form.program_id.data)
    if program_id is None:
        abort(404)

    def act() -> None:
        at = from_wall(form.arrived_at.data)
        if at is None:
            raise Refused(_("Write the time."), "arrived_at")
        v.record_arrival(actor(), call_id, at)
        flash(_("Written down, for the advocates alone."))

    def page(reason: str) -> str:
        return _calls_page(program_id, AdvocateForm(formdata=None), reason, call_id, form)

    return saved(form, act, page, lambda: _here("calls", program_id))


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

    def page(reason: str = "") -> str:
        rows = v.advocate_counts(actor(), program_id)
        return render_template(
            "victims/counts.html", form=form, program=program, rows=rows, labels=labels, moved_on=reason
        )

    def act() -> None:
        v.count_month(actor(), program_id, month_of(form.month.data), form.counts())
        flash(_("Kept."))

    if not form.is_submitted():
        return page()
    return saved(form, act, page, lambda: _here("counts", program_id))


def _needs_page(program_id: UUID, form: VisitForm, reason: str = "") -> str:
    program = _program(program_id)
    options = v.victim_options(program)
    if options is None:
        abort(404)
    form.needs.choices = form.met.choices = [(choice.code, choice.label) for choice in options.needs]
    return render_template(
        "victims/needs.html",
        form=form,
        program=program,
        rows=v.visits_for(actor(), program_id),
        labels={choice.code: choice.label for choice in options.needs},
        moved_on=reason,
    )


def _calls_page(
    program_id: UUID,
    form: AdvocateForm,
    reason: str = "",
    call_id: UUID | None = None,
    arrived: ArrivalForm | None = None,
) -> str:
    """arrived: what was typed of the call `call_id`, with what is wrong with it."""
    program = _program(program_id)
    options = v.advocate_options(program)
    if options is None:
        abort(404)
    districts = programs.districts_of(program)
    form.district_id.choices = [("", _("Not said")), *((str(each.id), each.name) for each in districts)]
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
        moved_on=reason,
        call_id=call_id,
        arrived=arrived,
    )


def _here(page: str, program_id: UUID) -> str:
    return url_for(f"victims.{page}", program_id=program_id)


def _program(program_id: UUID) -> ResponseProgram:
    program = programs.program_for(actor(), program_id)
    if program is None or not programs.roles_in(actor(), program):
        abort(404)
    return program
