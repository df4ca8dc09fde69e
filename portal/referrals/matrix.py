"""What each reader may see: the field x role matrix, in this one place.

Source: the product's matrix of fields and roles, and "who hears what": the return channel is the disclosure. A sender in the
dark (the person did not agree that they hear back) gets the same view, byte for byte, whatever a service answered.
"""

from dataclasses import fields, replace
from datetime import datetime
from typing import Any, TypeVar

from portal.referrals import rules
from portal.referrals.access import in_the_dark, knows
from portal.referrals.models import Need, Offer, OfferEvent
from portal.referrals.plan import Plan
from portal.referrals.shapes import NeedView, OfferView, PersonView

View = TypeVar("View", NeedView, OfferView)

# field -> the readers who may have it. `dark`: without permission to hear back. `before`, `after`: of the accept.
MATRIX: dict[str, frozenset[str]] = {
    field: frozenset(readers.split())
    for field, readers in {
        "request": "sender sender_dark supervisor supervisor_dark receiver_before receiver_after",
        "progress": "sender sender_dark supervisor supervisor_dark receiver_before receiver_after",
        "question": "sender sender_dark receiver_before receiver_after",
        "answer": "sender supervisor receiver_before receiver_after",
        "decline_group": "sender receiver_before receiver_after",
        "decline_code": "receiver_before receiver_after",
        "accept_code": "sender receiver_after",
        "spoken_code": "sender sender_dark",
        "handoff": "sender receiver_after",
        "own_handoff": "sender sender_dark receiver_after",
        "appointment": "receiver_after",
        "connected": "sender receiver_after",
        "follow_ups": "sender receiver_after",
        "script": "sender sender_dark receiver_before receiver_after",
        "script_answers": "sender sender_dark receiver_after",
        "transport": "sender receiver_after",
        "own_transport": "sender sender_dark receiver_after",
        "tries": "receiver_after",
        "own_tries": "sender receiver_after",
        "safe_contact": "sender sender_dark receiver_after",
        "person": "sender sender_dark receiver_after",
    }.items()
}
# Every field of every view -> its row above, so that each is decided on before anybody sees it; a test reads this table.
# `state`: what it says moves from row to row with the offer's state, see STATE_FIELD. `frame`: no data of a person: ids that
# only open to their reader, the reader's own role, the listing that was asked, numbers of versions. A new row of a person's
# data is added to MATRIX first, and to the golden table tests/referrals/matrix.golden.
FRAME, BY_STATE = "frame", "state"


def _fields(**rows: str) -> dict[str, str]:
    """The table turned round: row -> names, as it is easy to read, becomes name -> row."""
    return {name: row for row, names in rows.items() for name in names.split()}


VIEW_FIELDS: dict[str, dict[str, str]] = {
    "Line": _fields(state="at words channel"),
    "ServiceChoice": _fields(frame="id name organization phone"),
    "HandoffView": _fields(
        handoff="started_at ended_at method spoke_with_name spoke_with_role answered person_present person_spoke person_agreed"
        " receiver_took_over recorded_by temperature why",
    ),
    "TransportView": _fields(own_transport="means voluntary departed_at arrived_at released_at recorded_by"),
    "TryView": _fields(own_tries="at means result by"),
    "AppointmentView": _fields(appointment="at zone place phone uid sequence"),
    "AfterView": _fields(
        own_transport="transports",
        own_tries="tries tries_days",
        script="script script_version",
        script_answers="has_answers",
        appointment="arrived_at",
        decline_group="void_asked",
    ),
    "FollowUpView": _fields(follow_ups="id day due_at done_at result attempts"),
    "NeedView": _fields(
        frame="id role reference callback version service also offer_id offer_version hears_back actions closed close_words"
        " redisclosure_notice consent_scope folded",
        request="code code_words urgency urgency_words area age_band restricted language",
        progress="sent_at escalated",
        state="state state_words owner_words deadline deadline_words timeline",
        question="question answer",
        decline_group="decline_words",
        accept_code="accept_code",
        spoken_code="spoken_code",
        own_handoff="handoff",
        connected="connected_on",
        follow_ups="follow_ups",
        safe_contact="safe_contact",
        person="has_person",
    ),
    "OfferView": _fields(
        frame="id need_id role service reference sender_organization callback version moved_on actions answered_by"
        " redisclosure_notice consent_scope",
        request="code code_words urgency urgency_words area age_band language",
        progress="sent_at",
        state="state state_words owner_words deadline deadline_words timeline",
        question="question answer",
        answer="answer_by",
        decline_code="decline_reason decline_words decline_note",
        accept_code="accept_code",
        appointment="appointment_at",
        connected="connected_on",
        handoff="handoff",
        follow_ups="follow_ups attempts",
        safe_contact="safe_contact",
        person="has_person",
    ),
    "PersonView": _fields(
        person="name phone safety_notes date_of_birth corrections", safe_contact="safe_contact"
    ),
    "Proposal": _fields(frame="service can miles why first"),
}
# Under which field of the matrix a state, and the event of an action, falls.
STATE_FIELD = {
    **dict.fromkeys(("draft", "sent", "seen", "cancelled", "withdrawn", "void"), "progress"),
    "info_asked": "question",
    **dict.fromkeys(("waitlisted", "accepted", "declined", "expired", "released"), "answer"),
    "handoff": "handoff",
    **dict.fromkeys(("scheduled", "no_show"), "appointment"),
    **dict.fromkeys(("connected", "unable_to_reach", "not_connected", "no_information"), "connected"),
}
ACTION_FIELD = {action: STATE_FIELD[move.target] for action, move in rules.MOVES.items()} | {
    "give_information": "question",
    "correct": "answer",
    "correct_handoff": "handoff",
    "record_arrival": "appointment",
}


# What of the person each kind of organization may have after its yes (privacy rule P1): who treats needs all of it; for others
# what the task needs and no more. Nothing goes to a victim service, and no kind is left out.
_TO_REACH = "name phone safe_contact corrections"
PERSON_OF_KIND: dict[str, frozenset[str]] = {
    kind: frozenset(names.split())
    for kind, names in {
        "treatment_provider": f"{_TO_REACH} safety_notes date_of_birth",
        "part2_program": f"{_TO_REACH} safety_notes date_of_birth",
        "response_team": f"{_TO_REACH} safety_notes date_of_birth",
        "social_service": f"{_TO_REACH} safety_notes",
        "school": f"{_TO_REACH} safety_notes",
        "other": f"{_TO_REACH} safety_notes",
        "law_enforcement": _TO_REACH,
        "victim_service": "",
    }.items()
}


def sees(reader: str, field: str) -> bool:
    """One cell of the matrix."""
    return reader in MATRIX[field]


def only(view: View, reader: str) -> View:
    """The view with every field blank that its reader may not have: the last word on HTML, JSON and print alike. A field that
    nobody has classified is a KeyError, never a leak."""
    rows = VIEW_FIELDS[type(view).__name__]
    hidden: dict[str, Any] = {
        one.name: _blank(getattr(view, one.name))
        for one in fields(view)
        if rows[one.name] not in (FRAME, BY_STATE) and not sees(reader, rows[one.name])
    }
    return replace(view, **hidden) if hidden else view


def person_for(kind: str, view: PersonView) -> PersonView:
    """The person as an organization of this kind may have them."""
    allowed = PERSON_OF_KIND[kind]
    hidden: dict[str, Any] = {
        one.name: _blank(getattr(view, one.name)) for one in fields(view) if one.name not in allowed
    }
    return replace(view, **hidden) if hidden else view


def _blank(value: object) -> Any:
    if isinstance(value, str | tuple):
        return type(value)()
    return False if isinstance(value, bool) else (0 if isinstance(value, int) else None)


def reader_of(role: str, need: Need, offer: Offer | None) -> str:
    """The matrix's column for a role, here."""
    if role in ("sender", "supervisor"):
        return f"{role}_dark" if in_the_dark(need) else role
    return "receiver_after" if offer is not None and offer.code else "receiver_before"


def current_offer(need: Need) -> Offer | None:
    """The offer that counts: the last one that was not voided."""
    return next((offer for offer in reversed(need.offers) if offer.state != "void"), None)


def shown_offer(need: Need) -> Offer | None:
    """The offer that a sender's view is about: the current one; in the dark the first whose answer is not for them, however
    many were asked since, but the one that asks them a question."""
    current = current_offer(need)
    if not in_the_dark(need):
        return current or (need.offers[-1] if need.offers else None)
    if current is not None and current.state == "info_asked":
        return current
    return next(offer for offer in need.offers if not knows(need, offer))


def visible_events(need: Need, reader: str) -> list[tuple[Offer, OfferEvent]]:
    """What of the log this sender or supervisor may know, in its order."""
    found = [
        (offer, event)
        for offer in need.offers
        for event in offer.events
        if _visible(need, offer, event, reader)
    ]
    return sorted(found, key=lambda pair: pair[1].number)


def _visible(need: Need, offer: Offer, event: OfferEvent, reader: str) -> bool:
    field = ACTION_FIELD[event.action]
    if not reader.endswith("_dark") or knows(need, offer):
        return sees(reader.removesuffix("_dark"), field)
    if field == "handoff":
        return event.role == "sender" and sees(reader, "own_handoff")
    if event.action in ("send", "see"):
        first = next(one for one in need.offers if not knows(need, one))
        told = event.action == "send" or not offer.organization.under_part2
        return offer is first and told and sees(reader, "progress")
    own = event.role == "sender" or event.action == "ask_information"
    return field == "question" and own and sees(reader, field)


def known_version(need: Need) -> int:
    """The version that a sender in the dark works with: it rises with what they may know and with nothing else."""
    return (
        len(visible_events(need, "sender_dark")) + len(need.fallbacks) + (need.sender_closed_at is not None)
    )


def turn_at(need: Need, plan: Plan | None = None) -> datetime | None:
    """When a sender in the dark is told that they may ask another service: as if nobody had answered at all."""
    first = next((offer for offer in need.offers if not knows(need, offer)), None)
    if first is None:
        return None
    plan = plan or Plan.from_json(need.plan)
    listing = str(first.service_at_location_id)
    return plan.after(plan.terms_of(listing).clocks.next_service, first.sent_at, listing)
