"""People met again and again: who is met often, the case, the plan that they agreed to, a touch every week."""

from portal.programs.cases.actions import close_case, open_case, record_case_consent, take_case, write_plan
from portal.programs.cases.frequent import Frequent, frequent_for, open_frequent
from portal.programs.cases.known import Known, known_at
from portal.programs.cases.meeting import meet_person
from portal.programs.cases.queries import CaseView, OpenedCase, case_for, cases_for, open_plan
from portal.programs.cases.settings import Cases, cases_of
from portal.programs.cases.touches import tick_cases

__all__ = [
    "CaseView",
    "Cases",
    "Frequent",
    "Known",
    "OpenedCase",
    "case_for",
    "cases_for",
    "cases_of",
    "close_case",
    "frequent_for",
    "known_at",
    "meet_person",
    "open_case",
    "open_frequent",
    "open_plan",
    "record_case_consent",
    "take_case",
    "tick_cases",
    "write_plan",
]
