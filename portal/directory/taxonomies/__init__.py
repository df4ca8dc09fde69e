"""Others' lists of terms: taken in from their holder's file, given a meaning by a steward, and read as our own words."""

from portal.directory.taxonomies.deriving import derive_words
from portal.directory.taxonomies.meanings import NOTHING, decide_meanings
from portal.directory.taxonomies.taking import List, Taken, Term, in_order, take_taxonomy
from portal.directory.taxonomies.views import (
    Notice,
    Show,
    TaxonomyView,
    TermPage,
    TermView,
    notices,
    taxonomies,
    taxonomy_term,
    taxonomy_terms,
)

__all__ = [
    "NOTHING",
    "List",
    "Show",
    "Taken",
    "TaxonomyView",
    "Term",
    "TermPage",
    "TermView",
    "decide_meanings",
    "derive_words",
    "in_order",
    "Notice",
    "notices",
    "take_taxonomy",
    "taxonomies",
    "taxonomy_term",
    "taxonomy_terms",
]
