"""An appointment, to take along: a card of the person's own, and a file for a calendar. For the desk alone."""

from uuid import UUID

from flask import Blueprint, Response, abort, render_template, url_for
from flask.typing import ResponseReturnValue

from portal import referrals as r
from portal.web.gates import actor, gate

blueprint = Blueprint("appointments", __name__)


@blueprint.get("/offers/<uuid:offer_id>/appointment.ics")
@gate("offer.answer")
def calendar(offer_id: UUID) -> ResponseReturnValue:
    """The appointment as a file: a time and perhaps a place, and never what for."""
    answer = Response(r.calendar_file(_appointment(offer_id)), mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    return answer


@blueprint.get("/offers/<uuid:offer_id>/card")
@gate("offer.answer")
def card(offer_id: UUID) -> ResponseReturnValue:
    """The person's own card, to print and hand over: when, where, whom to call."""
    return render_template(
        "inbox/card.html",
        appointment=_appointment(offer_id),
        file=url_for("appointments.calendar", offer_id=offer_id),
        back=url_for("inbox.offer", offer_id=offer_id),
    )


def _appointment(offer_id: UUID) -> r.AppointmentView:
    found = r.appointment_for(actor(), offer_id)
    if found is None:
        abort(404)
    return found
