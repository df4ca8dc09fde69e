"""Tables of the directory: HSDS 3.1 nouns, and the stewardship around them."""

from portal.directory.models.closure import Closure
from portal.directory.models.community import Community
from portal.directory.models.freshness import (
    Confirmation,
    ConfirmationLetter,
    ListingCall,
    ListingReport,
    ListingTally,
    ListingTrust,
    UseTally,
)
from portal.directory.models.location import Accessibility, Address, Location
from portal.directory.models.meaning import DerivedTerm, TermMeaning, TermWatch
from portal.directory.models.merging import DuplicatePair, TableMapping
from portal.directory.models.offering import (
    Funding,
    MetaTableDescription,
    OrganizationIdentifier,
    Program,
    ServiceCapacity,
    Unit,
    Url,
)
from portal.directory.models.organization import ORGANIZATION_KINDS, PHONE_KINDS, Contact, Organization, Phone
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
from portal.directory.models.taxonomy import Attribute, ServiceTerm, Taxonomy, TaxonomyTerm
from portal.directory.models.translation import Translation

__all__ = [
    "AVAILABILITIES",
    "ORGANIZATION_KINDS",
    "PHONE_KINDS",
    "Accessibility",
    "Address",
    "Attribute",
    "Change",
    "Closure",
    "Community",
    "Confirmation",
    "ConfirmationLetter",
    "Contact",
    "CostOption",
    "DerivedTerm",
    "DuplicatePair",
    "Funding",
    "ImportRun",
    "Language",
    "ListingCall",
    "ListingFlag",
    "ListingReport",
    "ListingTally",
    "ListingTrust",
    "Location",
    "MetaTableDescription",
    "Metadata",
    "Organization",
    "OrganizationIdentifier",
    "Phone",
    "Program",
    "Proposal",
    "RejectedRow",
    "RequiredDocument",
    "Schedule",
    "Service",
    "ServiceArea",
    "ServiceAtLocation",
    "ServiceCapacity",
    "ServiceTerm",
    "TableMapping",
    "Taxonomy",
    "TaxonomyTerm",
    "TermMeaning",
    "TermWatch",
    "Translation",
    "Unit",
    "Url",
    "UseTally",
]
