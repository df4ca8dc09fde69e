"""Needs, offers and what became of them. One file a story; who asks for a table asks here."""

from portal.referrals.models.break_glass import BreakGlass
from portal.referrals.models.consent import Consent, Disclosure
from portal.referrals.models.handoff import Attempt, CallRecord, FollowUp, Handoff
from portal.referrals.models.need import Fallback, Need, Person
from portal.referrals.models.offer import Offer, OfferEvent

__all__ = [
    "Attempt",
    "BreakGlass",
    "CallRecord",
    "Consent",
    "Disclosure",
    "Fallback",
    "FollowUp",
    "Handoff",
    "Need",
    "Offer",
    "OfferEvent",
    "Person",
]
