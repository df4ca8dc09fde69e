"""The doors of the family line: what families told, and a new call."""

from uuid import UUID

from flask import Blueprint, abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import programs as p
from portal.web.forms_met import FamilyForm, VersionForm
from portal.web.gates import actor, gate
from portal.web.pressing import saved
from portal.web.steps import version_of

blueprint = Blueprint("family_line", __name__)


@blueprint.get("/programs/<uuid:program_id>/family-notes")
@gate("program.work")
def notes(program_id: UUID) -> ResponseReturnValue:
    """What stands, and which calls back are owed. No word of it."""
    return _notes_page(program_id)


@blueprint.route("/programs/<uuid:program_id>/family-notes/new", methods=["GET", "POST"])
@gate("program.work")
def new(program_id: UUID) -> ResponseReturnValue:
    """A family calls."""
    if p.family_notes_for(actor(), program_id) is None:
        abort(404)
    program, form = p.program_for(actor(), program_id), FamilyForm()

    def page(reason: str) -> str:
        return render_template("met/family_call.html", program=program, form=form, moved_on=reason)

    if request.method == "GET":
        return page("")
    return saved(
        form,
        lambda: p.take_family_call(actor(), program_id, _call(form)),
        page,
        lambda: url_for("family_line.notes", program_id=program_id),
    )


@blueprint.get("/family-notes/<uuid:note_id>")
@gate("program.work")
def note(note_id: UUID) -> ResponseReturnValue:
    """One note with its words; written down."""
    found = p.open_family_note(actor(), note_id)
    if found is None:
        abort(404)
    return render_template("met/family_note.html", view=found[0], opened=found[1])


@blueprint.post("/family-notes/<uuid:note_id>/end")
@gate("program.work")
def end(note_id: UUID) -> ResponseReturnValue:
    """The family takes it back, or it is no longer true."""
    found, form = p.open_family_note(actor(), note_id), VersionForm()
    if found is None:
        abort(404)
    program_id = found[0].program.id

    def act() -> None:
        p.end_note(actor(), note_id, version=version_of(form))
        flash(_("Taken back. Its words are erased."))

    return saved(
        form,
        act,
        lambda reason: _notes_page(program_id, reason),
        lambda: url_for("family_line.notes", program_id=program_id),
    )


def _notes_page(program_id: UUID, reason: str = "") -> str:
    found = p.family_notes_for(actor(), program_id)
    if found is None:
        abort(404)
    return render_template(
        "met/family_notes.html", program=p.program_for(actor(), program_id), notes=found, moved_on=reason
    )


def _call(form: FamilyForm) -> p.FamilyCall:
    return p.FamilyCall(
        about=p.ToldPerson(form.name.data or "", form.born.data, form.phone.data or ""),
        helps=form.helps.data or "",
        person_agrees=form.person_agrees.data or "",
        caller_name=form.caller_name.data or "",
        caller_phone=form.caller_phone.data or "",
    )
