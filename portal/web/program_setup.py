"""The steward's doors to a program: turn it on, set it up, turn it off. What would change is shown before it is saved."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import programs as p
from portal.outcomes import catalog
from portal.outcomes.small import small
from portal.programs import Preset
from portal.programs.models import ResponseProgram
from portal.store import Conflict, Refused
from portal.web import forms_programs as f
from portal.web.gates import actor, gate
from portal.web.steps import version_of

blueprint = Blueprint("program_setup", __name__)
HAPPENED = {
    "turn_on": _l("Turned on"),
    "turn_off": _l("Turned off"),
    "set_settings": _l("Settings changed"),
    "set_weather": _l("Extreme weather mode turned on or off"),
    "add_district": _l("A district was added"),
    "end_district": _l("A district got its last day"),
    "add_member": _l("Somebody was given a role"),
    "end_member": _l("Somebody's role got its last day"),
}


@blueprint.get("/programs/presets")
@gate("program.read")
def presets() -> ResponseReturnValue:
    """Every response model that can be turned on, and what it is."""
    return render_template("programs/presets.html", presets=p.presets().values())


@blueprint.get("/programs/presets/<string:code>")
@gate("program.read")
def preset(code: str) -> ResponseReturnValue:
    """One response model in full: who, what is asked, what is owed when, what is counted."""
    found = p.presets().get(code)
    if found is None:
        abort(404)
    return render_template("programs/preset.html", preset=found, length_words=p.length_words)


@blueprint.route("/programs/new", methods=["GET", "POST"])
@gate("program.manage")
def new() -> ResponseReturnValue:
    """Turn a preset on at an agency: first what that would do, then the button."""
    form = f.NewProgramForm()
    form.offer(p.agencies(actor()))
    if request.method == "GET":
        form.preset.data = request.args.get("preset")
        return render_template("programs/new.html", form=form)
    if request.form.get("step") == "change":
        return render_template("programs/new.html", form=form)
    if not form.validate():
        return render_template("programs/new.html", form=form), 422
    agency, found = UUID(form.organization_id.data), p.presets()[form.preset.data]
    if request.form.get("step") != "save" or form.shown.data != form.mark():
        form.shown.data = form.mark()
        return render_template(
            "programs/new_effect.html",
            form=form,
            preset=found,
            agency=dict(form.organization_id.choices)[form.organization_id.data],
            line=p.line_with(actor(), agency, found, found.owner_rank),
            length_words=p.length_words,
        )
    try:
        made = p.turn_on(actor(), agency, found.code, name=form.name.data or "")
    except Refused as refused:
        form.refuse(refused)
        return render_template("programs/new.html", form=form), 422
    flash(_("It is on. Now say where it works, and who works in it."))
    return redirect(url_for("programs.program", program_id=made), 303)


@blueprint.route("/programs/<uuid:program_id>/settings", methods=["GET", "POST"])
@gate("program.manage")
def settings(program_id: UUID) -> ResponseReturnValue:
    """What of the preset is different here."""
    row = _row(program_id)
    if p.is_missing(row):
        return render_template("programs/missing.html", program=row, reason=p.missing_words(row)), 409
    preset = p.presets()[row.preset]
    form = f.settings_form(preset, _measures(preset))()
    if request.method == "GET":
        f.fill(form, row)
        return _settings_page(form, row)
    if request.form.get("step") == "change":
        return _settings_page(form, row)
    if not form.validate():
        return _settings_page(form, row), 422
    try:
        wanted = f.wanted(form, preset)
        p.check_settings(preset, wanted)
        values: dict[str, Any] = {
            "name": form.name.data.strip(),
            "rank": form.rank.data,
            "public": bool(form.public.data),
        }
        if request.form.get("step") != "save" or form.shown.data != form.mark():
            return _effect_page(form, row, wanted, values)
        p.set_settings(actor(), program_id, wanted, version=version_of(form), **values)
    except Refused as refused:
        form.refuse(refused if refused.field in form else f.field_of(refused))
        return _settings_page(form, row), 422
    except Conflict as conflict:
        form.version.data = str(row.version)
        return _settings_page(form, row, page_error=conflict.reason), 409
    flash(_("Saved. It holds for what is recorded from now on."))
    return redirect(url_for("programs.program", program_id=program_id), 303)


@blueprint.get("/programs/<uuid:program_id>/history")
@gate("program.manage")
def history(program_id: UUID) -> str:
    """Who changed what of it and when: old and new, in the words of the settings."""
    row = _row(program_id)
    found = p.history_of(actor(), program_id, {} if p.is_missing(row) else _measures(p.presets()[row.preset]))
    return render_template("programs/history.html", program=row, history=found or [], words=HAPPENED)


@blueprint.route("/programs/<uuid:program_id>/turning-off", methods=["GET", "POST"])
@gate("program.manage")
def turning_off(program_id: UUID) -> ResponseReturnValue:
    """Turn it off: what was recorded stays, what is owed is still owed."""
    row = _row(program_id)
    form = f.TurnOffForm()
    form.offer([each for each in p.programs_for(actor()) if each.id != row.id])
    if request.method == "GET":
        form.version.data = str(row.version)
    elif form.validate():
        try:
            p.turn_off(actor(), program_id, version=version_of(form), redirect=form.redirect.data or "")
        except Refused as refused:
            form.refuse(refused)
        else:
            flash(_("It is off. What was recorded stays."))
            return redirect(url_for("programs.program", program_id=program_id), 303)
    page = render_template("programs/turning_off.html", form=form, program=row, open=_few(p.open_tasks(row)))
    return (page, 422) if form.errors else page


def _row(program_id: UUID) -> ResponseProgram:
    row = p.program_for(actor(), program_id)
    if row is None:
        abort(404)
    return row


def _measures(preset: Preset) -> dict[str, str]:
    """What each measure of the preset is called, by its id."""
    known = {entry.id: str(entry.name) for entry in catalog()}
    return {each.code: each.label or known.get(each.code, each.code) for each in preset.metrics}


def _few(count: int) -> str:
    """A small number of open tasks is not told to a steward, who is not of the agency."""
    return _("1 to 10") if small(count) else str(count)


def _settings_page(form: f.SettingsForm, row: ResponseProgram, **more: Any) -> str:
    return render_template(
        "programs/settings.html", form=form, program=row, preset=p.presets()[row.preset], **more
    )


def _effect_page(form: f.SettingsForm, row: ResponseProgram, wanted: p.Settings, values: Any) -> str:
    form.shown.data = form.mark()
    return render_template(
        "programs/settings_effect.html",
        form=form,
        program=row,
        changes=p.changes(row, wanted, _measures(p.presets()[row.preset]), **values),
        open=_few(p.open_tasks(row)),
    )
