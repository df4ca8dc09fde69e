"""The view of an offer for the service that is asked: by sign-in or by its answer link. What is in it, matrix.py says."""

from datetime import datetime

from portal.referrals import rules, words
from portal.referrals.consent import consent_actions
from portal.referrals.force import may_ask, may_identify, notice_words, noticed
from portal.referrals.matrix import current_offer, only, reader_of, sees
from portal.referrals.models import Offer
from portal.referrals.plan import Plan
from portal.referrals.shapes import OfferView
from portal.referrals.stages import enough_tries, may_arrive, may_correct_handoff, zone_of
from portal.referrals.transport import may_record
from portal.referrals.views import choice, follow_ups, handoff_view, line, may_correct
from portal.referrals.words import said
from portal.store import db


def offer_view(offer: Offer, role: str, now: datetime) -> OfferView:
    """The offer for the service that is asked: signed in (`receiver`) or by its link (`link`). What the matrix lets it have."""
    return only(_whole_view(offer, role, now), reader_of("receiver", offer.need, offer))


def _whole_view(offer: Offer, role: str, now: datetime) -> OfferView:
    need = offer.need
    reader = reader_of("receiver", need, offer)
    current = current_offer(need) is offer
    plan = Plan.from_json(need.plan)
    name, deadline = "", None
    if current and offer.state in rules.ASKED:
        name = "next_service"
        listing = str(offer.service_at_location_id)
        deadline = plan.after(plan.terms_of(listing).clocks.decide_by, offer.sent_at, listing)
    elif current and offer.state in rules.HELD and need.deadline_name != "your_turn":
        name, deadline = need.deadline_name, need.deadline
    after = sees(reader, "connected")
    notice, scope = notice_words(noticed(need, offer))
    return OfferView(
        id=offer.id,
        need_id=need.id,
        role=role,
        service=choice(offer),
        code=need.code,
        code_words=words.need_words(need.code),
        reference=words.reference(need),
        urgency=need.urgency,
        urgency_words=said(words.URGENCIES, need.urgency),
        area=need.area,
        age_band=need.age_band,
        language=need.language,
        safe_contact=need.safe_contact if sees(reader, "safe_contact") else "",
        sender_organization=need.sender.name,
        callback=need.callback,
        state=offer.state,
        state_words=said(words.STATES, offer.state),
        version=offer.version,
        sent_at=offer.sent_at,
        deadline=deadline,
        deadline_words=said(words.DEADLINES, name),
        owner_words=words.owner_words(need.owner, offer.listing.service.name)
        if need.closed_at is None and current
        else "",
        question=offer.question,
        answer=offer.answer,
        answer_by=offer.answer_by,
        answered_by=offer.answered_by,
        decline_reason=offer.decline_reason,
        decline_words=str(rules.DECLINE_REASONS[offer.decline_reason].label) if offer.decline_reason else "",
        decline_note=offer.decline_note,
        accept_code=offer.code if sees(reader, "accept_code") else "",
        appointment_at=offer.appointment_at if sees(reader, "appointment") else None,
        connected_on=offer.connected_on if after else None,
        handoff=handoff_view(offer.handoff) if offer.handoff and sees(reader, "handoff") else None,
        follow_ups=follow_ups(offer) if after else (),
        attempts=len(offer.attempts) if after else 0,
        has_person=person_open(offer),
        moved_on=False,
        actions=receiver_actions(offer, role, now),
        timeline=tuple(line(offer, event, reader, False) for event in offer.events),
        redisclosure_notice=notice,
        consent_scope=scope,
    )


def moved_on_view(offer: Offer) -> OfferView:
    """A used-up link: "this has moved on", which service it was and whom to call; nothing of the need."""
    empty = ""
    return OfferView(
        id=offer.id, need_id=offer.need_id, role="link", service=choice(offer), code=empty, code_words=empty,
        reference=empty, urgency=empty, urgency_words=empty, area=empty, age_band=empty, language=empty, safe_contact=empty,
        sender_organization=offer.need.sender.name, callback=offer.need.callback, state=empty, state_words=empty, version=0,
        sent_at=offer.sent_at, deadline=None, deadline_words=empty, owner_words=empty, question=empty, answer=empty,
        answer_by=None, answered_by=empty, decline_reason=empty, decline_words=empty, decline_note=empty, accept_code=empty,
        appointment_at=None, connected_on=None, handoff=None, follow_ups=(), attempts=0, has_person=False, moved_on=True,
        actions=(), timeline=(),
    )  # fmt: skip


def receiver_actions(offer: Offer, role: str, now: datetime) -> tuple[str, ...]:
    """What the service may do now. A link only answers; everything after the accept wants a sign-in."""
    found = list(rules.available_actions(offer.state, frozenset(("receiver",))))
    after = person_open(offer)
    if "ask_information" in found and not may_ask(offer.need, offer):
        found.remove("ask_information")
    if role == "link":
        answers = [action for action in found if offer.state in rules.ASKED and action != "withdraw"]
        return tuple(answers + (["reveal_person"] if after else []))
    if "mark_unable_to_reach" in found and not enough_tries(offer, zone_of(db.session(), offer.need)):
        found.remove("mark_unable_to_reach")
    if offer.state in rules.HELD:
        found.append("record_attempt")
    if may_record(offer, "receiver"):
        found.append("record_transport")
    if offer.state == "scheduled" and may_arrive(offer, now, zone_of(db.session(), offer.need)):
        found.append("record_arrival")
    if may_correct_handoff(offer, "receiver", now):
        found.append("correct_handoff")
    if may_correct(offer, "receiver", now):
        found.append("correct")
    found += consent_actions(offer.need, offer.organization) if after else []
    return tuple(found + (["reveal_person"] if after else []))


def person_open(offer: Offer) -> bool:
    """May this service's people open the person? After its yes, until the request was taken back."""
    gone = offer.state in ("declined", "cancelled", "withdrawn", "void")
    return (
        offer.need.person_id is not None
        and sees(reader_of("receiver", offer.need, offer), "person")
        and may_identify(offer.need, offer.organization_id)
        and not gone
    )
