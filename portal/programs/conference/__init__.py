"""The weekly case conference: which meetings stand on its list, what each of its seats sees of them, what was decided."""

from portal.programs.conference.actions import decide_item
from portal.programs.conference.queries import Conference, Item, conference_for, next_conference
from portal.programs.conference.settings import Conferences, conference_of

__all__ = [
    "Conference",
    "Conferences",
    "Item",
    "conference_for",
    "conference_of",
    "decide_item",
    "next_conference",
]
