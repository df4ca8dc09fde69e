"""The supervisor's page: what was escalated, and how the unit's open needs stand."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from portal import referrals as r
from portal.referrals import words
from portal.web.gates import actor, gate

blueprint = Blueprint("unit", __name__)


@blueprint.get("/unit")
@gate("unit.read")
def unit() -> ResponseReturnValue:
    """Escalated needs first, then counts. No names, and no answers of services."""
    return render_template(
        "responder/unit.html",
        unit=r.unit_for(actor()),
        urgencies=[str(label) for label in words.URGENCIES.values()],
        paused="pause" in request.args,
    )
