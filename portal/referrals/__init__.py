"""Floor 4: needs, offers, the state tables, clocks, consent, handoff, follow-ups.

Every verb below is one transaction: the change, its event, the letters and the ledger are stored together or not at all.
`version` is the one that the view showed: `NeedView.version` for a need's verbs, `offer_version` / `OfferView.version` for an
offer's. Verbs raise `Conflict` when the state or the version is no longer that one, `Refused` for bad input, and
`NotHere` when the offer or the need is not the actor's (the doors answer 404). A reader gets None for the same.

The actor of an answer link is `Actor(kind="link", offer_id, offer_version)`; its version is the link's. After each use of a
link `Moved.version` is the new one: the door goes on with `messages.link("answer", offer_id, version)`.
"""

from portal.referrals.after import after_for
from portal.referrals.answer import (
    accept_offer,
    ask_information,
    decline_offer,
    give_information,
    see_offer,
    waitlist_offer,
)
from portal.referrals.appointment import appointment_for, calendar_file
from portal.referrals.arrivals import enter_code, forget_codes, takes_codes
from portal.referrals.ask_clock import tick_asks
from portal.referrals.ask_queries import (
    ask_by_link,
    ask_for,
    asking_for,
    asking_of_need,
    askings_for,
    asks_for_desk,
)
from portal.referrals.ask_views import AskingView, AskView
from portal.referrals.asks import answer_ask, ask_capacity, close_asking
from portal.referrals.blind import forget_met, know_met
from portal.referrals.blind_clock import drop_idle_keys, lift_index
from portal.referrals.break_glass import (
    Emergency,
    OpenedPerson,
    may_break_glass,
    open_in_emergency,
    open_opening,
    opened_person,
)
from portal.referrals.clock_effect import Effect, effect_of_clocks, effect_of_hours
from portal.referrals.clock_settings import ClockView, Wanted, clock_faults, clocks_for, set_clocks
from portal.referrals.clocks import tick
from portal.referrals.consent import (
    ConsentAsk,
    consents_to_sign,
    lapse_consents,
    record_consent,
    revoke_consent,
    texts_of,
)
from portal.referrals.consent_terms import ConsentTerms
from portal.referrals.duplicates import PossibleDuplicate
from portal.referrals.follow_up import finish_follow_up, mark_unable_to_reach, record_attempt
from portal.referrals.grounds import grounds_for
from portal.referrals.handoff import (
    confirm_connected,
    correct_handoff,
    mark_no_show,
    mark_not_connected,
    record_arrival,
    record_handoff,
    schedule_offer,
)
from portal.referrals.holds import HoldView, held, holds_for, lift_hold, place_hold
from portal.referrals.intermediary import (
    Intermediary,
    intermediary_for,
    list_of_recipients,
    set_intermediary,
)
from portal.referrals.ledger import (
    LedgerLine,
    LedgerQuestion,
    disclosures,
    disclosures_of,
    ledger_csv,
    ledger_parties,
)
from portal.referrals.left import Left, what_is_left
from portal.referrals.moves import NotHere
from portal.referrals.nightly import erase_again, purge_tonight
from portal.referrals.onward import ask_next, close_need
from portal.referrals.openings import (
    AskedService,
    OpeningLine,
    OpeningView,
    asked_services,
    opening_for,
    openings_for,
    review_opening,
)
from portal.referrals.phone import VictimCall, record_call, record_victim_call
from portal.referrals.plan import Plan
from portal.referrals.proposals import nothing_proposed, proposals_for
from portal.referrals.purge import purge_due
from portal.referrals.queries import inbox_for, need_by_offer, need_for, needs_for, offer_by_link, offer_for
from portal.referrals.questions import Question, Questions, questions_of, set_questions
from portal.referrals.receipts import (
    Card,
    ReceiptView,
    give_receipt,
    need_by_receipt,
    receipt_of,
    withdraw_by_receipt,
)
from portal.referrals.requests import Answered, AskRequest, HandoffFacts, Moved, SendRequest
from portal.referrals.resend import send_current_link
from portal.referrals.reveal import person_view, reveal_person
from portal.referrals.rights import (
    RequestView,
    add_correction,
    begin_request,
    end_request,
    erase_person,
    request_for,
    requests_for,
    restrict_person,
)
from portal.referrals.rights_export import export_person
from portal.referrals.script import Told, answer_script, open_answers
from portal.referrals.send import send_offer
from portal.referrals.shapes import (
    AfterView,
    AppointmentView,
    FollowUpView,
    HandoffView,
    Line,
    NeedView,
    OfferView,
    PersonView,
    Proposal,
    ServiceChoice,
    TransportView,
    TryView,
)
from portal.referrals.signing import ConsentView, Signing, consent_for, signing
from portal.referrals.stop import cancel_offer, correct_offer, void_offer, withdraw_consent
from portal.referrals.texting import receive_text, understood
from portal.referrals.texts import new_reference, read_short_link
from portal.referrals.texts import purge as purge_texts
from portal.referrals.transport import TransportFacts, record_transport
from portal.referrals.unit import StateCount, UnitView, unit_for
from portal.referrals.units import SendingUnit, sending_units, set_part2
from portal.referrals.unmet import UnmetReferrals, coarse, unmet_referrals
from portal.referrals.watch import Board, board, check, clocks_late

__all__ = [
    "new_reference",
    "understood",
    "person_view",
    "need_by_receipt",
    "ConsentAsk",
    "ConsentTerms",
    "ConsentView",
    "Signing",
    "consents_to_sign",
    "SendingUnit",
    "consent_for",
    "grounds_for",
    "ledger_parties",
    "sending_units",
    "set_part2",
    "texts_of",
    "signing",
    "LedgerLine",
    "LedgerQuestion",
    "disclosures",
    "disclosures_of",
    "lapse_consents",
    "ledger_csv",
    "record_consent",
    "revoke_consent",
    "AfterView",
    "AppointmentView",
    "AskedService",
    "Board",
    "ClockView",
    "Effect",
    "Emergency",
    "Answered",
    "AskRequest",
    "AskView",
    "AskingView",
    "FollowUpView",
    "HandoffFacts",
    "HandoffView",
    "HoldView",
    "Intermediary",
    "Left",
    "Line",
    "Moved",
    "NeedView",
    "Card",
    "NotHere",
    "OfferView",
    "OpenedPerson",
    "OpeningLine",
    "OpeningView",
    "PersonView",
    "Plan",
    "PossibleDuplicate",
    "Proposal",
    "ReceiptView",
    "RequestView",
    "Question",
    "Questions",
    "SendRequest",
    "ServiceChoice",
    "StateCount",
    "Told",
    "TransportFacts",
    "TransportView",
    "TryView",
    "UnitView",
    "UnmetReferrals",
    "VictimCall",
    "Wanted",
    "accept_offer",
    "answer_ask",
    "ask_by_link",
    "ask_capacity",
    "ask_for",
    "asking_for",
    "asking_of_need",
    "askings_for",
    "asks_for_desk",
    "clocks_late",
    "close_asking",
    "tick_asks",
    "after_for",
    "appointment_for",
    "calendar_file",
    "answer_script",
    "ask_information",
    "add_correction",
    "ask_next",
    "begin_request",
    "asked_services",
    "board",
    "cancel_offer",
    "check",
    "clock_faults",
    "clocks_for",
    "close_need",
    "coarse",
    "confirm_connected",
    "correct_handoff",
    "correct_offer",
    "decline_offer",
    "drop_idle_keys",
    "effect_of_clocks",
    "effect_of_hours",
    "enter_code",
    "end_request",
    "erase_again",
    "erase_person",
    "export_person",
    "finish_follow_up",
    "forget_codes",
    "forget_met",
    "give_information",
    "give_receipt",
    "held",
    "holds_for",
    "inbox_for",
    "intermediary_for",
    "lift_hold",
    "list_of_recipients",
    "know_met",
    "lift_index",
    "mark_no_show",
    "mark_not_connected",
    "mark_unable_to_reach",
    "may_break_glass",
    "need_by_offer",
    "need_for",
    "needs_for",
    "nothing_proposed",
    "offer_by_link",
    "offer_for",
    "open_answers",
    "open_in_emergency",
    "open_opening",
    "opened_person",
    "opening_for",
    "openings_for",
    "place_hold",
    "proposals_for",
    "purge_due",
    "purge_tonight",
    "questions_of",
    "record_arrival",
    "purge_texts",
    "read_short_link",
    "receipt_of",
    "receive_text",
    "request_for",
    "requests_for",
    "restrict_person",
    "record_attempt",
    "record_call",
    "record_handoff",
    "record_transport",
    "record_victim_call",
    "reveal_person",
    "review_opening",
    "schedule_offer",
    "see_offer",
    "send_current_link",
    "send_offer",
    "set_clocks",
    "set_intermediary",
    "set_questions",
    "takes_codes",
    "tick",
    "unit_for",
    "unmet_referrals",
    "void_offer",
    "waitlist_offer",
    "what_is_left",
    "withdraw_by_receipt",
    "withdraw_consent",
]
