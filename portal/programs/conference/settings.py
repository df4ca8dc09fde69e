"""What a preset says about its weekly case conference (`options: conference`)."""

from datetime import date, timedelta
from typing import Literal

import msgspec

from portal.programs.preset import Choice, Preset, options_of

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Conferences(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """day: of the week. flag: the field of the preset that, answered yes, puts a meeting on the list. seats: who sits there, by the
    preset's roles; decide: who writes down what was decided. sees: of what is not a field of the preset (reference, received,
    district, outcome, services), which seats see it; a field's own `roles` say who sees its answer. outcomes: the decisions."""

    day: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    flag: str
    seats: tuple[str, ...]
    decide: tuple[str, ...]
    sees: dict[Literal["reference", "received", "district", "outcome", "services"], tuple[str, ...]]
    outcomes: tuple[Choice, ...]

    def next_on(self, day: date) -> date:
        """The first conference on or after this day."""
        return day + timedelta(days=(WEEKDAYS.index(self.day) - day.weekday()) % 7)


def conference_of(preset: Preset) -> Conferences | None:
    """None for a preset without one. Raises BadPreset."""
    return options_of(preset, "conference", Conferences) if "conference" in preset.modules else None
