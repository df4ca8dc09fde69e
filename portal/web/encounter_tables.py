"""Calls out of another system's table, for a program's supervisor: its columns picked, tried, taken in; and kept for the next."""

import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import exchange
from portal import programs as p
from portal.programs.models import ResponseProgram
from portal.store import Refused
from portal.web.gates import actor, gate

blueprint = Blueprint("encounter_tables", __name__)

LARGEST = 2 * 1024 * 1024  # bytes; a form elsewhere may hold much less
SHOWN = 20  # refused rows on the page
MOST_SAID = 500  # words of the table that a form may explain


@blueprint.url_value_preprocessor
def take_files(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """A table may be larger than any other form."""
    if endpoint == "encounter_tables.take":
        request.max_form_memory_size = LARGEST


@blueprint.get("/programs/<uuid:program_id>/encounter-tables")
@gate("program.work")
def table(program_id: UUID) -> ResponseReturnValue:
    """A table to begin with, and what was brought in before."""
    return _page(_program(program_id))


@blueprint.post("/programs/<uuid:program_id>/encounter-tables")
@gate("program.work")
def take(program_id: UUID) -> ResponseReturnValue:
    """look: the columns; check: what would come of it; keep: the mapping; take: the rows. The file is not kept between."""
    program = _program(program_id)
    press, file = request.form.get("press", "look"), request.files.get("file")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_bytes(file.read() if file else b"")
        try:
            header = exchange.look_at(path).header
            made = _kept(program_id) or _picked()
            if press == "look":
                guessed = exchange.guess_encounter_map(program, path)
                return _page(program, header=header, made=made if made.columns else guessed)
            if press == "keep":
                return _keep(program, made)
            result = exchange.import_encounters(actor(), program_id, path, made, dry_run=press != "take")
        except exchange.BadPackage as bad:
            return _page(program, page_error=str(bad), made=_picked()), 422
        except Refused as refused:
            return _page(program, page_error=refused.reason, header=header, made=_picked()), 422
    if press == "take" and not result.taken.faults:
        flash(_taken(result.taken))
        return redirect(url_for("encounters.encounters", program_id=program_id), 303)
    return _page(program, header=header, made=made, result=result, stored=press == "take")


def _program(program_id: UUID) -> ResponseProgram:
    program = p.program_for(actor(), program_id)
    if program is None or not p.may_take(actor(), program_id):
        abort(404)
    return program


def _keep(program: ResponseProgram, made: exchange.EncounterMap) -> ResponseReturnValue:
    parts = made.as_json()
    p.keep_encounter_mapping(
        actor(), program.id, request.form.get("name", ""), parts["columns"], parts["words"], parts["fixed"]
    )
    flash(_("Kept. Choose it with the next table."))
    return redirect(url_for("encounter_tables.table", program_id=program.id), 303)


def _kept(program_id: UUID) -> exchange.EncounterMap | None:
    """The kept mapping that was chosen. Refused for one that is not there any more."""
    name = request.form.get("kept", "")
    if not name:
        return None
    found = next((each for each in p.encounter_mappings(actor(), program_id) if each.name == name), None)
    if found is None:
        raise Refused(_("There is no such mapping any more."), "kept")
    return exchange.encounter_map(found.columns, found.words, found.fixed)


def _picked() -> exchange.EncounterMap:
    """What was picked on the page: a column and, of a moment, a second one; what the table's words mean; what holds for all."""
    columns: dict[str, list[str]] = {}
    words: dict[str, dict[str, str]] = {}
    fixed: dict[str, str] = {}
    for key, value in request.form.items():
        kind, _dash, code = key.partition("-")
        if kind == "column" and value:
            columns[code] = [value] + [more for more in (request.form.get(f"more-{code}", ""),) if more]
        elif kind == "fixed" and value:
            fixed[code] = value[:60]
        elif kind == "said" and len(words) < MOST_SAID:
            code, _dash, number = code.rpartition("-")
            meant = request.form.get(f"meant-{code}-{number}", "")
            if meant:
                words.setdefault(code, {})[value[:200]] = "" if meant == "nothing" else meant[:60]
    return exchange.encounter_map(columns, words, fixed)


def _taken(taken: p.Taken) -> str:
    return _(
        "%(created)s new, %(corrected)s corrected, %(unchanged)s as before.",
        created=taken.created,
        corrected=taken.corrected,
        unchanged=taken.unchanged,
    )


def _page(program: ResponseProgram, **more: Any) -> str:
    values = {
        "header": None,
        "made": exchange.encounter_map({}, {}, {}),
        "result": None,
        "stored": False,
        **more,
    }
    targets = exchange.encounter_targets(program)
    preset = p.preset_of(program)
    return render_template(
        "encounters/table.html",
        program=program,
        targets=targets,
        answers={target.code: _answers(preset, program, target) for target in targets},
        kept=p.encounter_mappings(actor(), program.id),
        chosen=request.form.get("kept", ""),
        name=request.form.get("name", ""),
        imports=p.encounter_imports(actor(), program.id),
        most=SHOWN,
        **values,
    )


def _answers(preset: p.Preset, program: ResponseProgram, target: exchange.Target) -> list[tuple[str, Any]]:
    """What a word of the table may mean, for a person to choose: our codes with their labels."""
    if target.kind in ("yes_no", "flag"):
        return [("yes", _("Yes")), ("no", _("No"))]
    if target.kind == "place":
        return [(str(each.id), each.name) for each in p.districts_of(program)]
    labels: dict[str, str] = {}
    for word, code in target.words.items():
        if word != code or code not in labels:
            labels[code] = word if word != code else labels.get(code, code)
    return [(code, label[:1].upper() + label[1:]) for code, label in labels.items()]
