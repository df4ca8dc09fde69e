"""Who comes first: a few named parts, one table of weights, and every part said aloud on the hit."""

import math
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from portal.directory import Listing, open_state
from portal.directory.rules import FADES_AFTER, STALE_AFTER_DAYS
from portal.geo import Located
from portal.search.facts import AVAILABILITIES, Facts

# What each part may add to a score. Text and nearness run from 0 to 1.
WEIGHTS = {
    "text": 4.0,
    "near": 3.0,
    "serves": 1.0,  # the place lies in its service area
    "open": 0.6,
    "yes": 1.2,  # can take one person now, told within a day
    "limited": 0.6,
    "no": -1.5,
    "confirmed": 0.6,  # fades to 0 over STALE_AFTER_DAYS
}
HALF_AWAY = 8.0  # miles at which nearness has fallen to a half
TIE_ORDER = {"yes": 0, "limited": 1, "unknown": 2, "no": 3}


@dataclass(frozen=True)
class Standing:
    """What a row adds to any score at this minute, and its place among equals (availability, confirmed date, number)."""

    base: list[float]
    rank: list[int]
    order: list[int]  # rows, best first when nothing but this decides
    open_hours: frozenset[int]  # numbers of shared hours that are open now


def standing(facts: Facts, now: datetime) -> Standing:
    """About 20 ms for 21,000 listings; kept for a minute by the caller."""
    open_hours = frozenset(
        number for number, (zone, lines) in enumerate(facts.shared.hours) if open_state(lines, zone, now).open
    )
    moment, today = now.timestamp(), now.toordinal()
    columns = facts.columns
    base, keys = [], []
    for row, (number, told, at, assured, hours) in enumerate(
        zip(columns["number"], columns["availability"], columns["availability_at"], columns["assured"], columns["hours"],
            strict=True)
    ):  # fmt: skip
        value = shown(AVAILABILITIES[told], at, moment) if told else "unknown"
        score = WEIGHTS.get(value, 0.0)
        if assured:
            score += WEIGHTS["confirmed"] * max(0.0, 1 - (today - assured) / STALE_AFTER_DAYS)
        if hours in open_hours:
            score += WEIGHTS["open"]
        base.append(score)
        keys.append((TIE_ORDER[value], -assured, number, row))
    keys.sort()
    rank = [0] * len(keys)
    for place, key in enumerate(keys):
        rank[key[3]] = place
    order = sorted(range(len(base)), key=lambda row: (-base[row], rank[row]))
    return Standing(base, rank, order, open_hours)


def shown(value: str, at: float, moment: float) -> str:
    """The availability that still holds; the same rule as directory.shown_availability, on numbers."""
    fades = FADES_AFTER.get(value)
    return value if fades and at and moment - at < fades.total_seconds() else "unknown"


def nearness(distance: float) -> float:
    return HALF_AWAY / (HALF_AWAY + distance)


def reasons(
    listing: Listing, matched: list[str], distance: float | None, place: Located | None, serves: bool
) -> tuple[str, ...]:
    """Why this hit stands where it does, the weightiest reason first."""
    found = []
    if matched:
        found.append(_("Matches %(words)s", words=", ".join(f"“{word}”" for word in matched)))
    if distance is not None and place is not None:
        near = (
            _("about %(miles)s mi", miles=miles_words(distance))
            if listing.point_kind != "exact"
            else _("%(miles)s mi", miles=miles_words(distance))
        )
        found.append(_("%(miles)s from %(place)s", miles=near, place=place.text))
    if serves and listing.service_areas:
        found.append(_("Serves %(area)s", area=_areas(listing)))
    elif serves and listing.virtual:
        found.append(_("By phone or video, from anywhere"))
    if listing.open.open:
        found.append(listing.open.words)
    if listing.availability.value != "unknown":
        found.append(_("Room: %(words)s", words=listing.availability.words))
    if not listing.freshness.stale:
        found.append(listing.freshness.words)
    return tuple(found)


def miles_words(distance: float) -> str:
    return f"{distance:.1f}" if distance < 10 else str(math.floor(distance + 0.5))


def _areas(listing: Listing) -> str:
    first = listing.service_areas[0]
    words = first[0].lower() + first[1:] if first.startswith(("All ", "The ")) else first
    more = len(listing.service_areas) - 1
    return _("%(area)s and %(more)s more", area=words, more=more) if more else words
