"""What each measure counts, in words, versioned: a change of meaning is a new version and a new series.

Every version stays here with the code that counts it, so that an old quarter can be counted again as it was.
"""

from collections import defaultdict
from datetime import date

from portal.outcomes.definitions.definition import FIRST, LAG_DAYS, Definition
from portal.outcomes.definitions.listings import SERVICES
from portal.outcomes.definitions.needs import ANSWERS
from portal.outcomes.definitions.people import BECAME

_EVERY = sorted((*ANSWERS, *BECAME, *SERVICES), key=lambda one: (one.measure, one.window_days or 0, one.id))
VERSIONS: dict[str, tuple[Definition, ...]] = {}  # id -> its versions, the oldest first
_by_id: dict[str, list[Definition]] = defaultdict(list)
for _one in _EVERY:
    _by_id[_one.id].append(_one)
VERSIONS.update((key, tuple(sorted(found, key=lambda one: one.version))) for key, found in _by_id.items())

DEFINITIONS: dict[str, Definition] = {key: versions[0] for key, versions in VERSIONS.items()}


def definition(key: str, version: int | None = None, on: date | None = None) -> Definition:
    """That version; or the one in force on a day; or the first. KeyError for one that never was."""
    for one in reversed(VERSIONS[key]):
        if one.version == version or (version is None and on is not None and one.valid_from <= on):
            return one
    if version is not None:
        raise KeyError(f"{key} has no version {version}")
    return VERSIONS[key][0]


def in_force(on: date) -> list[Definition]:
    """Every definition as it is used for a quarter that begins on this day."""
    return [definition(key, on=on) for key in VERSIONS]


def breaks(key: str, first: date, last: date) -> list[Definition]:
    """The versions that began after `first` and not after `last`: where a series over these days is broken."""
    return [one for one in VERSIONS[key][1:] if first < one.valid_from <= last]


__all__ = [
    "DEFINITIONS",
    "FIRST",
    "LAG_DAYS",
    "VERSIONS",
    "Definition",
    "breaks",
    "definition",
    "in_force",
]
