"""Which ZIPs a point may lie in: centers of all ZIPs as arrays, kept by each process."""

import threading
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select

from portal.geo.models import Place
from portal.store import db

REACH = 25.0  # miles: further from any center, nothing is said about a point
SURE_ROUND = 5.0  # miles: ZIPs whose centers are this near may hold the point, whatever the nearest is
MOST = 12
MILES_A_DEGREE = 69.0

_lock = threading.Lock()
_kept: dict[str, "Centers"] = {}


@dataclass(frozen=True, eq=False)
class Centers:
    """Streets' ZIPs with a point, by latitude. `newest` is the highest number in `place` when they were read."""

    newest: int
    lat: NDArray[np.float64]  # degrees, ascending
    lon: NDArray[np.float64]
    number: NDArray[np.int64]  # of the row in `place`

    def around(self, lat: float, lon: float) -> list[tuple[int, float]]:
        """(row number, miles), nearest first: the nearest within REACH, and up to MOST whose centers are not twice as far.
        On a flat map, good to a percent at these lengths."""
        band = REACH / MILES_A_DEGREE
        first, last = np.searchsorted(self.lat, (lat - band, lat + band))
        east = (self.lon[first:last] - lon + 180) % 360 - 180
        north = self.lat[first:last] - lat
        far = MILES_A_DEGREE * np.hypot(north, east * np.cos(np.radians(lat)))
        if not len(far) or far.min() > REACH:
            return []
        (near,) = np.nonzero(far <= max(2 * float(far.min()), SURE_ROUND))
        order = near[np.lexsort((self.number[first:last][near], far[near]))][:MOST]
        return [(int(self.number[first + at]), float(far[at])) for at in order]


def zips_around(lat: float, lon: float) -> list[Any]:
    """Rows of `place` for the ZIPs that may hold the point, the likeliest first; empty where none is within REACH.

    Reads the arrays that this process keeps, and one SELECT. The arrays are read anew (some 0.1 s) when the table has
    grown or shrunk, or when the nearest row is another one now; a half-filled table is never kept.
    """
    kept = _kept.get(str(db.engine.engine.url))
    found = _rows(kept, lat, lon) if kept else None
    if found is None:
        found = _rows(_centers(), lat, lon)
    return found or []


def _rows(centers: Centers, lat: float, lon: float) -> list[Any] | None:
    """None when the table is no longer the one that was read."""
    numbers = [number for number, _far in centers.around(lat, lon)]
    newest = select(func.max(Place.number)).scalar_subquery()
    if not numbers:
        return [] if db.session.scalar(select(newest)) in (centers.newest, None) else None
    query = select(*Place.__table__.columns, newest.label("newest")).where(Place.number.in_(numbers))
    rows = {row.number: row for row in db.session.execute(query)}
    found = [rows[number] for number in numbers if number in rows]
    same = len(found) == len(numbers) and found[0].newest == centers.newest
    return found if same and _stands(centers, found[0]) else None


def forget() -> None:
    """The table was filled again: the next question reads it anew. Other processes notice by themselves."""
    _kept.clear()


def _centers() -> Centers:
    with _lock:
        made = _read(int(db.session.scalar(select(func.max(Place.number))) or 0))
        if db.session.get(Place, 1) is not None:  # the row that is written last
            _kept[str(db.engine.engine.url)] = made
    return made


def _read(newest: int) -> Centers:
    query = (
        select(Place.latitude, Place.longitude, Place.number)
        .where(Place.kind == "zip", Place.latitude.is_not(None), Place.street)
        .order_by(Place.latitude)
    )
    rows: list[Any] = [tuple(row) for row in db.session.execute(query)]
    lat, lon, number = np.array(rows, dtype=np.float64).reshape(-1, 3).T
    return Centers(newest, lat.copy(), lon.copy(), number.astype(np.int64))


def _stands(centers: Centers, row: Any) -> bool:
    (at,) = np.nonzero(centers.number == row.number)
    return len(at) == 1 and (centers.lat[at[0]], centers.lon[at[0]]) == (row.latitude, row.longitude)
