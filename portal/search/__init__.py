"""Floor 3: one question in, ranked hits out."""

from portal.search.actions import catch_up, rebuild
from portal.search.answer import Answer, Hit
from portal.search.counting import opened_page, tally, write_tallies, write_wanted
from portal.search.guessing import learn
from portal.search.matches import Match, matching
from portal.search.meaning import codes_of
from portal.search.naming import suggested
from portal.search.queries import find_services, index_state
from portal.search.question import PAGE_SIZE, Question
from portal.search.relaxing import Relaxed, Wider, relax
from portal.search.understand import Understood
from portal.search.unmet import Unmet, unmet_needs

__all__ = [
    "PAGE_SIZE",
    "Answer",
    "Hit",
    "Match",
    "Question",
    "Relaxed",
    "Understood",
    "Unmet",
    "Wider",
    "catch_up",
    "codes_of",
    "find_services",
    "index_state",
    "learn",
    "matching",
    "opened_page",
    "rebuild",
    "relax",
    "suggested",
    "tally",
    "unmet_needs",
    "write_tallies",
    "write_wanted",
]
