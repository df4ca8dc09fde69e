"""A program this minute for its supervisors, and the fixed tables of its own evaluators."""

from uuid import UUID

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from portal.outcomes import BY, BadQuarter, fixed_table, program_now, program_quarters
from portal.web.gates import actor, gate
from portal.web.words import LANGUAGE_WORDS

blueprint = Blueprint("program_board", __name__)


@blueprint.get("/programs/<uuid:program_id>/board")
@gate("unit.read")
def board(program_id: UUID) -> ResponseReturnValue:
    """Numbers since midnight, open calls, what is late. 404 for another agency's program."""
    found = program_now(actor(), program_id)
    if found is None:
        abort(404)
    return render_template("program_reports/board.html", board=found, paused="pause" in request.args)


@blueprint.get("/programs/<uuid:program_id>/tables")
@gate("figures.read")
def tables(program_id: UUID) -> ResponseReturnValue:
    """One of the fixed tables (`?by=month&quarter=2026-q3`); the agency's own people alone."""
    quarters = program_quarters(actor(), program_id)
    if not quarters:
        abort(404)
    by = request.args.get("by", "month")
    try:
        found = fixed_table(actor(), program_id, by, request.args.get("quarter", quarters[0]))
    except BadQuarter:
        abort(404)
    if found is None:
        abort(404)
    return render_template(
        "program_reports/tables.html", table=found, quarters=quarters, by_words=BY, languages=LANGUAGE_WORDS
    )
