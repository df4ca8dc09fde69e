"""One listing from many sources, for a steward: pairs that may be one, what the rule merged, and what a listing is made of."""

from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import directory
from portal.store import Conflict
from portal.web.forms_steward import PairForm
from portal.web.gates import actor, gate

blueprint = Blueprint("duplicates", __name__)

LEVELS = {
    "place": _l("Is this one place?"),
    "organization": _l("Is this one organization?"),
    "listing": _l("Is this one service?"),
}
MEANS = {
    "place": _l("Two services at one address of one organization. Both listings stay."),
    "organization": _l("Two names of one organization. All listings stay, under one name."),
    "listing": _l("One service that two sources list. One listing is shown, with the facts of both."),
}
REASONS = {
    "street_same": _l("Same street and number"),
    "street_like": _l("Streets nearly the same"),
    "room_same": _l("Same suite, or none"),
    "room_open": _l("Only one names this suite or floor"),
    "room_other": _l("Different suites or floors"),
    "place_same": _l("Same place"),
    "name": _l("Names alike: %(what)s of 100"),
    "service": _l("Names of the services alike: %(what)s of 100"),
    "program": _l("Names of the programs alike: %(what)s of 100"),
    "phone": _l("Same phone: %(what)s"),
}
STATES = {"waiting": _l("Wait for you"), "merged": _l("Are one"), "apart": _l("Are two")}


@blueprint.get("/steward/duplicates")
@gate("listing.approve")
def pairs() -> ResponseReturnValue:
    """Pairs that may be one, the likeliest first; `?state=merged` those that are, to take apart."""
    return _page()


@blueprint.post("/steward/duplicates/<uuid:pair_id>")
@gate("listing.approve")
def decision(pair_id: UUID) -> ResponseReturnValue:
    """One, or two. The form carries the state that was shown; another one is a 409."""
    form = PairForm()
    if not form.validate_on_submit():
        return _page(form.fault), 422
    try:
        state = directory.decide_pair(actor(), pair_id, form.decision.data == "merge", form.seen.data)
    except Conflict as conflict:
        return _page(conflict.reason), 409
    if state is None:
        abort(404)
    flash(_("They are one now. You can take them apart again.") if state == "merged" else _("They are two."))
    return redirect(url_for("duplicates.pairs", level=_level(), state=_state()), 303)


@blueprint.get("/steward/listings/<uuid:listing_id>/sources")
@gate("listing.approve")
def sources(listing_id: UUID) -> ResponseReturnValue:
    """The rows that a listing is made of, field by field: from where, by whom, when."""
    stands = directory.stands_for(listing_id)
    if stands is not None:
        return redirect(url_for("duplicates.sources", listing_id=stands), 301)
    rows = directory.sources_of(actor(), listing_id)
    if not rows:
        abort(404)
    found = directory.pairs_of_listing(actor(), listing_id)
    return render_template("steward/sources.html", rows=rows, pairs=found, **_words())


def _page(fault: str | None = None) -> str:
    more = {"page_error": fault} if fault else {}
    found = directory.pairs_for(actor(), _level(), _state(), request.values.get("page", 1, type=int))
    return render_template("steward/duplicates.html", found=found, **_words(), **more)


def _words() -> dict[str, object]:
    return {"levels": LEVELS, "means": MEANS, "states": STATES, "reason_words": _reason}


def _reason(code: str, what: str) -> str:
    words = REASONS.get(code)
    return str(words) % {"what": what} if words is not None else code


def _level() -> str:
    level = request.values.get("level", "")
    return level if level in LEVELS else ""


def _state() -> str:
    state = request.values.get("state", "")
    return state if state in STATES else "waiting"
