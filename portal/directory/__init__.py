"""Floor 2: the directory, HSDS 3.1 nouns and their stewardship: assure, availability, edits, the change feed."""

from portal.directory.actions import assure_service, set_availability, settle_flags
from portal.directory.card import Card
from portal.directory.cards import cards
from portal.directory.closures import (
    ClosureLine,
    ClosureWanted,
    announce_closure,
    can_refer,
    closed_now,
    closures_for,
    lift_closure,
)
from portal.directory.desk_texts import (
    DeadPhone,
    DeskPhone,
    ask_desk_phone,
    confirm_desk_phone,
    dead_phones,
    desk_phone,
    remove_desk_phone,
)
from portal.directory.differences import differences
from portal.directory.editors import EditView, listing_for, listings_for, rejected_rows, steward_desk
from portal.directory.edits import BothTexts, EditResult, decide_proposal, propose_edit
from portal.directory.feed import record_change, record_service_change, write_history
from portal.directory.fields import (
    FIELDS,
    check_characters,
    clean_text,
    field_label,
    field_words,
    tidy,
    waiting_fields,
)
from portal.directory.freshness.answering import (
    Asked,
    LetterView,
    confirm_by_letter,
    letter_view,
    tell_by_letter,
)
from portal.directory.freshness.asking import ask_confirmations
from portal.directory.freshness.calls import Call, log_call
from portal.directory.freshness.due import DueList, due_list
from portal.directory.freshness.interest import Wanted, add_wanted
from portal.directory.freshness.kinds import Pace
from portal.directory.freshness.reports import (
    Report,
    Reports,
    forget_reports,
    open_reports,
    report_wrong,
    settle_report,
    takes_words,
)
from portal.directory.freshness.room import room_by_text
from portal.directory.freshness.schedule import Schedule, schedule_for, set_schedule
from portal.directory.freshness.use import note_use, settle_use
from portal.directory.history import HistoryPage, history_for
from portal.directory.hours import DAY_LABELS, DAY_SHORT, DAYS, hours_text, parse_hours, parse_time
from portal.directory.merging.actions import Outcome, count_listings, decide_pair, find_duplicates
from portal.directory.merging.composing import stands_for
from portal.directory.merging.nightly import find_duplicates_tonight
from portal.directory.merging.queries import PairsPage, PairView, pairs_for, pairs_of_listing
from portal.directory.merging.sources import SourceRow, sources_of
from portal.directory.organizations import OrganizationView, organization
from portal.directory.queries import (
    NoCommunity,
    community,
    community_for,
    joined_organizations,
    listing,
    listings,
    timetable,
)
from portal.directory.rules import open_state, shown_availability
from portal.directory.said import TranslationLine, language_name, translations_of
from portal.directory.settle import join_organization, organization_named, set_community
from portal.directory.translations import (
    TranslationView,
    assure_translations,
    languages_for,
    translation_for,
)
from portal.directory.view import Listing, listing_of
from portal.directory.vocabulary import write_terms
from portal.directory.working_hours import (
    WorkingHours,
    clean_closures,
    clean_week,
    set_working_hours,
    working_hours_for,
)

__all__ = [
    "TranslationLine",
    "TranslationView",
    "assure_translations",
    "language_name",
    "languages_for",
    "translation_for",
    "translations_of",
    "DAYS",
    "Outcome",
    "PairView",
    "PairsPage",
    "SourceRow",
    "DAY_LABELS",
    "DAY_SHORT",
    "FIELDS",
    "Asked",
    "BothTexts",
    "Call",
    "Card",
    "ClosureLine",
    "ClosureWanted",
    "DeadPhone",
    "DeskPhone",
    "DueList",
    "EditResult",
    "EditView",
    "LetterView",
    "Listing",
    "NoCommunity",
    "OrganizationView",
    "Pace",
    "Report",
    "Reports",
    "Schedule",
    "Wanted",
    "WorkingHours",
    "add_wanted",
    "announce_closure",
    "ask_confirmations",
    "ask_desk_phone",
    "assure_service",
    "can_refer",
    "closed_now",
    "cards",
    "count_listings",
    "check_characters",
    "clean_closures",
    "closures_for",
    "clean_text",
    "clean_week",
    "community",
    "community_for",
    "confirm_by_letter",
    "confirm_desk_phone",
    "dead_phones",
    "decide_pair",
    "decide_proposal",
    "desk_phone",
    "find_duplicates",
    "find_duplicates_tonight",
    "due_list",
    "forget_reports",
    "differences",
    "field_label",
    "field_words",
    "HistoryPage",
    "history_for",
    "hours_text",
    "join_organization",
    "joined_organizations",
    "letter_view",
    "lift_closure",
    "listing",
    "listing_for",
    "listing_of",
    "listings",
    "listings_for",
    "log_call",
    "note_use",
    "open_reports",
    "open_state",
    "organization",
    "organization_named",
    "pairs_for",
    "pairs_of_listing",
    "parse_hours",
    "parse_time",
    "propose_edit",
    "record_change",
    "record_service_change",
    "rejected_rows",
    "remove_desk_phone",
    "report_wrong",
    "room_by_text",
    "schedule_for",
    "set_availability",
    "set_community",
    "set_schedule",
    "set_working_hours",
    "settle_flags",
    "settle_report",
    "settle_use",
    "shown_availability",
    "sources_of",
    "stands_for",
    "steward_desk",
    "takes_words",
    "tell_by_letter",
    "tidy",
    "timetable",
    "waiting_fields",
    "working_hours_for",
    "write_history",
    "write_terms",
]
