"""The sender's doors: refer, my referrals, one referral and its next step."""

import secrets
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _

from portal import programs as p
from portal import referrals as r
from portal.directory import Listing, listing
from portal.directory.terms import NEEDS
from portal.store import Conflict, Refused, TooMany
from portal.web import in_hand
from portal.web.asked import asked_need, asked_urgency, chosen_listing
from portal.web.asking import asking_named, bar_for_need, from_asking
from portal.web.forms_consent import ConsentForm, mark_of
from portal.web.forms_offer import CloseForm, NextForm
from portal.web.forms_refer import ReferForm
from portal.web.gates import actor, gate
from portal.web.nearby import nearby
from portal.web.offers import follow_ups_of, steps_of
from portal.web.steps import About, version_of
from portal.web.words import BASIS_WORDS

blueprint = Blueprint("responder", __name__)


@blueprint.route("/services/<uuid:listing_id>/refer", methods=["GET", "POST"])
@gate("offer.send")
def refer(listing_id: UUID) -> ResponseReturnValue:
    """Put one need to this service. GET shows the form; POST sends, and leads to the referral."""
    found = listing(listing_id)
    if found is None:
        abort(404)
    if found.how != "refer":
        asked = {"need": asked_need(found), "urgency": asked_urgency()}
        return render_template("responder/not_here.html", listing=found, way=found.how, **asked), (
            200 if request.method == "GET" else 422
        )
    form = ReferForm()
    form.basis.choices = [(code, BASIS_WORDS[code]) for code in r.grounds_for(actor())]
    if request.method == "GET":
        form.need.data, form.urgency.data = asked_need(found), asked_urgency()
        form.idempotency_key.data = secrets.token_urlsafe(16)
        from_asking(form)
        return _refer_page(found, form)
    form.fallbacks.choices = []
    if form.fallbacks.data:
        _offer_fallbacks(found, form)
    if not form.validate():
        return _refer_page(found, form), 422
    signed, asks = ConsentForm(), _asks(listing_id, form)
    if not signed.validate():
        return _refer_page(found, form, signed=signed), 422
    if asks and form.basis.data == "written_consent" and not (signed.saw(asks) and signed.initials.data):
        # A second step: what is to be signed hangs on the services that were ticked, and nobody signs unseen.
        unsigned = signed.saw(asks) and signed.opened.data == "y" and signed.lacks_initials()
        return _refer_page(found, form, signed=signed), 422 if unsigned else 200
    try:
        need = r.send_offer(actor(), _send_request(listing_id, form, signed if asks else None))
    except r.PossibleDuplicate as duplicate:
        return _refer_page(found, form, duplicate.current or (duplicate.reason,), signed), 409
    except r.NotHere:
        abort(404)
    except Refused as refused:
        (signed if refused.field in signed else form).refuse(refused)
        return _refer_page(found, form, signed=signed), 422
    except Conflict as conflict:
        form.refuse(Refused(conflict.reason))
        return _refer_page(found, form), 409
    except TooMany as many:
        form.refuse(Refused(many.reason))
        return _refer_page(found, form, signed=signed), 429, {"Retry-After": str(many.seconds)}
    in_hand.tie(need.id)
    return redirect(url_for("responder.need", need_id=need.id), 303)


@blueprint.get("/needs")
@gate("need.read")
def needs() -> ResponseReturnValue:
    """My referrals: those that wait for me first."""
    everything = r.needs_for(actor())
    found = [need for need in everything if not need.folded or "minors" in request.args]
    mine = [need for need in found if need.role != "supervisor"]
    still = [need for need in mine if not need.closed]
    groups = (
        (_("Escalated to you"), [need for need in found if need.role == "supervisor" and not need.closed]),
        (_("Your next step"), [need for need in still if _waits_for_sender(need)]),
        (_("With a service"), [need for need in still if not _waits_for_sender(need)]),
        (_("Closed"), sorted((n for n in found if n.closed), key=lambda n: n.sent_at, reverse=True)),
    )
    return render_template(
        "responder/needs.html",
        groups=groups,
        any=bool(found),
        askings=r.askings_for(actor()),
        folded=len(everything) - len(found),
        folded_waiting=sum(_waits_for_sender(need) for need in everything if need not in found),
        paused="pause" in request.args,
    )


@blueprint.get("/needs/<uuid:need_id>")
@gate("need.read")
def need(need_id: UUID) -> ResponseReturnValue:
    """One referral: how it stands, as far as this reader may know, and what can be done next."""
    return _need_page(_need(need_id))


@blueprint.route("/needs/<uuid:need_id>/next-service", methods=["GET", "POST"])
@gate("need.act")
def next_service(need_id: UUID) -> ResponseReturnValue:
    """The owner chooses which service is asked next, from proposals with their reasons."""
    found = _need(need_id)
    if request.method == "GET" and "ask_next" not in found.actions:
        return _not_now(found)
    form = NextForm()
    language = (form.language.data or "") if request.method == "POST" else found.language
    proposals = r.proposals_for(actor(), need_id, again="again" in request.args, language=language)
    form.listing.choices = [(str(each.service.id), each.service.name) for each in proposals]
    if request.method == "GET":
        form.version.data, form.language.data = str(found.version), found.language
        if proposals and proposals[0].first and proposals[0].can == "refer":
            form.listing.data = str(proposals[0].service.id)
        return _next_page(found, form, proposals)
    if form.show.data:
        return _next_page(found, form, proposals)
    if not form.validate():
        return _next_page(found, form, proposals), 422
    try:
        r.ask_next(
            actor(),
            need_id,
            chosen_listing(form.listing.data),
            version=version_of(form),
            person_asked=form.person_asked.data,
            language=language,
        )
    except r.NotHere:
        abort(404)
    except Refused as refused:
        form.refuse(refused)
        return _next_page(found, form, proposals), 422
    except Conflict as conflict:
        return _need_page(_need(need_id), conflict.reason), 409
    flash(_("Sent."))
    return redirect(url_for("responder.need", need_id=need_id), 303)


@blueprint.route("/needs/<uuid:need_id>/closing", methods=["GET", "POST"])
@gate("need.act")
def closing(need_id: UUID) -> ResponseReturnValue:
    """The owner closes a need that no service is being asked for, with a reason."""
    found = _need(need_id)
    if request.method == "GET" and "close_need" not in found.actions:
        return _not_now(found)
    form = CloseForm()
    if request.method == "GET":
        form.version.data = str(found.version)
        return _closing_page(found, form)
    if not form.validate():
        return _closing_page(found, form), 422
    try:
        r.close_need(actor(), need_id, form.reason.data, version=version_of(form))
    except r.NotHere:
        abort(404)
    except Refused as refused:
        form.refuse(refused)
        return _closing_page(found, form), 422
    except Conflict as conflict:
        return _need_page(_need(need_id), conflict.reason), 409
    flash(_("Closed."))
    return redirect(url_for("responder.needs"), 303)


@dataclass(frozen=True)
class Button:
    href: str
    label: LazyString | str
    look: str = ""


def _need(need_id: UUID) -> r.NeedView:
    found = r.need_for(actor(), need_id)
    if found is None:
        abort(404)
    return found


def _not_now(found: r.NeedView) -> ResponseReturnValue:
    flash(_("That cannot be done now. This is how it stands."))
    return redirect(url_for("responder.need", need_id=found.id), 303)


def _need_page(found: r.NeedView, moved_on: str = "") -> str:
    steps: list[Any] = []
    if "ask_next" in found.actions:
        steps.append(
            Button(url_for("responder.next_service", need_id=found.id), _("Ask the next service"), "primary")
        )
    steps += steps_of(found, found.offer_id)
    if "close_need" in found.actions:
        steps.append(
            Button(url_for("responder.closing", need_id=found.id), _("Close this referral"), "danger")
        )
    return render_template(
        "responder/need.html",
        need=found,
        moved_on=moved_on,
        left=r.what_is_left(actor(), found.id),
        asking=r.asking_of_need(actor(), found.id),
        steps=steps,
        follow_ups=follow_ups_of(found, found.offer_id),
        after=r.after_for(actor(), found.offer_id) if found.offer_id else None,
        encounter=p.encounter_of_need(actor(), found.id),
        paused="pause" in request.args,
    )


def _next_page(found: r.NeedView, form: NextForm, proposals: tuple[r.Proposal, ...]) -> str:
    ask = bar_for_need(each.service.id for each in proposals if each.can == "refer")
    stopped = not proposals and r.nothing_proposed(actor(), found.id)
    return render_template(
        "responder/next.html",
        need=found,
        form=form,
        proposals=proposals,
        ask=ask,
        stopped=stopped,
    )


def _closing_page(found: r.NeedView, form: CloseForm) -> str:
    return render_template(
        "inbox/act.html",
        step=About(_("Close this referral"), _("Close"), look="danger"),
        form=form,
        what=found.code_words,
        back=url_for("responder.need", need_id=found.id),
        moved_on="",
    )


def _refer_page(
    found: Listing, form: ReferForm, duplicates: Any = (), signed: ConsentForm | None = None
) -> str:
    """signed: the part about the consent, once it has been sent. Else it stands ready, and opens with the choice of it."""
    _offer_fallbacks(found, form)
    asks = _asks(found.id, form)
    part = signed or ConsentForm(formdata=None)
    opened = signed is not None and form.basis.data == "written_consent"
    part.shown.data, part.opened.data = mark_of(asks), "y" if opened else ""
    return render_template(
        "responder/refer.html",
        listing=found,
        form=form,
        duplicates=duplicates,
        asks=asks,
        part=part,
        texts=r.texts_of(actor(), asks) if asks else {},
        opened=opened,
        in_hand=in_hand.in_hand(),
    )


def _asks(listing_id: UUID, form: ReferForm) -> tuple[r.ConsentAsk, ...]:
    """What the person would sign for this request, by the services that are on the form."""
    return r.consents_to_sign(actor(), [listing_id, *_ticked(form)])


def _ticked(form: ReferForm) -> list[UUID]:
    """The services ticked to be asked next; what no page of ours offers is left out, the form says so itself."""
    offered = {value for value, _words in form.fallbacks.choices or ()}
    return [chosen_listing(text) for text in form.fallbacks.data or () if text in offered]


def _offer_fallbacks(found: Listing, form: ReferForm) -> None:
    if not form.fallbacks.choices:
        code = form.need.data if form.need.data in NEEDS else asked_need(found)
        others = nearby(found, code, 3)
        form.fallbacks.choices = [
            (str(other.id), f"{other.name}, {other.organization}. {other.availability.words}")
            for other in others
        ]


def _send_request(listing_id: UUID, form: ReferForm, signed: ConsentForm | None) -> r.SendRequest:
    written = form.basis.data == "written_consent"
    return r.SendRequest(
        service_at_location_id=listing_id,
        need=form.need.data,
        urgency=form.urgency.data,
        basis=form.basis.data,
        idempotency_key=form.idempotency_key.data or "",
        age_band=form.age_band.data,
        area=(form.area.data or "").strip(),
        safe_contact=form.safe_contact.data,
        name=(form.name.data or "").strip(),
        phone=(form.phone.data or "").strip(),
        safety_notes=(form.safety_notes.data or "").strip(),
        date_of_birth=form.date_of_birth.data,
        hears_back=form.hears_back.data,
        consent=signed.terms() if signed is not None and written and signed.initials.data else None,
        fallbacks=tuple(chosen_listing(text) for text in form.fallbacks.data or ()),
        duplicate_confirmed=form.confirm_duplicate.data == "y",
        asking_id=asking_named(form.asking_id.data),
    )


def _waits_for_sender(need: r.NeedView) -> bool:
    return need.state in ("next_step", "info_asked")
