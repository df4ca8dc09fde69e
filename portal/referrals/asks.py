"""Asking for room: "can you take one person now?", to up to five services at once and without a name.

The states are those of ask_rules.ASK_MOVES. As a whole an asking is `asking` until a yes or its time, then `held` (the first
yes: its place is kept for the sender) or `choose` (nobody has room; the next step is the sender's), and at last `sent`,
`not_needed` or `lapsed`. Whoever answers says nothing about a person, so the sender always sees it.
"""

import re
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.accounts.models import Account
from portal.directory import set_availability
from portal.directory.models import Community, ServiceAtLocation
from portal.directory.terms import NEEDS
from portal.geo import PlaceAmbiguous, PlaceUnknown, locate
from portal.messages import drop_about
from portal.referrals import ask_letters, rules
from portal.referrals.access import in_the_dark, roles_at
from portal.referrals.ask_moves import (
    AskGround,
    close,
    lock_asking,
    note,
    release_others,
    roles_in,
    settle_asking,
)
from portal.referrals.ask_rules import ANSWERS, CHANNELS, LATE_YES, MOST_ASKED, SAYS_OF_ROOM
from portal.referrals.clock_terms import community_hours, community_terms
from portal.referrals.matrix import current_offer
from portal.referrals.models import Asking, CapacityAsk, Need
from portal.referrals.moves import NotHere, lock_need, overtaken
from portal.referrals.plan import CLOCKS, Plan
from portal.referrals.requests import Answered, AskRequest
from portal.referrals.send import digest, referable, sender_home
from portal.referrals.wording import checked_area
from portal.store import Actor, Conflict, Refused, audit, clock, limits, write

_ZIP = re.compile(r"\d{5}")


def ask_capacity(actor: Actor, request: AskRequest) -> Asking:
    """Ask one to five services whether they can take one person now. Writes the asking, an ask and a letter for each.

    With need_id it is asked for a need that is there: what is told comes from that need, and its next offer follows from it.
    The same key with the same content gives the same asking. Refused (422) for more than five, for a service where nobody can
    answer (a victim service first of all) or that was asked before; NotHere for a listing or a need that is not the actor's;
    TooMany (429).
    """
    try:
        return _ask(actor, request)
    except (
        IntegrityError
    ):  # the same key at the same moment, on PostgreSQL: the other one has stored it by now
        with write() as session:
            found = _already_asked(session, actor, request)
        if found is None:
            raise
        return found


def _ask(actor: Actor, request: AskRequest) -> Asking:
    with write() as session:
        found = _already_asked(session, actor, request)
        if found is not None:
            return found
        if not 0 < len(request.idempotency_key) <= 100:
            raise Refused(_("This form is too old. Open it again."), "idempotency_key")
        services = tuple(dict.fromkeys(request.services))
        if not 1 <= len(services) <= MOST_ASKED:
            raise Refused(_("Tick 1 to 5 services."), "services")
        need = _need_to_ask_for(session, actor, request.need_id, services) if request.need_id else None
        told = _told(request, need)
        listings = [referable(session, actor, one, "services") for one in services]
        for _listing in listings:
            limits.spend("ask", str(actor.account_id))
        asking = _new_asking(session, actor, request, told)
        for ordinal, listing in enumerate(listings, start=1):
            asking.asks.append(_new_ask(listing, ordinal))
        session.add(asking)
        session.flush()
        if need is not None:
            need.asking_id = asking.id
        for ask in asking.asks:
            note(session, actor, ask, "ask", "", "sender", asking.asked_at)
        settle_asking(session, asking, asking.asked_at)
        for ask in asking.asks:
            ask_letters.tell_asked(ask)
        audit.append(actor, "ask_capacity", "asking", asking.id)
    return asking


def _already_asked(session: Session, actor: Actor, request: AskRequest) -> Asking | None:
    found = session.scalar(
        select(Asking).where(
            Asking.sender_account_id == actor.account_id, Asking.idempotency_key == request.idempotency_key
        )
    )
    if found is not None and found.request_digest != digest(request):
        raise Refused(_("This was asked before with other services. Ask anew."), "idempotency_key")
    return found


def _told(request: AskRequest, need: Need | None) -> dict[str, str]:
    """What the desks are told: codes of the tables, and a place of the gazetteer. Refused for anything else."""
    if need is not None:
        told = {"code": need.code, "urgency": need.urgency, "age_band": need.age_band}
        return told | {"area": coarse_area(need.area, strict=False)}
    for value, values, field in (
        (request.need, NEEDS, "need"),
        (request.urgency, CLOCKS, "urgency"),
        (request.age_band, rules.AGE_BANDS, "age_band"),
    ):
        if value not in values:
            raise Refused(_("Choose one of the list."), field)
    told = {"code": request.need, "urgency": request.urgency, "age_band": request.age_band}
    return told | {"area": coarse_area(request.area)}


def coarse_area(text: str, strict: bool = True) -> str:
    """A place as the gazetteer writes it: a ZIP, or a city with its state; never what was typed. One that is not known is
    refused, or with strict=False left out."""
    try:
        plain = checked_area(text)
        if not plain or _ZIP.fullmatch(plain):
            return plain
        found = locate(plain)
    except (PlaceUnknown, PlaceAmbiguous, Refused) as error:
        if not strict:
            return ""
        raise Refused(_("Give a ZIP or a city that we know."), "area") from error
    return found.zip or ", ".join(filter(None, (found.city, found.state)))


def _need_to_ask_for(session: Session, actor: Actor, need_id: UUID, services: tuple[UUID, ...]) -> Need:
    """The need, locked, when its next step is the actor's. In the dark it is so whatever a service did."""
    need = lock_need(session, need_id)
    roles = roles_at(actor, need, None, clock.now()) if need else frozenset()
    if need is None or roles.isdisjoint(("sender", "supervisor")):
        raise NotHere
    offer = current_offer(need)
    asked = offer is not None and offer.state in rules.OPEN
    over = need.sender_closed_at is not None
    if over or (not in_the_dark(need) and (need.closed_at is not None or asked)):
        raise overtaken()
    known = {one.service_at_location_id for one in need.offers}
    known |= {one.service_at_location_id for one in need.fallbacks}
    if not known.isdisjoint(services):
        raise Refused(_("One of these was asked already."), "services")
    before = lock_asking(session, need.asking_id) if need.asking_id else None
    if before is not None and before.closed_at is None:
        raise Refused(_("You are asking for this person already. Look at that first."), "services")
    return need


def _new_asking(session: Session, actor: Actor, request: AskRequest, told: dict[str, str]) -> Asking:
    now = clock.now()
    community = session.get_one(Community, actor.community_id)
    plan = Plan.of_terms(community_terms(session, community.id, told["urgency"]))
    return Asking(
        **told,
        community_id=community.id,
        sender_account_id=actor.account_id,
        sender_organization_id=sender_home(actor),
        callback=session.scalars(select(Account.phone).where(Account.id == actor.account_id)).one(),
        plan=plan.with_hours("", community_hours(community)).to_json(),
        deadline=now,
        asked_at=now,
        idempotency_key=request.idempotency_key,
        request_digest=digest(request),
        version=0,
        asks=[],
    )


def _new_ask(listing: ServiceAtLocation, ordinal: int) -> CapacityAsk:
    return CapacityAsk(
        listing=listing,
        organization=listing.service.organization,
        desk_id=listing.desk_id,
        ordinal=ordinal,
        state="asked",
        version=1,
        channel="",
    )


def answer_ask(
    actor: Actor, ask_id: UUID, answer: str, *, version: int | None = None, channel: str = ""
) -> Answered:
    """ "Yes, no, waitlist, or we must see the person first", by a signed-in desk or by the link of the ask. Of several yeses at
    once exactly one wins; the others are told that somebody was faster, and are kept for the sender to fall back on.

    Writes the answer, its log line, and what it says of the listing's room. The same answer again writes nothing. version: the
    one that the page showed; a yes counts whatever has moved on since, a day long. channel: inbox or link unless said (sms).
    Refused for another word, NotHere for somebody who was not asked, Conflict when it has moved on.
    """
    if answer not in ANSWERS or channel not in CHANNELS:
        raise Refused(_("Press one of the buttons."), "answer")
    with write() as session:
        ground = _ground(session, actor, ask_id)
        asking, ask = ground.asking, ground.ask
        if ask.state == answer:
            return _answered(asking, ask)
        late = answer == "yes" and ask.state in ("released", "expired")
        _still_open(asking, late, ground.now)
        if not late and version != ask.version:
            raise Conflict(_("This has moved on."))
        ground.move(
            f"say_{answer}",
            answered_at=ground.now,
            answered_by=actor.name if actor.kind == "account" else "",
            channel=channel or ("link" if actor.kind == "link" else "inbox"),
        )
        drop_about(ask.id)
        if answer in SAYS_OF_ROOM:
            set_availability(actor, ask.service_at_location_id, SAYS_OF_ROOM[answer], "ask")
        if asking.closed_at is None:
            _count(ground)
        return _answered(asking, ask)


def _ground(session: Session, actor: Actor, ask_id: UUID) -> AskGround:
    """The asking locked, one ask of it, and that the actor is the one who was asked."""
    asking = lock_asking(
        session, select(CapacityAsk.asking_id).where(CapacityAsk.id == ask_id).scalar_subquery()
    )
    if asking is None:
        raise NotHere
    ask = next(one for one in asking.asks if one.id == ask_id)
    now = clock.now()
    if "receiver" not in roles_in(actor, asking, ask, now):
        raise NotHere
    return AskGround(session, actor, asking, ask, "receiver", now)


def _still_open(asking: Asking, late: bool, now: datetime) -> None:
    """Answers are taken while it is open. After an offer was sent a late yes still is, for a day: it may fail."""
    kept = late and asking.close_reason == "sent" and now <= asking.asked_at + LATE_YES
    if asking.closed_at is not None and not kept:
        raise Conflict(_("This has moved on."))


def _count(ground: AskGround) -> None:
    """What an answer means for the asking: the first yes wins, a word taken back makes room for the next."""
    session, asking, ask, now = ground.session, ground.asking, ground.ask, ground.now
    values: dict[str, Any] = {}
    why = f"{ask.id}:{ask.version}"
    if ask.state == "yes" and asking.winner is None:
        settle_asking(session, asking, now, winner=ask.ordinal)
        release_others(session, asking, now)
        ask_letters.tell_asker(asking, why)
        return
    if ask.state != "yes" and asking.winner == ask.ordinal:
        others = sorted((one for one in asking.asks if one.state == "yes"), key=_first)
        values["winner"] = others[0].ordinal if others else None
        if others:
            ask_letters.tell_held(others[0])
        ask_letters.tell_asker(asking, why)
    elif asking.winner is None and not any(one.state == "asked" for one in asking.asks):
        ask_letters.tell_asker(asking, why)
    settle_asking(session, asking, now, **values)


def _first(ask: CapacityAsk) -> tuple[datetime, int]:
    return ask.answered_at or ask.asking.asked_at, ask.ordinal


def _answered(asking: Asking, ask: CapacityAsk) -> Answered:
    held = asking.closed_at is None and asking.winner == ask.ordinal
    return Answered(
        ask_id=ask.id,
        state=ask.state,
        version=ask.version,
        won=held,
        held_until=asking.deadline if held and asking.deadline_name == "send_by" else None,
    )


def close_asking(actor: Actor, asking_id: UUID, *, version: int) -> None:
    """The sender needs no place any more. Whoever has not answered and whoever keeps a place is told. Conflict when an answer
    has come since: it may be a yes."""
    with write() as session:
        asking = lock_asking(session, asking_id)
        if asking is None or not roles_in(actor, asking, None, clock.now()) & {"sender", "supervisor"}:
            raise NotHere
        if asking.closed_at is not None or version != asking.version:
            raise overtaken()
        close(session, actor, asking, "not_needed", clock.now())
