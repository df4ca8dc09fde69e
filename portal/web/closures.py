"""Closed for some days: a provider or a steward says from when to when, and it opens again by itself."""

from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import directory
from portal.store import Refused
from portal.web.forms_closures import ClosureForm
from portal.web.gates import actor, gate

blueprint = Blueprint("closures", __name__)


@blueprint.get("/listings/<uuid:listing_id>/closures")
@gate("listing.edit")
def closures(listing_id: UUID) -> ResponseReturnValue:
    """What is announced, and the form for more."""
    return _page(listing_id, ClosureForm(formdata=None))


@blueprint.post("/listings/<uuid:listing_id>/closures")
@gate("listing.edit")
def announce(listing_id: UUID) -> ResponseReturnValue:
    """Announce one. 422 with every fault."""
    form = ClosureForm()
    if not form.validate():
        return _page(listing_id, form), 422
    try:
        made = directory.announce_closure(actor(), listing_id, form.wanted())
    except Refused as refused:
        form.refuse(refused)
        return _page(listing_id, form), 422
    if made is None:
        abort(404)
    flash(_("Saved. Everybody sees it now, and it ends by itself."))
    return redirect(url_for("closures.closures", listing_id=listing_id), 303)


@blueprint.post("/listings/<uuid:listing_id>/closures/<uuid:closure_id>/end")
@gate("listing.edit")
def end(listing_id: UUID, closure_id: UUID) -> ResponseReturnValue:
    """End one before its time, or call it off."""
    ended = directory.lift_closure(actor(), listing_id, closure_id)
    if ended is None:
        abort(404)
    flash(_("Done. The usual hours hold again.") if ended else _("This was over already."))
    return redirect(url_for("closures.closures", listing_id=listing_id), 303)


def _page(listing_id: UUID, form: ClosureForm) -> str:
    found = directory.closures_for(actor(), listing_id)
    listing = directory.listing(listing_id) if found is not None else None
    if found is None or listing is None:
        abort(404)
    return render_template("provider/closures.html", form=form, listing=listing, found=found)
