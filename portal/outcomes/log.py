"""The fact sheets, read from the log of events as it stood at a data cut, never from today's states."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, String, Subquery, case, func, select, type_coerce
from sqlalchemy.orm import QueryableAttribute

from portal.outcomes.facts import NeedFacts, OfferFacts
from portal.programs.models import District, Encounter, EncounterNeed
from portal.referrals.models import FollowUp, Handoff, Need, Offer, OfferEvent, Transport
from portal.referrals.rules import temperature
from portal.store import db

AT_30 = (
    23,
    37,
)  # days after the first service between which a follow-up says whether the person is still there


def need_facts(
    community_id: UUID,
    start: datetime,
    end: datetime,
    cut: datetime,
    organization_ids: frozenset[UUID] | None = None,
    *,
    zone: ZoneInfo,
    only: Sequence[ColumnElement[bool]] = (),
) -> list[NeedFacts]:
    """Sheets of the needs sent in [start, end) by these organizations (None: all), further narrowed by `only`, in the order of
    their sending. Events after `cut` did not happen yet. A need of which every offer is void is left out.

    The log is folded to one row an offer by the database: seven SELECTs, whatever the number of needs.
    """
    chosen = [
        Need.community_id == community_id,
        Need.sent_at >= start,
        Need.sent_at < end,
        Need.sent_at <= cut,
        *only,
    ]
    if organization_ids is not None:
        chosen.append(Need.sender_organization_id.in_(organization_ids))
    sheets = dict(_needs(chosen, cut))
    beside = _Beside(chosen, cut, zone)
    for need_id, offer_id, offer in _offers(chosen, cut):
        beside.fill(offer_id, offer)
        sheets[need_id].add(offer)
    _met(sheets, chosen, cut)
    return [sheet for sheet in sheets.values() if sheet.offers]


def _as_stored(column: QueryableAttribute[UUID]) -> ColumnElement[Any]:
    """An id as the database gives it: to make a UUID of each costs more than all the rest."""
    return type_coerce(column, String)


def _needs(chosen: Sequence[ColumnElement[bool]], cut: datetime) -> Iterable[tuple[Any, NeedFacts]]:
    """(its id as stored, its sheet)"""
    whose = cache(_uuid)
    rows = db.session.execute(
        select(
            _as_stored(Need.id),
            _as_stored(Need.sender_organization_id),
            Need.urgency,
            Need.sent_at,
            Need.hears_back,
            Need.code,
            Need.area,
            case((Need.closed_at <= cut, Need.closed_at), else_=None),
            Need.age_band,
            Need.language,
        )
        .where(*chosen)
        .order_by(Need.sent_at, Need.id)
    )
    for need_id, organization_id, urgency, sent_at, permitted, code, area, closed_at, age, language in rows:
        yield (
            need_id,
            NeedFacts(
                _uuid(need_id),
                whose(organization_id),
                urgency,
                sent_at,
                permitted,
                code=code,
                area=area,
                closed_at=closed_at,
                asked_of={
                    "age_band": "" if age == "unknown" else age,
                    "language": language,
                    "urgency": urgency,
                },
            ),
        )


def _uuid(stored: Any) -> UUID:
    return stored if isinstance(stored, UUID) else UUID(stored)


def _met(sheets: dict[Any, NeedFacts], chosen: Sequence[ColumnElement[bool]], cut: datetime) -> None:
    """What was said at the meeting that a need came of: it stands before what the request says, where both do."""
    rows = db.session.execute(
        select(
            _as_stored(EncounterNeed.need_id),
            Encounter.race,
            Encounter.age_band,
            Encounter.language,
            District.name,
        )
        .join(Need, Need.id == EncounterNeed.need_id)
        .join(Encounter, Encounter.id == EncounterNeed.encounter_id)
        .outerjoin(District, District.id == Encounter.district_id)
        .where(*chosen, EncounterNeed.at <= cut)
        .order_by(EncounterNeed.at)
    )
    for need_id, race, age_band, language, district in rows:
        said = {"race": race, "age_band": age_band, "language": language, "district": district}
        known = {field: words for field, words in said.items() if words not in (None, "", "unknown")}
        sheets[need_id].asked_of.update(known)


def _offers(chosen: Sequence[ColumnElement[bool]], cut: datetime) -> Iterable[tuple[Any, Any, OfferFacts]]:
    """(need, offer, its sheet), ids as stored, each need's in the order of asking; void ones left out."""
    whose = cache(_uuid)
    told = _told(chosen, cut)
    rows = db.session.execute(
        select(
            _as_stored(Offer.need_id),
            _as_stored(Offer.id),
            _as_stored(Offer.organization_id),
            told.c.state,
            told.c.state_at,
            Offer.sent_at,
            Offer.channel,
            told.c.seen_at,
            told.c.decided_at,
            told.c.accepted_at,
            told.c.decline,
            told.c.not_connected,
            case((told.c.state == "connected", Offer.connected_on), else_=None),
            told.c.scheduled_at,
            case((told.c.scheduled_at.is_not(None), Offer.appointment_at), else_=None),
            told.c.no_show_at,
            told.c.last_scheduled_at,
            case((Offer.arrived_at <= cut, Offer.arrived_at), else_=None),
        )
        .join(told, told.c.offer_id == Offer.id)
        .where(told.c.state != "void")
        .order_by(Offer.need_id, Offer.ordinal)
    )
    for need_id, offer_id, organization_id, *values in rows:
        yield need_id, offer_id, _sheet(whose(organization_id), *values)


def _sheet(
    organization_id: UUID,
    state: str,
    state_at: datetime,
    sent_at: datetime,
    channel: str,
    seen_at: datetime | None,
    decided_at: datetime | None,
    accepted_at: datetime | None,
    decline: str,
    not_connected: str,
    connected_on: Any,
    scheduled_at: datetime | None,
    appointment_at: datetime | None,
    no_show_at: datetime | None,
    last_scheduled_at: datetime | None,
    arrived_at: datetime | None,
) -> OfferFacts:
    again = no_show_at is not None and last_scheduled_at is not None and last_scheduled_at > no_show_at
    return OfferFacts(
        organization_id,
        state,
        state_at,
        sent_at,
        channel,
        seen_at,
        decided_at,
        accepted_at,
        (decline or "") if state == "declined" else "",  # a wrong end that was taken back is none
        (not_connected or "") if state == "not_connected" else "",
        connected_on,
        None,
        scheduled_at,
        appointment_at,
        no_show_at,
        last_scheduled_at if again else None,
        arrived_at,
    )


def _told(chosen: Sequence[ColumnElement[bool]], cut: datetime) -> Subquery:
    """The log up to the cut, folded to one row an offer. The last event is the last in time; of two at the same moment, the one
    that was written later."""
    newest = (OfferEvent.at.desc(), OfferEvent.number.desc())
    log = (
        select(
            OfferEvent.offer_id,
            OfferEvent.at,
            OfferEvent.action,
            OfferEvent.to_state,
            OfferEvent.reason,
            func.row_number().over(partition_by=OfferEvent.offer_id, order_by=newest).label("back"),
        )
        .join(Offer, Offer.id == OfferEvent.offer_id)
        .join(Need, Need.id == Offer.need_id)
        .where(*chosen, OfferEvent.at <= cut)
        .subquery()
    )

    def first(*actions: str) -> ColumnElement[datetime | None]:
        return func.min(case((log.c.action.in_(actions), log.c.at), else_=None))

    def reason(action: str) -> ColumnElement[str | None]:
        return func.max(case((log.c.action == action, log.c.reason), else_=None))

    return (
        select(
            log.c.offer_id,
            func.max(case((log.c.back == 1, log.c.to_state), else_=None)).label("state"),
            func.max(log.c.at).label("state_at"),
            first("see").label("seen_at"),
            first("accept", "decline").label("decided_at"),
            first("accept").label("accepted_at"),
            reason("decline").label("decline"),
            reason("mark_not_connected").label("not_connected"),
            first("schedule").label("scheduled_at"),
            first("mark_no_show").label("no_show_at"),
            func.max(case((log.c.action == "schedule", log.c.at), else_=None)).label("last_scheduled_at"),
        )
        .group_by(log.c.offer_id)
        .subquery()
    )


class _Beside:
    """What stands beside the log: handoffs, arrivals, follow-ups around day 30, each as known at the cut."""

    def __init__(self, chosen: Sequence[ColumnElement[bool]], cut: datetime, zone: ZoneInfo) -> None:
        self.zone = zone
        self.handoffs: dict[Any, str] = {
            row[0]: temperature(row)
            for row in db.session.execute(
                select(
                    _as_stored(Handoff.offer_id),
                    Handoff.method,
                    Handoff.answered,
                    Handoff.spoke_with_name,
                    Handoff.person_present,
                    Handoff.person_agreed,
                    Handoff.receiver_took_over,
                )
                .join(Offer, Offer.id == Handoff.offer_id)
                .join(Need, Need.id == Offer.need_id)
                .where(*chosen, Handoff.recorded_at <= cut)
                .order_by(Handoff.recorded_at)  # a correction stands in the place of what it replaced
            )
        }
        arrivals = db.session.execute(
            select(_as_stored(Transport.offer_id), func.min(Transport.arrived_at))
            .join(Offer, Offer.id == Transport.offer_id)
            .join(Need, Need.id == Offer.need_id)
            .where(*chosen, Transport.arrived_at <= cut)
            .group_by(Transport.offer_id)
        )
        self.arrivals: dict[Any, datetime] = {row[0]: row[1] for row in arrivals if row[1]}
        self.follow_ups: dict[Any, list[tuple[datetime, str]]] = defaultdict(list)
        for offer_id, at, result in db.session.execute(
            select(_as_stored(FollowUp.offer_id), FollowUp.done_at, FollowUp.result)
            .join(Offer, Offer.id == FollowUp.offer_id)
            .join(Need, Need.id == Offer.need_id)
            .where(*chosen, FollowUp.done_at <= cut)
            .order_by(FollowUp.done_at)
        ):
            if at is not None:
                self.follow_ups[offer_id].append((at, result))

    def fill(self, offer_id: Any, offer: OfferFacts) -> None:
        offer.handoff = self.handoffs.get(offer_id)
        arrived = self.arrivals.get(offer_id)
        offer.arrived_at = min(filter(None, (offer.arrived_at, arrived)), default=None)
        if offer.connected_on is None:
            return
        first, last = (offer.connected_on + timedelta(days=days) for days in AT_30)
        for at, result in self.follow_ups.get(offer_id, ()):
            if first <= at.astimezone(self.zone).date() <= last:
                offer.at_30 = result
