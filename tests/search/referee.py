"""The referee: what a question's answer has to be, decided listing by listing, slowly and without any index.

It takes what was understood (a Meaning) and the listings as their tables tell them, and says which answer, how far away
they are and how many each filter would leave. Where fewer than FEW listings there, whatever is ticked, fit every word, those
that fit some answer too, after them. It shares with the search no code but how a word is cut to its stem.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from geopy.distance import geodesic

from portal.directory import shown_availability
from portal.directory.freshness.kinds import pace_for, paces_of
from portal.directory.terms import GROUPS, TOPICS
from portal.geo import Located
from portal.search.understand import Meaning, Part
from tests.directory.hours.slow_hours import slow_is_open
from tests.search.plain import Plain

FEW = 5
USUAL = paces_of({})
TOPIC_OF = {"care": "topic"}  # a topic answers as a kind of care does


@dataclass(frozen=True)
class Ruling:
    """`numbers` of all listings that answer; `whole` of those that fit every word; `miles` of those with a point; `counts`
    group -> code -> how many."""

    numbers: frozenset[int]
    whole: frozenset[int]
    miles: Mapping[int, float]
    counts: Mapping[str, Mapping[str, int]]

    def nearest(self, most: int = 20) -> list[tuple[float, int]]:
        """(miles, number) of those with a point, nearest first; those that fit every word before the others."""
        known = [number for number in self.numbers if number in self.miles]
        ordered = sorted(known, key=lambda number: (number not in self.whole, self.miles[number], number))
        return [(self.miles[number], number) for number in ordered[:most]]


class Referee:
    """`exact` words only: what an unfinished or mistyped word stands for is decided elsewhere."""

    def __init__(self, listings: Iterable[Plain], time_zone: str = "America/Chicago") -> None:
        self.listings = list(listings)
        self.time_zone = time_zone

    @cached_property
    def stems(self) -> dict[int, frozenset[str]]:
        return {each.number: each.stems for each in self.listings}

    @cached_property
    def lexicon(self) -> frozenset[str]:
        """Every stem that some listing has."""
        return frozenset().union(*self.stems.values())

    def rule(self, meaning: Meaning, now: datetime, *, count: bool = False) -> Ruling:
        place, found = meaning.place, self.listings
        miles = {each.number: away for each in found if (away := _miles(each, meaning)) is not None}
        if place is not None:
            found = [each for each in found if self._there(each, meaning, miles.get(each.number))]
        found, whole = self._by_words(found, meaning.needed)
        ticks = Ticks(meaning, now, self.time_zone)
        kept = [each for each in found if ticks.passes(each)]
        if "open" in meaning.guessed and len(kept) < FEW:
            del ticks.ticked["open"]  # what was only read as "now" holds nobody back where few are open
            kept = [each for each in found if ticks.passes(each)]
        return Ruling(
            numbers=frozenset(each.number for each in kept),
            whole=frozenset(each.number for each in kept) & whole,
            miles={each.number: miles[each.number] for each in kept if each.number in miles},
            counts=ticks.counts(found) if count else {},
        )

    def _by_words(self, listings: list[Plain], parts: Sequence[Part]) -> tuple[list[Plain], frozenset[int]]:
        """Listings that every part fits; where they are few, those that any part fits. And the numbers of the former."""
        fitting = [[self.fits(each, part) for part in parts] for each in listings]
        every = [each for each, fits in zip(listings, fitting, strict=True) if all(fits)]
        whole = frozenset(each.number for each in every)
        if len(every) >= FEW or not parts:
            return every, whole
        return [each for each, fits in zip(listings, fitting, strict=True) if any(fits)], whole

    def fits(self, listing: Plain, part: Part) -> bool:
        """By its text, which has every stem; or by its codes: one of each group that the part names. Who does not say whom
        a service is for means anybody."""
        if part.stems and self.stems[listing.number].issuperset(part.stems):
            return True
        groups = {group for group, _code in part.codes} - set(TOPICS)
        silent = not any(group == "for" for group, _code in listing.codes)
        return bool(groups) and all(
            any(pair in listing.codes for pair in part.codes if pair[0] in (group, TOPIC_OF.get(group)))
            or (group == "for" and silent)
            for group in groups
        )

    def _there(self, listing: Plain, meaning: Meaning, miles: float | None) -> bool:
        """Near enough; or serving the place by its area, or from anywhere; or placed in the state and not known better."""
        place = meaning.place
        assert place is not None
        if miles is not None and miles <= meaning.question.within:
            return True
        if any(serves(kind, extent, place) for kind, extent in listing.areas):
            return True
        if listing.virtual and not listing.areas:
            return True
        unknown = listing.lat is None or place.lat is None
        roughly = listing.state == place.state and unknown
        return roughly and (listing.confidential or not listing.areas)


def serves(kind: str, extent: str, place: Located) -> bool:
    """Areas as codes: the country, a state's letters, a ZIP, `County, ST`."""
    here = {
        "nation": {extent},
        "state": {place.state},
        "zip": {place.zip or (place.zips[0] if len(place.zips) == 1 else "")},
        "county": {f"{place.county}, {place.state}", f"{place.county} County, {place.state}"}
        if place.county
        else set(),
    }
    return extent in here.get(kind, set()) - {""}


def ticked(meaning: Meaning) -> dict[str, tuple[str, ...]]:
    """Group -> codes ticked, the empty ones left out."""
    question = meaning.question
    held = {
        "care": question.care, "for": question.for_, "pay": question.pay, "access": question.access,
        "language": question.language, "availability": question.availability,
        "open": ("now",) if meaning.open_now else (), "then": (question.open_at,) if question.open_at else (),
    }  # fmt: skip
    return {group: codes for group, codes in held.items() if codes}


def _miles(listing: Plain, meaning: Meaning) -> float | None:
    """Geodesic miles to the place, None when either has no point or it is plainly further than asked."""
    place = meaning.place
    if place is None or place.lat is None or place.lon is None or listing.lat is None or listing.lon is None:
        return None
    if _roundly(place.lat, place.lon, listing.lat, listing.lon) > meaning.question.within * 1.01 + 0.1:
        return None
    return float(geodesic((place.lat, place.lon), (listing.lat, listing.lon)).miles)


def _roundly(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Miles on a sphere: off by half a percent at most, and a hundred times as quick."""
    a, b, dlon = math.radians(lat), math.radians(other_lat), math.radians(other_lon - lon)
    half = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(dlon / 2) ** 2
    return 2 * 3958.76 * math.asin(min(1.0, math.sqrt(half)))


class Ticks:
    """What a listing carries at this moment, filter by filter."""

    def __init__(self, meaning: Meaning, now: datetime, time_zone: str) -> None:
        self.now = now
        self.zone = ZoneInfo(time_zone)
        self.ticked = ticked(meaning)
        self._open: dict[tuple[Any, ...], bool] = {}

    def passes(self, listing: Plain, but: str = "") -> bool:
        """Every filter that is ticked, one of them aside. Open now and open then are one filter."""
        return all(
            any(self.carries(listing, group, code) for code in codes)
            for group, codes in self.ticked.items()
            if but != ("open" if group == "then" else group)
        )

    def carries(self, listing: Plain, group: str, code: str) -> bool:
        if group in ("open", "then"):
            return self._is_open(listing, code)
        if group == "availability":
            told, at = listing.availability, listing.availability_at
            pace = pace_for([held for kind, held in listing.codes if kind == "care"], USUAL)
            return shown_availability(told, at, self.now, listing.availability_source, pace).value == code
        return (group, code) in listing.codes

    def _is_open(self, listing: Plain, when: str) -> bool:
        """`now`, or a time by the community's clock. Each different week is looked at once."""
        key = (listing.time_zone, listing.week, listing.closures, listing.home, when)
        if key not in self._open:
            moment = self.now if when == "now" else datetime.fromisoformat(when).replace(tzinfo=self.zone)
            self._open[key] = slow_is_open(
                listing.week, listing.time_zone, moment, listing.home, listing.closures
            )
        return self._open[key]

    def counts(self, found: Sequence[Plain]) -> dict[str, dict[str, int]]:
        """For every value of every filter: how many would be left with it ticked, the group's own ticks aside."""
        counted = {}
        for group, codes in _values(found).items():
            kept = [each for each in found if self.passes(each, but=group)]
            counted[group] = {code: sum(self.carries(each, group, code) for each in kept) for code in codes}
        return counted


def _values(found: Sequence[Plain]) -> dict[str, list[str]]:
    languages = sorted({code for each in found for group, code in each.codes if group == "language"})
    return {
        **{group: list(codes) for group, codes in GROUPS.items()},
        "language": languages,
        "availability": ["yes", "limited", "unknown", "no"],
        "open": ["now"],
    }
