"""Who is asking, seen from one need or offer: the roles of the tables, and whether a sender may know the answer."""

from datetime import datetime, timedelta

from portal.referrals.force import status_back
from portal.referrals.models import Need, Offer
from portal.referrals.plan import CLOSE_DAYS
from portal.store import Actor

KEPT = timedelta(days=30)  # a sender's own entry can be opened this long after its close
SENDERS = ("responder", "dispatcher")


def roles_at(actor: Actor, need: Need, offer: Offer | None, now: datetime) -> frozenset[str]:
    """The table's roles that this actor has here; empty for a stranger.

    sender: the unit that sent it (P12: own unit, until 30 days after the close). supervisor: of that unit, while it is
    escalated. receiver: the service's people, or its answer link. admin: of the community.
    """
    if actor.kind == "clock":
        return frozenset(("clock",))
    if actor.kind == "link":
        return frozenset(("receiver",)) if offer is not None and actor.offer_id == offer.id else frozenset()
    if actor.kind != "account" or actor.community_id != need.community_id:
        return frozenset()
    found = set()
    if not sender_is_late(need, now):
        home = need.sender_organization_id
        own = actor.account_id == need.sender_account_id and home in actor.organizations("supervisor")
        if own or home in actor.organizations(*SENDERS):
            found.add("sender")
        elif need.escalated_at is not None and home in actor.organizations("supervisor"):
            found.add("supervisor")
    if offer is not None and offer.organization_id in actor.organizations("provider"):
        found.add("receiver")
    if actor.has("admin"):
        found.add("admin")
    return frozenset(found)


def sender_is_late(need: Need, now: datetime) -> bool:
    """More than 30 days after the close that the sender knows of."""
    closed = closed_for_sender(need, now)
    return closed is not None and now > closed + KEPT


def closed_for_sender(need: Need, now: datetime) -> datetime | None:
    """When the need closed, as its sender may know it: in the dark only their own closing, or the 37th day."""
    if need.sender_closed_at is not None or not in_the_dark(need):
        return need.sender_closed_at or need.closed_at
    last = need.sent_at + timedelta(days=CLOSE_DAYS)
    return last if now >= last else None


def knows(need: Need, offer: Offer) -> bool:
    """May the sender know what this service answers? With the person's permission; where they took the answer themselves, by
    phone; and from a Part 2 program only while a signed consent for this very disclosure is in force."""
    if offer.channel == "phone":
        return True
    if offer.organization.under_part2:
        return status_back(need, offer) is not None
    return need.hears_back


def in_the_dark(need: Need) -> bool:
    """True when some service's answer is not for the sender: then nothing that follows from answers is shown to them."""
    return any(not knows(need, offer) for offer in need.offers)
