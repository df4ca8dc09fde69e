"""The desk answers: seen, a question, a waitlist, yes, no. The sender answers a question."""

from datetime import datetime
from uuid import UUID

from portal.referrals.requests import Moved
from portal.store import Actor


def see_offer(actor: Actor, offer_id: UUID, *, version: int) -> Moved:
    """The desk has it: sent -> seen, by a button. Tells nobody; the sender's page shows it."""
    raise NotImplementedError


def ask_information(actor: Actor, offer_id: UUID, question: str, *, version: int) -> Moved:
    """The desk asks the sender something (280 characters, checked like notes). Clocks pause; the sender gets a letter."""
    raise NotImplementedError


def give_information(actor: Actor, offer_id: UUID, answer: str, *, version: int) -> Moved:
    """The sender answers the desk's question; clocks go on; the desk gets a letter with a new link."""
    raise NotImplementedError


def waitlist_offer(actor: Actor, offer_id: UUID, answer_by: datetime, *, version: int) -> Moved:
    """On the waitlist; answer_by: when to expect an answer (UTC, future, 30 days at most)."""
    raise NotImplementedError


def accept_offer(actor: Actor, offer_id: UUID, *, version: int, answered_by: str = "") -> Moved:
    """ "We take this person." Exactly one of several at once wins; the others get Conflict.

    Moved.code: six digits that the desk reads out when it calls Moved.callback, so that the sender knows who calls. A
    signed-in receiver may open the person now; a link opens it with the code that the *sender* reads out on that call
    (NeedView.spoken_code), see reveal_person.
    """
    raise NotImplementedError


def decline_offer(
    actor: Actor, offer_id: UUID, reason: str, *, version: int, note: str = "", who_could: UUID | None = None
) -> Moved:
    """ "We cannot." reason: a code of rules.DECLINE_REASONS. note: 80 characters, for the receiver's own side only, and only
    with `other`. who_could: a listing, the first proposal. Moves the need on, or hands it back to its owner."""
    raise NotImplementedError
