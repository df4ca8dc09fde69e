"""Which ZIPs a point may lie in: centers of all ZIPs as arrays, kept by each process."""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select

from portal.geo.models import Place
from portal.store import clock, db

REACH = 25.0  # miles: further from any center, nothing is said about a point
SURE_ROUND = 5.0  # miles: ZIPs whose centers are this near may hold the point, whatever the nearest is
MOST = 12
MILES_A_DEGREE = 69.0

MOST_ROWS = 5000  # of `place` that a process keeps; forgotten together when there are more
LOOKED_AGAIN = timedelta(minutes=1)

_lock = threading.Lock()
_kept: "WeakKeyDictionary[Any, Centers]" = WeakKeyDictionary()


@dataclass(eq=False)
class Centers:
    """Streets' ZIPs with a point, by latitude. `newest` is the highest number in `place` when they were read."""

    newest: int
    lat: NDArray[np.float64]  # degrees, ascending
    lon: NDArray[np.float64]
    number: NDArray[np.int64]  # of the row in `place`
    rows: dict[int, Any] = field(default_factory=dict)  # those asked for lately
    looked: datetime = field(default_factory=clock.now)  # when the table was last the same

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

    Reads the arrays and the rows that this process keeps; once a minute it asks whether the table is still the one that
    they were read from. Reading them anew takes some 0.1 s; a half-filled table is never kept.
    """
    kept = _kept.get(db.session.get_bind())
    if kept is None or clock.now() - kept.looked > LOOKED_AGAIN:
        kept = _centers(kept)
    numbers = [number for number, _far in kept.around(lat, lon)]
    missing = [number for number in numbers if number not in kept.rows]
    if missing:
        if len(kept.rows) > MOST_ROWS:
            kept.rows.clear()
        query = select(*Place.__table__.columns).where(Place.number.in_(missing))
        kept.rows.update({row.number: row for row in db.session.execute(query)})
    return [kept.rows[number] for number in numbers if number in kept.rows]


def forget() -> None:
    """The table was filled again: the next question reads it anew. Other processes notice within a minute."""
    _kept.clear()


def _centers(kept: Centers | None) -> Centers:
    with _lock:
        newest = int(db.session.scalar(select(func.max(Place.number))) or 0)
        if kept and kept.newest == newest:
            kept.looked = clock.now()
            return kept
        made = _read(newest)
        if db.session.get(Place, 1) is not None:  # the row that is written last
            _kept[db.session.get_bind()] = made
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
