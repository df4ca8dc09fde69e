"""The family line: what a family tells for the next officer who meets somebody of theirs, and the call back to them."""

from portal.programs.family.actions import FamilyCall, end_note, take_family_call
from portal.programs.family.queries import FamilyNoteView, OpenedNote, family_notes_for, open_family_note
from portal.programs.family.settings import Family, family_of

__all__ = [
    "Family",
    "FamilyCall",
    "FamilyNoteView",
    "OpenedNote",
    "end_note",
    "family_notes_for",
    "family_of",
    "open_family_note",
    "take_family_call",
]
