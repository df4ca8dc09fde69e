"""Claiming a listing: who asks names a mailbox, its link proves it; a steward's page for what a mailbox alone does not decide."""

from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, StringField
from wtforms.validators import InputRequired, Length

from portal import accounts
from portal.directory import Listing, listing
from portal.store import Conflict, Refused, TooMany
from portal.web.forms import PageForm
from portal.web.forms_steward import CLAIM_ROLES, ClaimDecisionForm
from portal.web.gates import actor, gate, opened
from portal.web.words import ROLE_WORDS

blueprint = Blueprint("claim", __name__)


class ClaimForm(PageForm):
    email = EmailField(
        _l("Your work e-mail"),
        [InputRequired(_l("Write your e-mail.")), Length(max=254)],
        description=_l("An address of the service itself is best. A free one takes longer."),
    )
    name = StringField(
        _l("Your name"),
        [InputRequired(_l("Write your name.")), Length(max=80, message=_l("Use 80 characters or fewer."))],
    )
    words = StringField(
        _l("What you do there"),
        [Length(max=300, message=_l("Use 300 characters or fewer."))],
        description=_l("You may leave it empty."),
    )


@blueprint.route("/services/<uuid:listing_id>/claim", methods=["GET", "POST"])
@opened("whoever keeps a service has no account yet")
def claim(listing_id: UUID) -> ResponseReturnValue:
    """The same answer whatever is known of the address."""
    found = _listing(listing_id)
    form = ClaimForm()
    page = {"form": form, "listing": found}
    if not form.validate_on_submit():
        return render_template("claim/claim.html", **page), 422 if form.errors else 200
    try:
        made = accounts.claim_listing(
            listing_id, form.email.data, form.name.data, form.words.data or "", request.remote_addr or ""
        )
    except Refused as refused:
        form.refuse(refused)
        return render_template("claim/claim.html", **page), 422
    except TooMany as too_many:
        form.refuse(Refused(too_many.reason))
        return render_template("claim/claim.html", **page), 429, {"Retry-After": str(too_many.seconds)}
    if not made:
        abort(404)
    return redirect(url_for("claim.asked"), 303)


@blueprint.get("/claim/asked")
@opened("what follows on claiming a listing")
def asked() -> ResponseReturnValue:
    return render_template("claim/asked.html")


@blueprint.get("/claim/waiting")
@opened("what follows on a claim that a steward decides")
def waiting() -> ResponseReturnValue:
    return render_template("claim/waiting.html")


@blueprint.route("/claim/<string:token>", methods=["GET", "POST"])
@opened("a mailed link is the key; it shows one button and changes nothing until it is pressed")
def mailbox(token: str) -> ResponseReturnValue:
    """410 when the link was used, overtaken or is older than a week."""
    found = accounts.claim_by_link(token)
    if found is None:
        return render_template("claim/gone.html"), 410
    if request.method != "POST":  # HEAD looks too
        return render_template("claim/confirm.html", claim=found)
    try:
        joining = accounts.confirm_claim(token)
    except Conflict:
        return render_template("claim/gone.html"), 410
    return redirect(joining or url_for("claim.waiting"), 303)


@blueprint.get("/steward/claims")
@gate("claim.decide")
def claims() -> ResponseReturnValue:
    return _claims()


@blueprint.post("/steward/claims/<uuid:claim_id>")
@gate("claim.decide")
def decision(claim_id: UUID) -> ResponseReturnValue:
    """A steward's word: which role, or none."""
    form = ClaimDecisionForm()
    if not form.validate_on_submit():
        return _claims(form.fault), 422
    try:
        state = accounts.decide_claim(actor(), claim_id, CLAIM_ROLES[form.decision.data])
    except Conflict as conflict:
        return _claims(conflict.reason), 409
    if state is None:
        abort(404)
    flash(
        _("Done. They get a letter with a link.") if state == "granted" else _("Done. They may not keep it.")
    )
    return redirect(url_for("claim.claims"), 303)


def _claims(fault: str | None = None) -> str:
    more = {"page_error": fault} if fault else {}
    return render_template(
        "claim/claims.html",
        claims=accounts.claims_for(actor()),
        doubts=accounts.DOUBTS,
        role_words=ROLE_WORDS,
        **more,
    )


def _listing(listing_id: UUID) -> Listing:
    found = listing(listing_id)
    if found is None or found.status == "defunct":
        abort(404)
    return found
