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
from portal.programs.care_requests import (
    CareAsk,
    CareRequestView,
    OpenedRequest,
    ask_care,
    care_request_for,
    care_requests_for,
    confirm_care,
    end_care,
    log_visit,
    may_ask_care,
    open_care_request,
    take_care,
    withdraw_care,
)
from portal.programs.cases import (
    CaseView,
    Known,
    OpenedCase,
    case_for,
    cases_for,
    close_case,
    frequent_for,
    known_at,
    meet_person,
    open_case,
    open_plan,
    record_case_consent,
    take_case,
    tick_cases,
    write_plan,
)
from portal.programs.conference import Conference, conference_for, decide_item, next_conference
from portal.programs.contacted import note_contacts
from portal.programs.counterfactuals import may_say, said_first
from portal.programs.effects import Change, InLine, Line, changes, length_words, line_with, open_tasks
from portal.programs.encounters import (
    Moment,
    change_encounter,
    note_time,
    record_encounter,
    sign_encounter,
    tie_need,
)
from portal.programs.engagement import (
    EngagementView,
    engagement_for,
    engagements_for,
    open_engaged,
    record_assessed,
    record_engaged,
    record_retained,
    refer_engagement,
    run_screen,
    tick_engagement,
)
from portal.programs.facts import EncounterFacts, question_is_for
from portal.programs.family import (
    FamilyCall,
    FamilyNoteView,
    OpenedNote,
    end_note,
    family_notes_for,
    open_family_note,
    take_family_call,
)
from portal.programs.history import Happened, history_of
from portal.programs.intake.actions import take_encounters
from portal.programs.intake.keeping import keep_encounter_mapping
from portal.programs.intake.queries import encounter_imports, encounter_mappings, may_take
from portal.programs.intake.rows import IncomingRow, RowFault, Taken
from portal.programs.liaison import Waiting, give_follow_up, line_of, waiting_for
from portal.programs.lone.clock import forget_contacts, tick_lone
from portal.programs.lone.out import (
    call_for_help,
    come_back,
    go_out,
    look_after,
    set_panic_contact,
    stay_longer,
)
from portal.programs.lone.queries import (
    CheckIns,
    VisitView,
    check_in_for,
    check_ins_for,
    own_panic_contact,
    panic_contact_of,
)
from portal.programs.outreach import flag_person, outreach_of, record_outreach
from portal.programs.persons import MetPerson, ToldPerson, forget_met_person, open_met, persons_of
from portal.programs.places import (
    add_district,
    add_member,
    agencies,
    candidates,
    end_district,
    end_member,
    members_of,
)
from portal.programs.preset import BadPreset, Preset, presets
from portal.programs.purge import MET_AGAIN, erase_met, purge_met
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
from portal.programs.settings import Settings, effective, is_missing, missing_words, settings_of
from portal.programs.setup import check_settings, redirect_words, set_settings, turn_off, turn_on
from portal.programs.storing import given_of
from portal.programs.tasks.access import place_in
from portal.programs.tasks.clock import end_tasks, tick_tasks
from portal.programs.tasks.holding import colleagues, give_back, hand_over, hand_over_all, take_task, team_of
from portal.programs.tasks.options import options as task_options
from portal.programs.tasks.own_answer import (
    answer_by_receipt,
    answer_text,
    ask_by_text,
    asks_by_receipt,
    may_text,
)
from portal.programs.tasks.person import reveal_for_task
from portal.programs.tasks.queries import (
    TaskLine,
    TaskView,
    WorkList,
    task_for,
    tasks_of_call,
    work_list,
)
from portal.programs.tasks.rules import Try
from portal.programs.tasks.trying import close_task, finish_task, give_up, record_try
from portal.programs.weather import leads_weather, set_weather, weather_is_on

__all__ = [
    "note_contacts",
    "LISTED", "MET_AGAIN", "BadPreset", "CareAsk", "CareRequestView", "CaseView",
    "Change", "CheckIns", "Conference", "EncounterFacts",
    "EncounterView", "EngagementView", "FamilyCall", "FamilyNoteView", "InLine", "IncomingRow",
    "Known", "Line", "MetPerson", "Moment", "OpenedCase", "OpenedNote", "OpenedRequest",
    "Preset", "RowFault", "Settings", "Taken",
    "TaskLine", "TaskView", "ToldPerson", "Try", "VisitView", "Waiting", "WorkList",
    "add_district", "add_member", "agencies", "answer_by_receipt",
    "answer_text", "ask_by_text", "ask_care", "asks_by_receipt", "call_for_help",
    "candidates", "care_request_for", "care_requests_for", "case_for",
    "cases_for", "change_encounter", "changes", "check_in_for", "check_ins_for", "check_settings",
    "close_case", "close_task", "colleagues", "come_back", "conference_for", "confirm_care",
    "decide_item", "districts_of", "effective", "Happened", "history_of", "is_missing", "missing_words",
    "encounter_for", "encounter_imports", "encounter_mappings", "encounter_of_need", "encounters_for",
    "end_care", "end_district", "end_member", "end_note", "end_tasks",
    "engagement_for", "engagements_for", "erase_met", "family_notes_for", "finish_task",
    "flag_person", "forget_contacts", "forget_met_person", "frequent_for", "give_back",
    "give_follow_up", "give_up", "given_of", "go_out", "hand_over", "hand_over_all", "has_programs",
    "keep_encounter_mapping", "kinds_in", "known_at", "last_district", "leads_weather",
    "length_words", "line_of", "line_with", "log_visit", "look_after", "loose_needs",
    "may_ask_care", "may_say", "may_take", "may_text", "meet_person", "members_of",
    "next_conference", "note_time", "open_care_request", "open_case",
    "open_engaged", "open_family_note", "open_met", "open_plan", "open_tasks", "outreach_of",
    "own_panic_contact", "panic_contact_of", "persons_of", "place_in",
    "preset_of", "presets", "program_for", "programs_for", "purge_met", "question_is_for",
    "record_assessed", "record_case_consent", "record_encounter", "record_engaged",
    "record_outreach", "record_retained", "record_try", "redirect_words", "refer_engagement",
    "reveal_for_task", "roles_in",
    "run_screen", "said_first", "seen_as", "set_panic_contact",
    "set_settings", "set_weather", "settings_of",
    "sign_encounter", "stay_longer", "take_care", "take_case", "take_encounters",
    "take_family_call", "take_task", "task_for", "task_options", "tasks_of_call", "team_of",
    "tick_cases", "tick_engagement", "tick_lone",
    "tick_tasks", "tie_need", "turn_off", "turn_on", "waiting_for",
    "weather_is_on", "withdraw_care", "work_list", "write_plan",
]  # fmt: skip
