"""What states, deadlines and owners are called on a page."""

import hashlib
import hmac

from flask import current_app
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.directory.terms import NEEDS
from portal.referrals.models import Need
from portal.referrals.rules import CLOSE_REASONS

Words = dict[str, LazyString]

STATES: Words = {
    "draft": _l("Not sent"),
    "sent": _l("Sent"),
    "seen": _l("Seen"),
    "info_asked": _l("They asked a question"),
    "waitlisted": _l("On their waitlist"),
    "accepted": _l("Accepted"),
    "handoff": _l("Handed over"),
    "scheduled": _l("Appointment made"),
    "no_show": _l("Did not come"),
    "connected": _l("Connected"),
    "declined": _l("Declined"),
    "expired": _l("No answer in time"),
    "released": _l("Another service said yes"),
    "unable_to_reach": _l("Could not be reached"),
    "not_connected": _l("Not connected"),
    "no_information": _l("No information"),
    "cancelled": _l("Cancelled"),
    "withdrawn": _l("Withdrawn by the person"),
    "void": _l("Void"),
    "working": _l("Handrail is still working on this"),
    "next_step": _l("The next step is yours"),
    "closed": _l("Closed"),
}
URGENCIES: Words = {
    "now": _l("Now: the person is with us"),
    "today": _l("Today"),
    "routine": _l("In the next days"),
}
# What a timeline says of an event, by its action.
ACTIONS: Words = {
    "send": _l("Sent"),
    "see": _l("Seen"),
    "ask_information": _l("The service asked a question"),
    "give_information": _l("The question was answered"),
    "waitlist": _l("Put on a waitlist"),
    "accept": _l("Accepted"),
    "decline": _l("Declined"),
    "expire": _l("No answer in time"),
    "release": _l("Another service said yes"),
    "record_handoff": _l("Handed over"),
    "schedule": _l("Appointment made"),
    "mark_no_show": _l("Did not come"),
    "mark_unable_to_reach": _l("Could not be reached"),
    "confirm_connected": _l("Connected"),
    "mark_not_connected": _l("Not connected"),
    "close_without_information": _l("Closed without information"),
    "cancel": _l("Cancelled"),
    "withdraw": _l("Withdrawn by the person"),
    "void": _l("Marked void"),
    "correct": _l("Corrected"),
    "correct_handoff": _l("Handoff corrected"),
    "record_arrival": _l("Came to the appointment"),
}
DEADLINES: Words = {
    "seen_by": _l("to be seen by"),
    "supervisor": _l("to be answered by"),
    "next_service": _l("to be answered by"),
    "your_turn": _l("you can ask another service by"),
    "waitlist_told": _l("an answer is expected by"),
    "waitlist_answer": _l("an answer is expected by"),
    "information": _l("the question to be answered by"),
    "next_step": _l("the next service to be chosen by"),
    "handoff_by": _l("first contact by"),
    "arrival_asked": _l("arrival to be told by"),
    "follow_up": _l("follow-up by"),
    "no_information": _l("closes on"),
}


def owner_words(owner: str, service: str) -> str:
    """Who must act next."""
    if owner == "receiver":
        return _("Waiting for %(service)s", service=service)
    return _("A supervisor looks after this") if owner == "supervisor" else _("Waiting for the sender")


def said(words: Words, code: str) -> str:
    """The words for a code; empty for none."""
    return str(words[code]) if code in words else ""


def need_words(code: str) -> str:
    """What is needed, by its code."""
    return str(NEEDS[code][0]) if code in NEEDS else code


def close_words(reason: str) -> str:
    """Why a need was closed: its owner's reason, or its last offer's state."""
    return said(CLOSE_REASONS, reason) or said(STATES, reason)


def spoken_code(need: Need) -> str:
    """Six digits that the sender reads out to a caller from the service, so that an answer link opens the person. Not stored:
    made from the need's id with the install's secret."""
    secret = str(current_app.secret_key).encode()
    found = hmac.new(secret, b"spoken" + need.id.bytes, hashlib.sha256).digest()
    return f"{int.from_bytes(found[:8], 'big') % 1_000_000:06d}"


def reference(need: Need) -> str:
    """What people call this need by on the phone: six signs, of nobody and nothing."""
    return need.id.hex[:6].upper()
