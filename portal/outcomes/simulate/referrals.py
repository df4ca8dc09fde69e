"""Invented referrals of invented calls: needs without a name, their offers and every event, along the table of moves."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from portal.outcomes.simulate.calls import Met, made_id
from portal.outcomes.simulate.rates import Rates
from portal.referrals import Plan
from portal.referrals.rules import ENDS, MOVES

URGENCIES = ("now", "today", "routine")
CODES = ("crisis", "mh_treatment", "detox", "shelter")
REASONS = ("no_bed_or_slot", "waitlist_only", "payer", "acuity_too_high", "residence_or_area", "other")
ENDED_WITHOUT = ("left", "refused", "sent_elsewhere", "medical", "other_end")


@dataclass(frozen=True)
class Sender:
    """Who sends: an account of the agency; and the services that may be asked: listing, organization, desk."""

    community_id: UUID
    account_id: UUID
    organization_id: UUID
    services: tuple[tuple[UUID, UUID, UUID | None], ...]
    zone: Any
    plans: dict[str, dict[str, Any]]

    @classmethod
    def of(
        cls, community_id: UUID, account_id: UUID, organization_id: UUID, services: Any, zone: Any
    ) -> "Sender":
        plans = {urgency: Plan.default(urgency).to_json() for urgency in URGENCIES}
        return cls(community_id, account_id, organization_id, tuple(services), zone, plans)


@dataclass
class Referred:
    """One referral: rows of need, offer and its log; and of the tie to its call."""

    need: dict[str, Any]
    offer: dict[str, Any]
    events: list[dict[str, Any]]
    tie: dict[str, Any]


def refer(random: Random, rates: Rates, sender: Sender, met: Met, now: datetime) -> Referred:
    """The referral that came of a call, as far as it has come by now."""
    sent = met.row["on_scene_at"] + timedelta(minutes=random.randrange(5, 30))
    urgency = random.choice(URGENCIES)
    listing, organization, desk = random.choice(sender.services)
    need_id, offer_id = made_id(random), made_id(random)
    log = _log(random, rates, sent, now)
    events = [dict(event, offer_id=offer_id, actor_kind="seed", channel="inbox", note="") for event in log]
    state, last = log[-1]["to_state"], log[-1]["at"]
    permitted = random.random() < rates.permits
    ended = state in ENDS
    need = {
        "id": need_id,
        "community_id": sender.community_id,
        "code": random.choice(CODES),
        "urgency": urgency,
        "age_band": met.row["age_band"],
        "client_id": met.row["client_id"],
        "sender_account_id": sender.account_id,
        "sender_organization_id": sender.organization_id,
        "basis": "verbal_consent",
        "hears_back": permitted,
        "plan": sender.plans[urgency],
        "owner": "receiver",
        "deadline": None if ended else sent + timedelta(days=37),
        "deadline_name": "no_information",
        "sent_at": sent,
        "closed_at": last if ended else None,
        "close_reason": "nothing_found" if state in ("declined", "expired") else "",
        "idempotency_key": met.row["reference"],
        "request_digest": "",
        "version": len(log),
    }
    decided = next((event["at"] for event in log if event["action"] in ("accept", "decline")), None)
    connected = state == "connected"
    offer = {
        "id": offer_id,
        "need_id": need_id,
        "service_at_location_id": listing,
        "organization_id": organization,
        "desk_id": desk,
        "ordinal": 1,
        "state": state,
        "version": len(log),
        "sent_at": sent,
        "decided_at": decided,
        "decline_reason": log[-1]["reason"] if state == "declined" else "",
        "connected_on": last.astimezone(sender.zone).date() if connected else None,
        "connected_by": "receiver" if connected else "",
    }
    return Referred(need, offer, events, {"encounter_id": met.row["id"], "need_id": need_id, "at": sent})


def _log(random: Random, rates: Rates, sent: datetime, now: datetime) -> list[dict[str, Any]]:
    log: list[dict[str, Any]] = []

    def move(action: str, at: datetime, role: str, reason: str = "") -> bool:
        """One more event, unless it lies in the future."""
        if at > now and log:
            return False
        target = MOVES[action].target
        before = log[-1]["to_state"] if log else "draft"
        log.append({"at": at, "action": action, "from_state": before, "to_state": target, "role": role, "reason": reason})  # fmt: skip
        return True

    move("send", sent, "sender")
    seen = sent + timedelta(minutes=random.expovariate(1 / 6) + 0.3)
    answered = seen + timedelta(minutes=random.expovariate(1 / 9) + 0.5)
    luck = random.random()
    if not move("see", seen, "receiver"):
        return log
    if luck >= rates.accepted:
        silent = random.random() < 0.3
        move("expire", sent + timedelta(hours=2), "clock") if silent else move(
            "decline", answered, "receiver", random.choice(REASONS)
        )
        return log
    if not move("accept", answered, "receiver"):
        return log
    if random.random() < rates.connected:
        days = random.choice((0, 0, 1, 1, 2, 4, 6, 9, 16, 25))
        move("confirm_connected", answered + timedelta(days=days, hours=random.uniform(1, 20)), "receiver")
    elif random.random() < 0.4:
        ended = answered + timedelta(days=random.uniform(0.1, 6))
        move("mark_not_connected", ended, "receiver", random.choice(ENDED_WITHOUT))
    else:
        move("close_without_information", sent + timedelta(days=37), "clock")
    return log
