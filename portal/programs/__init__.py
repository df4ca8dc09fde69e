"""Floor 5: response programs. Presets, what an agency has turned on, encounters and what they owe afterwards.

Every verb below is one transaction. Verbs raise `Conflict` when the version is no longer the one that was shown, `Refused` for
bad input, and `NotHere` when it is not the actor's (the doors answer 404). A reader gets None, or nothing, for the same.
"""

from portal.programs.access import (
    has_programs,
    kinds_in,
    preset_of,
    program_for,
    programs_for,
    roles_in,
    seen_as,
)
from portal.programs.counterfactuals import may_say, said_first
from portal.programs.encounters import (
    Moment,
    change_encounter,
    note_time,
    record_encounter,
    sign_encounter,
    tie_need,
)
from portal.programs.facts import EncounterFacts, question_is_for
from portal.programs.preset import BadPreset, Preset, presets
from portal.programs.queries import (
    LISTED,
    EncounterView,
    districts_of,
    encounter_for,
    encounter_of_need,
    encounters_for,
    last_district,
    loose_needs,
)
from portal.programs.settings import Settings, effective, settings_of
from portal.programs.storing import given_of

__all__ = [
    "BadPreset",
    "EncounterFacts",
    "EncounterView",
    "LISTED",
    "Moment",
    "Preset",
    "Settings",
    "change_encounter",
    "districts_of",
    "effective",
    "encounter_for",
    "encounter_of_need",
    "encounters_for",
    "given_of",
    "has_programs",
    "kinds_in",
    "last_district",
    "loose_needs",
    "may_say",
    "note_time",
    "preset_of",
    "presets",
    "program_for",
    "programs_for",
    "question_is_for",
    "record_encounter",
    "roles_in",
    "said_first",
    "seen_as",
    "settings_of",
    "sign_encounter",
    "tie_need",
]
