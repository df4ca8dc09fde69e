"""Services that answer by phone: the call is recorded. Of a call to a victim service nothing but when, and answered or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.directory import can_refer
from portal.directory.models import ServiceAtLocation
from portal.referrals import rules
from portal.referrals.access import in_the_dark, roles_at
from portal.referrals.answer import accept, decline
from portal.referrals.arrivals import hand_over_code
from portal.referrals.duplicates import warn_of_duplicates
from portal.referrals.matrix import current_offer
from portal.referrals.models import CallRecord, Fallback, Need
from portal.referrals.moves import Ground, NotHere, lock_need, overtaken
from portal.referrals.onward import go_on
from portal.referrals.requests import SendRequest
from portal.referrals.script import keep_answers
from portal.referrals.send import (
    already_sent,
    cleaned,
    digest,
    listing_here,
    new_need,
    put_to,
    referable,
    sender_home,
)
from portal.referrals.wording import checked
from portal.store import Actor, Refused, audit, clock, write

OLDEST_CALL = timedelta(days=1)


def record_call(
    actor: Actor,
    request: SendRequest,
    result: str,
    *,
    spoke_with: str = "",
    reason: str = "",
    called_at: datetime | None = None,
    need_id: UUID | None = None,
    version: int | None = None,
    script: tuple[int, Sequence[str]] | None = None,
) -> Need:
    """A call to request.service_at_location_id and its answer: `yes`, `no` or `no_answer`; a need with one offer by phone, or
    with need_id one more offer of that need, whose version is given. reason: a decline code for `no`. called_at: UTC, within
    the last day. script: the version of the questions that the page showed, and what was answered; kept, sealed, with a yes.
    The answer is the sender's own knowledge, so it is shown to them."""
    if result not in rules.CALL_RESULTS:
        raise Refused(_("Choose what they said."), "result")
    why = reason or "other"
    if result == "no" and why not in rules.DECLINE_REASONS:
        raise Refused(_("Choose why not."), "reason")
    who = checked(spoke_with, "spoke_with", 80)
    with write() as session:
        at = _called(called_at, clock.now())
        listing = listing_here(session, actor, request.service_at_location_id)
        if can_refer(listing) == "victim_call":
            raise Refused(
                _("Record only that you called. Nothing of the person is kept for this service."), "listing"
            )
        if need_id is None:
            found = already_sent(session, actor, request, result)
            if found is not None:
                return found
        need = _need_for_call(session, actor, request, result, need_id, version)
        offer = put_to(session, actor, need, listing, channel="phone")
        role = "clock" if result == "no_answer" else "receiver"
        ground = Ground(session, actor, need, offer, role, clock.now())
        if result == "yes":
            accept(ground, answered_by=who, channel="phone")
            keep_answers(session, actor, offer, script)
        elif result == "no":
            decline(ground, why, channel="phone")
        else:
            ground.move("expire", reason="no_answer", channel="phone")
            go_on(ground, by_itself=True)
        audit.append(actor, "record_call", "need", need.id, f"{result} {at:%Y-%m-%dT%H:%MZ}")
    return need


def _need_for_call(
    session: Session,
    actor: Actor,
    request: SendRequest,
    result: str,
    need_id: UUID | None,
    version: int | None,
) -> Need:
    if need_id is None:
        clean = cleaned(request)
        others = [referable(session, actor, one, "fallbacks") for one in clean.fallbacks]
        if not clean.duplicate_confirmed:
            warn_of_duplicates(session, sender_home(actor), clean)
        need = new_need(session, actor, clean, digest(request, result))
        for rank, other in enumerate(others, start=1):
            session.add(Fallback(need_id=need.id, service_at_location_id=other.id, rank=rank))
        session.flush()
        return need
    found = lock_need(session, need_id)
    if found is None or "sender" not in roles_at(actor, found, None, clock.now()):
        raise NotHere
    offer = current_offer(found)
    asked = offer is not None and offer.state in rules.OPEN
    if found.closed_at is not None or in_the_dark(found) or asked or version != found.version:
        raise overtaken()
    if request.service_at_location_id in {one.service_at_location_id for one in found.offers}:
        raise Refused(_("This service was asked already."), "listing")
    return found


def _called(called_at: datetime | None, now: datetime) -> datetime:
    moment = called_at or now
    if not now - OLDEST_CALL <= moment <= now + timedelta(minutes=1):
        raise Refused(_("Give a time within the last day."), "called_at")
    return moment


@dataclass(frozen=True)
class VictimCall:
    """That the call is recorded; code: what may go along with the person, said this once and kept nowhere."""

    code: str = ""


def record_victim_call(
    actor: Actor,
    service_at_location_id: UUID,
    answered: bool,
    *,
    called_at: datetime | None = None,
    with_code: bool = False,
) -> VictimCall:
    """That a victim service or a crisis line was called, when, and answered or not. There is no person in it, no need, and no
    outcome after it. with_code: a code to hand over, of a victim service alone; see arrivals. Refused for a service that
    answers here."""
    with write() as session:
        at = _called(called_at, clock.now())
        listing: ServiceAtLocation = listing_here(session, actor, service_at_location_id)
        if can_refer(listing) == "refer":
            raise Refused(_("This service answers here. Refer instead."), "listing")
        row = CallRecord(
            service_at_location_id=listing.id, organization_id=sender_home(actor), at=at, answered=answered
        )
        session.add(row)
        session.flush()
        if with_code and can_refer(listing) == "victim_call":
            return VictimCall(hand_over_code(session, actor, listing))
    return VictimCall()
