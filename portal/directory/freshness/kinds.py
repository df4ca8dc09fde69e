"""How often a kind of service is asked whether it is still right, and how fast its word on room ages. No database.

A detox bed is gone by the evening; the hours of a legal clinic last a year. A community changes any of these on the
steward's page; what it has not changed is as it stands here.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from portal.directory.terms import GROUPS

SETTING = "freshness"  # its name among a community's settings
MOST_DAYS, MOST_HOURS = 730, 24 * 30


@dataclass(frozen=True)
class Pace:
    """days: how long a human's word that a listing is right holds; after that it says "call first". half_life: hours after
    which the word on room is worth half; after GONE_AFTER of them it is not told any more."""

    days: int
    half_life: float

    @property
    def holds(self) -> timedelta:
        """How long the word on room is told."""
        return timedelta(hours=self.half_life * GONE_AFTER)


GONE_AFTER = 2
OTHER = Pace(180, 12)  # a service of no kind of these
_BED, _DOOR, _PLACE, _OFFICE = 6, 12, 24, 7 * 24
PACES: dict[str, Pace] = {
    "crisis_line": Pace(90, _PLACE),
    "mobile_crisis": Pace(90, _BED),
    "crisis_center": Pace(90, _BED),
    "respite": Pace(90, _DOOR),
    "inpatient": Pace(120, _BED),
    "detox": Pace(90, _BED),
    "moud": Pace(180, 2 * _PLACE),
    "residential": Pace(120, _PLACE),
    "outpatient": Pace(180, _OFFICE),
    "intensive_outpatient": Pace(180, _OFFICE),
    "peer": Pace(180, 2 * _PLACE),
    "recovery_housing": Pace(90, _PLACE),
    "shelter": Pace(90, _BED),
    "victim_service": Pace(90, _DOOR),
    "harm_reduction": Pace(180, _OFFICE),
    "medical": Pace(180, _OFFICE),
    "food": Pace(90, 2 * _PLACE),
    "legal": Pace(365, _OFFICE),
    "transport": Pace(180, _PLACE),
    "housing": Pace(180, _OFFICE),
    "case_management": Pace(365, _OFFICE),
    "family_support": Pace(365, _OFFICE),
}
KINDS = {**GROUPS["care"]}  # code -> label, in the order of the lists


def paces_of(settings: Mapping[str, Any]) -> dict[str, Pace]:
    """Every kind's pace in a community with these settings; "" is that of a service of no kind."""
    own = (settings.get(SETTING) or {}).get("kinds") or {}
    usual = {"": OTHER} | {code: PACES.get(code, OTHER) for code in KINDS}
    return usual | {
        code: Pace(int(days), float(hours)) for code, (days, hours) in own.items() if code in usual
    }


def pace_for(cares: Collection[str], paces: Mapping[str, Pace]) -> Pace:
    """Of a service with these kinds of care: of each figure the shortest. A detox ward with an outpatient clinic goes by the
    ward."""
    held = [paces[code] for code in cares if code in paces] or [paces[""]]
    return Pace(min(pace.days for pace in held), min(pace.half_life for pace in held))
