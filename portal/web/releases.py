"""A release of a victim service's: the sheet that a survivor signs on paper before anything is told to anybody.

The words are ours, what it is filled in with is organizations and a day, and the sheet is printed and kept by the service alone:
the law wants it written, informed and for a limited time, and wants nothing of a survivor in a system that others share. So
nothing of it is stored here, not that it was made either.
"""

from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from portal import referrals as r
from portal.directory import Listing, community, listing
from portal.store import clock
from portal.web.forms import PageForm
from portal.web.gates import actor, gate

blueprint = Blueprint("releases", __name__)

MOST_DAYS = 30
# What may be told: one of these, in the survivor's own terms; never "everything".
WHAT = {
    "here": (
        _l("That I am getting help there"),
        "Que recibo ayuda allí",
    ),
    "contact": (
        _l("How to reach me safely"),
        "Cómo comunicarse conmigo sin riesgo",
    ),
    "need": (
        _l("What kind of help I ask of them"),
        "Qué tipo de ayuda les pido",
    ),
}


class ReleaseForm(PageForm):
    recipient = StringField(
        _l("To whom: one organization, or one person there"),
        description=_l("Never a person’s name who must stay safe. One sheet for each."),
        validators=[
            InputRequired(_l("Write to whom.")),
            Length(max=80, message=_l("Use 80 characters or fewer.")),
        ],
    )
    what = RadioField(
        _l("What may be told?"),
        choices=[(key, words) for key, (words, _spanish) in WHAT.items()],
        validators=[InputRequired(_l("Choose one."))],
    )
    days = IntegerField(
        _l("For how many days? 30 at most"),
        default=7,
        validators=[
            InputRequired(_l("Write a number of days.")),
            NumberRange(1, MOST_DAYS, _l("From 1 to 30 days. After that it is signed anew.")),
        ],
    )


@blueprint.get("/listings/<uuid:listing_id>/release")
@gate("listing.edit")
def release(listing_id: UUID) -> ResponseReturnValue:
    """Fill in the sheet."""
    return _page(_own(listing_id), ReleaseForm(formdata=None))


@blueprint.post("/listings/<uuid:listing_id>/release")
@gate("listing.edit")
def sheet(listing_id: UUID) -> ResponseReturnValue:
    """The sheet to print, in both languages. Nothing is written down here."""
    found = _own(listing_id)
    form = ReleaseForm()
    if not form.validate():
        return _page(found, form), 422
    words, spanish = WHAT[form.what.data]
    until = _today() + timedelta(days=form.days.data)
    return render_template(
        "provider/release_sheet.html",
        listing=found,
        recipient=(form.recipient.data or "").strip(),
        what=words,
        what_es=spanish,
        until=format_date(until, "long", locale=get_locale()),
        until_es=format_date(until, "long", locale="es"),
    )


def _own(listing_id: UUID) -> Listing:
    """The listing of a victim service, for its own people."""
    found = listing(listing_id)
    if found is None or r.takes_codes(actor(), listing_id) is None:
        abort(404)
    return found


def _page(found: Listing, form: Any) -> str:
    return render_template("provider/release.html", listing=found, form=form, title=_("A release to sign"))


def _today() -> date:
    return clock.now().astimezone(ZoneInfo(community().time_zone)).date()
