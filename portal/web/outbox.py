"""Letters seen from outside: the demonstration's mail, and what an admin does about letters that do not arrive."""

from uuid import UUID

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import messages
from portal.web.gates import actor, gate, opened

blueprint = Blueprint("outbox", __name__)


@blueprint.get("/outbox")
@opened("in a demonstration it stands in for everybody's mail; elsewhere it is not there")
def outbox() -> ResponseReturnValue:
    """The letters of a demonstration as their readers would get them, newest first. 404 in any other install."""
    if not current_app.extensions["demonstration"]():
        abort(404)
    return render_template("outbox/outbox.html", letters=messages.shown())


@blueprint.get("/messages/parked")
@gate("messages.parked")
def parked() -> ResponseReturnValue:
    """Letters that could not be delivered: to whom, what about, how often tried, and the server's last code."""
    return render_template("outbox/parked.html", letters=messages.parked())


@blueprint.post("/messages/<uuid:message_id>/retry")
@gate("messages.parked")
def retry(message_id: UUID) -> ResponseReturnValue:
    messages.try_again(actor(), message_id)
    flash(_("The letter will be tried again now."))
    return redirect(url_for("outbox.parked"), 303)


@blueprint.post("/messages/<uuid:message_id>/removal")
@gate("messages.parked")
def removal(message_id: UUID) -> ResponseReturnValue:
    messages.drop(actor(), message_id)
    flash(_("The letter was dropped. Nobody gets it."))
    return redirect(url_for("outbox.parked"), 303)
