"""What a preset says about people met again and again (`options: cases`)."""

from datetime import timedelta

import msgspec

from portal.programs.preset import Preset, options_of


class Cases(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A case opens at so many `encounters` of one person with the agency in any of these `days`. team: kinds of roles that work
    on cases; list_to: who sees the list of who is met often, which names nobody. role: the preset's role that owes the touch
    every `touch_days`. plan_days: a person's yes to a plan holds so long. compare_days: before and after, in the report."""

    encounters: int = 5
    days: tuple[int, ...] = (30, 90)
    team: tuple[str, ...] = ("case_manager", "health")
    list_to: tuple[str, ...] = ("case_manager", "health", "supervisor")
    role: str
    touch_days: int = 7
    plan_days: int = 180
    compare_days: int = 90

    @property
    def longest(self) -> timedelta:
        return timedelta(days=max(self.days))


def cases_of(preset: Preset) -> Cases | None:
    """None for a preset without cases. Raises BadPreset."""
    return options_of(preset, "cases", Cases) if "cases" in preset.modules else None
