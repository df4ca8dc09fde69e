"""Floor 2: the directory, HSDS 3.1 nouns and their stewardship: assure, availability, edits, the change feed."""

from portal.directory.actions import assure_service, set_availability
from portal.directory.feed import record_change, record_service_change, write_history
from portal.directory.queries import NoCommunity, community, listing, listings
from portal.directory.rules import can_refer, open_state, shown_availability
from portal.directory.view import Listing
from portal.directory.vocabulary import write_terms

__all__ = [
    "Listing",
    "NoCommunity",
    "assure_service",
    "can_refer",
    "community",
    "listing",
    "listings",
    "open_state",
    "record_change",
    "record_service_change",
    "set_availability",
    "shown_availability",
    "write_history",
    "write_terms",
]
