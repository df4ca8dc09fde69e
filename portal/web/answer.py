"""The link in a desk's mail: `/answer/<token>`. Opening it changes nothing; every button is a POST; nobody needs to sign in.

The token names one offer and one version of it, so a link is good once: after each use the door goes on with the next.
"""

from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import referrals as r
from portal.directory import community, listing, set_availability
from portal.messages import link, read_link
from portal.referrals.rules import ASKED
from portal.store import Actor, Conflict, Refused, TooMany, limits
from portal.web.forms_offer import AnswerForm, CodeForm
from portal.web.gates import opened
from portal.web.inbox import answer_form, give_answer, name_others
from portal.web.watching import saw

blueprint = Blueprint("answer", __name__)
WHY = "whoever holds the link from the desk's mail may answer for that desk, once"
HEADINGS = {
    "accepted": _l("Accepted"),
    "declined": _l("Declined. Thank you for answering."),
}


@blueprint.get("/answer/<string:token>")
@opened(WHY)
def answer(token: str) -> ResponseReturnValue:
    """The request, without anything of the person. Changes nothing: scanners open links too."""
    who = _reader(token)
    found = r.offer_by_link(who)
    if found is None:
        abort(404)
    if not found.moved_on:
        saw(who, "offer", found.id)
    return _page(who, found, token)


@blueprint.post("/answer/<string:token>")
@opened(WHY)
def give(token: str) -> ResponseReturnValue:
    """The desk's answer; then the done page, under the offer's new link."""
    who = _reader(token)
    found = r.offer_by_link(who)
    if found is None:
        abort(404)
    if found.moved_on or not who.offer_id:
        return _moved_on(found, token), 409
    form = answer_form(who)
    if not form.check():
        return _asking(found, form, token), 422
    try:
        moved = give_answer(who, who.offer_id, form, who.offer_version or 0)
    except r.NotHere:
        abort(404)
    except Refused as refused:
        form.refuse(refused)
        return _asking(found, form, token), 422
    except Conflict:
        return _moved_on(r.offer_by_link(who) or found, token), 409
    return redirect(_address(moved.offer_id, moved.version), 303)


@blueprint.post("/answer/<string:token>/person")
@opened(WHY)
def person(token: str) -> ResponseReturnValue:
    """The person, once the code that the sender reads out on the call is typed. The look is logged; no address keeps it."""
    who = _reader(token)
    found = r.offer_by_link(who)
    if found is None:
        abort(404)
    form = CodeForm()
    if found.moved_on or not who.offer_id:
        return _moved_on(found, token), 409
    if not form.validate():
        return _done(found, token, form), 422
    code = "".join(letter for letter in form.code.data if letter.isdigit())
    try:
        seen = r.reveal_person(who, who.offer_id, code)
    except r.NotHere:
        seen = None
    except Refused as refused:
        form.refuse(refused)
        return _done(found, token, form), 422
    except TooMany as too_many:
        form.refuse(Refused(too_many.reason))
        return _done(found, token, form), 429, {"Retry-After": str(too_many.seconds)}
    except Conflict:
        return _moved_on(found, token), 409
    if seen is None:
        abort(404)
    return _done(found, token, form, seen)


@blueprint.post("/answer/<string:token>/availability")
@opened(WHY)
def availability(token: str) -> ResponseReturnValue:
    """One tap: can you take one person now? Only through a link that is still good; it does not use the link up."""
    who = _reader(token)
    found = r.offer_by_link(who)
    if found is None:
        abort(404)
    if found.moved_on:
        return _moved_on(found, token), 409
    set_availability(who, found.service.id, request.form.get("availability", ""))
    return redirect(url_for("answer.answer", token=token), 303)


@blueprint.post("/answer/<string:token>/current-link")
@opened(WHY)
def current_link(token: str) -> ResponseReturnValue:
    """A new letter with the link as it stands, to the desk's own address. Always says the same, and at most 3 times an hour."""
    who = _reader(token)
    found = r.offer_by_link(who)
    if found is None or who.offer_id is None:
        abort(404)
    if limits.within("resend", str(who.offer_id)):
        r.send_current_link(who)
    return _moved_on(found, token, sent=True)


def _reader(token: str) -> Actor:
    """Who holds this link. A token that does not open is 404, like one for something that is not there."""
    opened_as = read_link("answer", token)
    if opened_as is None:
        abort(404)
    offer_id, version = opened_as
    return Actor(
        kind="link",
        community_id=community().id,
        name=_("answer link"),
        offer_id=offer_id,
        offer_version=version,
    )


def _address(offer_id: UUID, version: int) -> str:
    """The path of the link that is good now."""
    return urlsplit(link("answer", offer_id, version)).path


def _page(who: Actor, found: r.OfferView, token: str) -> ResponseReturnValue:
    if found.moved_on:
        return _moved_on(found, token)
    if found.state in ASKED and "accept" in found.actions:
        return _asking(found, answer_form(who), token)
    return _done(found, token, CodeForm())


def _asking(found: r.OfferView, form: AnswerForm, token: str) -> str:
    name_others(form, found)
    return render_template(
        "answer/answer.html",
        offer=found,
        form=form,
        target=url_for("answer.answer", token=token),
        availability=_availability(found),
    )


def _done(found: r.OfferView, token: str, form: CodeForm, seen: r.PersonView | None = None) -> str:
    return render_template(
        "answer/done.html",
        offer=found,
        form=form,
        heading=HEADINGS.get(found.state, found.state_words),
        person=seen,
        here=url_for("answer.answer", token=token),
        availability=_availability(found),
    )


def _moved_on(found: r.OfferView, token: str, sent: bool = False) -> str:
    return render_template(
        "answer/moved_on.html",
        offer=found,
        sent=sent,
        resend="" if sent else url_for("answer.current_link", token=token),
    )


def _availability(found: r.OfferView) -> str:
    service = listing(found.service.id)
    return service.availability.value if service else "unknown"
