"""From yes to arrived: the handoff, the appointment, the arrival or why not."""

from datetime import date, datetime
from uuid import UUID

from portal.referrals.requests import HandoffFacts, Moved
from portal.store import Actor


def record_handoff(
    actor: Actor, offer_id: UUID, facts: HandoffFacts, *, version: int, code: str = ""
) -> Moved:
    """The facts of a handoff. code: the six digits that the caller read out; a sender without permission to hear back must
    give them (they show that the service itself said so, live). Follow-ups then count from the handoff."""
    raise NotImplementedError


def schedule_offer(actor: Actor, offer_id: UUID, appointment_at: datetime, *, version: int) -> Moved:
    """An appointment, or a new time for it (UTC, future, a year at most). Shown to the receiver alone."""
    raise NotImplementedError


def mark_no_show(actor: Actor, offer_id: UUID, *, version: int) -> Moved:
    """The appointment was missed; not an end."""
    raise NotImplementedError


def confirm_connected(
    actor: Actor, offer_id: UUID, connected_on: date, *, version: int, receiver_name: str = ""
) -> Moved:
    """The first service was received on this day (not in the future, not before it was sent). A sender who saw the arrival
    gives the receiver's name. Closes the need."""
    raise NotImplementedError


def mark_not_connected(actor: Actor, offer_id: UUID, reason: str, *, version: int) -> Moved:
    """It will not happen here: rules.NOT_CONNECTED. Hands the need back to its owner."""
    raise NotImplementedError
