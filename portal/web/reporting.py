"""“This is wrong”: anybody may say so of any listing, without an account; one answer by mail for who wants it."""

from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, RadioField, TextAreaField
from wtforms.validators import Length

from portal import directory
from portal.directory.freshness.words import LONGEST, WRONG
from portal.store import Refused, TooMany
from portal.web.forms import PageForm
from portal.web.gates import actor, opened
from portal.web.guesses import here
from portal.web.quiet import is_quiet

blueprint = Blueprint("reporting", __name__)


class ReportForm(PageForm):
    what = RadioField(_l("What is wrong?"), choices=list(WRONG.items()), validate_choice=False)
    words = TextAreaField(
        _l("What should it say?"),
        [Length(max=LONGEST, message=_l("Use 500 characters or fewer."))],
        description=_l("You may leave it empty. Write of the service only, never of a person."),
    )
    reply_to = EmailField(
        _l("Your e-mail, if you want to hear back"),
        [Length(max=254)],
        description=_l(
            "One answer, which does not name the service. Nobody sees your address, and it is deleted."
        ),
    )


@blueprint.route("/services/<uuid:listing_id>/report", methods=["GET", "POST"])
@opened("whoever sees a mistake should be able to say so")
def report(listing_id: UUID) -> ResponseReturnValue:
    """Say what is wrong with a listing. Of a confidential place or a victim service a tick alone, neither words nor address."""
    found = directory.listing(listing_id)
    if found is None or found.status == "defunct":
        abort(404)
    form = ReportForm()
    quiet = is_quiet(found) or not directory.takes_words(found)
    page = {"form": form, "listing": found, "quiet": quiet}
    if not form.validate_on_submit():
        return render_template("reporting/report.html", **page), 422 if form.errors else 200
    words, address = ("", "") if quiet else (form.words.data or "", form.reply_to.data or "")
    try:
        made = directory.report_wrong(
            actor(), listing_id, form.what.data or "", words, address, network=here()
        )
    except Refused as refused:
        form.refuse(refused)
        return render_template("reporting/report.html", **page), 422
    except TooMany as too_many:
        form.refuse(Refused(too_many.reason))
        return render_template("reporting/report.html", **page), 429, {"Retry-After": str(too_many.seconds)}
    if made is None:
        abort(404)
    return redirect(url_for("reporting.received", listing_id=listing_id), 303)


@blueprint.get("/services/<uuid:listing_id>/report/received")
@opened("thanks for who has said so")
def received(listing_id: UUID) -> ResponseReturnValue:
    """Thank you, the same for everybody. Without a cookie nothing else could say it after the redirect."""
    return render_template("reporting/received.html", listing_id=listing_id)
