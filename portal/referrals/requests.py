"""What a door hands to a verb, as frozen values: nothing of a form or a request travels further down."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from portal.referrals.consent_terms import ConsentTerms
from portal.referrals.plan import Plan


@dataclass(frozen=True)
class SendRequest:
    """One need, and the service to ask first. Only the first five have no default; the person is optional and is sealed.

    need: a code of directory.terms.NEEDS. urgency, basis, age_band: see rules. basis `none_needed` goes with no name, phone
    notes or date of birth. area: a ZIP or a city. callback: the sender's own number (empty: the account's). hears_back: "the person
    agrees that I hear what happens". fallbacks: listings to ask by themselves, in this order, at most three.
    idempotency_key: made with the form; the same key and content is the same need. plan: the program's; else the default.
    asking_id: the asking for room that this offer follows from, which it ends. consent: what was filled in when the person
    signed; it covers this service and the fallbacks, where part 2 asks for it.
    """

    service_at_location_id: UUID
    need: str
    urgency: str
    basis: str
    idempotency_key: str
    age_band: str = "unknown"
    area: str = ""
    safe_contact: str = "unknown"
    language: str = ""  # ISO code of rules.LANGUAGES; empty: not asked
    callback: str = ""
    name: str = ""
    phone: str = ""
    safety_notes: str = ""
    date_of_birth: date | None = None
    hears_back: bool = False
    fallbacks: tuple[UUID, ...] = ()
    duplicate_confirmed: bool = False
    plan: Plan | None = None
    asking_id: UUID | None = None
    consent: ConsentTerms | None = None


@dataclass(frozen=True)
class AskRequest:
    """Whether there is room, asked of one to five listings (`services`). Nothing of a person: need, urgency and age_band are
    codes of the tables, area a ZIP or a city of the gazetteer. With need_id they come from that need."""

    services: tuple[UUID, ...]
    need: str
    urgency: str
    idempotency_key: str
    age_band: str = "unknown"
    area: str = ""
    need_id: UUID | None = None


@dataclass(frozen=True)
class Answered:
    """What a desk is told of its answer: where its ask stands, and the version that the next answer (or the next link) needs.
    won: its place is kept for the sender, until held_until; False for a yes means that somebody was faster."""

    ask_id: UUID
    state: str
    version: int
    won: bool
    held_until: datetime | None = None


@dataclass(frozen=True)
class HandoffFacts:
    """What happened at the handoff; warm, lukewarm or cold is computed from it. method: see rules.HANDOFF_METHODS."""

    method: str
    started_at: datetime
    ended_at: datetime | None = None
    answered: bool = False
    spoke_with_name: str = ""
    spoke_with_role: str = ""
    person_present: bool = False
    person_spoke: bool = False
    person_agreed: bool = False
    receiver_took_over: bool = False


@dataclass(frozen=True)
class Moved:
    """What a verb on an offer answers: where the offer stands for this actor, and the version that the next verb (or the
    next answer link) needs. code and callback are filled by accept_offer alone: six digits to read out to the sender."""

    offer_id: UUID
    need_id: UUID
    state: str
    version: int
    code: str = ""
    callback: str = ""
