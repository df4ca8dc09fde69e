"""The sender's doors to asking for room: tick services, ask, see who has room, and go on to one referral."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import referrals as r
from portal.directory import Listing, listings
from portal.geo import Located
from portal.store import Conflict, Refused
from portal.web.forms_ask import AskForm, EndForm, NeedAskForm
from portal.web.forms_refer import ReferForm
from portal.web.gates import actor, gate
from portal.web.steps import version_of

blueprint = Blueprint("asking", __name__)

TICKED = 3  # of the best that may have room: as many as one tap asks
FEWEST = 2  # one alone is referred to, not asked


@blueprint.route("/askings", methods=["GET", "POST"])
@gate("offer.send")
def ask() -> ResponseReturnValue:
    """Ask the ticked services of a search whether they have room; 303 to the asking."""
    if request.method == "GET":
        return redirect(url_for("responder.needs"), 303)
    form = AskForm()
    if not form.validate():
        return _form_page(form), 422
    try:
        asked = r.AskRequest(
            services=_ids(form.services.data),
            need=form.need.data,
            urgency=form.urgency.data,
            idempotency_key=form.idempotency_key.data or "",
            age_band=form.age_band.data,
            area=form.area.data or "",
        )
        asking = r.ask_capacity(actor(), asked)
    except r.NotHere:
        abort(404)
    except Refused as refused:
        form.refuse(refused)
        return _form_page(form), 422
    return redirect(url_for("asking.asking", asking_id=asking.id), 303)


@blueprint.route("/needs/<uuid:need_id>/asking", methods=["GET", "POST"])
@gate("need.act")
def ask_for_need(need_id: UUID) -> ResponseReturnValue:
    """The same for the next step of a referral: GET leads to its open asking, else to the list of services."""
    need = r.need_for(actor(), need_id)
    if need is None:
        abort(404)
    if request.method == "GET":
        found = r.asking_of_need(actor(), need_id)
        if found is None or found.closed:
            return redirect(url_for("responder.next_service", need_id=need_id), 303)
        return redirect(url_for("asking.asking", asking_id=found.id), 303)
    form = NeedAskForm()
    if not form.validate():
        return _form_page(form, need), 422
    try:
        asked = r.AskRequest(
            services=_ids(form.services.data),
            need=need.code,
            urgency=need.urgency,
            idempotency_key=form.idempotency_key.data or "",
            need_id=need_id,
        )
        asking = r.ask_capacity(actor(), asked)
    except r.NotHere:
        abort(404)
    except Refused as refused:
        form.refuse(refused)
        return _form_page(form, need), 422
    except Conflict as conflict:
        flash(conflict.reason)
        return redirect(url_for("responder.need", need_id=need_id), 303)
    return redirect(url_for("asking.asking", asking_id=asking.id), 303)


@blueprint.get("/askings/<uuid:asking_id>")
@gate("need.read")
def asking(asking_id: UUID) -> ResponseReturnValue:
    """Who has room: every answer as it comes, and the button that sends to the first yes."""
    return _asking_page(_asking(asking_id))


@blueprint.post("/askings/<uuid:asking_id>/closing")
@gate("need.act")
def closing(asking_id: UUID) -> ResponseReturnValue:
    """No place is needed any more; whoever was asked is told."""
    found = _asking(asking_id)
    form = EndForm()
    if not form.validate():
        return _asking_page(found), 422
    try:
        r.close_asking(actor(), asking_id, version=version_of(form))
    except r.NotHere:
        abort(404)
    except Refused as refused:
        return _asking_page(found, refused.reason), 422
    except Conflict as conflict:
        return _asking_page(_asking(asking_id), conflict.reason), 409
    flash(_("Thank you. The services are told."))
    return redirect(url_for("responder.needs"), 303)


@dataclass(frozen=True)
class Bar:
    """What a page of services needs so that several of it can be asked: the form, and which are ticked already."""

    form: AskForm
    ticked: frozenset[UUID]


def bar(found: Iterable[Listing], need: str, place: Located | None) -> Bar | None:
    """None where fewer than two of these services could be asked. What is ticked: the first three that may have room."""
    here = [listing for listing in found if listing.how == "refer"]
    if len(here) < FEWEST:
        return None
    form = AskForm(formdata=None, need=need, area=_area(place), idempotency_key=secrets.token_urlsafe(16))
    likely = [listing.id for listing in here if may_have_room(listing)]
    return Bar(form, frozenset(likely[:TICKED]))


def bar_for_need(ids: Iterable[UUID]) -> Bar | None:
    """The same for the next step of a referral: of these services, best first, the first three that may have room are ticked."""
    found = list(listings(tuple(ids)).values())
    return bar(found, "", None)


def may_have_room(listing: Listing) -> bool:
    """Worth a question now: it does not say no, and is not closed."""
    return listing.availability.value != "no" and listing.open.open is not False


def from_asking(form: ReferForm) -> None:
    """A referral that follows from an asking: `?asking=` names it, and what was told there stands in the form."""
    try:
        named = asking_named(request.args.get("asking"))
    except Refused:
        return
    found = r.asking_for(actor(), named) if named else None
    if found is not None:
        form.asking_id.data = str(found.id)
        form.need.data, form.urgency.data = found.code, found.urgency
        form.age_band.data, form.area.data = found.age_band, found.area


def asking_named(text: str | None) -> UUID | None:
    """An asking's id out of a form or an address. Refused for what no page of ours says."""
    return _ids([text])[0] if text else None


def _area(place: Located | None) -> str:
    """What the desks are told of a place: its ZIP or its city, never what was typed."""
    if place is None:
        return ""
    return place.zip or ", ".join(filter(None, (place.city, place.state)))


def _asking(asking_id: UUID) -> r.AskingView:
    found = r.asking_for(actor(), asking_id)
    if found is None:
        abort(404)
    return found


def _asking_page(found: r.AskingView, moved_on: str = "") -> str:
    need = r.need_for(actor(), found.need_id) if found.need_id else None
    return render_template(
        "asking/asking.html",
        asking=found,
        need=need,
        moved_on=moved_on,
        paused="pause" in request.args,
    )


def _form_page(form: Any, need: r.NeedView | None = None) -> str:
    """The ticked services again, with what is wrong."""
    try:
        ticked = _ids(form.services.data)
    except Refused:
        ticked = ()
    found = [view for view in listings(ticked).values() if view.how == "refer"]
    form.services.choices = [(str(view.id), f"{view.name}, {view.organization}") for view in found]
    form.idempotency_key.data = form.idempotency_key.data or secrets.token_urlsafe(16)
    return render_template("asking/ask.html", form=form, need=need)


def _ids(texts: list[str] | None) -> tuple[UUID, ...]:
    try:
        return tuple(UUID(text) for text in texts or ())
    except ValueError:
        raise Refused(_("Choose services from the list."), "services") from None
