"""A program's preset: one YAML file in `presets/`, read and checked once. What a steward may change of it is said in it.

The shape is the classes below; a file that has a field too many, a code that nothing knows, or a role that is not listed is a
BadPreset with the file's name and the place in it.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from portal.programs.rules import DISPOSITIONS, ROLE_KINDS, SOURCES, TASK_KINDS

FOLDER = Path(__file__).parent / "presets"
Part = TypeVar("Part")
_CODE = re.compile(r"[a-z0-9]+([_-][a-z0-9]+)*")
_LENGTH = re.compile(r"(\d{1,4})(m|h|bd|d|w)")  # minutes, hours, business days, days, weeks
SAME_DAY = "0d"  # by the end of the day on which it starts (the community's)


class BadPreset(ValueError):  # noqa: N818 - it is said aloud
    """A preset file that cannot be used, with what is wrong in it."""


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    pass


class Choice(_Part, frozen=True, kw_only=True):
    """One of the things to choose from."""

    code: str
    label: str


class Role(_Part, frozen=True, kw_only=True):
    """Somebody of the team. kind: rules.ROLE_KINDS; the field matrix goes by it."""

    code: str
    label: str
    kind: str


class Field(_Part, frozen=True, kw_only=True):
    """A coded question of this program: never words. roles: who answers it and sees the answer (empty: the whole team).
    before_disposition: asked before the end is chosen, and closed with it."""

    code: str
    label: str
    kind: Literal["yes_no", "choice", "number"]
    choices: tuple[Choice, ...] = ()
    required: bool = False
    roles: tuple[str, ...] = ()
    hint: str = ""
    before_disposition: bool = False


class Outcome(_Part, frozen=True, kw_only=True):
    """The program's own word for how it ended, and the disposition of M02 that it stands for."""

    code: str
    label: str
    disposition: str


class FollowUp(_Part, frozen=True, kw_only=True):
    """One task after an encounter. within: its deadline, counted from `since`; from_: not before; alarm: when somebody else is
    told. tries: after so many without an answer it ends as "not reached". when: for whom: everyone, who agreed, or a field of
    the preset that was answered yes; "result": only when another task ends so (options of tasks, `leads`). unless: a field that,
    answered yes, makes it not owed. types: only of these response types. Counted from `cleared`, it is owed once it ended."""

    code: str
    label: str
    kind: str
    role: str
    within: str
    opens: str = ""
    alarm: str = ""
    tells: str = ""  # the role that is told at the alarm; empty: the supervisors
    tries: int = 3
    since: Literal["received", "cleared", "recorded"] = "recorded"
    when: str = "everyone"  # everyone, consented, result, or a field's code
    unless: str = ""
    needs_disposition: tuple[str, ...] = ()  # only after these ends; empty: after all
    types: tuple[str, ...] = ()
    to: Literal["", "partner"] = ""  # whose it is: the agency's, or the partner's that fits the person best


class Timer(_Part, frozen=True, kw_only=True):
    """A clock of the call itself, from one time to another (received, dispatched, on_scene, cleared, or a field of kind number
    that counts minutes is no time). within: what is aimed at."""

    code: str
    label: str
    start: str
    end: str
    within: str


class Metric(_Part, frozen=True, kw_only=True):
    """One row of the program's report: a measure (M01 ...) or a metric of its own. target: a share 0..1, or minutes, or a count;
    better: which side of it is good."""

    code: str
    label: str = ""
    target: float | None = None
    better: Literal["", "lower", "higher"] = ""


class Setting(_Part, frozen=True, kw_only=True):
    """One of the options that a steward may change here: `module.name`, in the steward's words. lowest, highest: of a number."""

    option: str
    label: str
    kind: Literal["number", "length", "yes_no"]
    lowest: int = 1
    highest: int = 1000
    hint: str = ""


class Hours(_Part, frozen=True, kw_only=True):
    """When the program works: days as `Mon-Fri`, times of the community; several for several windows. Empty days: every day."""

    days: str = ""
    opens: str
    closes: str


class Preset(_Part, frozen=True, kw_only=True):
    """One response model. `modules` names the parts of the product beside encounters that it turns on; `options` holds what
    those parts read, by module: their own classes check it (see `options_of`)."""

    code: str
    version: int
    name: str
    place: str = ""
    about: str
    source: str
    roles: tuple[Role, ...]
    default_role: str = ""  # of the agency's responders who are not listed as members; empty: members only
    modules: tuple[str, ...] = ("encounters",)
    sources: tuple[str, ...] = ()
    response_types: tuple[Choice, ...] = ()
    fields: tuple[Field, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    services: tuple[Choice, ...] = ()
    diversions: tuple[Literal["arrest", "ed"], ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    timers: tuple[Timer, ...] = ()
    hours: tuple[Hours, ...] = ()
    signatures: int = 1
    owner_rank: int = 100  # when several programs meet one call, the lowest follows it up
    metrics: tuple[Metric, ...] = ()
    wording: dict[str, str] = {}
    settings: tuple[Setting, ...] = ()
    options: dict[str, dict[str, object]] = {}

    def role_kind(self, code: str) -> str:
        """The kind of one of its roles; empty for a code that is none."""
        return next((role.kind for role in self.roles if role.code == code), "")

    def outcome(self, code: str) -> Outcome | None:
        return next((found for found in self.outcomes if found.code == code), None)

    def field(self, code: str) -> Field | None:
        return next((found for found in self.fields if found.code == code), None)


def length(text: str) -> timedelta:
    """`25m`, `24h`, `3d`, `2w` as a time. ValueError for business days, which need a calendar (see business_days)."""
    found = _LENGTH.fullmatch(text)
    if found is None or found[2] == "bd":
        raise ValueError(f"a length is like 25m, 24h, 3d or 2w, not {text!r}")
    return (
        int(found[1])
        * {
            "m": timedelta(minutes=1),
            "h": timedelta(hours=1),
            "d": timedelta(days=1),
            "w": timedelta(weeks=1),
        }[found[2]]
    )


def business_days(text: str) -> int | None:
    """`1bd` as 1; None for any other length."""
    found = _LENGTH.fullmatch(text)
    return int(found[1]) if found is not None and found[2] == "bd" else None


@cache
def presets() -> Mapping[str, Preset]:
    """Every preset of the folder, by code, in the order of their names. Raises BadPreset."""
    found = [read(path) for path in sorted(FOLDER.glob("*.yaml"))]
    return {preset.code: preset for preset in sorted(found, key=lambda each: each.name.lower())}


def read(path: Path) -> Preset:
    """One file, checked. Raises BadPreset."""
    try:
        preset = msgspec.yaml.decode(path.read_bytes(), type=Preset)
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError) as error:
        raise BadPreset(f"{path.name}: {error}") from error
    faults = list(_faults(preset, path.stem))
    if faults:
        raise BadPreset(f"{path.name}: " + "; ".join(faults))
    return preset


def _faults(preset: Preset, stem: str) -> list[str]:
    """Everything in it that leads nowhere, in words."""
    roles = {role.code for role in preset.roles}
    fields = {field.code for field in preset.fields}
    named = {"", *roles}
    faults = [
        f"{what} {code!r} {why}"
        for what, code, why, wrong in (
            ("code", preset.code, "is not the file's name", preset.code != stem),
            *(("source", code, "is none", code not in SOURCES) for code in preset.sources),
            *(("kind of role", role.kind, "is none", role.kind not in ROLE_KINDS) for role in preset.roles),
            *(
                ("disposition", o.disposition, "is none", o.disposition not in DISPOSITIONS)
                for o in preset.outcomes
            ),
            *(
                ("kind", f.kind, "of a follow-up is none", f.kind not in TASK_KINDS)
                for f in preset.follow_ups
            ),
            *(("role", code, "is not one of its roles", code not in named) for code in _roles_named(preset)),
            *(
                ("field", code, "is not one of its fields", code not in fields)
                for follow_up in preset.follow_ups
                for code in (follow_up.when, follow_up.unless)
                if code not in ("", "everyone", "consented", "result")
            ),
            *(
                ("setting", s.option, "is no option", not _has_option(preset, s.option))
                for s in preset.settings
            ),
            *(("length", text, "cannot be read", not _LENGTH.fullmatch(text)) for text in _lengths(preset)),
            *(("code", code, "is not a plain code", not _CODE.fullmatch(code)) for code in _codes(preset)),
        )
        if wrong
    ]
    for what, codes in (
        ("role", [role.code for role in preset.roles]),
        ("field", [field.code for field in preset.fields]),
        ("outcome", [outcome.code for outcome in preset.outcomes]),
        ("service", [service.code for service in preset.services]),
        ("follow-up", [follow_up.code for follow_up in preset.follow_ups]),
    ):
        faults += [f"{what} {code!r} is there twice" for code in set(codes) if codes.count(code) > 1]
    faults += [
        f"field {field.code!r} has no choices"
        for field in preset.fields
        if field.kind == "choice" and not field.choices
    ]
    return faults


def _has_option(preset: Preset, name: str) -> bool:
    module, _dot, option = name.partition(".")
    return option in preset.options.get(module, {})


def _roles_named(preset: Preset) -> list[str]:
    return [
        preset.default_role,
        *(code for field in preset.fields for code in field.roles),
        *(code for follow_up in preset.follow_ups for code in (follow_up.role, follow_up.tells)),
    ]


def _lengths(preset: Preset) -> list[str]:
    return [
        text
        for follow_up in preset.follow_ups
        for text in (follow_up.within, follow_up.opens, follow_up.alarm)
        if text
    ] + [timer.within for timer in preset.timers]


def _codes(preset: Preset) -> list[str]:
    return [
        preset.code,
        *(
            part.code
            for parts in (
                preset.roles,
                preset.fields,
                preset.outcomes,
                preset.services,
                preset.follow_ups,
                preset.timers,
            )
            for part in parts
        ),
        *(choice.code for field in preset.fields for choice in field.choices),
        *(choice.code for choice in preset.response_types),
    ]


def options_of(preset: Preset, module: str, kind: type[Part]) -> Part:
    """What the preset says for one module, as that module's own class. Raises BadPreset."""
    try:
        return msgspec.convert(preset.options.get(module, {}), type=kind)
    except msgspec.ValidationError as error:
        raise BadPreset(f"{preset.code}: options of {module}: {error}") from error
