"""FHIR R4: the directory by the Human Services Directory guide, read and search."""

from portal.exchange.fhir.capability import capability_statement
from portal.exchange.fhir.naming import JSON, PATH
from portal.exchange.fhir.outcome import BadSearch, operation_outcome
from portal.exchange.fhir.search import KINDS, read, search

__all__ = [
    "JSON",
    "KINDS",
    "PATH",
    "BadSearch",
    "capability_statement",
    "operation_outcome",
    "read",
    "search",
]
