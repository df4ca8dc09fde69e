"""The closed lists of an encounter, and the pure decisions made from them. No database.

Source: the product's programs (one row a response model) and its catalogue of measures (M01-M05).
"""

import re
from datetime import timedelta

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SOURCES: dict[str, LazyString] = {
    "911": _l("911"),
    "988": _l("988"),
    "211": _l("211"),
    "311": _l("311"),
    "on_view": _l("Seen by us"),
    "police": _l("Police asked"),
    "fire_ems": _l("Fire or EMS asked"),
    "provider": _l("A service asked"),
    "public": _l("Somebody passing by"),
    "family": _l("Family"),
    "self": _l("The person"),
    "walk_in": _l("Walked in"),
    "station": _l("At the station"),
    "other": _l("Another way"),
}
# M02: exactly one of these ends an encounter. `taken_over`: another team has it now, which is none of the others.
DISPOSITIONS: dict[str, LazyString] = {
    "resolved_on_scene": _l("Settled on scene"),
    "crisis_center": _l("Taken to a crisis center"),
    "hospital": _l("Taken to a hospital"),
    "shelter_or_service": _l("Taken to a shelter or another service"),
    "involuntary_evaluation_transport": _l("Taken for an evaluation without agreeing"),
    "taken_over": _l("Another team took over"),
    "arrest": _l("Arrest"),
    "citation": _l("Citation"),
    "refused_or_left": _l("Refused help, or left"),
    "not_found_or_unfounded": _l("Not found, or no crisis"),
}
EMERGENCY_DEPARTMENT = frozenset(("hospital", "involuntary_evaluation_transport"))
ANSWERS = ("", "yes", "no")  # of a question with two answers; empty: not asked, and it stays unknown
MET_BEFORE = ("", "first", "again")
CONSENTS = ("", "yes", "no")  # to be contacted again; empty: not asked
REFERRAL_REFUSED = ("", "refused")  # a referral was offered, and the person wanted none
RACES: dict[
    str, LazyString
] = {  # as the person says it, or not asked; OMB 1997/2024 categories, one or "several"
    "": _l("Not asked"),
    "american_indian": _l("American Indian or Alaska Native"),
    "asian": _l("Asian"),
    "black": _l("Black or African American"),
    "hispanic": _l("Hispanic or Latino"),
    "middle_eastern": _l("Middle Eastern or North African"),
    "pacific_islander": _l("Native Hawaiian or Pacific Islander"),
    "white": _l("White"),
    "several": _l("More than one"),
    "declined": _l("Does not want to say"),
}
ROLE_KINDS = (
    "police",
    "health",  # clinician, medic of mind: works under a licence and keeps notes in a system of their own
    "medic",
    "peer",
    "case_manager",
    "advocate",
    "dispatch",
    "liaison",
)
# Kinds that are about somebody to be met: they end by what a try found. The others are simply done.
CONTACTS = frozenset(("follow_up", "visit", "call_back", "first_contact", "touch", "family"))
# Results of a try that spoke with the person, or that are the person's own word; and of one that spoke with the family.
PERSON, FAMILY = ("reached", "answered"), "family"
TASK_STATES = ("open", "done", "unreachable", "closed")  # closed: no longer owed, with the reason
TASK_KINDS = (
    "follow_up",
    "visit",
    "call_back",
    "first_contact",
    "touch",
    "family",
    "review",
    "page",
    "other",
)
MEANS = ("phone", "text", "in_person", "mail", "video")
TRY_MEANS = (*MEANS, "card")  # card: the person, with the code of the card that was handed over
ATTEMPT_RESULTS: dict[str, LazyString] = {
    "reached": _l("Reached the person"),
    "family": _l("Reached the family"),
    "no_answer": _l("No answer"),
    "not_home": _l("Not home"),
    "left_message": _l("Left a message"),
    "wrong_number": _l("Wrong number or address"),
    "answered": _l("The person answered by themselves"),  # by card or text; nobody else records this
}
FAILED_TRIES = ("no_answer", "not_home", "left_message", "wrong_number")
TASK_RESULTS: dict[str, LazyString] = {
    "connected": _l("In care now"),
    "contact": _l("Spoke, not in care yet"),
    "family_contact": _l("Spoke with the family"),
    "refused": _l("Does not want contact"),
    "in_treatment": _l("Was in treatment already"),
    "unreachable": _l("Not reached after all tries"),
    "other_end": _l("Died, was jailed, or moved away"),
    "done": _l("Done"),  # of a task that is about nobody's care
}
# Why a task is no longer owed. None of these says anything of the person.
CLOSE_REASONS: dict[str, LazyString] = {
    "not_owed": _l("It was not owed: the record was corrected"),
    "duplicate": _l("It is there twice"),
    "other_team": _l("Another team has it"),
    "out_of_area": _l("Out of our area"),
}
TASK_EVENTS: dict[str, LazyString] = {
    "taken": _l("Taken"),
    "given_back": _l("Given back to the team"),
    "handed_over": _l("Handed over"),
    "alarm": _l("The alarm went out"),
    "asked": _l("The person was asked by text"),
    "ended": _l("Done"),
    "unreachable": _l("Ended: not reached after all tries"),
    "closed": _l("Closed: no longer owed"),
    "opened_again": _l("Heard from after all"),
}
OUTREACH_KINDS: dict[str, LazyString] = {
    "hot_spot": _l("Outreach where overdoses cluster"),
    "drop_in": _l("Drop-in center day"),
}
REFERENCE = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9 ./_-]{0,39}"
)  # an agency's own number: kept as it is, never read
EARLY = timedelta(minutes=5)  # clocks of two systems differ: this much in the future is still now


def arrest_diverted(would: str, disposition: str) -> bool:
    """An arrest that the officer had said would follow did not. Its own figure: never added to the other diversion."""
    return would == "yes" and disposition != "arrest"


def ed_diverted(would: str, disposition: str) -> bool:
    """The emergency department that would have been the way was not."""
    return would == "yes" and disposition not in EMERGENCY_DEPARTMENT
