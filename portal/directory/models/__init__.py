"""Tables of the directory: HSDS 3.1 nouns, and the stewardship around them."""

from portal.directory.models.community import Community
from portal.directory.models.location import Accessibility, Address, Location
from portal.directory.models.organization import ORGANIZATION_KINDS, Contact, Organization, Phone
from portal.directory.models.service import (
    AVAILABILITIES,
    CostOption,
    Language,
    RequiredDocument,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
)
from portal.directory.models.stewardship import (
    Change,
    ImportRun,
    ListingFlag,
    Metadata,
    Proposal,
    RejectedRow,
)
from portal.directory.models.taxonomy import ServiceTerm, Taxonomy, TaxonomyTerm

__all__ = [
    "AVAILABILITIES",
    "ORGANIZATION_KINDS",
    "Accessibility",
    "Address",
    "Change",
    "Community",
    "Contact",
    "CostOption",
    "ImportRun",
    "Language",
    "ListingFlag",
    "Location",
    "Metadata",
    "Organization",
    "Phone",
    "Proposal",
    "RejectedRow",
    "RequiredDocument",
    "Schedule",
    "Service",
    "ServiceArea",
    "ServiceAtLocation",
    "ServiceTerm",
    "Taxonomy",
    "TaxonomyTerm",
]
