"""The need goes on: to the next service, back to its owner, or to its end."""

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.directory import can_refer
from portal.referrals import letters, rules
from portal.referrals.access import in_the_dark, roles_at
from portal.referrals.ask_offer import asking_goes_with
from portal.referrals.force import check_outbound, may_identify
from portal.referrals.matrix import current_offer, known_version, turn_at
from portal.referrals.models import Fallback, Need, Offer
from portal.referrals.moves import Ground, NotHere, lock_need, overtaken, settle
from portal.referrals.payload import lock_payload
from portal.referrals.send import MOST_FALLBACKS, put_to, referable
from portal.referrals.unmet import nobody_took, record_unmet
from portal.store import Actor, Refused, audit, clock, write
from portal.store.actor import CLOCK


def ask_next(
    actor: Actor,
    need_id: UUID,
    service_at_location_id: UUID,
    *,
    version: int,
    person_asked: bool = False,
    language: str = "",
) -> Need:
    """The owner confirms the next service: a new offer on the same basis. Refused for one that cannot be referred to, or that
    was asked already.

    For a sender in the dark the service goes on the list (three at most) and is asked at once if nobody else is being
    asked; what they see is the same in both cases. Others get Conflict while a service is still being asked.
    person_asked: the person agreed to this very service; without it Refused for a need that they have restricted.
    language: that the person speaks, if it is known by now; it goes with the request.
    """
    with write() as session:
        need, role = _need_of(session, actor, need_id, version)
        if need.restricted_at is not None and not person_asked:
            raise Refused(
                _(
                    "The person wants to be asked before each further service. Ask them, then tick that they agree."
                ),
                "person_asked",
            )
        listing = referable(session, actor, service_at_location_id)
        check_outbound(need, listing.service.organization)
        asked = {offer.service_at_location_id for offer in need.offers}
        waiting = {row.service_at_location_id for row in need.fallbacks}
        now = clock.now()
        dark = in_the_dark(need)
        if dark:
            if listing.id in asked | waiting:
                raise Refused(_("This service is on your list already."), "listing")
            if len(need.fallbacks) >= MOST_FALLBACKS:
                raise Refused(_("Three more services are the most."), "listing")
            need.fallbacks.append(
                Fallback(listing=listing, rank=len(need.fallbacks) + 1, person_asked=person_asked)
            )
        elif listing.id in asked:
            raise Refused(_("This service was asked already."), "listing")
        if language in rules.LANGUAGES[1:]:
            need.language = language
        offer = None
        if not _being_asked(need):
            offer = put_to(session, actor, need, listing)
        elif not dark:
            raise overtaken()
        asking_goes_with(session, actor, need, "sent")
        settle(session, need, now)
        if offer is not None:
            letters.tell_desk(offer)
        audit.append(actor, "ask_next", "need", need.id, role)
    return need


def close_need(actor: Actor, need_id: UUID, reason: str, *, version: int) -> None:
    """The owner closes a need that no service is being asked for: rules.CLOSE_REASONS. Conflict while one is. With
    `person_refused` the person's data goes as with a withdrawal."""
    if reason not in rules.CLOSE_REASONS:
        raise Refused(_("Choose one."), "reason")
    with write() as session:
        need, role = _need_of(session, actor, need_id, version)
        if in_the_dark(need) or _being_asked(need):
            raise overtaken()
        if reason == "person_refused":
            lock_payload(session, need, clock.now())
        if reason == "nothing_found":
            record_unmet(session, need, clock.now())
        asking_goes_with(session, actor, need, "not_needed")
        settle(session, need, clock.now(), close=reason)
        audit.append(actor, "close_need", "need", need.id, reason)


def _need_of(session: Session, actor: Actor, need_id: UUID, version: int) -> tuple[Need, str]:
    """The open need, locked, for its sender, or for a supervisor while it is escalated."""
    need = lock_need(session, need_id)
    roles = roles_at(actor, need, None, clock.now()) if need else frozenset()
    if need is None or roles.isdisjoint(("sender", "supervisor")):
        raise NotHere
    dark = in_the_dark(need)
    if version != (known_version(need) if dark else need.version):
        raise overtaken()
    if need.sender_closed_at is not None or (need.closed_at is not None and not dark):
        raise overtaken()
    return need, "sender" if "sender" in roles else "supervisor"


def _being_asked(need: Need) -> bool:
    """True while a service is asked or has said yes; in the dark a need that is closed counts as such."""
    offer = current_offer(need)
    return need.closed_at is not None or (offer is not None and offer.state in rules.OPEN)


def next_fallback(session: Session, need: Need) -> Fallback | None:
    """The first of the sender's list that was not asked and can still be referred to. Of a need that its person has restricted
    only one that they were asked about since."""
    asked = {offer.service_at_location_id for offer in need.offers}
    for row in need.fallbacks:
        free = row.person_asked or need.restricted_at is None
        free = free and may_identify(need, row.listing.service.organization_id)
        if free and row.service_at_location_id not in asked and can_refer(row.listing) == "refer":
            return row
    return None


def go_on(ground: Ground, *, by_itself: bool) -> Offer | None:
    """After an end that does not close: ask the next service of the list (by_itself: "no" and silence), else hand the need back.

    The owner is told that the next step is theirs; one in the dark only when their turn has come, whatever happened. A need
    that its sender has put away goes nowhere: it closes.
    """
    session, need = ground.session, ground.need
    if need.sender_closed_at is not None and need.closed_at is None:
        settle(session, need, ground.now, close=ground.offer.state)
        return None
    row = next_fallback(session, need) if by_itself and need.closed_at is None else None
    offer = put_to(session, CLOCK, need, row.listing) if row is not None else None
    if offer is None and need.closed_at is None and nobody_took(ground.offer):
        record_unmet(session, need, ground.now)
    settle(session, need, ground.now)
    if offer is not None:
        letters.tell_desk(offer)
    if need.closed_at is not None:
        return offer
    at = turn_at(need)
    if ground.actor.account_id == need.sender_account_id:
        return offer
    if not in_the_dark(need):
        letters.tell_sender(need, f"{ground.offer.id}:{ground.offer.version}")
    elif at is not None and at <= ground.now:
        letters.tell_sender(need, "your_turn")
    return offer
