"""What a steward changed of a preset at one agency, and the preset as it then stands. No database.

`ResponseProgram.settings` is read as `Settings`, and nothing else is in it; what is not in it is as the preset has it.
"""

from datetime import datetime
from functools import lru_cache

import msgspec
from flask_babel import gettext as _

from portal.programs.models import ResponseProgram
from portal.programs.preset import (
    SAME_DAY,
    FollowUp,
    Hours,
    Metric,
    Preset,
    Setting,
    Timer,
    business_days,
    length,
    presets,
)
from portal.store import Refused

NUMBERS = ("988", "911", "211", "311")  # where a closed program may send its callers, beside another program


class FollowUpSetting(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One follow-up of the preset here. Empty: as the preset has it. off: not owed here."""

    within: str = ""
    alarm: str = ""
    tries: int = 0
    off: bool = False


class Window(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """From when until before when a mode was on (UTC); no end: it is on."""

    since: datetime
    until: datetime | None = None


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """By the preset's own codes. targets: of the report, a share as 0..1. options: module.name -> what its module reads.
    own_calls_only: it takes no part where the agency's programs share their calls. weather: when extreme weather mode was on.
    redirect: where callers are sent once it is closed: a number of NUMBERS, or the id of another program."""

    follow_ups: dict[str, FollowUpSetting] = {}
    timers: dict[str, str] = {}
    targets: dict[str, float] = {}
    hours: tuple[Hours, ...] | None = None
    options: dict[str, bool | int | str] = {}
    own_calls_only: bool = False
    weather: tuple[Window, ...] = ()
    redirect: str = ""


def settings_of(program: ResponseProgram) -> Settings:
    """What was changed here."""
    return msgspec.convert(program.settings or {}, type=Settings)


def plain(settings: Settings) -> dict[str, object]:
    """As it is stored: only what was changed."""
    empty = Settings()
    found: dict[str, object] = msgspec.to_builtins(settings)
    return {name: value for name, value in found.items() if getattr(settings, name) != getattr(empty, name)}


def base_of(program: ResponseProgram) -> Preset:
    """The preset of a program as its file has it. Where this version of the product has no such file: one of that code with
    nothing in it, so that what was recorded can still be reached."""
    return _base(program.preset)


def is_missing(program: ResponseProgram) -> bool:
    """Whether this version of the product has no preset for it."""
    return program.preset not in presets()


def missing_words(program: ResponseProgram) -> str:
    """What stands on the pages of such a program, and what its verbs say."""
    return _(
        "This version of Handrail has no program \u201c%(code)s\u201d. What was recorded is kept. Nothing new can be recorded.",
        code=program.preset,
    )


def _base(code: str) -> Preset:
    found = presets().get(code)
    return found or Preset(code=code, version=0, name=code, about="", source="", roles=(), modules=())


def effective(program: ResponseProgram) -> Preset:
    """The preset of a program as it stands at its agency: with what a steward changed. See `base_of` for one that is gone."""
    return _applied(program.preset, msgspec.json.encode(program.settings or {}, order="deterministic"))


@lru_cache(maxsize=256)
def _applied(code: str, settings: bytes) -> Preset:
    return applied(_base(code), msgspec.json.decode(settings, type=Settings))


def applied(preset: Preset, settings: Settings) -> Preset:
    """The preset with these settings. What names a part that this version of the preset no longer has is passed over."""
    options = {module: dict(values) for module, values in preset.options.items()}
    for name, value in settings.options.items():
        module, _dot, option = name.partition(".")
        if any(setting.option == name for setting in preset.settings):
            options.setdefault(module, {})[option] = value
    return msgspec.structs.replace(
        preset,
        follow_ups=tuple(
            _follow_up(each, settings.follow_ups.get(each.code, FollowUpSetting()))
            for each in preset.follow_ups
            if not settings.follow_ups.get(each.code, FollowUpSetting()).off
        ),
        timers=tuple(_timer(each, settings.timers.get(each.code, "")) for each in preset.timers),
        metrics=tuple(_metric(each, settings.targets.get(each.code)) for each in preset.metrics),
        hours=preset.hours if settings.hours is None else settings.hours,
        options=options,
    )


def _follow_up(part: FollowUp, here: FollowUpSetting) -> FollowUp:
    return msgspec.structs.replace(
        part,
        within=here.within or part.within,
        alarm=here.alarm or part.alarm,
        tries=here.tries or part.tries,
    )


def _timer(part: Timer, within: str) -> Timer:
    return msgspec.structs.replace(part, within=within or part.within)


def _metric(part: Metric, target: float | None) -> Metric:
    return part if target is None else msgspec.structs.replace(part, target=target)


def check_length(text: str, field: str) -> None:
    """Refused, naming the field, for what is no length from a minute to two years; `0d`, the same day, is one."""
    if text == SAME_DAY:
        return
    try:
        days = business_days(text) or length(text).total_seconds() / 86_400
    except ValueError:
        raise Refused(_("Write a length like 25m, 24h, 1bd, 3d or 2w."), field) from None
    if not 0 < days <= 730:
        raise Refused(_("Choose from one minute to two years."), field)


def check_option(setting: Setting, value: bool | int | str) -> None:
    """Refused, naming the option, for what its kind does not allow."""
    if setting.kind == "length":
        check_length(str(value), setting.option)
    elif setting.kind == "number":
        lowest, highest = setting.lowest, setting.highest
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
            raise Refused(
                _("Choose a number from %(low)s to %(high)s.", low=lowest, high=highest), setting.option
            )
