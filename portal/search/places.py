"""Which rows a place allows, how far each is, and whether it says that it serves the place.

Shapes: m is the number of rows that the place allows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from portal.geo import Located
from portal.search.areas import OUTSIDE, SERVES, AreaIndex
from portal.search.arrays import Flags, Rows, Scores
from portal.search.facts import CONFIDENTIAL, VIRTUAL, Facts
from portal.search.nearness import UNSURE, Grid, geodesic_miles
from portal.search.understand import Meaning

MOST_PLACES = 200

_grids: WeakKeyDictionary[Facts, Grid] = WeakKeyDictionary()
_indexes: WeakKeyDictionary[Facts, AreaIndex] = WeakKeyDictionary()
_standings: WeakKeyDictionary[Facts, dict[Located, NDArray[np.int8]]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Around:
    """Rows ascending, shape (m,); miles (infinite: no distance); whether its area holds the place, or leaves it out."""

    rows: Rows
    distances: Scores
    serving: Flags
    outside: Flags

    def of(self, rows: Rows) -> "Around":
        """The same for some of the rows."""
        at = np.searchsorted(self.rows, rows)
        return Around(rows, self.distances[at], self.serving[at], self.outside[at])


def around_place(facts: Facts, meaning: Meaning) -> Around | None:
    """None when no place was asked. A radius never loses what is not bound to a point: hotlines, what serves the place by its
    area, and what is only known to be in the same state."""
    place = meaning.place
    if place is None:
        return None
    has_point = place.lat is not None and place.lon is not None
    near: Rows = facts.live[:0]
    miles: Scores = np.zeros(0)
    if place.lat is not None and place.lon is not None:
        near, miles = grid_of(facts).near(place.lat, place.lon, meaning.question.within)
    loose = facts.loose if has_point else facts.live
    columns = facts.columns
    standing = area_standings(facts, place)
    area, flags = columns["area"][loose], columns["flags"][loose]
    serving = (standing[area] == SERVES) | ((flags & VIRTUAL > 0) & (area == 0))
    state = facts.shared.states.index(place.state) if place.state in facts.shared.states else -1
    unplaced = np.isnan(columns["lat"][loose]) | (not has_point)
    roughly = ~serving & (columns["state"][loose] == state) & unplaced
    roughly &= (flags & CONFIDENTIAL > 0) | (area == 0)
    held = np.zeros(facts.size, np.bool_)
    held[near] = True
    held[loose[serving | roughly]] = True
    rows = np.flatnonzero(held)
    distances = np.full(len(rows), np.inf)
    distances[np.searchsorted(rows, near)] = miles
    area = columns["area"][rows]
    holds = (standing[area] == SERVES) | ((columns["flags"][rows] & VIRTUAL > 0) & (area == 0))
    return Around(rows, distances, holds, standing[area] == OUTSIDE)


def exact_miles(facts: Facts, place: Located, rows: Sequence[int]) -> dict[int, float]:
    """Row -> geodesic miles, of rows that have a point: for what is shown."""
    if place.lat is None or place.lon is None or not rows:
        return {}
    lats, lons = facts.columns["lat"][rows], facts.columns["lon"][rows]
    miles = geodesic_miles(place.lat, place.lon, lats, lons)
    return {row: far for row, far in zip(rows, miles.tolist(), strict=True) if far == far}


def exact_where_near(facts: Facts, place: Located, rows: Rows, distances: Scores, most: int) -> Scores:
    """The distances, geodesic for all that may be among the nearest `most`: in their order nothing quick is left."""
    known = np.flatnonzero(np.isfinite(distances))
    if place.lat is None or place.lon is None or not len(known):
        return distances
    furthest = np.partition(distances[known], min(most, len(known)) - 1)[min(most, len(known)) - 1]
    close = known[distances[known] <= furthest * (1 + 2 * UNSURE)]
    found = distances.copy()
    at = rows[close]
    found[close] = geodesic_miles(place.lat, place.lon, facts.columns["lat"][at], facts.columns["lon"][at])
    return found


def grid_of(facts: Facts) -> Grid:
    found = _grids.get(facts)
    if found is None:
        found = _grids[facts] = Grid(facts)
    return found


def area_standings(facts: Facts, place: Located) -> NDArray[np.int8]:
    """Of each of facts.shared.areas, whether it holds the place (areas.SERVES, UNKNOWN, OUTSIDE): shape (len(areas),). Kept
    for the last places."""
    place = replace(place, text="")  # what was typed is neither needed nor kept
    kept = _standings.setdefault(facts, {})
    if place not in kept:
        index = _indexes.get(facts)
        if index is None:
            index = _indexes[facts] = AreaIndex(facts.shared.areas)
        if len(kept) >= MOST_PLACES:
            kept.clear()
        kept[place] = index.standing(place)
    return kept[place]
