"""Who could be asked next, with the reasons."""

from uuid import UUID

from portal.referrals.views import Proposal
from portal.store import Actor


def proposals_for(actor: Actor, need_id: UUID) -> tuple[Proposal, ...]:
    """Up to eight services for this need, best first; empty when the need is not the actor's to move on."""
    raise NotImplementedError
