"""What a preset says about its family line (`options: family`)."""

import msgspec

from portal.programs.preset import Preset, options_of


class Family(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """line: the preset's roles that answer the family line. step: the follow-up of the preset by which the family is called
    back."""

    line: tuple[str, ...]
    step: str = "call_back"


def family_of(preset: Preset) -> Family | None:
    """None for a preset without a family line. Raises BadPreset."""
    return options_of(preset, "family", Family) if "family" in preset.modules else None
