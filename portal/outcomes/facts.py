"""One plain fact sheet per need, as known at the data cut: read from the event log, never from today's state."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

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
    channel: str
    reason: str


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
    needs = db.session.execute(
        select(Need.id, Need.sender_organization_id, Need.urgency, Need.sent_at, Need.hears_back).where(
            *chosen
        )
    ).all()
    offers = db.session.execute(
        select(Offer.id, Offer.need_id, Offer.channel, Offer.connected_on)
        .join(Need, Need.id == Offer.need_id)
        .where(*chosen)
        .order_by(Offer.ordinal)
    ).all()
    events: dict[UUID, list[Event]] = defaultdict(list)
    for row in db.session.execute(
        select(
            OfferEvent.offer_id,
            OfferEvent.at,
            OfferEvent.action,
            OfferEvent.to_state,
            OfferEvent.channel,
            OfferEvent.reason,
        )
        .join(Offer, Offer.id == OfferEvent.offer_id)
        .join(Need, Need.id == Offer.need_id)
        .where(*chosen, OfferEvent.at <= cut)
        .order_by(OfferEvent.number)
    ):
        events[row.offer_id].append(Event(row.at, row.action, row.to_state, row.channel, row.reason))
    handoffs = {
        row.offer_id: row
        for row in db.session.scalars(
            select(Handoff)
            .join(Offer, Offer.id == Handoff.offer_id)
            .join(Need, Need.id == Offer.need_id)
            .where(*chosen, Handoff.recorded_at <= cut)
        )
    }
    by_need: dict[UUID, list[tuple[UUID, str, date | None]]] = defaultdict(list)
    for offer in offers:
        by_need[offer.need_id].append((offer.id, offer.channel, offer.connected_on))
    sheets = []
    for need in needs:
        sheet = NeedFacts(need.id, need.sender_organization_id, need.urgency, need.sent_at, need.hears_back)
        if _fill(sheet, by_need[need.id], events, handoffs):
            sheets.append(sheet)
    return sheets


def _fill(
    sheet: NeedFacts,
    offers: Iterable[tuple[UUID, str, date | None]],
    events: dict[UUID, list[Event]],
    handoffs: dict[UUID, Handoff],
) -> bool:
    """Fold a need's offers into its sheet; False when every offer is void (the need leaves every rate)."""
    counted = False
    last_known = False
    for offer_id, channel, connected_on in offers:
        log = events.get(offer_id, [])
        if not log or log[-1].to_state == "void":
            continue
        counted = True
        sheet.by_phone = sheet.by_phone or channel == "phone"
        for event in log:
            _note(sheet, event)
        state = log[-1].to_state
        if offer_id in handoffs:
            sheet.handoff = temperature(handoffs[offer_id])
        if state == "connected" and connected_on is not None:
            sheet.connected_on = connected_on
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
