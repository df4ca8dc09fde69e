"""A referral's state as FHIR's Task.status and a business status, and back: the one table.

Task.status is of the ten that the Gravity guide allows. Each state has a business status of its own, so nothing is lost.
"""

from collections.abc import Mapping

# state of an offer, or what a sender reads in its place -> (Task.status, business status)
TASK: Mapping[str, tuple[str, str]] = {
    "draft": ("draft", "draft"),
    "sent": ("requested", "sent"),
    "seen": ("requested", "seen"),
    "working": ("requested", "working"),
    "info_asked": ("on-hold", "awaiting-information"),
    "waitlisted": ("on-hold", "waitlist"),
    "next_step": ("on-hold", "next-step"),
    "accepted": ("accepted", "accepted"),
    "handoff": ("in-progress", "handoff"),
    "scheduled": ("in-progress", "scheduled"),
    "no_show": ("in-progress", "no-show"),
    "connected": ("completed", "connected"),
    "declined": ("rejected", "declined"),
    "expired": ("cancelled", "no-response"),
    "released": ("cancelled", "another-accepted"),
    "unable_to_reach": ("failed", "unable-to-reach"),
    "not_connected": ("failed", "not-connected"),
    "no_information": ("failed", "no-information"),
    "cancelled": ("cancelled", "cancelled"),
    "withdrawn": ("cancelled", "consent-withdrawn"),
    "void": ("entered-in-error", "void"),
    "closed": ("failed", "closed"),
}
# A sender who may not hear what came of it: the status stays what it was when they sent, and claims nothing.
CLOSED_IN_THE_DARK = ("requested", "closed")
_STATES = {pair: state for state, pair in TASK.items()} | {CLOSED_IN_THE_DARK: "closed"}
# Task.status -> ServiceRequest.status; of a request that is closed and not told about it is unknown.
REQUEST: Mapping[str, str] = {
    "draft": "draft",
    "completed": "completed",
    "rejected": "revoked",
    "cancelled": "revoked",
    "failed": "revoked",
    "entered-in-error": "entered-in-error",
}
PRIORITY: Mapping[str, str] = {"now": "stat", "today": "urgent", "routine": "routine"}


def task_status(state: str, *, told: bool) -> tuple[str, str]:
    """`told`: the reader may know what came of a closed one. A KeyError for a state that the table has not."""
    return CLOSED_IN_THE_DARK if state == "closed" and not told else TASK[state]


def state_of(status: str, business: str) -> str:
    """The way back."""
    return _STATES[status, business]


def request_status(state: str, status: str) -> str:
    """ServiceRequest.status beside this Task."""
    if state == "closed" and status == "requested":
        return "unknown"
    return REQUEST.get(status, "active")
