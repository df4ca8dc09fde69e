"""A need is sent to a service."""

import hashlib
import hmac
import json
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.accounts.models import Account
from portal.directory import can_refer, closed_now
from portal.directory.models import ServiceAtLocation
from portal.directory.terms import NEEDS
from portal.referrals import letters, rules
from portal.referrals.ask_offer import sent_from, take_up
from portal.referrals.blind import know_person
from portal.referrals.clock_terms import community_terms, listing_hours, listing_terms
from portal.referrals.consent import sign_at_send
from portal.referrals.consent_terms import TEXT_VERSION
from portal.referrals.duplicates import warn_of_duplicates
from portal.referrals.force import check_outbound
from portal.referrals.grounds import check_ground
from portal.referrals.ledger import write_down
from portal.referrals.models import Consent, Fallback, Need, Offer, OfferEvent, Person
from portal.referrals.moves import NotHere, settle
from portal.referrals.names import OLDEST, age_band_of
from portal.referrals.plan import CLOCKS, Plan
from portal.referrals.requests import AskRequest, SendRequest
from portal.referrals.wording import checked, checked_area
from portal.store import Actor, Refused, audit, clock, limits, write

MOST_FALLBACKS = 3


def send_offer(actor: Actor, request: SendRequest) -> Need:
    """Put one need to one service: need, offer, event, consent, ledger and the desk's letter, all or nothing.

    The same key with the same content gives the same need, however often. Refused (422) for input that cannot be taken,
    PossibleDuplicate (409) when a human should look first, NotHere for a listing that is not there, TooMany (429) for more than
    one account sends in a busy hour.
    """
    try:
        return _send(actor, request)
    except (
        IntegrityError
    ):  # the same key at the same moment, on PostgreSQL: the other one has stored it by now
        with write() as session:
            found = already_sent(session, actor, request)
        if found is None:
            raise
        return found


def _send(actor: Actor, request: SendRequest) -> Need:
    with write() as session:
        found = already_sent(session, actor, request)
        if found is not None:
            return found
        clean = cleaned(request)
        listing = referable(session, actor, clean.service_at_location_id)
        others = [referable(session, actor, one, "fallbacks") for one in clean.fallbacks]
        asking = take_up(session, actor, clean.asking_id, listing.id) if clean.asking_id else None
        if not clean.duplicate_confirmed:
            warn_of_duplicates(session, sender_home(actor), clean)
        need = new_need(session, actor, clean, digest(request))
        for rank, other in enumerate(others, start=1):
            need.fallbacks.append(Fallback(listing=other, rank=rank))
        homes = [one.service.organization for one in (listing, *others)]
        sign_at_send(session, actor, need, clean.consent, homes)
        offer = put_to(session, actor, need, listing)
        if asking is not None:
            sent_from(session, actor, asking, need)
        settle(session, need, clock.now())
        letters.tell_desk(offer)
    return need


def already_sent(session: Session, actor: Actor, request: SendRequest, *more: str) -> Need | None:
    """The need of an earlier try with this key. Refused when that had other content."""
    found = session.scalar(
        select(Need).where(
            Need.sender_account_id == actor.account_id, Need.idempotency_key == request.idempotency_key
        )
    )
    if found is not None and found.request_digest != digest(request, *more):
        raise Refused(
            _("This form was sent before with other content. Begin a new referral."), "idempotency_key"
        )
    return found


def digest(request: SendRequest | AskRequest, *more: str) -> str:
    """What the request says, as a hash keyed by the install's secret: nothing of a person can be guessed from it."""
    said: dict[str, Any] = {
        name: str(value)
        for name, value in vars(request).items()
        if name not in ("duplicate_confirmed", "plan")
    }
    text = json.dumps([said, *more], sort_keys=True)
    return hmac.new(str(current_app.secret_key).encode(), text.encode(), hashlib.sha256).hexdigest()


def cleaned(request: SendRequest) -> SendRequest:
    """The request with its texts trimmed. Raises Refused for what the tables do not know or a referral must not hold."""
    _known(request.need, NEEDS, "need")
    _known(request.urgency, CLOCKS, "urgency")
    _known(request.basis, rules.BASES, "basis")
    _known(request.age_band, rules.AGE_BANDS, "age_band")
    _known(request.safe_contact, rules.SAFE_CONTACTS, "safe_contact")
    _known(request.language, rules.LANGUAGES, "language")
    if not 0 < len(request.idempotency_key) <= 100:
        raise Refused(_("This form is too old. Open it again."), "idempotency_key")
    texts = {
        "name": checked(request.name, "name", 80),
        "phone": checked_phone(request.phone),
        "safety_notes": checked(request.safety_notes, "safety_notes"),
        "callback": " ".join(request.callback.split())[:40],
        "area": checked_area(request.area),
    }
    born = checked_birth(request.date_of_birth, clock.now().date())
    told = texts["name"] or texts["phone"] or texts["safety_notes"] or born
    if request.basis == "none_needed" and told:
        raise Refused(_("Say why you may share this, or leave out name, phone and notes."), "basis")
    fallbacks = tuple(
        dict.fromkeys(one for one in request.fallbacks if one != request.service_at_location_id)
    )
    if len(fallbacks) > MOST_FALLBACKS:
        raise Refused(_("Tick 3 at most."), "fallbacks")
    derived = (
        {"age_band": age_band_of(born, clock.now().date())} if born and request.age_band == "unknown" else {}
    )
    return SendRequest(**(vars(request) | texts | derived | {"fallbacks": fallbacks}))


def checked_phone(text: str) -> str:
    """A phone number as typed, 40 signs at most; no pattern is asked of it."""
    plain = " ".join(text.split())
    if len(plain) > 40:
        raise Refused(_("Use 40 characters or fewer."), "phone")
    return plain


def checked_birth(born: date | None, today: date) -> date | None:
    """A date of birth that somebody alive may have. Refused for one in the future or before 1900."""
    if born is not None and not OLDEST <= born <= today:
        raise Refused(_("Check the year of birth: it lies in the future, or before 1900."), "date_of_birth")
    return born


def _known(value: str, values: Any, field: str) -> None:
    if value not in values:
        raise Refused(_("Choose one of the list."), field)


def sender_home(actor: Actor) -> UUID:
    """The unit that the actor sends for."""
    homes = sorted(actor.organizations("responder", "dispatcher", "supervisor"), key=str)
    if not homes or actor.account_id is None:
        raise NotHere
    return homes[0]


def listing_here(session: Session, actor: Actor, listing_id: UUID) -> ServiceAtLocation:
    """The listing, in the actor's community. NotHere otherwise."""
    found = session.scalar(select(ServiceAtLocation).where(ServiceAtLocation.id == listing_id))
    if found is None or found.service.organization.community_id != actor.community_id:
        raise NotHere
    return found


def referable(
    session: Session, actor: Actor, listing_id: UUID, field: str | None = None
) -> ServiceAtLocation:
    """The listing, when somebody there can answer. Refused for one that is called instead, a victim service first of all."""
    found = listing_here(session, actor, listing_id)
    how = can_refer(found)
    if how == "victim_call":
        raise Refused(_("This service takes calls only. Handrail sends it nothing."), field)
    if how == "call" and closed_now(found):
        raise Refused(_("This service is closed for now. Call them, or choose another."), field)
    if how != "refer":
        raise Refused(_("Nobody at this service answers here yet. Call them, and record the call."), field)
    return found


def new_need(session: Session, actor: Actor, request: SendRequest, request_digest: str) -> Need:
    """The need with its sealed person and its consent. The Plan is copied here, and no later setting changes it."""
    limits.spend("send", str(actor.account_id))
    now = clock.now()
    check_ground(session, sender_home(actor), request.basis)
    person = None
    if request.name or request.phone or request.safety_notes or request.date_of_birth:
        person = Person(
            name=request.name or None,
            date_of_birth=request.date_of_birth.isoformat() if request.date_of_birth else None,
            phone=request.phone or None,
            safety_notes=request.safety_notes or None,
            created_at=now,
        )
        session.add(person)
        session.flush()
    phone = session.scalars(select(Account.phone).where(Account.id == actor.account_id)).one()
    plan = request.plan or Plan.of_terms(community_terms(session, actor.community_id, request.urgency))
    need = Need(
        community_id=actor.community_id,
        code=request.need,
        urgency=request.urgency,
        age_band=request.age_band,
        area=request.area,
        safe_contact=request.safe_contact,
        language=request.language,
        person_id=person.id if person else None,
        sender_account_id=actor.account_id,
        sender_organization_id=sender_home(actor),
        callback=request.callback or phone,
        basis=request.basis,
        hears_back=request.hears_back,
        plan=plan.to_json(),
        deadline=now,
        sent_at=now,
        idempotency_key=request.idempotency_key,
        request_digest=request_digest,
        offers=[],
        fallbacks=[],
    )
    session.add(need)
    session.flush()
    if person is not None:
        know_person(session, need, request.name, request.date_of_birth, request.phone, now)
    session.add(
        Consent(
            need_id=need.id,
            basis=request.basis,
            hears_back=request.hears_back,
            recorded_by=actor.account_id,
            text_version=TEXT_VERSION,
            at=now,
        )
    )
    audit.append(actor, "send_offer", "need", need.id)
    return need


def put_to(
    session: Session,
    actor: Actor,
    need: Need,
    listing: ServiceAtLocation,
    *,
    channel: str = "inbox",
    at: datetime | None = None,
) -> Offer:
    """One more offer of this need, with its first event and its row in the ledger; the Plan takes up the listing's hours and the
    clocks that were set for it."""
    now = clock.now()
    if channel != "phone":
        check_outbound(need, listing.service.organization)
    last = need.offers[-1] if need.offers else None
    offer = Offer(
        need=need,
        listing=listing,
        organization=listing.service.organization,
        desk_id=listing.desk_id,
        ordinal=last.ordinal + 1 if last else 1,
        channel=channel,
        reopens_id=last.id if last else None,
        sent_at=at or now,
        events=[
            OfferEvent(
                at=now,
                action="send",
                from_state="draft",
                to_state="sent",
                role="sender",
                actor_kind=actor.kind,
                account_id=actor.account_id,
                channel=channel if channel == "phone" else "",
            )
        ],
    )
    session.add(offer)
    plan = Plan.from_json(need.plan)
    terms = listing_terms(session, plan.terms, need.urgency, listing)
    need.plan = plan.with_listing(str(listing.id), listing_hours(session, listing), terms).to_json()
    session.flush()
    write_down(session, need, offer, "request", offer.organization_id, at=now)
    return offer
