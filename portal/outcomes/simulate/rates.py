"""The true rates that a simulated program is made from: what `options: {simulate: ...}` of a preset says. All shares are 0..1."""

import msgspec

from portal.programs.preset import Preset, options_of
from portal.programs.rules import EMERGENCY_DEPARTMENT

UNMET = frozenset(("not_found_or_unfounded", "taken_over"))


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A district: how many months after the beginning the program came there, and how its calls compare with the others'."""

    name: str
    month: int = 0
    share: float = 1.0


class Rates(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """per_quarter: calls in the first, second ... quarter, the last for all after it. outcomes, sources, types: how often, by the
    preset's codes, relative to each other; none: all alike. without_team: ends at which no team of ours came; asked_without_team: questions that are asked then, and only then. services, facts:
    how often each was given, or answered yes. known: met with a random key; again: of those, met before in this simulation.
    asked, agreed: whether to be contacted again. referred: of those who may be; permits: of those, that the sender hears back;
    accepted, connected: of the needs; reached: one try of a follow-up."""

    per_quarter: tuple[int, ...] = (250,)
    districts: tuple[Place, ...] = (Place(name="North"), Place(name="South"))
    outcomes: dict[str, float] = {}
    sources: dict[str, float] = {}
    types: dict[str, float] = {}
    without_team: tuple[str, ...] = ()
    asked_without_team: tuple[str, ...] = ()
    services: dict[str, float] = {}
    facts: dict[str, float] = {}
    first: float = 0.6
    known: float = 0.5
    again: float = 0.25
    asked: float = 0.85
    agreed: float = 0.7
    would: float = 0.3
    referred: float = 0.35
    refused: float = 0.1
    permits: float = 0.65
    accepted: float = 0.72
    connected: float = 0.58
    reached: float = 0.55

    def in_quarter(self, number: int) -> int:
        return self.per_quarter[min(number, len(self.per_quarter) - 1)]


def rates_of(preset: Preset) -> Rates:
    """The rates of a preset. BadPreset for a code that it has not."""
    return options_of(preset, "simulate", Rates)


def ends_of(preset: Preset, rates: Rates) -> tuple[list[str], list[float]]:
    """The ends to draw from, and their weights."""
    codes = [outcome.code for outcome in preset.outcomes]
    return codes, [rates.outcomes.get(code, 0.0 if rates.outcomes else 1.0) for code in codes]


def may_be_referred(disposition: str) -> bool:
    """M04's denominator: not after a hospital or an arrest; and somebody was met."""
    return disposition not in EMERGENCY_DEPARTMENT | UNMET | {"arrest"}
