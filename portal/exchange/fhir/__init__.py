"""FHIR R4: the directory by the Human Services Directory guide, read and search; a referral for its parties, read."""

from portal.exchange.fhir.capability import capability_statement
from portal.exchange.fhir.naming import JSON, PATH
from portal.exchange.fhir.outcome import BadSearch, operation_outcome
from portal.exchange.fhir.referrals import need_resource, offer_resource, tasks
from portal.exchange.fhir.search import KINDS, read, search

__all__ = [
    "JSON",
    "KINDS",
    "PATH",
    "BadSearch",
    "capability_statement",
    "need_resource",
    "offer_resource",
    "operation_outcome",
    "read",
    "search",
    "tasks",
]
