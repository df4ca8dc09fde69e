"""Needs, offers and what became of them. One file a story; who asks for a table asks here."""

from portal.referrals.models.arrival import ArrivalCode, ArrivalTally
from portal.referrals.models.ask import AskEvent, Asking, CapacityAsk
from portal.referrals.models.break_glass import BreakGlass
from portal.referrals.models.clock_setting import ClockSetting
from portal.referrals.models.consent import Consent, Disclosure
from portal.referrals.models.decline import DeclineTally
from portal.referrals.models.handoff import Attempt, CallRecord, FollowUp, Handoff, Transport
from portal.referrals.models.hold import LegalHold
from portal.referrals.models.need import Fallback, Need
from portal.referrals.models.offer import Offer, OfferEvent
from portal.referrals.models.person import BlindIndex, Client, Person
from portal.referrals.models.rights import Correction, Receipt, RightsRequest
from portal.referrals.models.script import QuestionList, ScriptAnswers
from portal.referrals.models.text_ask import TEXT_KINDS, TextAsk
from portal.referrals.models.watch import NeedFault, UnmetTally

__all__ = [
    "ArrivalCode",
    "ArrivalTally",
    "AskEvent",
    "Asking",
    "Attempt",
    "BlindIndex",
    "BreakGlass",
    "CallRecord",
    "CapacityAsk",
    "Client",
    "ClockSetting",
    "Consent",
    "Correction",
    "DeclineTally",
    "Disclosure",
    "Fallback",
    "FollowUp",
    "Handoff",
    "LegalHold",
    "Need",
    "NeedFault",
    "Offer",
    "OfferEvent",
    "Person",
    "QuestionList",
    "Receipt",
    "RightsRequest",
    "ScriptAnswers",
    "TEXT_KINDS",
    "TextAsk",
    "Transport",
    "UnmetTally",
]
