"""What a preset says about people who are met (`options: persons`). Without the module nobody is named at its meetings."""

from collections.abc import Mapping
from datetime import timedelta

import msgspec

from portal.programs.preset import Preset, options_of


class Persons(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """seen_by: kinds of roles that may open who was met, beside whoever typed it. unless: fields of the preset that, answered yes,
    keep everybody of that meeting unnamed (somebody was hurt by somebody). hours: for how long after a call somebody may be
    typed there, and what is known of them be looked at: that call is the cause."""

    seen_by: tuple[str, ...] = ("case_manager", "health", "peer", "medic")
    known_to: tuple[str, ...] = ("police", "health", "medic", "peer", "case_manager")
    unless: tuple[str, ...] = ()
    hours: int = 12

    @property
    def length(self) -> timedelta:
        return timedelta(hours=self.hours)


def persons_of(preset: Preset) -> Persons | None:
    """None for a preset that names nobody. Raises BadPreset."""
    return options_of(preset, "persons", Persons) if "persons" in preset.modules else None


def keeps_unnamed(preset: Preset, facts: Mapping[str, object]) -> bool:
    """Whether an answer of this meeting says that nobody of it is named: somebody was hurt by somebody."""
    settings = persons_of(preset)
    return settings is not None and any(facts.get(code) is True for code in settings.unless)
