"""One plain fact sheet per need, as known at the data cut: read from the event log, never from today's state."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select

from portal.referrals.models import Handoff, Need, Offer, OfferEvent
from portal.referrals.rules import HELD, temperature
from portal.store import db


@dataclass
class NeedFacts:
    """Times are UTC; `connected_on` is a community-local date; `ends` are the offers' last states at the cut."""

    need_id: UUID
    organization_id: UUID
    urgency: str
    sent_at: datetime
    permitted: bool
    by_phone: bool = False
    seen_at: datetime | None = None
    decided_at: datetime | None = None
    accepted_at: datetime | None = None
    declines: set[str] = field(default_factory=set)
    handoff: str | None = None  # warm, lukewarm, cold; None when nobody recorded one
    connected_on: date | None = None
    person_refused: bool = False
    other_end: bool = False  # died, jailed, moved
    outcome_known: bool = False

    def note_decision(self, at: datetime) -> None:
        self.decided_at = min(filter(None, (self.decided_at, at)))


@dataclass(frozen=True)
class Event:
    at: datetime
    action: str
    to_state: str
    reason: str


@dataclass(frozen=True)
class Asked:
    """What an offer's row tells beside its log."""

    offer_id: UUID
    channel: str
    connected_on: date | None


def need_facts(
    community_id: UUID,
    start: datetime,
    end: datetime,
    cut: datetime,
    organization_ids: frozenset[UUID] | None,
) -> list[NeedFacts]:
    """Facts of the needs sent in [start, end) by these organizations (None: all). Void needs are left out.

    Four SELECTs, whatever the number of needs. Events after `cut` did not happen yet.
    """
    chosen = [
        Need.community_id == community_id,
        Need.sent_at >= start,
        Need.sent_at < end,
        Need.sent_at <= cut,
    ]
    if organization_ids is not None:
        chosen.append(Need.sender_organization_id.in_(organization_ids))
    events = _events(chosen, cut)
    handoffs = _handoffs(chosen, cut)
    offers = _offers(chosen)
    needs = db.session.execute(
        select(Need.id, Need.sender_organization_id, Need.urgency, Need.sent_at, Need.hears_back).where(
            *chosen
        )
    )
    sheets = (NeedFacts(*need) for need in needs)
    return [sheet for sheet in sheets if _fill(sheet, offers[sheet.need_id], events, handoffs)]


def _events(chosen: list[ColumnElement[bool]], cut: datetime) -> dict[UUID, list[Event]]:
    """The log of each offer up to the cut, in order."""
    found: dict[UUID, list[Event]] = defaultdict(list)
    rows = db.session.execute(
        select(OfferEvent.offer_id, OfferEvent.at, OfferEvent.action, OfferEvent.to_state, OfferEvent.reason)
        .join(Offer, Offer.id == OfferEvent.offer_id)
        .join(Need, Need.id == Offer.need_id)
        .where(*chosen, OfferEvent.at <= cut)
        .order_by(OfferEvent.number)
    )
    for offer_id, at, action, to_state, reason in rows:
        found[offer_id].append(Event(at, action, to_state, reason))
    return found


def _offers(chosen: list[ColumnElement[bool]]) -> dict[UUID, list[Asked]]:
    """The offers of each need, in the order of asking."""
    found: dict[UUID, list[Asked]] = defaultdict(list)
    rows = db.session.execute(
        select(Offer.need_id, Offer.id, Offer.channel, Offer.connected_on)
        .join(Need, Need.id == Offer.need_id)
        .where(*chosen)
        .order_by(Offer.ordinal)
    )
    for need_id, offer_id, channel, connected_on in rows:
        found[need_id].append(Asked(offer_id, channel, connected_on))
    return found


def _handoffs(chosen: list[ColumnElement[bool]], cut: datetime) -> dict[UUID, Handoff]:
    rows = db.session.scalars(
        select(Handoff)
        .join(Offer, Offer.id == Handoff.offer_id)
        .join(Need, Need.id == Offer.need_id)
        .where(*chosen, Handoff.recorded_at <= cut)
        .order_by(Handoff.recorded_at)  # a correction stands in the place of what it replaced
    )
    return {row.offer_id: row for row in rows}


def _fill(
    sheet: NeedFacts,
    offers: Iterable[Asked],
    events: dict[UUID, list[Event]],
    handoffs: dict[UUID, Handoff],
) -> bool:
    """Fold a need's offers into its sheet; False when every offer is void (the need leaves every rate)."""
    counted = False
    last_known = False
    for offer in offers:
        log = events.get(offer.offer_id, [])
        if not log or log[-1].to_state == "void":
            continue
        counted = True
        sheet.by_phone = sheet.by_phone or offer.channel == "phone"
        for event in log:
            _note(sheet, event)
        state = log[-1].to_state
        if offer.offer_id in handoffs:
            sheet.handoff = temperature(handoffs[offer.offer_id])
        if state == "connected" and offer.connected_on is not None:
            sheet.connected_on = offer.connected_on
        last_known = state != "no_information" and (state not in HELD or state in ("scheduled", "no_show"))
    sheet.outcome_known = sheet.connected_on is not None or last_known
    return counted


def _note(sheet: NeedFacts, event: Event) -> None:
    if event.action == "see" and sheet.seen_at is None:
        sheet.seen_at = event.at
    if event.action in ("accept", "decline"):
        sheet.note_decision(event.at)
        sheet.seen_at = sheet.seen_at or event.at  # an answer without a tap on "seen" was seen by then
    if event.action == "accept" and sheet.accepted_at is None:
        sheet.accepted_at = event.at
    if event.action == "decline" and event.reason:
        sheet.declines.add(event.reason)
    if event.action == "mark_not_connected":
        sheet.person_refused = sheet.person_refused or event.reason == "refused"
        sheet.other_end = sheet.other_end or event.reason == "other_end"
