"""The doors that anybody may open: the start page, a listing, what we store, how to stay safe."""

from uuid import UUID

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts.permissions import may
from portal.directory import language_name, listing, organization, stands_for
from portal.directory.terms import NEEDS
from portal.referrals.matrix_words import who_sees
from portal.search import opened_page
from portal.web.gates import actor, opened
from portal.web.nearby import alternatives
from portal.web.pages import kept_notices
from portal.web.quiet import is_quiet
from portal.web.reading import in_reader_language
from portal.web.take_along import text_link, text_of

blueprint = Blueprint("public", __name__)

DAY = 24 * 3600
MOST_OTHERS = 3  # services that a listing names beside itself
# A lifebelt: no letters, so that it says the same in every language.
FAVICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#103a45"/>'
    '<path d="M7 21h18M9 21v5m14-5v5M7 21c0-8 4-13 9-13s9 5 9 13" fill="none" stroke="#ffcf4a" stroke-width="3" '
    'stroke-linecap="round"/></svg>'
)


@blueprint.get("/")
@opened("the start page")
def start() -> ResponseReturnValue:
    needs = [{"code": code, "label": label} for code, (label, cares) in NEEDS.items() if cares]
    return render_template("public/start.html", needs=needs)


@blueprint.get("/services/<uuid:listing_id>")
@opened("the directory is public; what is confidential is not in the view")
def service(listing_id: UUID) -> ResponseReturnValue:
    """The listing. Quiet (neutral title, warning, no text to send on) where it is about help after abuse."""
    found = listing(listing_id)
    if found is None or found.status == "defunct":
        stands = stands_for(listing_id)  # merged: its old links lead on to the listing that stands for it
        if stands is None:
            abort(404)
        return redirect(url_for("public.service", listing_id=stands), 301)
    quiet = is_quiet(found)
    opened_page(found.number)
    return render_template(
        "public/listing.html",
        listing=in_reader_language(found),
        language_name=language_name,
        quiet=quiet,
        ages=age_words(found.minimum_age, found.maximum_age),
        share="" if quiet else text_link(text_of([found])),
        others=[hit for hit in alternatives(found, MOST_OTHERS + 3) if quiet or not is_quiet(hit.listing)][
            :MOST_OTHERS
        ],
        may_send=may(actor(), "offer.send"),
        need=found.needs[0] if found.needs else "",
    )


@blueprint.get("/organizations/<uuid:organization_id>")
@opened("the directory is public; what is confidential is not in the view")
def organization_page(organization_id: UUID) -> ResponseReturnValue:
    """An organization with its services, fifty a page. Quiet where any of what it does is help after abuse."""
    found = organization(organization_id, request.args.get("page", 1, type=int))
    if found is None:
        abort(404)
    if found.id != organization_id:
        return redirect(url_for("public.organization_page", organization_id=found.id), 301)
    return render_template(
        "public/organization.html",
        organization=found,
        quiet=found.quiet or any(is_quiet(each) for each in found.services),
    )


@blueprint.get("/about/data")
@opened("what we store is no secret")
def data() -> ResponseReturnValue:
    return render_template("public/data.html", who=who_sees(), lists=kept_notices())


@blueprint.get("/about/safety")
@opened("how to stay safe here")
def safety() -> ResponseReturnValue:
    return render_template("public/safety.html")


@blueprint.get("/favicon.svg")
@opened("a picture")
def favicon() -> ResponseReturnValue:
    return _kept(FAVICON, "image/svg+xml")


def age_words(least: int | None, most: int | None) -> str:
    if least and most:
        return _("Ages %(least)s to %(most)s", least=least, most=most)
    if least:
        return _("Ages %(least)s and older", least=least)
    return _("Up to age %(most)s", most=most) if most else ""


def _kept(body: str, kind: str) -> Response:
    response = make_response(body)
    response.mimetype = kind
    response.headers["Cache-Control"] = f"public, max-age={DAY}"
    return response
