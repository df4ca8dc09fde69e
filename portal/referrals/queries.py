"""Reads, each through the person who asks: what is not theirs is None, what they may not know is not in the view."""

from uuid import UUID

from portal.referrals.views import NeedView, OfferView
from portal.store import Actor


def needs_for(actor: Actor) -> tuple[NeedView, ...]:
    """Needs of the actor's organizations: as sender all until 30 days after their close, as supervisor those escalated.
    Open ones first, nearest deadline first."""
    raise NotImplementedError


def need_for(actor: Actor, need_id: UUID) -> NeedView | None:
    """One need, as sender or (while escalated) supervisor."""
    raise NotImplementedError


def inbox_for(actor: Actor) -> tuple[OfferView, ...]:
    """Offers put to the actor's services: those that ask first, then those accepted, then those of the last 30 days."""
    raise NotImplementedError


def offer_for(actor: Actor, offer_id: UUID) -> OfferView | None:
    """One offer, for its receiver."""
    raise NotImplementedError


def offer_by_link(actor: Actor) -> OfferView | None:
    """The offer of an answer link. With `moved_on` true when the link is used up; None when there is no such offer."""
    raise NotImplementedError
