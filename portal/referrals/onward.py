"""The need goes on: to the next service, back to its owner, or to its end."""

from uuid import UUID

from portal.referrals.models import Need
from portal.store import Actor


def ask_next(actor: Actor, need_id: UUID, service_at_location_id: UUID, *, version: int) -> Need:
    """The owner confirms the next service: a new offer on the same basis. Refused for one that cannot be referred to."""
    raise NotImplementedError


def close_need(actor: Actor, need_id: UUID, reason: str, *, version: int) -> None:
    """The owner closes a need that no service is being asked for: rules.CLOSE_REASONS."""
    raise NotImplementedError
