"""After the accept: tries to reach the person, and the follow-ups at 1, 7 and 30 days."""

from datetime import datetime
from uuid import UUID

from portal.referrals.requests import Moved
from portal.store import Actor


def record_attempt(
    actor: Actor,
    offer_id: UUID,
    means: str,
    result: str,
    *,
    at: datetime | None = None,
    follow_up_id: UUID | None = None,
) -> UUID:
    """One try to reach the person. means: rules.MEANS, result: rules.ATTEMPT_RESULTS. Returns the attempt's id."""
    raise NotImplementedError


def finish_follow_up(actor: Actor, follow_up_id: UUID, result: str, *, means: str | None = None) -> None:
    """What a follow-up found: rules.FOLLOW_UP_RESULTS. With `means`, the contact is recorded as an attempt too."""
    raise NotImplementedError


def mark_unable_to_reach(actor: Actor, offer_id: UUID, *, version: int) -> Moved:
    """After three tries on three days. Refused before that. Hands the need back to its owner."""
    raise NotImplementedError
