"""Areas drawn on a map: GeoJSON polygons read, checked, and asked whether they hold a point. Pure.

Format: RFC 7946 Polygon or MultiPolygon, WGS 84 degrees, longitude first. The shape of a service area in HSDS 3.1 is the
same (`extent_type` "geojson").
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from flask_babel import gettext as _
from numpy.typing import NDArray

from portal.store import Refused

LARGEST = 100_000  # characters of one shape
MOST_POINTS = 2_000
DECIMALS = 6  # of a degree: 10 cm

Ring = NDArray[np.float64]  # (points, 2): longitude, latitude; the last point is the first


@dataclass(frozen=True, eq=False)
class Shape:
    """Polygons, each an outer ring and its holes; `box` is west, south, east, north of them all."""

    polygons: tuple[tuple[Ring, ...], ...]
    box: tuple[float, float, float, float]

    def holds(self, lat: float, lon: float) -> bool:
        """Whether the point lies in one of the polygons and in none of its holes. Sides are straight on a flat map of
        degrees. Of two shapes that share a side exactly one holds a point on it. A few microseconds."""
        west, south, east, north = self.box
        if not (west <= lon <= east and south <= lat <= north):
            return False
        return any(
            _inside(outer, lat, lon) and not any(_inside(hole, lat, lon) for hole in holes)
            for outer, *holes in self.polygons
        )


def _inside(ring: Ring, lat: float, lon: float) -> bool:
    """Odd number of sides crossed on the way east. A side counts from its lower end up to, not with, its upper one."""
    x1, y1, x2, y2 = ring[:-1, 0], ring[:-1, 1], ring[1:, 0], ring[1:, 1]
    (spans,) = np.nonzero((y1 > lat) != (y2 > lat))
    if not len(spans):
        return False
    share = (lat - y1[spans]) / (y2[spans] - y1[spans])
    crossed = x1[spans] + share * (x2[spans] - x1[spans])
    return bool(np.count_nonzero(crossed > lon) % 2)


@lru_cache(maxsize=256)
def shape_of(text: str) -> Shape | None:
    """The shape of a stored text, parsed once; None when it is none, so that it holds nothing."""
    try:
        return read_shape(text)
    except Refused:
        return None


def read_shape(text: str) -> Shape:
    """The shape that a GeoJSON text draws: a Polygon or MultiPolygon, bare or as Feature or FeatureCollection. Raises
    Refused, in words for the person who pasted it."""
    if len(text) > LARGEST:
        raise _too_large()
    try:
        found: Any = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise _no_shape() from error
    polygons = [_polygon(rings) for rings in _coordinates(found)]
    if not polygons:
        raise _no_shape()
    if sum(len(ring) for rings in polygons for ring in rings) > MOST_POINTS:
        raise _too_large()
    points = np.concatenate([ring for rings in polygons for ring in rings])
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    shape = Shape(tuple(polygons), (float(west), float(south), float(east), float(north)))
    _check_whereabouts(shape)
    return shape


def shape_text(shape: Shape) -> str:
    """GeoJSON without blanks, as it is stored; `read_shape` gives the same shape back, and this the same text."""
    polygons = [[ring.tolist() for ring in rings] for rings in shape.polygons]
    made: dict[str, Any] = {"type": "MultiPolygon", "coordinates": polygons}
    if len(polygons) == 1:
        made = {"type": "Polygon", "coordinates": polygons[0]}
    return json.dumps(made, separators=(",", ":"))


def _coordinates(found: Any) -> Iterator[Any]:
    """The ring lists of every polygon named."""
    kind = found.get("type") if isinstance(found, dict) else None
    if kind == "Polygon":
        yield found.get("coordinates")
    elif kind == "MultiPolygon" and isinstance(found.get("coordinates"), list):
        yield from found["coordinates"]
    elif kind == "Feature" and isinstance(found.get("geometry"), dict):
        if found["geometry"].get("type") not in ("Polygon", "MultiPolygon"):
            raise _no_shape()
        yield from _coordinates(found["geometry"])
    elif kind == "FeatureCollection" and isinstance(found.get("features"), list):
        for feature in found["features"]:
            if not isinstance(feature, dict) or feature.get("type") != "Feature":
                raise _no_shape()
            yield from _coordinates(feature)
    else:
        raise _no_shape()


def _polygon(rings: Any) -> tuple[Ring, ...]:
    if not isinstance(rings, list) or not rings:
        raise _no_shape()
    return tuple(_ring(points) for points in rings)


def _ring(points: Any) -> Ring:
    if not isinstance(points, list):
        raise _no_shape()
    if len(points) > MOST_POINTS:
        raise _too_large()
    ring = np.array([_position(point) for point in points], dtype=np.float64).reshape(-1, 2)
    if len(ring) < 4 or not np.array_equal(ring[0], ring[-1]):
        raise Refused(
            _("A line around a map area needs at least four points, and its last point is its first.")
        )
    if np.ptp(ring[:, 0]) == 0 or np.ptp(ring[:, 1]) == 0:
        raise Refused(_("This map area has no inside."))
    return ring


def _position(point: Any) -> tuple[float, float]:
    """Longitude and latitude; a height may follow and is left out."""
    if not isinstance(point, list) or not 2 <= len(point) <= 4:
        raise _no_shape()
    if not all(isinstance(part, int | float) and not isinstance(part, bool) for part in point[:2]):
        raise _no_shape()
    try:
        lon, lat = float(point[0]), float(point[1])
    except OverflowError as error:
        raise _no_shape() from error
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise _no_shape()
    return round(lon, DECIMALS) + 0.0, round(lat, DECIMALS) + 0.0


def _check_whereabouts(shape: Shape) -> None:
    """Within a wide frame around the states and territories: numbers the wrong way round fall out of it."""
    west, south, east, north = shape.box
    american = west >= -180 and east <= -64
    pacific = west >= 130 and east <= 180
    if not (south >= -15 and north <= 72 and (american or pacific)):
        raise Refused(_("This map area is not in the United States. GeoJSON writes the longitude first."))


def _no_number(_name: str) -> float:
    raise ValueError("no JSON number")


def _no_shape() -> Refused:
    return Refused(_("This is not a map area. Paste a GeoJSON Polygon or MultiPolygon."))


def _too_large() -> Refused:
    return Refused(_("This map area is too large: at most 100 kB and 2,000 points."))
