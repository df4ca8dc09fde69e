"""The doors of an opening in a medical emergency: first the form, then the person for an hour."""

from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from portal import referrals as r
from portal.store import Refused, clock
from portal.web.forms import PageForm
from portal.web.gates import actor, gate

blueprint = Blueprint("break_glass", __name__)

SHORT = Length(max=80, message=_l("Use 80 characters or fewer."))
LONG = Length(max=280, message=_l("Use 280 characters or fewer."))


class EmergencyForm(PageForm):
    """What 42 CFR 2.51 wants written down. Date and time are the clock's."""

    recipient_name = StringField(
        _l("Who needs to know it?"),
        [DataRequired(_l("Write who needs to know it. Without it nothing is opened.")), SHORT],
        description=_l("The name of the doctor, nurse or medic."),
    )
    recipient_facility = StringField(
        _l("Where do they work?"),
        [DataRequired(_l("Write where they work. Without it nothing is opened.")), SHORT],
        description=_l("The hospital, clinic or crew."),
    )
    disclosed_by = StringField(
        _l("Who tells them?"),
        [DataRequired(_l("Write who tells them. Without it nothing is opened.")), SHORT],
        description=_l("Your own name, if it is you."),
    )
    nature = TextAreaField(
        _l("What is the emergency?"),
        [DataRequired(_l("Write what the emergency is. Without it nothing is opened.")), LONG],
        description=_l("No charges, no criminal records. 280 characters."),
    )
    reason = TextAreaField(
        _l("Why must you see the name now?"),
        [DataRequired(_l("Write why you must see the name. Without it nothing is opened.")), LONG],
        description=_l("280 characters."),
    )


@blueprint.route("/offers/<uuid:offer_id>/break-glass", methods=["GET", "POST"])
@gate("break_glass.open")
def form(offer_id: UUID) -> ResponseReturnValue:
    """404 for a request that is not theirs, 403 for a desk that is not of treatment, 422 while anything is missing."""
    allowed = r.may_break_glass(actor(), offer_id)
    if allowed is None:
        abort(404)
    if not allowed:
        abort(403)
    asked = EmergencyForm()
    if request.method == "GET":
        running = r.open_opening(actor(), offer_id)
        if running is not None:
            return redirect(url_for("break_glass.person", opening_id=running), 303)
        asked.disclosed_by.data = actor().name
        return _page(asked, offer_id)
    if not asked.validate():
        return _page(asked, offer_id), 422
    try:
        opening = r.open_in_emergency(
            actor(), offer_id, r.Emergency(**{field.name: field.data or "" for field in asked})
        )
    except r.NotHere:
        abort(404)
    except Refused as refused:
        asked.refuse(refused)
        return _page(asked, offer_id), 422
    return redirect(url_for("break_glass.person", opening_id=opening), 303)


@blueprint.get("/break-glass/<uuid:opening_id>")
@gate("break_glass.open")
def person(opening_id: UUID) -> ResponseReturnValue:
    """The person, for who opened it, until the hour is over (410). Each look is logged."""
    found = r.opened_person(actor(), opening_id)
    if found is None:
        abort(404)
    left = max(1, int((found.until - clock.now()).total_seconds()) + 1)
    page = render_template("inbox/opened.html", opened=found, seconds=left, back=_back(found.offer_id))
    return page, 410 if found.over else 200


def _page(asked: EmergencyForm, offer_id: UUID) -> str:
    return render_template("inbox/break_glass.html", form=asked, back=_back(offer_id))


def _back(offer_id: UUID) -> str:
    """Where this reader came from: the request, or the officer's page."""
    if r.offer_for(actor(), offer_id) is not None:
        return url_for("inbox.offer", offer_id=offer_id)
    return url_for("officer.desk") if actor().has("privacy_officer") else url_for("inbox.inbox")
