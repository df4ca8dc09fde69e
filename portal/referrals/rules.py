"""The tables of the referral, and the pure decisions made from them. Closed by intent: what is not here does not happen.

Source: the product's referral tables (states, clocks, decline reasons, definitions).
"""

from dataclasses import dataclass

URGENCIES = ("now", "today", "routine")
AGE_BANDS = ("unknown", "under_13", "13_17", "18_24", "25_64", "65_plus")
BASES = ("written_consent", "verbal_consent", "emergency", "none_needed")
HANDOFF_METHODS = ("three_way_call", "in_person", "call", "voicemail", "fax", "mail", "list")
OWNERS = ("receiver", "sender", "supervisor")
# What falls due next. The words are the page's; the worker acts on them (referrals.clocks).
DEADLINES = (
    "seen_by",
    "backup",
    "supervisor",
    "decide_by",
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
