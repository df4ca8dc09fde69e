"""Floor 2: the directory, HSDS 3.1 nouns and their stewardship: assure, availability, edits, the change feed."""

from portal.directory.actions import assure_service, set_availability, settle_flags
from portal.directory.card import Card
from portal.directory.cards import cards
from portal.directory.desk_texts import (
    DeadPhone,
    DeskPhone,
    ask_desk_phone,
    confirm_desk_phone,
    dead_phones,
    desk_phone,
    remove_desk_phone,
)
from portal.directory.editors import EditView, listing_for, listings_for, rejected_rows, steward_desk
from portal.directory.edits import BothTexts, EditResult, decide_proposal, propose_edit
from portal.directory.feed import record_change, record_service_change, write_history
from portal.directory.fields import FIELDS, check_characters, clean_text, tidy
from portal.directory.hours import DAY_LABELS, DAY_SHORT, DAYS, hours_text, parse_hours, parse_time
from portal.directory.organizations import OrganizationView, organization
from portal.directory.queries import (
    NoCommunity,
    community,
    community_for,
    joined_organizations,
    listing,
    listings,
)
from portal.directory.rules import can_refer, open_state, shown_availability
from portal.directory.settle import join_organization, organization_named, set_community
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
    "BothTexts",
    "Card",
    "DAYS",
    "DAY_LABELS",
    "DeadPhone",
    "DeskPhone",
    "EditResult",
    "EditView",
    "FIELDS",
    "Listing",
    "NoCommunity",
    "OrganizationView",
    "DAY_SHORT",
    "WorkingHours",
    "ask_desk_phone",
    "assure_service",
    "can_refer",
    "cards",
    "clean_closures",
    "check_characters",
    "clean_text",
    "clean_week",
    "community",
    "community_for",
    "confirm_desk_phone",
    "dead_phones",
    "decide_proposal",
    "desk_phone",
    "hours_text",
    "join_organization",
    "joined_organizations",
    "listing",
    "listing_for",
    "listing_of",
    "listings",
    "listings_for",
    "open_state",
    "organization",
    "organization_named",
    "parse_hours",
    "parse_time",
    "propose_edit",
    "record_change",
    "record_service_change",
    "rejected_rows",
    "remove_desk_phone",
    "set_availability",
    "settle_flags",
    "set_community",
    "set_working_hours",
    "shown_availability",
    "steward_desk",
    "tidy",
    "working_hours_for",
    "write_history",
    "write_terms",
]
