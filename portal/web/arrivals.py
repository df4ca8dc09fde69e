"""A victim service's own page: somebody came with a code. And how many came, for those who count, by the month."""

from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import outcomes
from portal import referrals as r
from portal.directory import Listing, listing
from portal.store import Refused, TooMany
from portal.web.forms_script import ArrivalForm
from portal.web.gates import actor, gate

blueprint = Blueprint("arrivals", __name__)


@blueprint.get("/listings/<uuid:listing_id>/arrivals")
@gate("listing.edit")
def arrivals(listing_id: UUID) -> ResponseReturnValue:
    """Type a code that somebody brought; and the counts of the months that are over."""
    return _page(_own(listing_id), ArrivalForm())


@blueprint.post("/listings/<uuid:listing_id>/arrivals")
@gate("listing.edit")
def arrived(listing_id: UUID) -> ResponseReturnValue:
    """Count it. The answer is the same for every code."""
    found = _own(listing_id)
    form = ArrivalForm()
    if not form.validate():
        return _page(found, form), 422
    try:
        r.enter_code(actor(), listing_id, form.code.data)
    except r.NotHere:
        abort(404)
    except Refused as refused:
        form.refuse(refused)
        return _page(found, form), 422
    except TooMany as too_many:
        form.refuse(Refused(too_many.reason, "code"))
        return _page(found, form), 429, {"Retry-After": str(too_many.seconds)}
    flash(_("Thank you. If it was one of our codes, it is counted."))
    return redirect(url_for("arrivals.arrivals", listing_id=listing_id), 303)


@blueprint.get("/reports/arrivals")
@gate("arrivals.read")
def report() -> ResponseReturnValue:
    """Every victim service of the community, by the month; small numbers are hidden."""
    return render_template("reports/arrivals.html", services=outcomes.arrivals(actor()))


def _own(listing_id: UUID) -> Listing:
    found = listing(listing_id)
    if found is None or r.takes_codes(actor(), listing_id) is None:
        abort(404)
    return found


def _page(found: Listing, form: ArrivalForm) -> str:
    return render_template(
        "provider/arrivals.html",
        listing=found,
        form=form,
        services=outcomes.arrivals(actor(), found.id),
    )
