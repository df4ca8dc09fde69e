"""The view of a need for its sender, or for a supervisor while it is escalated. What is in it, matrix.py says."""

from datetime import datetime

from flask_babel import gettext as _

from portal.referrals import rules, words
from portal.referrals.access import closed_for_sender, in_the_dark
from portal.referrals.consent import consent_actions
from portal.referrals.deadlines import NEXT_STEP
from portal.referrals.force import notice_words, noticed
from portal.referrals.grounds import folded
from portal.referrals.matrix import (
    ACTION_FIELD,
    STATE_FIELD,
    current_offer,
    known_version,
    only,
    reader_of,
    sees,
    shown_offer,
    turn_at,
    visible_events,
)
from portal.referrals.models import FollowUp, Handoff, Need, Offer, OfferEvent
from portal.referrals.shapes import FollowUpView, HandoffView, Line, NeedView, ServiceChoice
from portal.referrals.stages import last_move, may_correct_handoff
from portal.referrals.transport import may_record
from portal.referrals.words import said
from portal.store import Actor


def need_view(actor: Actor, need: Need, role: str, now: datetime) -> NeedView:
    """The need for its sender, or for a supervisor while it is escalated: what the matrix lets them have, and nothing else."""
    return only(_whole_view(actor, need, role, now), reader_of(role, need, None))


def _whole_view(actor: Actor, need: Need, role: str, now: datetime) -> NeedView:
    dark = in_the_dark(need)
    reader = reader_of(role, need, None)
    offer = shown_offer(need)
    state = sender_state(need, reader, now)
    closed = closed_for_sender(need, now) is not None
    name, deadline = _sender_deadline(need, dark, closed, now)
    handoff = own_handoff(offer, reader)
    group = rules.DECLINE_REASONS[offer.decline_reason].group if offer and offer.decline_reason else ""
    known = dict.fromkeys(one for one, _event in visible_events(need, reader))
    notice, scope = notice_words(next(filter(None, (noticed(need, one) for one in known)), None))
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
        language=need.language,
        safe_contact=need.safe_contact if sees(reader, "safe_contact") else "",
        callback=need.callback,
        sent_at=need.sent_at,
        hears_back=need.hears_back,
        restricted=need.restricted_at is not None,
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
        follow_ups=follow_ups(offer) if offer and sees(reader, "follow_ups") else (),
        has_person=need.person_id is not None and sees(reader, "person"),
        actions=sender_actions(actor, need, role, state, now),
        timeline=_timeline(need, reader),
        redisclosure_notice=notice,
        consent_scope=scope,
        folded=folded(need.sender.kind, need.age_band),
    )


def _timeline(need: Need, reader: str) -> tuple[Line, ...]:
    """The lines a sender may read; each names its service once there are several to tell apart."""
    known = visible_events(need, reader)
    several = len({offer.id for offer, _event in known}) > 1
    return tuple(line(offer, event, reader, several) for offer, event in known)


def sender_state(need: Need, reader: str, now: datetime) -> str:
    """The state in the sender's words: a state they may know, `working`, `next_step` or `closed`."""
    closed = closed_for_sender(need, now) is not None
    offer = current_offer(need)
    if reader.endswith("_dark"):
        if closed:
            return "closed"
        shown = shown_offer(need)
        if offer is not None and offer.state == "info_asked" and sees(reader, "question"):
            return offer.state
        if shown is not None and shown.organization.under_part2:
            return "sent"  # and never anything else: a change of words would say that the program has reacted
        return (
            offer.state
            if offer is not None and offer is shown and offer.state in ("sent", "seen")
            else "working"
        )
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
    if role == "sender":
        found += _added(need, offer, now)
    if role == "sender" and not closed:
        found += consent_actions(need)
    if role == "sender" and need.person_id is not None and actor.account_id == need.sender_account_id:
        found.append("reveal_person")
    return tuple(found)


def _added(need: Need, offer: Offer, now: datetime) -> list[str]:
    """What a sender may add without moving the offer. In the dark it hangs on what they did themselves and on nothing else."""
    found = ["record_transport"] if may_record(offer, "sender") else []
    if any(may_correct_handoff(one, "sender", now) for one in need.offers):
        found.append("correct_handoff")
    return found


def may_correct(offer: Offer, role: str, now: datetime) -> bool:
    """A wrong end, set by this side within 24 hours, with nothing after it."""
    if offer.state not in rules.CORRECTABLE or offer is not offer.need.offers[-1] or not offer.events:
        return False
    last = last_move(offer)
    return last is not None and last.role == role and now <= last.at + rules.CORRECTION_TIME


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
            return handoff_view(row)
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


def handoff_view(row: Handoff) -> HandoffView:
    return HandoffView(
        row.started_at,
        row.ended_at,
        row.method,
        row.spoke_with_name,
        row.spoke_with_role,
        row.answered,
        row.person_present,
        row.person_spoke,
        row.person_agreed,
        row.receiver_took_over,
        row.recorded_by,
        rules.temperature(row),
        rules.temperature_facts(row),
    )


def follow_ups(offer: Offer) -> tuple[FollowUpView, ...]:
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


def line(offer: Offer, event: OfferEvent, reader: str, several: bool) -> Line:
    text = said(words.ACTIONS, event.action)
    if event.action == "schedule" and event.from_state in ("scheduled", "no_show"):
        text = _("New appointment made")
    if event.action == "decline" and event.reason:
        row = rules.DECLINE_REASONS[event.reason]
        if sees(reader, "decline_code"):
            text += f": {row.label}"
        elif sees(reader, "decline_group"):
            text += f": {rules.DECLINE_GROUPS[row.group]}"
    if several:
        text = f"{offer.listing.service.name}: {text}"
    return Line(event.at, text, event.channel if event.channel == "phone" else "")
