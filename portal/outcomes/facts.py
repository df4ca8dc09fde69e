"""One plain fact sheet per need, and one per offer of it, as known at the data cut. No database: `outcomes.log` fills them."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from portal.referrals.rules import HELD


@dataclass(slots=True)
class OfferFacts:
    """One request to one service. Times are UTC; `connected_on` is a community-local date. state: the last of the log.
    handoff: warm, lukewarm, cold; None when nobody recorded one. arrived_at: when the person was seen to arrive there.
    at_30: what a follow-up found 23 to 37 days after the first service ("" when none did)."""

    organization_id: UUID
    state: str
    state_at: datetime
    sent_at: datetime
    channel: str = "inbox"
    seen_at: datetime | None = None
    decided_at: datetime | None = None
    accepted_at: datetime | None = None
    decline: str = ""
    not_connected: str = ""
    connected_on: date | None = None
    handoff: str | None = None
    scheduled_at: datetime | None = None
    appointment_at: datetime | None = None
    no_show_at: datetime | None = None
    rebooked_at: datetime | None = None
    arrived_at: datetime | None = None
    at_30: str = ""


@dataclass(slots=True)
class NeedFacts:
    """Times are UTC; `connected_on` is a community-local date. offers: in the order of asking, without void ones. asked_of: what
    the person or the encounter said of themselves, by field; a field that was not asked is empty."""

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
    code: str = ""
    area: str = ""
    closed_at: datetime | None = None
    asked_of: dict[str, str] = field(default_factory=dict)
    offers: list[OfferFacts] = field(default_factory=list)

    def add(self, offer: OfferFacts) -> None:
        """Fold the next offer in."""
        self.offers.append(offer)
        self.by_phone = self.by_phone or offer.channel == "phone"
        self.seen_at = _first(self.seen_at, offer.seen_at or offer.decided_at)
        self.decided_at = _first(self.decided_at, offer.decided_at)
        self.accepted_at = _first(self.accepted_at, offer.accepted_at)
        if offer.decline:
            self.declines.add(offer.decline)
        if offer.handoff is not None:
            self.handoff = offer.handoff
        if offer.state == "connected" and offer.connected_on is not None:
            self.connected_on = offer.connected_on
        self.person_refused = self.person_refused or offer.not_connected == "refused"
        self.other_end = self.other_end or offer.not_connected == "other_end"
        told = offer.state not in HELD or offer.state in ("scheduled", "no_show")
        self.outcome_known = self.connected_on is not None or (told and offer.state != "no_information")

    @property
    def end(self) -> str:
        """How it stands at the cut, as the ends compete: connected; other_end, withdrawn, unable_to_reach; `declined` when it
        was closed with nobody left to ask; `unknown` when the service said yes and then nothing; empty while it is open."""
        if self.connected_on is not None:
            return "connected"
        if self.other_end:
            return "other_end"
        last = self.offers[-1].state if self.offers else ""
        if last in ("withdrawn", "no_information"):
            return "unknown" if last == "no_information" else last
        if self.closed_at is None:
            return ""
        if last in HELD:
            return "unknown"
        return "unable_to_reach" if last == "unable_to_reach" else "declined"

    @property
    def ended_at(self) -> datetime | None:
        """When it came to an end that is no connection; None while it is open."""
        return self.offers[-1].state_at if self.end in ("withdrawn", "other_end") else self.closed_at


def _first(one: datetime | None, other: datetime | None) -> datetime | None:
    return min(one, other) if one and other else one or other
