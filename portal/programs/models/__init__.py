"""Response programs, what they met, and what they owe afterwards. One file a story; who asks for a table asks here."""

from portal.programs.models.encounter import (
    Encounter,
    EncounterNeed,
    EncounterService,
    EncounterVersion,
    Signature,
)
from portal.programs.models.program import District, ProgramDistrict, ProgramMember, ResponseProgram
from portal.programs.models.task import ProgramTask, TaskAttempt

__all__ = [
    "District",
    "Encounter",
    "EncounterNeed",
    "EncounterService",
    "EncounterVersion",
    "ProgramDistrict",
    "ProgramMember",
    "ProgramTask",
    "ResponseProgram",
    "Signature",
    "TaskAttempt",
]
