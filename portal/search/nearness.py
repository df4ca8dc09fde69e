"""Which listings are near a place: quarter-degree squares first, then a quick distance, exact where the radius cuts.

Shapes: n is the number of listings with a point, k those in the squares that the circle touches. Distances in miles.
"""

import math
from functools import cached_property

import numpy as np

from portal.geo import miles
from portal.search.arrays import Rows, Scores
from portal.search.facts import Facts

SQUARE = 0.25  # degrees
ACROSS = round(360 / SQUARE)
MILES_A_DEGREE = 68.5  # of latitude, a little less than the least (68.7-69.4), so that no square is missed
FLAT_UNTIL = 120  # miles; further out the earth's roundness counts
POLAR = 75.0  # degrees of latitude; beyond, only the exact distance will do
UNSURE = 0.006  # share of the radius by which the quick distance may be wrong, generously
MEAN_RADIUS = 3958.8  # miles
EQUATOR, FLATTENING = 3963.190592, 1 / 298.257223563  # WGS 84, miles
TURNS, TINY = 40, 1e-15
SETTLED = 1e-9  # radians: each turn comes three hundred times nearer, so that under a centimeter is left


class Grid:
    """Rows with a point, sorted by the square they lie in."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    @cached_property
    def _sorted(self) -> tuple[Rows, Rows]:
        lat, lon = self._facts.columns["lat"], self._facts.columns["lon"]
        rows = np.flatnonzero(~np.isnan(lat) & (self._facts.columns["number"] > 0))
        square = np.floor(lat[rows] / SQUARE).astype(np.int64) * ACROSS + np.floor(lon[rows] / SQUARE).astype(
            np.int64
        )
        order = np.argsort(square, kind="stable")
        return rows[order], square[order]

    def near(self, lat: float, lon: float, within: float) -> tuple[Rows, Scores]:
        """(rows, miles), both shape (m,): every listing with a point at most `within` miles away, ascending by row."""
        rows = self._candidates(lat, lon, within)
        columns = self._facts.columns
        distances = quick_miles(lat, lon, columns["lat"][rows], columns["lon"][rows], within)
        polar = abs(lat) + within / MILES_A_DEGREE >= POLAR
        unsure = np.flatnonzero(polar | (np.abs(distances - within) < UNSURE * within))
        if len(unsure):
            cut = rows[unsure]
            distances[unsure] = geodesic_miles(lat, lon, columns["lat"][cut], columns["lon"][cut])
        kept = distances <= within
        return rows[kept], distances[kept]

    def _candidates(self, lat: float, lon: float, within: float) -> Rows:
        rows, squares = self._sorted
        reach = within / MILES_A_DEGREE
        wide = reach / max(0.02, math.cos(math.radians(min(89.0, abs(lat) + reach))))
        if wide >= 180 or abs(lat) + reach >= POLAR:
            return np.sort(rows)
        spans = [(lon - wide, lon + wide)]
        if lon - wide < -180:
            spans.append((lon - wide + 360, 180.0))
        if lon + wide > 180:
            spans.append((-180.0, lon + wide - 360))
        bands = np.arange(math.floor((lat - reach) / SQUARE), math.floor((lat + reach) / SQUARE) + 1) * ACROSS
        parts = []
        for west, east in spans:
            first = np.searchsorted(squares, bands + math.floor(west / SQUARE), "left")
            last = np.searchsorted(squares, bands + math.floor(east / SQUARE), "right")
            parts += [rows[a:b] for a, b in zip(first.tolist(), last.tolist(), strict=True) if b > a]
        return np.unique(np.concatenate(parts)) if parts else rows[:0]


def quick_miles(lat: float, lon: float, lats: Scores, lons: Scores, within: float) -> Scores:
    """Miles to each point, right to UNSURE of `within` where that matters: flat near by, a great circle further out."""
    dlon = (lons - lon + 180) % 360 - 180
    if within > FLAT_UNTIL:
        a = np.sin(np.radians(lats - lat) / 2) ** 2
        b = math.cos(math.radians(lat)) * np.cos(np.radians(lats)) * np.sin(np.radians(dlon) / 2) ** 2
        arc: Scores = np.arcsin(np.sqrt(np.minimum(1.0, a + b)))
        return arc * 2 * MEAN_RADIUS
    dlat = lats - lat
    (north, east), slope = _scales(lat), _east_slope(lat)
    return np.hypot(dlat * north, dlon * (east + dlat * slope))


def geodesic_miles(lat: float, lon: float, lats: Scores, lons: Scores) -> Scores:
    """Miles along the WGS 84 ellipsoid, to well under a meter: Vincenty's inverse formula (Survey Review 23, 1975) for all
    points at once. Points nearly opposite on the earth, where it does not settle, are asked of geopy one by one."""
    if not len(lats):
        return np.zeros(0)
    east = np.radians((lons - lon + 180) % 360 - 180)
    u1, u2 = (np.arctan((1 - FLATTENING) * np.tan(np.radians(angle))) for angle in (np.float64(lat), lats))
    sin1, cos1, sin2, cos2 = np.sin(u1), np.cos(u1), np.sin(u2), np.cos(u2)
    angle = east.copy()
    for _turn in range(TURNS):
        before = angle
        sine = np.hypot(cos2 * np.sin(angle), cos1 * sin2 - sin1 * cos2 * np.cos(angle))
        cosine = sin1 * sin2 + cos1 * cos2 * np.cos(angle)
        arc = np.arctan2(sine, cosine)
        alpha = cos1 * cos2 * np.sin(angle) / np.maximum(sine, TINY)
        square = np.maximum(1 - alpha**2, 0.0)
        middle = cosine - np.where(square > TINY, 2 * sin1 * sin2 / np.maximum(square, TINY), 0.0)
        c = FLATTENING / 16 * square * (4 + FLATTENING * (4 - 3 * square))
        inner = middle + c * cosine * (2 * middle**2 - 1)
        angle = east + (1 - c) * FLATTENING * alpha * (arc + c * sine * inner)
        if not np.any(
            np.abs(angle - before) >= SETTLED
        ):  # a point that is not a number never settles, nor needs to
            break
    found = _along(square, sine, cosine, middle, arc)
    for at in np.flatnonzero(np.abs(angle - before) >= SETTLED):
        found[at] = miles(lat, lon, float(lats[at]), float(lons[at]))
    return found


def _along(square: Scores, sine: Scores, cosine: Scores, middle: Scores, arc: Scores) -> Scores:
    """The length of an arc on the ellipsoid, in miles: the second half of Vincenty's formula, in his letters."""
    short = EQUATOR * (1 - FLATTENING)
    u = square * (EQUATOR**2 - short**2) / short**2
    a = 1 + u / 16384 * (4096 + u * (-768 + u * (320 - 175 * u)))
    b = u / 1024 * (256 + u * (-128 + u * (74 - 47 * u)))
    last = b / 6 * middle * (4 * sine**2 - 3) * (4 * middle**2 - 3)
    delta = b * sine * (middle + b / 4 * (cosine * (2 * middle**2 - 1) - last))
    length: Scores = short * a * (arc - delta)
    return length


def _scales(lat: float) -> tuple[float, float]:
    """Miles a degree of latitude and of longitude at this latitude (series of the WGS 84 ellipsoid)."""
    phi = math.radians(lat)
    north = 111.13209 - 0.56605 * math.cos(2 * phi) + 0.0012 * math.cos(4 * phi)
    east = 111.41513 * math.cos(phi) - 0.09455 * math.cos(3 * phi) + 0.00012 * math.cos(5 * phi)
    return north / 1.609344, east / 1.609344


def _east_slope(lat: float) -> float:
    """How a degree of longitude changes to half-way with each degree of latitude: good to well under UNSURE."""
    return -math.radians(111.41513 * math.sin(math.radians(lat))) / 1.609344 / 2
