"""Whether a service area holds a place, and what a listing's areas say about it. Pure: no database.

An area is a kind and an extent as the directory stores them: ("zip", "37203"), ("county", "Davidson, TN"), ("state", "TN"),
("nation", "US"), ("polygon", GeoJSON). Three answers: "serves", "outside", or "unknown" where the place is not known well
enough to say. The gazetteer knows one county a ZIP, and a bare point only by the ZIP centers around it, so what lies
next door is "unknown" and never "outside". Of confidential listings no ZIP and no polygon comes here: their cards hold
none, since either says too much about where the place is.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from portal.geo import Located, Shape, county_in, shape_of, state_code
from portal.store.language import gettext as _

Standing = Literal["serves", "outside", "unknown"]
Area = tuple[str, str]  # kind, extent
Key = tuple[str, ...]

SERVES, UNKNOWN, OUTSIDE = 1, 0, -1
ROUND = 0.15  # degrees, some 10 miles: how far people of a ZIP or city may be from its center


def serves(kind: str, extent: str, place: Located) -> bool:
    """Whether this area holds the place. A ZIP or city counts where its center is; of a city's several ZIPs none is meant."""
    return _verdict(kind, extent, place) == "serves"


def area_standing(areas: Iterable[Area], place: Located) -> Standing:
    """What a listing with these areas says about the place. "serves" if one of them holds it; "unknown" if there are
    none, or one might; else "outside"."""
    verdicts = {_verdict(kind, extent, place) for kind, extent in areas}
    if "serves" in verdicts:
        return "serves"
    return "outside" if verdicts == {"outside"} else "unknown"


def area_reason(
    standing: str, areas: Sequence[Area], words: Sequence[str], place: Located | None = None
) -> str:
    """`Serves Davidson County, TN`, `Says it serves only ZIP 37201 and 2 more`; empty for "unknown". `words` are the areas in
    words, in the same order; the one that holds the place is named first."""
    named = [text for text in words if text]
    if standing not in ("serves", "outside") or not named:
        return ""
    if standing == "serves" and place is not None and len(words) == len(areas):
        holding = [
            text
            for (kind, extent), text in zip(areas, words, strict=True)
            if text and serves(kind, extent, place)
        ]
        named = sorted(named, key=lambda text: text not in holding)
    first = named[0]
    if first.startswith(("All ", "The ", "An ")):
        first = first[0].lower() + first[1:]
    if len(named) > 1:
        first = _("%(area)s and %(more)s more", area=first, more=len(named) - 1)
    return (
        _("Serves %(area)s", area=first)
        if standing == "serves"
        else _("Says it serves only %(area)s", area=first)
    )


def _verdict(kind: str, extent: str, place: Located) -> Standing:
    key = _key(kind, extent)
    if key is None:
        shape = shape_of(extent) if kind == "polygon" else None
        return _in_shape(shape, place) if shape else "unknown"
    if key in _holding(place):
        return "serves"
    return "unknown" if key in _perhaps(place) or _undecided(place)(key) else "outside"


def _key(kind: str, extent: str) -> Key | None:
    """What equal areas share; None for polygons, and for what cannot be read."""
    if kind == "zip":
        return ("zip", extent.strip()[:5])
    if kind == "county":
        county = county_in(extent)
        return ("county", *county) if county else None
    if kind == "state":
        state = state_code(extent)
        return ("state", state) if state else None
    return ("nation",) if kind == "nation" else None


def _holding(place: Located) -> set[Key]:
    """Keys of the areas that the place lies in."""
    found: set[Key] = {("nation",)}
    code = place.zip or (place.zips[0] if len(place.zips) == 1 else "")
    if code:
        found.add(("zip", code))
    if place.state:
        found.add(("state", place.state))
    county = county_in(f"{place.county}, {place.state}") if place.county else None
    if county:
        found.add(("county", *county))
    return found


def _perhaps(place: Located) -> set[Key]:
    """Keys of the areas that it may lie in."""
    counties = filter(None, map(county_in, place.counties))
    return {("zip", code) for code in place.zips} | {("county", *county) for county in counties}


def _undecided(place: Located) -> Callable[[Key], bool]:
    """For keys that nothing is known about: no ZIP, no county, no state of the place."""
    known_county = bool(place.county or place.counties)

    def undecided(key: Key) -> bool:
        if key[0] == "zip":
            return not (place.zip or place.zips)
        if key[0] == "state":
            return not place.state
        return key[0] == "county" and (not place.state or (not known_county and key[2] == place.state))

    return undecided


def _in_shape(shape: Shape, place: Located) -> Standing:
    if place.lat is None or place.lon is None:
        return "unknown"
    if shape.holds(place.lat, place.lon):
        return "serves"
    round_ = ROUND if place.kind in ("zip", "city") or place.approximate else 0.0
    west, south, east, north = shape.box
    near = west - round_ <= place.lon <= east + round_ and south - round_ <= place.lat <= north + round_
    return "unknown" if round_ and near else "outside"


class AreaIndex:
    """area_standing for many sets of areas at once: built once, then a few look-ups a place, however many sets there are."""

    def __init__(self, sets: Sequence[Sequence[Area]]) -> None:
        """`sets`: each the areas of some listings (facts.shared.areas). Polygons are parsed once per distinct text."""
        by_key: defaultdict[Key, list[int]] = defaultdict(list)
        by_text: defaultdict[str, list[int]] = defaultdict(list)
        self._blank = np.zeros(len(sets), np.bool_)  # nothing said, or nothing that can be read
        for number, areas in enumerate(sets):
            self._blank[number] = not areas
            for kind, extent in areas:
                key = _key(kind, extent)
                if key is not None:
                    by_key[key].append(number)
                elif kind == "polygon":
                    by_text[extent].append(number)
                else:
                    self._blank[number] = True
        self._by_key = {key: np.array(numbers, np.int64) for key, numbers in by_key.items()}
        self._shapes: list[tuple[Shape, NDArray[np.int64]]] = []
        for text, numbers in by_text.items():
            shape = shape_of(text)
            if shape is None:
                self._blank[numbers] = True
            else:
                self._shapes.append((shape, np.array(numbers, np.int64)))

    def standing(self, place: Located) -> NDArray[np.int8]:
        """SERVES, UNKNOWN or OUTSIDE of each set: shape (number of sets,), int8."""
        found = np.full(len(self._blank), OUTSIDE, np.int8)
        found[self._blank] = UNKNOWN
        if not (place.zip or place.zips) or not place.state or not (place.county or place.counties):
            undecided = _undecided(place)
            for key, numbers in self._by_key.items():
                if undecided(key):
                    found[numbers] = UNKNOWN
        nowhere = np.zeros(0, np.int64)
        for key in _perhaps(place):
            found[self._by_key.get(key, nowhere)] = UNKNOWN
        inside = [self._by_key.get(key, nowhere) for key in _holding(place)]
        for shape, numbers in self._shapes:
            verdict = _in_shape(shape, place)
            if verdict == "serves":
                inside.append(numbers)
            elif verdict == "unknown":
                found[numbers] = UNKNOWN
        for numbers in inside:
            found[numbers] = SERVES
        return found
