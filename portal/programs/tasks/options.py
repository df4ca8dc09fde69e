"""What a preset says of its tasks beside their deadlines: `options: {tasks: ...}`."""

import msgspec

from portal.programs.models import ResponseProgram
from portal.programs.preset import Field, FollowUp, Preset, options_of
from portal.programs.settings import effective


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    pass


class Lead(_Part, frozen=True, kw_only=True):
    """When a task of step `step` ends with one of `results`, the follow-up `to` is owed."""

    step: str
    results: tuple[str, ...]
    to: str


class Flag(_Part, frozen=True, kw_only=True):
    """The queue that an officer fills with two taps: each tap is an encounter of one of the response types, ended so."""

    outcome: str
    source: str


class Daily(_Part, frozen=True, kw_only=True):
    """A task of every day, one a department that a district of the program names (else one): from the first minute of the day,
    due at this hour of it. `hours`: how far back its list of calls goes."""

    code: str
    label: str
    role: str
    due: str  # 09:00
    hours: int = 24


class Lone(_Part, frozen=True, kw_only=True):
    """Workers go alone: after so many minutes without a word, the role `watches` is told."""

    minutes: int
    watches: str


class TaskOptions(_Part, frozen=True, kw_only=True):
    """also: roles that work every task beside the one that owns it. family_counts: having reached the family is contact.
    by_town: a task belongs to the department of the district where the person lives. visit_services: the preset's services that
    may be given at a visit. questions: asked when a task of that step ends. own_answer: the person may answer by card or text.
    daily, lone, flag: see there. outreach: the kinds of outreach days that are counted."""

    also: tuple[str, ...] = ()
    family_counts: bool = False
    by_town: bool = False
    visit_services: tuple[str, ...] = ()
    leads: tuple[Lead, ...] = ()
    questions: dict[str, tuple[Field, ...]] = {}
    own_answer: bool = False
    flag: Flag | None = None
    daily: tuple[Daily, ...] = ()
    lone: Lone | None = None
    outreach: tuple[str, ...] = ()


def options(preset: Preset) -> TaskOptions:
    """The preset's own. Raises BadPreset."""
    return options_of(preset, "tasks", TaskOptions)


def of(program: ResponseProgram) -> tuple[Preset, TaskOptions]:
    """The preset as it stands at the agency, and what it says of tasks."""
    preset = effective(program)
    return preset, options(preset)


def step_of(preset: Preset, code: str) -> FollowUp | Daily | None:
    """What the preset says of one step; None for a step that this version no longer has."""
    found = next((each for each in preset.follow_ups if each.code == code), None)
    return found or next((each for each in options(preset).daily if each.code == code), None)


def tries_of(preset: Preset, code: str) -> int:
    """After how many tries without an answer a task of this step may end as not reached."""
    found = next((each for each in preset.follow_ups if each.code == code), None)
    return found.tries if found else 3
