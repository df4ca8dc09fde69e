"""The tables of the referral, and the pure decisions made from them. Closed by intent: what is not here does not happen.

Source: the product's referral tables (states, clocks, decline reasons, definitions).
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from portal.referrals.hours import in_business_hours as in_business_hours

URGENCIES = ("now", "today", "routine")
AGE_BANDS = ("unknown", "under_13", "13_17", "18_24", "25_64", "65_plus")
BASES = ("written_consent", "verbal_consent", "emergency", "none_needed", "health_or_safety")
HANDOFF_METHODS = ("three_way_call", "in_person", "call", "voicemail", "fax", "mail", "list")
TRANSPORT_BY = ("police", "ems", "provider", "family", "ride", "self")
# What a person may be asked for on the form: codes as listings carry them. Others are said in the safety notes.
LANGUAGES = ("", "en", "es", "ase", "ar", "ku", "vi", "zh", "ko", "so", "sw", "uk", "ru", "fr", "pt", "ht", "hi")  # fmt: skip
QUESTION_KINDS = ("yes_no", "choice", "text")  # of what a service asks on the phone
OWNERS = ("receiver", "sender", "supervisor")  # who must act next
SAFE_CONTACTS = ("unknown", "call", "call_day", "call_evening", "call_quiet", "text", "no_contact")
NO_CALLS = frozenset(("text", "no_contact"))  # no page draws a link that calls the person
MEANS = ("phone", "text", "in_person", "mail")
ATTEMPT_RESULTS = ("reached", "no_answer", "left_message", "wrong_number")
FOLLOW_UP_RESULTS = ("in_service", "not_in_service", "not_reached", "refused", "other_end")
CALL_RESULTS = ("yes", "no", "no_answer")
# What falls due next; clocks.py acts on each, and the page says it in words.
DEADLINES = (
    "seen_by",
    "supervisor",
    "next_service",
    "your_turn",
    "waitlist_told",
    "waitlist_answer",
    "information",
    "next_step",
    "handoff_by",
    "arrival_asked",
    "follow_up",
    "no_information",
)
STATES = (
    "draft",
    "sent",
    "seen",
    "info_asked",
    "waitlisted",
    "accepted",
    "handoff",
    "scheduled",
    "no_show",
    "connected",
    "declined",
    "expired",
    "released",
    "unable_to_reach",
    "not_connected",
    "no_information",
    "cancelled",
    "withdrawn",
    "void",
)
ENDS = frozenset(
    (
        "connected",
        "declined",
        "expired",
        "released",
        "unable_to_reach",
        "not_connected",
        "no_information",
        "cancelled",
        "withdrawn",
        "void",
    )
)
OPEN = frozenset(STATES) - ENDS
ASKED = frozenset(
    ("sent", "seen", "info_asked", "waitlisted")
)  # a link lives as long as its offer is in these
HELD = frozenset(("accepted", "handoff", "scheduled", "no_show"))  # the receiver has said yes
ROLES = ("sender", "supervisor", "receiver", "clock", "admin", "stranger")


@dataclass(frozen=True)
class Move:
    """One row of the table: who may take an offer from where to where."""

    action: str
    sources: frozenset[str]
    target: str
    roles: frozenset[str]


def _move(action: str, sources: tuple[str, ...] | frozenset[str], target: str, *roles: str) -> Move:
    return Move(action, frozenset(sources), target, frozenset(roles))


MOVES: dict[str, Move] = {
    move.action: move
    for move in (
        _move("send", ("draft",), "sent", "sender"),
        _move("see", ("sent",), "seen", "receiver"),
        _move("ask_information", ("sent", "seen"), "info_asked", "receiver"),
        _move("give_information", ("info_asked",), "seen", "sender"),
        _move("waitlist", ("sent", "seen", "info_asked"), "waitlisted", "receiver"),
        _move("accept", ASKED, "accepted", "receiver"),
        _move("decline", ASKED, "declined", "receiver"),
        _move("expire", ASKED, "expired", "clock"),
        _move("release", ASKED, "released", "clock"),
        _move("record_handoff", ("accepted", "scheduled"), "handoff", "sender", "receiver"),
        _move("schedule", ("accepted", "handoff", "scheduled", "no_show"), "scheduled", "receiver"),
        _move("mark_no_show", ("scheduled",), "no_show", "receiver"),
        _move("mark_unable_to_reach", ("accepted", "scheduled", "no_show"), "unable_to_reach", "receiver"),
        _move("confirm_connected", HELD, "connected", "receiver", "sender"),
        _move("mark_not_connected", HELD, "not_connected", "sender", "receiver"),
        _move("close_without_information", HELD, "no_information", "clock"),
        _move(
            "cancel",
            ("draft", "sent", "seen", "info_asked", "waitlisted", "accepted", "scheduled"),
            "cancelled",
            "sender",
            "supervisor",
        ),
        _move("withdraw", OPEN - {"draft"}, "withdrawn", "sender", "receiver"),
        _move("void", frozenset(STATES) - {"draft", "void"}, "void", "sender", "admin"),
    )
}


def may_follow(action: str, state: str, role: str) -> bool:
    """Whether `role` may take `action` on an offer in `state`: the table, and nothing else."""
    move = MOVES.get(action)
    return move is not None and state in move.sources and role in move.roles


# A wrong end that may be taken back within 24 hours, by the side that set it. Withdrawn and void stay: data is gone.
CORRECTABLE = frozenset(("connected", "declined", "unable_to_reach", "not_connected"))
CORRECTION_TIME = timedelta(hours=24)
VOID_TIME = timedelta(hours=24)
# After these ends the need goes on; after the others it is closed.
GOES_ON = frozenset(("declined", "expired", "unable_to_reach", "not_connected"))

TRIES, TRY_DAYS = 3, 3  # before "unable to reach"


@dataclass(frozen=True)
class DeclineReason:
    """One row of the closed list. consequence: `no` or `limited` (availability), `hours` or `listing` (the steward looks),
    `person_done` (no proposals until the sender asks), `void` (the sender is asked to void), or nothing.
    proposes: a care or access code that the proposals then prefer."""

    group: str
    label: LazyString
    consequence: str = ""
    proposes: str = ""


DECLINE_REASONS: dict[str, DeclineReason] = {
    "no_bed_or_slot": DeclineReason("capacity", _l("No bed or slot"), "no"),
    "waitlist_only": DeclineReason("capacity", _l("Waitlist only"), "limited"),
    "closed_now": DeclineReason("capacity", _l("Closed now"), "hours"),
    "no_staff_for_safety": DeclineReason("capacity", _l("Not enough staff to be safe"), "no"),
    "age": DeclineReason("eligibility", _l("Age")),
    "sex_or_gender_rule": DeclineReason("eligibility", _l("Sex or gender rule")),
    "residence_or_area": DeclineReason("eligibility", _l("Lives outside the area")),
    "payer": DeclineReason("eligibility", _l("Cannot bill their insurance")),
    "wrong_service": DeclineReason("eligibility", _l("Does not do this"), "listing"),
    "acuity_too_high": DeclineReason("eligibility", _l("Needs more care")),
    "acuity_too_low": DeclineReason("eligibility", _l("Needs less care")),
    "medical_clearance_first": DeclineReason(
        "eligibility", _l("Needs a medical check first"), proposes="medical"
    ),
    "detox_first": DeclineReason("eligibility", _l("Needs detox first"), proposes="detox"),
    "pets_or_family_unit": DeclineReason(
        "eligibility", _l("Pets or family cannot stay together"), proposes="families"
    ),
    "prior_exclusion": DeclineReason("eligibility", _l("Cannot come back there")),
    "not_eligible": DeclineReason("eligibility", _l("Not eligible, no reason given")),
    "refused_service": DeclineReason("person", _l("Does not want this service"), "person_done"),
    "already_client": DeclineReason("person", _l("Is already a client"), "person_done"),
    "left": DeclineReason("person", _l("Has left"), "person_done"),
    "language_or_ASL": DeclineReason("access", _l("Language or ASL is missing")),
    "mobility_access": DeclineReason("access", _l("Steps or other barriers"), proposes="wheelchair"),
    "no_transport": DeclineReason("access", _l("No way to get there"), proposes="transit"),
    "duplicate": DeclineReason("other", _l("The request is there twice"), "void"),
    "conflict_with_resident": DeclineReason("other", _l("Conflict with someone there")),
    "other": DeclineReason("other", _l("Something else")),
}
# What a permitted sender is told of a decline: the group, never the code.
DECLINE_GROUPS = {
    "capacity": _l("No room right now"),
    "eligibility": _l("Not the right place"),
    "person": _l("The person decided otherwise"),
    "access": _l("Access is missing"),
    "other": _l("Another reason"),
}
NOT_CONNECTED = {
    "left": _l("Left before care began"),
    "refused": _l("Did not want the service"),
    "sent_elsewhere": _l("Was sent to another place"),
    "medical": _l("Medical reason"),
    "other_end": _l("Another end: died, was jailed, or moved away"),
}
CANCEL_REASONS = {
    "ask_another": _l("I want to ask another service"),
    "no_longer_needed": _l("Help is no longer needed"),
    "solved_otherwise": _l("Solved in another way"),
    "person_left": _l("The person has left"),
    "sent_in_error": _l("Sent by mistake"),
}
CLOSE_REASONS = {
    "no_longer_needed": _l("Help is no longer needed"),
    "solved_otherwise": _l("Solved in another way"),
    "person_left": _l("The person has left"),
    "person_refused": _l("The person does not want it"),
    "nothing_found": _l("No service could be found"),
}
VOID_REASONS = {"error": _l("Sent by mistake"), "duplicate": _l("It is there twice")}


class HandoffRecord(Protocol):
    """The facts that the temperature is computed from: a stored Handoff, or what a door hands in."""

    @property
    def method(self) -> str: ...
    @property
    def answered(self) -> bool: ...
    @property
    def spoke_with_name(self) -> str: ...
    @property
    def person_present(self) -> bool: ...
    @property
    def person_agreed(self) -> bool: ...
    @property
    def receiver_took_over(self) -> bool: ...


def temperature(handoff: HandoffRecord) -> str:
    """warm: sender, a named staff member and the person live together, the person agrees, and "we have them" is said before
    the sender leaves. lukewarm: the receiver took it live, but the person was absent. cold: everything else."""
    live = handoff.method in ("three_way_call", "in_person", "call") and handoff.answered
    took = live and bool(handoff.spoke_with_name.strip()) and handoff.receiver_took_over
    together = handoff.method in ("three_way_call", "in_person") and handoff.person_present
    if took and together and handoff.person_agreed:
        return "warm"
    return "lukewarm" if took and not handoff.person_present else "cold"


def temperature_facts(handoff: HandoffRecord) -> tuple[str, ...]:
    """The facts that made the temperature: for a warm one `all_together`, else what was missing, the weightiest first."""
    live = handoff.method in ("three_way_call", "in_person", "call")
    missing = (
        ("not_live", not live),
        ("nobody_answered", live and not handoff.answered),
        ("nobody_named", live and handoff.answered and not handoff.spoke_with_name.strip()),
        ("not_taken_over", live and handoff.answered and not handoff.receiver_took_over),
        ("person_absent", live and not (handoff.person_present and handoff.method != "call")),
        ("person_did_not_agree", live and handoff.person_present and not handoff.person_agreed),
    )
    return tuple(fact for fact, holds in missing if holds) or ("all_together",)


def available_actions(state: str, roles: frozenset[str]) -> tuple[str, ...]:
    """The moves that somebody in these roles may make from this state, in the table's order."""
    return tuple(
        move.action for move in MOVES.values() if state in move.sources and not move.roles.isdisjoint(roles)
    )
