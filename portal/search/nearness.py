"""Which listings are near a place, fast: square degrees first, then a flat-earth distance exact to about 0.1 %."""

import math

from portal.geo import miles
from portal.search.facts import Facts

MILES_A_DEGREE = 69.0  # of latitude, a little less than the least (68.7-69.4), so that no square is missed
FLAT_UNTIL = 120  # miles; further out the earth's roundness counts
UNSURE = 0.006  # share of the radius by which either quick distance may be wrong, generously
UNSURE_MILES = 0.1  # by which the finer one may be
EQUATOR, FLATTENING = 3963.190592, 1 / 298.257223563  # WGS 84, miles


def near_rows(facts: Facts, lat: float, lon: float, within: float) -> dict[int, float]:
    """Row -> miles, for every listing with a point at most `within` miles away."""
    reach = within / (MILES_A_DEGREE - 0.5)
    wide = min(180.0, reach / max(0.02, math.cos(math.radians(min(89.0, abs(lat) + reach)))))
    lats, lons = facts.columns["lat"], facts.columns["lon"]
    (north, east), slope = _scales(lat), _east_slope(lat)
    found: dict[int, float] = {}
    for square in _squares(lat, lon, reach, wide):
        for row in facts.grid.get(square, ()):
            dlat = lats[row] - lat
            dlon = (lons[row] - lon + 180) % 360 - 180
            if within > FLAT_UNTIL:
                distance = _great_circle(lat, lats[row], dlon)
            else:
                distance = math.hypot(dlat * north, dlon * (east + dlat * slope))
            if abs(distance - within) < UNSURE * within:
                distance = _lambert(lat, lats[row], dlon)
                if abs(distance - within) < UNSURE_MILES:
                    distance = miles(lat, lon, lats[row], lons[row])
            if distance <= within:
                found[row] = distance
    return found


def _squares(lat: float, lon: float, reach: float, wide: float) -> list[tuple[int, int]]:
    rows = range(math.floor(lat - reach), math.floor(lat + reach) + 1)
    first, last = math.floor(lon - wide), math.floor(lon + wide)
    columns = {(at + 180) % 360 - 180 for at in range(first, min(last, first + 359) + 1)}
    return [(row, column) for row in rows for column in columns]


def _scales(lat: float) -> tuple[float, float]:
    """Miles a degree of latitude and of longitude at this latitude (series of the WGS 84 ellipsoid)."""
    phi = math.radians(lat)
    north = 111.13209 - 0.56605 * math.cos(2 * phi) + 0.0012 * math.cos(4 * phi)
    east = 111.41513 * math.cos(phi) - 0.09455 * math.cos(3 * phi) + 0.00012 * math.cos(5 * phi)
    return north / 1.609344, east / 1.609344


def _east_slope(lat: float) -> float:
    """How the miles of a degree of longitude change half way to a point one degree further north."""
    return -0.5 * math.radians(1) * 111.32 * math.sin(math.radians(lat)) / 1.609344


def _great_circle(lat: float, other: float, dlon: float) -> float:
    a, b, c = math.radians(lat), math.radians(other), math.radians(dlon)
    half = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(c / 2) ** 2
    return 2 * 3958.7613 * math.asin(min(1.0, math.sqrt(half)))


def _lambert(lat: float, other: float, dlon: float) -> float:
    """Great circle on reduced latitudes with Lambert's correction: within some 50 m of the geodesic at these lengths."""
    a, b = (math.atan((1 - FLATTENING) * math.tan(math.radians(angle))) for angle in (lat, other))
    half = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(math.radians(dlon) / 2) ** 2
    arc = 2 * math.asin(min(1.0, math.sqrt(half)))
    if arc < 1e-9:
        return 0.0
    middle, apart = (a + b) / 2, (b - a) / 2
    x = (arc - math.sin(arc)) * (math.sin(middle) * math.cos(apart) / math.cos(arc / 2)) ** 2
    y = (arc + math.sin(arc)) * (math.cos(middle) * math.sin(apart) / math.sin(arc / 2)) ** 2
    return EQUATOR * (arc - FLATTENING / 2 * (x + y))
