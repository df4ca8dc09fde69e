"""The doors of an encounter: the list of a program, one page to record it, the encounter as its reader's role sees it."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import programs as p
from portal import referrals as r
from portal.programs.models import ResponseProgram
from portal.programs.rules import RACES, SOURCES, TASK_RESULTS
from portal.store import Conflict, Refused, TooMany, clock
from portal.web import in_hand
from portal.web.encounter_answers import fill, given_from
from portal.web.forms import PageForm
from portal.web.forms_encounter import Choices, EncounterForm, form_for
from portal.web.gates import actor, gate
from portal.web.steps import version_of
from portal.web.words import NEED_WORDS

blueprint = Blueprint("encounters", __name__)

NOTED: dict[str, p.Moment] = {
    "dispatched": "dispatched_at",
    "on-scene": "on_scene_at",
    "cleared": "cleared_at",
}


@blueprint.get("/programs/<uuid:program_id>/encounters")
@gate("program.work")
def encounters(program_id: UUID) -> ResponseReturnValue:
    """What a program met: what goes on first, then the newest."""
    program = _program(program_id)
    before = _last(request.args.get("before"), request.args.get("after"))
    found = p.encounters_for(actor(), program_id, before=before)
    going_on = [] if before else p.encounters_for(actor(), program_id, open_only=True)
    return render_template(
        "encounters/encounters.html",
        program=program,
        going_on=going_on,
        ended=[view for view in found if view.ended],
        last=found[-1].row if len(found) == p.LISTED else None,
        may_import="supervisor" in p.roles_in(actor(), program),
    )


@blueprint.route("/programs/<uuid:program_id>/encounters/new", methods=["GET", "POST"])
@gate("program.work")
def new(program_id: UUID) -> ResponseReturnValue:
    """Record one: coded, on one page. With its end it is done; without, it goes on."""
    program = _program(program_id)
    if program.turned_off_at and request.method == "GET":
        flash(p.redirect_words(program))
        return redirect(url_for("programs.program", program_id=program_id), 303)
    preset, roles = p.preset_of(program), p.roles_in(actor(), program)
    form = _form(program, roles, says_would=p.may_say(preset, roles), may_end=not p.said_first(preset).first)
    if request.method == "GET":
        form.once.data = str(uuid4())
        fill(
            form, p.EncounterFacts("", clock.now(), district_id=p.last_district(actor(), program_id)), preset
        )
        return _form_page(form, program)
    if not form.validate():
        return _form_page(form, program), 422
    try:
        found = p.record_encounter(
            actor(), program_id, given_from(form, preset, None), once=_uuid(form.once.data, "once")
        )
    except r.NotHere:
        abort(404)
    except Refused as refused:
        form.refuse(refused)
        return _form_page(form, program), 422
    except TooMany as many:
        form.refuse(Refused(many.reason))
        return _form_page(form, program), 429, {"Retry-After": str(many.seconds)}
    flash(_("Saved."))
    return redirect(url_for("encounters.encounter", encounter_id=found), 303)


@blueprint.get("/encounters/<uuid:encounter_id>")
@gate("program.work")
def encounter(encounter_id: UUID) -> ResponseReturnValue:
    """One encounter: as the reader's role sees it, what came of it, and the next step."""
    return _page(_view(encounter_id))


@blueprint.route("/encounters/<uuid:encounter_id>/change", methods=["GET", "POST"])
@gate("program.work")
def change(encounter_id: UUID) -> ResponseReturnValue:
    """Say how it ended, or correct it. What stood before is kept."""
    view = _view(encounter_id)
    form = _form(view.program, view.roles, says_would=view.says_would, may_end=True, view=view)
    if request.method == "GET":
        form.version.data = str(view.version)
        stands = p.given_of(view.row)
        if not view.ended and stands.cleared_at is None:
            stands = replace(stands, cleared_at=clock.now())
        fill(form, stands, view.preset)
        return _form_page(form, view.program, view)
    if not form.validate():
        return _form_page(form, view.program, view), 422
    try:
        given = given_from(form, view.preset, view)
        p.change_encounter(actor(), encounter_id, given, version=version_of(form))
    except r.NotHere:
        abort(404)
    except Refused as refused:
        form.refuse(refused)
        return _form_page(form, view.program, view), 422
    except Conflict as conflict:
        return _page(_view(encounter_id), conflict.reason), 409
    flash(_("Saved."))
    return redirect(url_for("encounters.encounter", encounter_id=encounter_id), 303)


@blueprint.post("/encounters/<uuid:encounter_id>/times/<string:which>")
@gate("program.work")
def time(encounter_id: UUID, which: str) -> ResponseReturnValue:
    """One tap: sent out, on scene, done. The time is the server's."""
    view = _view(encounter_id)
    if which not in NOTED:
        abort(404)
    return _pressed(view, lambda form: p.note_time(actor(), view.id, NOTED[which], version=version_of(form)))


@blueprint.post("/encounters/<uuid:encounter_id>/signatures/<string:role>")
@gate("program.work")
def signature(encounter_id: UUID, role: str) -> ResponseReturnValue:
    """The reader signs in one of their roles."""
    view = _view(encounter_id)
    return _pressed(view, lambda _form: p.sign_encounter(actor(), view.id, role))


@blueprint.post("/encounters/<uuid:encounter_id>/referral")
@gate("program.work")
def referral(encounter_id: UUID) -> ResponseReturnValue:
    """Look for a service for the person who was met: what is sent next is tied to this encounter."""
    view = _view(encounter_id)
    if not view.may_refer:
        return _page(view, _("An arrest is never recorded beside a person.")), 422
    in_hand.take(view.id)
    flash(_("What you send next belongs to this call."))
    return redirect("/", 303)


@blueprint.post("/encounters/<uuid:encounter_id>/needs/<uuid:need_id>")
@gate("program.work")
def tied(encounter_id: UUID, need_id: UUID) -> ResponseReturnValue:
    """A referral that was sent before, or a call written down, came of this encounter."""
    view = _view(encounter_id)
    return _pressed(view, lambda _form: p.tie_need(actor(), view.id, need_id))


class PressForm(PageForm):
    """A button; the version is the one that the page showed."""

    version = EncounterForm.version


def _pressed(view: p.EncounterView, act: Any) -> ResponseReturnValue:
    try:
        act(PressForm())
    except r.NotHere:
        abort(404)
    except Refused as refused:
        return _page(view, refused.reason), 422
    except Conflict as conflict:
        return _page(_view(view.id), conflict.reason), 409
    return redirect(url_for("encounters.encounter", encounter_id=view.id), 303)


def _program(program_id: UUID) -> ResponseProgram:
    """The program, for who works in it."""
    program = p.program_for(actor(), program_id)
    if (
        program is None
        or not p.roles_in(actor(), program)
        or "encounters" not in p.preset_of(program).modules
    ):
        abort(404)
    return program


def _view(encounter_id: UUID) -> p.EncounterView:
    view = p.encounter_for(actor(), encounter_id)
    if view is None:
        abort(404)
    return view


def _form(
    program: ResponseProgram,
    roles: frozenset[str],
    *,
    says_would: bool,
    may_end: bool,
    view: p.EncounterView | None = None,
) -> EncounterForm:
    districts: Choices = [(str(each.id), each.name) for each in p.districts_of(program)]
    return form_for(
        p.preset_of(program), roles, districts, says_would=says_would, may_end=may_end, new=view is None
    )


def _form_page(form: EncounterForm, program: ResponseProgram, view: p.EncounterView | None = None) -> str:
    return render_template(
        "encounters/form.html",
        form=form,
        program=program,
        preset=p.preset_of(program),
        view=view,
        back=url_for("encounters.encounter", encounter_id=view.id)
        if view
        else url_for("encounters.encounters", program_id=program.id),
    )


def _page(view: p.EncounterView, moved_on: str = "") -> str:
    needs = [r.need_for(actor(), tie.need_id) for tie in view.row.needs]
    return render_template(
        "encounters/encounter.html",
        view=view,
        row=view.row,
        preset=view.preset,
        moved_on=moved_on,
        needs=[need for need in needs if need is not None],
        others=sum(need is None for need in needs),
        loose=p.loose_needs(actor(), view) if in_hand.may_send() else (),
        may_send=in_hand.may_send(),
        may_sign=[code for code in view.missing if code in view.roles],
        has_signed={signed.account_id for signed in view.row.signatures},
        roles={role.code: role.label for role in view.preset.roles},
        source_words=SOURCES,
        race_words=RACES,
        need_words=NEED_WORDS,
        tasks=p.tasks_of_call(actor(), view.id),
        result_words=TASK_RESULTS,
    )


def _last(moment: str | None, last: str | None) -> tuple[datetime, UUID] | None:
    """Where a page of the list ended, out of an address; None for anything that is none."""
    try:
        found = datetime.fromisoformat(moment or ""), UUID(last or "")
    except ValueError:
        return None
    return found if found[0].tzinfo else None


def _uuid(text: str | None, field: str) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        raise Refused(_("This form is too old. Open it again."), field) from None
