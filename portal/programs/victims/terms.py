"""What a program asks about victims, and whose it is."""

import msgspec

from portal.programs.models import ResponseProgram
from portal.programs.preset import Choice, options_of
from portal.programs.settings import effective


class VictimOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """workers: the roles that keep victims' records; nobody else sees one. needs: what victims ask for."""

    workers: tuple[str, ...]
    needs: tuple[Choice, ...]


class AdvocateOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """callers: roles that call an advocate. advocates: roles that come, and whose own the rest is. within: minutes to the scene
    that are aimed at. counted: what the advocates' organization counts in a month."""

    callers: tuple[str, ...]
    advocates: tuple[str, ...]
    within: int = 25
    counted: tuple[Choice, ...] = ()


def victim_options(program: ResponseProgram) -> VictimOptions | None:
    preset = effective(program)
    return options_of(preset, "victims", VictimOptions) if "victims" in preset.modules else None


def advocate_options(program: ResponseProgram) -> AdvocateOptions | None:
    preset = effective(program)
    return options_of(preset, "advocates", AdvocateOptions) if "advocates" in preset.modules else None
