"""What each reader may see of a need and an offer: the field x role matrix, in this one place.

Source: the product's matrix of fields and roles, and "who hears what": the return channel is the disclosure. A sender in the
dark (the person did not agree that they hear back) gets the same view, byte for byte, whatever a service answered.
"""

from datetime import datetime

from portal.referrals import rules, words
from portal.referrals.access import closed_for_sender, in_the_dark, knows
from portal.referrals.deadlines import NEXT_STEP
from portal.referrals.models import FollowUp, Handoff, Need, Offer, OfferEvent
from portal.referrals.plan import Plan
from portal.referrals.shapes import FollowUpView, HandoffView, Line, NeedView, OfferView, ServiceChoice
from portal.referrals.words import said
from portal.store import Actor

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
        "safe_contact": "sender sender_dark receiver_after",
        "person": "sender sender_dark receiver_after",
    }.items()
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
}


def sees(reader: str, field: str) -> bool:
    """One cell of the matrix."""
    return reader in MATRIX[field]


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
        told = event.action == "send" or offer.organization.kind != "part2_program"
        return offer is first and told and sees(reader, "progress")
    own = event.role == "sender" or event.action == "ask_information"
    return field == "question" and own and sees(reader, field)


def known_version(need: Need) -> int:
    """The version that a sender in the dark works with: it rises with what they may know and with nothing else."""
    return (
        len(visible_events(need, "sender_dark")) + len(need.fallbacks) + (need.sender_closed_at is not None)
    )


def need_view(actor: Actor, need: Need, role: str, now: datetime) -> NeedView:
    """The need for its sender, or for a supervisor while it is escalated."""
    dark = in_the_dark(need)
    reader = reader_of(role, need, None)
    offer = shown_offer(need)
    state = sender_state(need, reader, now)
    closed = closed_for_sender(need, now) is not None
    name, deadline = _sender_deadline(need, dark, closed, now)
    handoff = own_handoff(offer, reader)
    group = rules.DECLINE_REASONS[offer.decline_reason].group if offer and offer.decline_reason else ""
    return NeedView(
        id=need.id,
        role=role,
        code=need.code,
        code_words=words.need_words(need.code),
        reference=words.reference(need),
        urgency=need.urgency,
        urgency_words=said(words.URGENCIES, need.urgency),
        area=need.area,
        age_band=need.age_band,
        callback=need.callback,
        sent_at=need.sent_at,
        hears_back=need.hears_back,
        state=state,
        state_words=said(words.STATES, state),
        owner_words=""
        if dark or closed
        else words.owner_words(need.owner, offer.listing.service.name if offer else ""),
        deadline=deadline,
        deadline_words=said(words.DEADLINES, name),
        version=known_version(need) if dark else need.version,
        escalated=need.escalated_at is not None and (role == "supervisor" or not dark),
        closed=closed,
        close_words=words.close_words(need.close_reason) if closed and not dark else "",
        service=choice(offer) if offer else None,
        also=tuple(_fallback_choices(need)),
        offer_id=offer.id if offer else None,
        offer_version=known_version(need) if dark else (offer.version if offer else 0),
        question=offer.question if offer and sees(reader, "question") else "",
        answer=offer.answer if offer and sees(reader, "question") else "",
        decline_words=said(rules.DECLINE_GROUPS, group) if sees(reader, "decline_group") else "",
        accept_code=offer.code if offer and sees(reader, "accept_code") else "",
        spoken_code=words.spoken_code(need) if sees(reader, "spoken_code") and not closed else "",
        handoff=handoff,
        connected_on=offer.connected_on if offer and sees(reader, "connected") else None,
        follow_ups=_follow_ups(offer) if offer and sees(reader, "follow_ups") else (),
        has_person=need.person_id is not None and sees(reader, "person"),
        actions=sender_actions(actor, need, role, state, now),
        timeline=_timeline(need, reader),
    )


def _timeline(need: Need, reader: str) -> tuple[Line, ...]:
    """The lines a sender may read; each names its service once there are several to tell apart."""
    known = visible_events(need, reader)
    several = len({offer.id for offer, _event in known}) > 1
    return tuple(_line(offer, event, reader, several) for offer, event in known)


def sender_state(need: Need, reader: str, now: datetime) -> str:
    """The state in the sender's words: a state they may know, `working`, `next_step` or `closed`."""
    closed = closed_for_sender(need, now) is not None
    offer = current_offer(need)
    if reader.endswith("_dark"):
        if closed:
            return "closed"
        seen = offer is not None and (offer.state == "info_asked" or offer is shown_offer(need))
        told = offer is not None and offer.organization.kind != "part2_program"
        known = seen and offer is not None and offer.state in (("sent", "seen") if told else ("sent",))
        asked = offer is not None and offer.state == "info_asked" and sees(reader, "question")
        return offer.state if offer is not None and (known or asked) else "working"
    if offer is None or (closed and offer.state in rules.GOES_ON):
        return "closed"
    if not closed and offer.state in rules.ENDS:
        return NEXT_STEP
    if sees(reader, STATE_FIELD[offer.state]):
        return offer.state
    known_states = [event.to_state for event in offer.events if sees(reader, ACTION_FIELD[event.action])]
    return known_states[-1] if known_states else "sent"


def sender_actions(actor: Actor, need: Need, role: str, state: str, now: datetime) -> tuple[str, ...]:
    """What this sender or supervisor may do now. In the dark the list depends on nothing that a service answered."""
    dark, closed = in_the_dark(need), closed_for_sender(need, now) is not None
    offer = shown_offer(need)
    if offer is None:
        return ()
    found = list(rules.available_actions(offer.state, frozenset((role,)))) if not dark else []
    if closed:
        found = [action for action in found if action == "void"]
    if dark and not closed:
        found = ["give_information"] if state == "info_asked" else []
        found += [] if own_handoff(offer, f"{role}_dark") else ["record_handoff"]
        found += ["cancel", "withdraw", "void"]
        found = [action for action in found if role in rules.MOVES[action].roles]
        found += ["ask_next"] if len(need.fallbacks) < 3 else []
    if "void" in found and now > offer.sent_at + rules.VOID_TIME:
        found.remove("void")
    if not dark and may_correct(offer, role, now):
        found.append("correct")
    if not closed and not dark and state == NEXT_STEP:
        found += ["ask_next", "close_need"]
    if not closed and not dark and role == "sender" and offer.state in rules.HELD:
        found.append("record_attempt")
    if role == "sender" and need.person_id is not None and actor.account_id == need.sender_account_id:
        found.append("reveal_person")
    return tuple(found)


def may_correct(offer: Offer, role: str, now: datetime) -> bool:
    """A wrong end, set by this side within 24 hours, with nothing after it."""
    if offer.state not in rules.CORRECTABLE or offer is not offer.need.offers[-1] or not offer.events:
        return False
    last = offer.events[-1]
    return last.role == role and now <= last.at + rules.CORRECTION_TIME


def offer_view(offer: Offer, role: str, now: datetime) -> OfferView:
    """The offer for the service that is asked: signed in (`receiver`) or by its link (`link`)."""
    need = offer.need
    reader = reader_of("receiver", need, offer)
    current = current_offer(need) is offer
    plan = Plan.from_json(need.plan)
    name, deadline = "", None
    if current and offer.state in rules.ASKED:
        name = "next_service"
        deadline = plan.after(plan.clocks.decide_by, offer.sent_at, str(offer.service_at_location_id))
    elif current and offer.state in rules.HELD and need.deadline_name != "your_turn":
        name, deadline = need.deadline_name, need.deadline
    after = sees(reader, "connected")
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
        decline_reason=offer.decline_reason,
        decline_words=str(rules.DECLINE_REASONS[offer.decline_reason].label) if offer.decline_reason else "",
        decline_note=offer.decline_note,
        accept_code=offer.code if sees(reader, "accept_code") else "",
        appointment_at=offer.appointment_at if sees(reader, "appointment") else None,
        connected_on=offer.connected_on if after else None,
        handoff=_handoff(offer) if sees(reader, "handoff") else None,
        follow_ups=_follow_ups(offer) if after else (),
        attempts=len(offer.attempts) if after else 0,
        has_person=need.person_id is not None
        and sees(reader, "person")
        and offer.state not in ("withdrawn", "void"),
        moved_on=False,
        actions=receiver_actions(offer, role, now),
        timeline=tuple(_line(offer, event, reader, False) for event in offer.events),
    )


def moved_on_view(offer: Offer) -> OfferView:
    """A used-up link: "this has moved on", which service it was and whom to call; nothing of the need."""
    empty = ""
    return OfferView(
        id=offer.id, need_id=offer.need_id, role="link", service=choice(offer), code=empty, code_words=empty,
        reference=empty, urgency=empty, urgency_words=empty, area=empty, age_band=empty, safe_contact=empty,
        sender_organization=offer.need.sender.name, callback=offer.need.callback, state=empty, state_words=empty, version=0,
        sent_at=offer.sent_at, deadline=None, deadline_words=empty, owner_words=empty, question=empty, answer=empty,
        answer_by=None, decline_reason=empty, decline_words=empty, decline_note=empty, accept_code=empty,
        appointment_at=None, connected_on=None, handoff=None, follow_ups=(), attempts=0, has_person=False, moved_on=True,
        actions=(), timeline=(),
    )  # fmt: skip


def receiver_actions(offer: Offer, role: str, now: datetime) -> tuple[str, ...]:
    """What the service may do now. A link only answers; everything after the accept wants a sign-in."""
    found = list(rules.available_actions(offer.state, frozenset(("receiver",))))
    after = offer.need.person_id is not None and bool(offer.code) and offer.state not in ("withdrawn", "void")
    if role == "link":
        answers = [action for action in found if offer.state in rules.ASKED and action != "withdraw"]
        return tuple(answers + (["reveal_person"] if after else []))
    if "mark_unable_to_reach" in found and not enough_tries(offer):
        found.remove("mark_unable_to_reach")
    if offer.state in rules.HELD:
        found.append("record_attempt")
    if may_correct(offer, "receiver", now):
        found.append("correct")
    return tuple(found + (["reveal_person"] if after else []))


def enough_tries(offer: Offer) -> bool:
    """Three tries on three days, and nobody reached."""
    missed = [attempt for attempt in offer.attempts if attempt.result != "reached"]
    return len(missed) >= rules.TRIES and len({attempt.at.date() for attempt in missed}) >= rules.TRY_DAYS


def choice(offer: Offer) -> ServiceChoice:
    return ServiceChoice(
        offer.service_at_location_id, offer.listing.service.name, offer.organization.name, _first_phone(offer)
    )


def own_handoff(offer: Offer | None, reader: str) -> HandoffView | None:
    """The handoff for a sender: any with permission, in the dark only the one they recorded themselves."""
    if offer is None:
        return None
    for one in [offer, *offer.need.offers]:
        row = one.handoff
        if row is not None and (
            sees(reader, "handoff") or (sees(reader, "own_handoff") and row.recorded_by == "sender")
        ):
            return _handoff_view(row)
    return None


def _first_phone(offer: Offer) -> str:
    return offer.listing.phones[0].number if offer.listing.phones else ""


def _fallback_choices(need: Need) -> list[ServiceChoice]:
    return [
        ServiceChoice(
            row.service_at_location_id, row.listing.service.name, row.listing.service.organization.name
        )
        for row in need.fallbacks
    ]


def _handoff(offer: Offer) -> HandoffView | None:
    return _handoff_view(offer.handoff) if offer.handoff is not None else None


def _handoff_view(row: Handoff) -> HandoffView:
    return HandoffView(
        row.started_at,
        row.ended_at,
        row.method,
        row.spoke_with_name,
        row.spoke_with_role,
        rules.temperature(row),
    )


def _follow_ups(offer: Offer) -> tuple[FollowUpView, ...]:
    def view(row: FollowUp) -> FollowUpView:
        return FollowUpView(row.id, row.day, row.due_at, row.done_at, row.result, len(row.attempts))

    return tuple(view(row) for row in offer.follow_ups)


def _sender_deadline(need: Need, dark: bool, closed: bool, now: datetime) -> tuple[str, datetime | None]:
    if closed:
        return "", None
    if not dark:
        return need.deadline_name, need.deadline
    at = turn_at(need)
    return ("your_turn", at) if at is not None and now < at else ("", None)


def turn_at(need: Need, plan: Plan | None = None) -> datetime | None:
    """When a sender in the dark is told that they may ask another service: as if nobody had answered at all."""
    first = next((offer for offer in need.offers if not knows(need, offer)), None)
    if first is None:
        return None
    plan = plan or Plan.from_json(need.plan)
    return plan.after(plan.clocks.next_service, first.sent_at, str(first.service_at_location_id))


def _line(offer: Offer, event: OfferEvent, reader: str, several: bool) -> Line:
    text = said(words.ACTIONS, event.action)
    if event.action == "decline" and event.reason:
        row = rules.DECLINE_REASONS[event.reason]
        if sees(reader, "decline_code"):
            text += f": {row.label}"
        elif sees(reader, "decline_group"):
            text += f": {rules.DECLINE_GROUPS[row.group]}"
    if several:
        text = f"{offer.listing.service.name}: {text}"
    return Line(event.at, text, event.channel if event.channel == "phone" else "")
