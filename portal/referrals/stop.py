"""Ends that people choose: cancel, withdraw, void; and correcting a wrong end inside 24 hours."""

from uuid import UUID

from portal.referrals.requests import Moved
from portal.store import Actor


def cancel_offer(actor: Actor, offer_id: UUID, reason: str, *, version: int) -> Moved:
    """The sender takes it back: rules.CANCEL_REASONS. With `ask_another` the need stays open and its next step is the
    sender's; otherwise it closes. The desk is told."""
    raise NotImplementedError


def withdraw_consent(actor: Actor, offer_id: UUID, *, version: int | None = None) -> Moved:
    """The person said no after all: effective at once. The person's data is wiped, queued letters are dropped, the need
    closes; earlier rows of the ledger stay."""
    raise NotImplementedError


def void_offer(
    actor: Actor, offer_id: UUID, reason: str, *, version: int | None = None, duplicate_of: UUID | None = None
) -> Moved:
    """It should not be there: `error` or `duplicate`. By its sender within 24 hours of sending, or an admin. It leaves every rate."""
    raise NotImplementedError


def correct_offer(actor: Actor, offer_id: UUID, reason: str, *, version: int) -> Moved:
    """A wrong end is taken back within 24 hours by an added event, by the side that set it, while nothing followed it."""
    raise NotImplementedError
