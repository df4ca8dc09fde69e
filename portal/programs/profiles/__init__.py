"""Profiles that families keep: made and held by their owner, hidden when they grow old, opened only with cause, every look shown
to the owner.
"""

from portal.programs.profiles.keeping import (
    ERASE_AGAIN,
    lift_marks,
    purge_profiles,
    remove_on_request,
    tick_profiles,
)
from portal.programs.profiles.looks import (
    LookView,
    OpenCall,
    look_for,
    look_up,
    looks_today,
    make_flyer,
    may_keep,
    may_look,
    open_calls,
    record_found,
)
from portal.programs.profiles.owners import (
    Made,
    OwnerKey,
    OwnerView,
    change_profile,
    confirm_profile,
    delete_profile,
    make_profile,
    open_profile,
    own_profiles,
)
from portal.programs.profiles.terms import (
    ProfileField,
    ProfileGiven,
    ProfileOptions,
    offered_programs,
    options_of_program,
)

__all__ = [
    "ERASE_AGAIN",
    "LookView",
    "Made",
    "OpenCall",
    "OwnerKey",
    "OwnerView",
    "ProfileField",
    "ProfileGiven",
    "ProfileOptions",
    "change_profile",
    "confirm_profile",
    "delete_profile",
    "lift_marks",
    "look_for",
    "look_up",
    "looks_today",
    "make_flyer",
    "make_profile",
    "may_keep",
    "may_look",
    "offered_programs",
    "open_calls",
    "open_profile",
    "options_of_program",
    "own_profiles",
    "purge_profiles",
    "record_found",
    "remove_on_request",
    "tick_profiles",
]
