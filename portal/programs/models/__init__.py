"""Response programs, what they met, and what they owe afterwards. One file a story; who asks for a table asks here."""

from portal.programs.models.care_request import CareRequest
from portal.programs.models.case import CaseTask, ProgramCase
from portal.programs.models.conference import ConferenceItem
from portal.programs.models.encounter import (
    Encounter,
    EncounterNeed,
    EncounterVersion,
    Signature,
)
from portal.programs.models.engagement import Engagement
from portal.programs.models.family_note import FamilyNote
from portal.programs.models.intake import EncounterImport, EncounterMapping
from portal.programs.models.lone import LoneVisit, PanicContact
from portal.programs.models.profile import Profile, ProfileConfirmation, ProfileLook, ProfileMark
from portal.programs.models.program import (
    District,
    ProgramDistrict,
    ProgramMember,
    ProgramVersion,
    ResponseProgram,
)
from portal.programs.models.readiness import (
    Evidence,
    MonthlyTotal,
    ReadinessStatus,
    RosterOfficer,
    Training,
)
from portal.programs.models.request import DropOff, TeamRequest, TeamRequestEvent
from portal.programs.models.roster import (
    CareWatch,
    DistrictMiddle,
    DutyShift,
    OnCallLine,
    PinnedPlace,
    ProgramPartner,
)
from portal.programs.models.task import OutreachDay, ProgramTask, TaskAttempt, TaskEvent, TaskText
from portal.programs.models.victim import AdvocateCall, AdvocateCount, VictimVisit

__all__ = [
    "AdvocateCall",
    "AdvocateCount",
    "CareRequest",
    "CareWatch",
    "CaseTask",
    "ConferenceItem",
    "District",
    "DistrictMiddle",
    "DropOff",
    "DutyShift",
    "Encounter",
    "EncounterImport",
    "EncounterMapping",
    "EncounterNeed",
    "EncounterVersion",
    "Engagement",
    "Evidence",
    "FamilyNote",
    "LoneVisit",
    "MonthlyTotal",
    "OnCallLine",
    "OutreachDay",
    "PanicContact",
    "PinnedPlace",
    "Profile",
    "ProfileConfirmation",
    "ProfileLook",
    "ProfileMark",
    "ProgramCase",
    "ProgramDistrict",
    "ProgramMember",
    "ProgramPartner",
    "ProgramTask",
    "ProgramVersion",
    "ReadinessStatus",
    "ResponseProgram",
    "RosterOfficer",
    "Signature",
    "TaskAttempt",
    "TaskEvent",
    "TaskText",
    "TeamRequest",
    "TeamRequestEvent",
    "Training",
    "VictimVisit",
]
