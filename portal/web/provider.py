"""Keeping listings true: my listings, the edit page, availability and "still right" by one tap. Stewards use it too."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import directory, messages, referrals
from portal.store import Conflict, Refused, TooMany
from portal.web.forms_listing import ListingForm
from portal.web.forms_messages import DeskPhoneForm
from portal.web.gates import actor, gate

blueprint = Blueprint("provider", __name__)

LARGEST_FORM = 400 * 1024  # bytes: 100 kB of GeoJSON grow by a third on their way

# Words of the history's fields that are not fields of the form.
HISTORY_WORDS = {
    "*": _l("Listing made"),
    "availability": _l("Can take one person now"),
    "assured_date": _l("Confirmed"),
    "closure": _l("Closed for some days"),
    "desk_text": _l("Phone of the desk for texts"),
}
PHONE_SAID = {
    "send": _l("We sent a code to this number. Type it here within 10 minutes."),
    "confirm": _l(
        "Done. This desk is asked by text message too. Text ROOM, FEW or FULL at any time to say if you have room."
    ),
    "remove": _l("Done. This desk gets no more text messages."),
}


@blueprint.get("/listings")
@gate("listing.edit")
def listings() -> ResponseReturnValue:
    """The listings this person may edit, 20 a page; `?q=` looks in the names."""
    words = request.args.get("q", "")
    found = directory.listings_for(actor(), words, _page_number())
    return render_template("provider/listings.html", found=found, words=words[:100])


@blueprint.url_value_preprocessor
def take_long_forms(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """The edit page may bring a map area of 100 kB; every other form of the portal is a fraction of that."""
    if endpoint == "provider.edit":
        request.max_form_memory_size = LARGEST_FORM


@blueprint.get("/listings/<uuid:listing_id>")
@gate("listing.edit")
def listing(listing_id: UUID) -> ResponseReturnValue:
    """One listing to edit."""
    view = _own(listing_id)
    form = ListingForm(formdata=None)
    form.fill(view)
    return _edit_page(view, form)


@blueprint.post("/listings/<uuid:listing_id>")
@gate("listing.edit")
def edit(listing_id: UUID) -> ResponseReturnValue:
    """Save what changed. 422 with every fault; 409 with both texts when somebody else saved in between."""
    view = _own(listing_id)
    form = ListingForm()
    changes = form.changes(view)
    if not form.check(view):
        return _edit_page(view, form), 422
    try:
        result = directory.propose_edit(actor(), listing_id, form.opened_version(), changes)
    except Refused as refused:
        form.refuse(refused)
        return _edit_page(view, form), 422
    except Conflict as conflict:
        return _both_texts(listing_id, conflict)
    if result is None:
        abort(404)
    flash(_said(result))
    return redirect(url_for("provider.listing", listing_id=listing_id), 303)


@blueprint.post("/listings/<uuid:listing_id>/availability")
@gate("listing.edit")
def availability(listing_id: UUID) -> ResponseReturnValue:
    """Can you take one person now: one tap, from the listing, the list or the inbox."""
    shown = directory.set_availability(actor(), listing_id, request.form.get("availability", ""))
    if shown is None:
        abort(404)
    flash(_("Saved: %(words)s", words=shown.words))
    return redirect(_back(listing_id), 303)


@blueprint.post("/listings/<uuid:listing_id>/confirmation")
@gate("listing.edit")
def confirmation(listing_id: UUID) -> ResponseReturnValue:
    """Still right: one tap."""
    if directory.assure_service(actor(), listing_id) is None:
        abort(404)
    flash(_("Thank you. The listing says: confirmed today."))
    return redirect(_back(listing_id), 303)


@blueprint.post("/listings/<uuid:listing_id>/desk-phone")
@gate("listing.edit")
def desk_phone(listing_id: UUID) -> ResponseReturnValue:
    """The phone on which the desk answers by text: send a code to a number, type the code, or take the number out."""
    view, form = _own(listing_id), DeskPhoneForm()
    if not form.validate():
        return _with_phone(view, form), 422
    verbs = {"send": directory.ask_desk_phone, "confirm": directory.confirm_desk_phone}
    typed = {"send": form.number.data, "confirm": form.code.data}
    try:
        if form.press.data == "remove":
            done = directory.remove_desk_phone(actor(), listing_id)
        elif form.press.data in verbs:
            done = verbs[form.press.data](actor(), listing_id, typed[form.press.data] or "")
        else:
            abort(422)
    except Refused as refused:
        phone = directory.desk_phone(actor(), listing_id)
        if phone is None or not phone.allowed:
            raise  # the page has no such form
        form.refuse(refused)
        return _with_phone(view, form), 422
    except TooMany as too_many:
        form.refuse(Refused(too_many.reason, "number"))
        return _with_phone(view, form), 429, {"Retry-After": str(too_many.seconds)}
    if done is None:
        abort(404)
    flash(str(PHONE_SAID[form.press.data]))
    return redirect(url_for("provider.listing", listing_id=listing_id) + "#desk-phone", 303)


@blueprint.get("/listings/<uuid:listing_id>/history")
@gate("listing.approve")
def history(listing_id: UUID) -> ResponseReturnValue:
    """Who changed what, when; `?field=` one of them alone."""
    found = directory.history_for(actor(), listing_id, request.args.get("field", ""), _page_number())
    if found is None:
        abort(404)
    return render_template(
        "provider/history.html",
        found=found,
        history_words=HISTORY_WORDS,
        label_of=directory.field_label,
        words_of=directory.field_words,
        differences=directory.differences,
    )


def _with_phone(view: directory.EditView, phone: "DeskPhoneForm") -> str:
    form = ListingForm(formdata=None)
    form.fill(view)
    return _edit_page(view, form, phone_form=phone)


def _own(listing_id: UUID) -> directory.EditView:
    view = directory.listing_for(actor(), listing_id)
    if view is None:
        abort(404)
    return view


def _both_texts(listing_id: UUID, conflict: Conflict) -> ResponseReturnValue:
    """The edit page again, at the version that stands now: what was typed is kept, what stands is shown beside it."""
    view, both = _own(listing_id), conflict.current
    form = ListingForm()
    form.fill(view, kept=frozenset(both.typed))
    return _edit_page(view, form, both=both, page_error=conflict.reason), 409


def _edit_page(view: directory.EditView, form: ListingForm, **more: object) -> str:
    more.setdefault("phone_form", DeskPhoneForm(formdata=None))
    return render_template(
        "provider/listing.html",
        view=view,
        form=form,
        fields=directory.FIELDS,
        words_of=directory.field_words,
        label_of=directory.field_label,
        languages=[
            (code, directory.language_name(code))
            for code in directory.languages_for(actor(), view.listing.id)
        ],
        differences=directory.differences,
        waits=() if actor().has("steward") else directory.waiting_fields(view.vouched),
        days=directory.DAYS,
        phone=directory.desk_phone(actor(), view.listing.id),
        texts_on=messages.text_mode() != "off",
        history_words=HISTORY_WORDS,
        takes_codes=referrals.takes_codes(actor(), view.listing.id) is not None,
        **more,
    )


def _said(result: directory.EditResult) -> str:
    waiting = ", ".join(directory.field_label(name) for name in result.waiting)
    if result.waiting and result.live:
        return _("Saved. Waits for a steward, the old one stays until then: %(fields)s.", fields=waiting)
    if result.waiting:
        return _("Waits for a steward, the old one stays until then: %(fields)s.", fields=waiting)
    return _("Saved. Everybody sees it now.") if result.live else _("Nothing was changed.")


def _back(listing_id: UUID) -> str:
    """Where the tap came from, out of three known pages."""
    places = {"inbox": "/inbox", "listings": url_for("provider.listings")}
    return places.get(request.form.get("back", ""), url_for("provider.listing", listing_id=listing_id))


def _page_number() -> int:
    return request.args.get("page", 1, type=int)
