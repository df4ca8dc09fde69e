"""The one read that opens a sealed Person. Each opening is in the audit trail."""

from uuid import UUID

from portal.referrals.views import PersonView
from portal.store import Actor


def reveal_person(actor: Actor, offer_id: UUID, code: str | None = None) -> PersonView | None:
    """The person, for the receiver after the accept (signed in; by link with the code that the sender reads out), or for
    whoever entered it, until 30 days after the close. None when not the actor's; Refused for a wrong code, 5 tries an hour."""
    raise NotImplementedError
