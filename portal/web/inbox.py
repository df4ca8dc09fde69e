"""The provider's doors: what is asked of our desks, and our answer."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import referrals as r
from portal.directory import listing, listings_for
from portal.referrals.rules import ASKED, HELD
from portal.store import Actor, Conflict, Refused
from portal.web.forms_offer import AnswerForm
from portal.web.gates import actor, gate
from portal.web.moments import from_wall
from portal.web.nearby import nearby
from portal.web.offers import follow_ups_of, steps_of
from portal.web.steps import version_of

blueprint = Blueprint("inbox", __name__)

MOST_LISTINGS = 4  # with availability buttons on top of the inbox; the rest is one tap away

# The answers that a form may carry: what is said after each, to whoever stays on our pages.
SAID = {
    "see": _l("Marked as seen."),
    "accept": _l("Accepted. Call the sender now."),
    "decline": _l("Declined. Thank you for answering."),
    "question": _l("Your question is on its way."),
    "waitlist": _l("Put on the waitlist."),
    "not_us": _l("Thank you. We will look at this listing."),
}


@blueprint.get("/inbox")
@gate("inbox.read")
def inbox() -> ResponseReturnValue:
    """Open requests of the actor's desks; `?desk=` shows one service's."""
    offers = r.inbox_for(actor())
    desks = {offer.service.id: offer.service for offer in offers}
    desk = _desk(desks)
    shown = [offer for offer in offers if desk is None or offer.service.id == desk]
    asks = [ask for ask in r.asks_for_desk(actor()) if desk is None or ask.service.id == desk]
    groups = (
        (_("Waiting for an answer"), sorted((o for o in shown if o.state in ASKED), key=_urgent_first)),
        (_("We said yes"), [o for o in shown if o.state in HELD]),
        (
            _("Done"),
            sorted((o for o in shown if o.state not in ASKED | HELD), key=lambda o: o.sent_at, reverse=True),
        ),
    )
    return render_template(
        "inbox/inbox.html",
        groups=groups,
        any=bool(shown or asks),
        asks=asks,
        desks=sorted(desks.values(), key=lambda each: each.name),
        desk=desk,
        listings=listings_for(actor()).rows[:MOST_LISTINGS],
        paused="pause" in request.args,
    )


@blueprint.get("/offers/<uuid:offer_id>")
@gate("offer.read")
def offer(offer_id: UUID) -> ResponseReturnValue:
    """One request; a sender who opens it is led to the referral."""
    found = r.offer_for(actor(), offer_id)
    if found is None:
        need = r.need_by_offer(actor(), offer_id)
        if need is None:
            abort(404)
        return redirect(url_for("responder.need", need_id=need.id), 303)
    return _page(found, answer_form(actor()))


@blueprint.post("/offers/<uuid:offer_id>/answer")
@gate("offer.answer")
def answer(offer_id: UUID) -> ResponseReturnValue:
    """Seen, a question, waitlist, yes or no, by whoever is signed in at the desk."""
    found = r.offer_for(actor(), offer_id)
    if found is None:
        abort(404)
    form = answer_form(actor())
    if not form.check():
        return _page(found, form), 422
    try:
        give_answer(actor(), offer_id, form, version_of(form))
    except r.NotHere:
        abort(404)
    except Refused as refused:
        form.refuse(refused)
        return _page(found, form), 422
    except Conflict as conflict:
        return _page(r.offer_for(actor(), offer_id) or found, form, conflict.reason), 409
    flash(str(SAID[form.answer.data]))
    return redirect(url_for("inbox.offer", offer_id=offer_id), 303)


@blueprint.get("/offers/<uuid:offer_id>/person")
@gate("offer.act")
def person(offer_id: UUID) -> ResponseReturnValue:
    """Name, phone and safety notes, for the receiver after the accept and for whoever entered them. The look is logged."""
    try:
        found = r.reveal_person(actor(), offer_id)
    except r.NotHere:
        found = None
    if found is None:
        abort(404)
    return render_template("inbox/person.html", person=found, back=url_for("inbox.offer", offer_id=offer_id))


def answer_form(who: Actor) -> AnswerForm:
    """The answer form of this request; a signed-in person's name is there already."""
    form = AnswerForm()
    if request.method == "GET" and who.kind == "account":
        form.by.data = who.name
    return form


def name_others(form: AnswerForm, offer: r.OfferView) -> None:
    """Fill in which services a desk may name when it declines."""
    asked = listing(offer.service.id)
    others = nearby(asked, offer.code, 8) if asked else []
    form.who_could.choices = [("", _("I do not know")), *((str(each.id), each.name) for each in others)]


def give_answer(who: Actor, offer_id: UUID, form: AnswerForm, version: int) -> r.Moved:
    """The verb behind the button that was pressed. Raises what the verb raises."""
    pressed = form.answer.data
    if pressed == "see":
        return r.see_offer(who, offer_id, version=version)
    if pressed == "question":
        return r.ask_information(who, offer_id, form.question.data.strip(), version=version)
    if pressed == "waitlist":
        by = from_wall(datetime.combine(form.answer_by.data, time(17)))
        assert by is not None  # noqa: S101 - a date was checked
        return r.waitlist_offer(who, offer_id, by, version=version)
    if pressed == "accept":
        return r.accept_offer(who, offer_id, version=version, answered_by=form.by.data.strip())
    reason = "wrong_service" if pressed == "not_us" else form.reason.data
    note = (form.note.data or "").strip() if reason == "other" else ""
    return r.decline_offer(
        who, offer_id, reason, version=version, note=note, who_could=_uuid(form.who_could.data)
    )


def _page(found: r.OfferView, form: AnswerForm, changed: str = "") -> str:
    answering = not found.moved_on and "accept" in found.actions
    if answering:
        name_others(form, found)
    return render_template(
        "inbox/offer.html",
        offer=found,
        form=form,
        changed=changed,
        answering=answering,
        steps=steps_of(found, found.id),
        follow_ups=follow_ups_of(found, found.id),
        after=r.after_for(actor(), found.id),
        emergency=found.state not in HELD and r.may_break_glass(actor(), found.id),
    )


def _urgent_first(offer: r.OfferView) -> tuple[bool, float, float]:
    """Nearest deadline first; without one, newest first."""
    due = offer.deadline.timestamp() if offer.deadline else 0.0
    return offer.deadline is None, due, -offer.sent_at.timestamp()


def _desk(desks: dict[UUID, Any]) -> UUID | None:
    wanted = _uuid(request.args.get("desk"))
    return wanted if wanted in desks else None


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
