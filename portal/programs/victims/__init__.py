"""Help for victims: what they needed, kept apart from every call; and an advocate called to a scene, of which police see that and
when. Nobody is named or known again in either.
"""

from portal.programs.victims.advocates import (
    AdvocateLine,
    advocate_calls,
    advocate_counts,
    call_advocate,
    count_month,
    record_arrival,
)
from portal.programs.victims.needs import VictimGiven, record_visit, visits_for, withdraw_visit
from portal.programs.victims.terms import AdvocateOptions, VictimOptions, advocate_options, victim_options

__all__ = [
    "AdvocateLine",
    "AdvocateOptions",
    "VictimGiven",
    "VictimOptions",
    "advocate_calls",
    "advocate_counts",
    "advocate_options",
    "call_advocate",
    "count_month",
    "record_arrival",
    "record_visit",
    "victim_options",
    "visits_for",
    "withdraw_visit",
]
