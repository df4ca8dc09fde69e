"""The views as frozen values: what a page, JSON or an export may print, and nothing else. views.py and offer_views.py fill them.

Names, phones and safety notes are in no view: `reveal_person` is the one read that opens them, and it is logged.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True)
class Line:
    """One line of a timeline: when, and a sentence. `channel` is "" or "phone"."""

    at: datetime
    words: str
    channel: str = ""


@dataclass(frozen=True)
class ServiceChoice:
    """A service that was asked or is on the list to be asked, by its listing."""

    id: UUID  # service_at_location
    name: str
    organization: str
    phone: str = ""


@dataclass(frozen=True)
class HandoffView:
    """The facts of a handoff and the temperature computed from them: warm, lukewarm or cold. why: the facts that made it so, by
    their names in rules.temperature_facts. recorded_by: sender or receiver."""

    started_at: datetime
    ended_at: datetime | None
    method: str
    spoke_with_name: str
    spoke_with_role: str
    answered: bool
    person_present: bool
    person_spoke: bool
    person_agreed: bool
    receiver_took_over: bool
    recorded_by: str
    temperature: str
    why: tuple[str, ...]


@dataclass(frozen=True)
class TransportView:
    """How the person got there, as one side recorded it. means: rules.TRANSPORT_BY."""

    means: str
    voluntary: bool
    departed_at: datetime | None
    arrived_at: datetime | None
    released_at: datetime | None
    recorded_by: str


@dataclass(frozen=True)
class TryView:
    """One try to reach the person. by: who of the reader's own side tried, or for the receiver whoever did."""

    at: datetime
    means: str
    result: str
    by: str


@dataclass(frozen=True)
class AppointmentView:
    """An appointment as its own desk, and the person's own card, may show it: when, where, whom to call; never for what.

    zone: of the place. place: the lines of its address, empty where the place is confidential or says what is treated there.
    uid: the same for every new time of one request; sequence rises with it.
    """

    at: datetime
    zone: str
    place: tuple[str, ...]
    phone: str
    uid: str
    sequence: int


@dataclass(frozen=True)
class AfterView:
    """What the page of one offer shows beside its view: how the person got there, the tries to reach them, and what the
    service asks on the phone. tries_days: on how many days of the community's calendar nobody was reached."""

    transports: tuple[TransportView, ...]
    tries: tuple[TryView, ...]
    tries_days: int
    script: tuple[str, ...]
    script_version: int
    has_answers: bool
    arrived_at: datetime | None
    void_asked: bool  # the service says that the request is there twice


@dataclass(frozen=True)
class FollowUpView:
    """A follow-up at 1, 7 or 30 days. `result` "" is unknown."""

    id: UUID
    day: int
    due_at: datetime
    done_at: datetime | None
    result: str
    attempts: int


@dataclass(frozen=True)
class NeedView:
    """A need as its sender (or, while it is escalated, a supervisor) may see it.

    state: an offer state that this reader may know, or `working` ("Handrail is still working on this"), or `next_step`
    (the owner chooses the next service), or `closed`. actions: the verbs' names this reader may use now: of MOVES
    (`give_information`, `cancel`, `record_handoff`, `confirm_connected`, `mark_not_connected`, `withdraw`, `void`) and
    `ask_next`, `close_need`, `reveal_person`, `record_attempt`, `correct`. offer_id and offer_version go into the offer's verbs, version into the need's.
    """

    id: UUID
    role: str  # sender or supervisor
    code: str  # of directory.terms.NEEDS
    code_words: str
    reference: str  # what people say on the phone: six letters and digits of this need
    urgency: str
    urgency_words: str
    area: str
    age_band: str
    language: str
    safe_contact: str
    callback: str
    sent_at: datetime
    hears_back: bool
    restricted: bool  # the person wants to be asked before each further service
    state: str
    state_words: str
    owner_words: str
    deadline: datetime | None
    deadline_words: str
    version: int
    escalated: bool
    closed: bool
    close_words: str
    service: ServiceChoice | None
    also: tuple[ServiceChoice, ...]  # the fallback list, in the sender's order
    offer_id: UUID | None
    offer_version: int
    question: str
    answer: str
    decline_words: str
    accept_code: str  # what a caller from the service reads out; shown to a permitted sender, else ""
    spoken_code: str  # what the sender reads out to that caller, so that an answer link opens the person
    handoff: HandoffView | None
    connected_on: date | None
    follow_ups: tuple[FollowUpView, ...]
    has_person: bool
    actions: tuple[str, ...]
    timeline: tuple[Line, ...]
    redisclosure_notice: str = ""  # goes with what a Part 2 program told on a consent
    consent_scope: str = ""  # and what that consent covers
    folded: bool = False  # left out of a list until asked for: a minor, in a police unit's list


@dataclass(frozen=True)
class OfferView:
    """An offer as the service that is asked may see it: by sign-in (`role` receiver) or by its answer link (`role` link).

    actions: of MOVES by action name, and `reveal_person`, `record_attempt`. Until the accept there is nothing of the
    person here but the need code, the age band and the coarse area. `moved_on` is true when the offer is no longer this
    reader's to answer; then everything but `service`, `callback` and `sender_organization` is empty.
    """

    id: UUID
    need_id: UUID
    role: str
    service: ServiceChoice
    code: str  # of directory.terms.NEEDS
    code_words: str
    reference: str  # what people say on the phone: six letters and digits of this need
    urgency: str
    urgency_words: str
    area: str
    age_band: str
    language: str
    safe_contact: str
    sender_organization: str
    callback: str
    state: str
    state_words: str
    version: int
    sent_at: datetime
    deadline: datetime | None
    deadline_words: str
    owner_words: str
    question: str
    answer: str
    answer_by: datetime | None
    answered_by: str  # who at the desk took it
    decline_reason: str
    decline_words: str
    decline_note: str
    accept_code: str
    appointment_at: datetime | None
    connected_on: date | None
    handoff: HandoffView | None
    follow_ups: tuple[FollowUpView, ...]
    attempts: int
    has_person: bool
    moved_on: bool
    actions: tuple[str, ...]
    timeline: tuple[Line, ...]
    redisclosure_notice: str = ""  # goes with what was told on a consent
    consent_scope: str = ""


@dataclass(frozen=True)
class PersonView:
    """What the sealed row holds. Any of it may be empty. safe_contact: of rules.SAFE_CONTACTS, shown where one calls.
    corrections: what the person says is wrong, newest last."""

    name: str
    phone: str
    safety_notes: str
    date_of_birth: date | None = None
    safe_contact: str = "unknown"
    corrections: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """A service that could be asked next, with the reasons why; `can` is refer or call. first: it has room by its own word, or
    the service that was asked has named it: the page has chosen it already."""

    service: ServiceChoice
    can: str
    miles: float | None
    why: tuple[str, ...]
    first: bool = False
