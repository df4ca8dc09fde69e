"""Filling the gazetteer from the `zipcodes` package."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any
from zoneinfo import available_timezones

import zipcodes
from sqlalchemy import delete, func, insert, select

from portal.geo.models import Place
from portal.geo.nearest import forget
from portal.geo.rules import fold, on_earth
from portal.store import write

BATCH = 1500  # rows a transaction: well under the 200 ms that others may be made to wait
LAST = 1  # the row written last: where it stands, the table is whole


def load_gazetteer(again: bool = False) -> int:
    """Fill `place` with every ZIP of the package and the cities that they make; returns how many rows stand there.

    A filled table is left alone (so it may be called at each start) unless `again`, as after a new release of the package.
    Written in short transactions; one that was cut short is finished by the next call.
    872 ZIPs have no point in the source (military mail, mostly) and get none here; a city's point is the mean of its ZIPs'.
    """
    if not again:
        with write() as session:
            if session.get(Place, LAST) is not None:
                return int(session.scalar(select(func.count()).select_from(Place)) or 0)
    rows = [row | {"number": number} for number, row in enumerate(_rows(), start=LAST)]
    for end in range(len(rows), 0, -BATCH):
        part = rows[max(0, end - BATCH) : end]
        with write() as session:
            session.execute(delete(Place).where(Place.number.between(part[0]["number"], part[-1]["number"])))
            session.connection().execute(insert(Place), part)  # past the unit of work
    with write() as session:
        session.execute(delete(Place).where(Place.number > len(rows)))
    forget()
    return len(rows)


def _rows() -> Iterator[dict[str, Any]]:
    cities: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    zones = available_timezones()
    package: Any = zipcodes  # it calls itself typed, and is not
    for digit in "0123456789":  # a tenth at a time: the package's own full list would stay in memory
        for source in package.similar_to(digit):
            row = _zip_row(source, zones)
            cities[row["folded"], row["state"]].append(row | {"code": source["city"]})
            yield row
    for (folded, _state), members in cities.items():
        yield _city_row(folded, members)


def _zip_row(source: dict[str, Any], zones: set[str]) -> dict[str, Any]:
    lat, lon = float(source["lat"] or 0), float(source["long"] or 0)
    known = on_earth(lat, lon)
    return {
        "kind": "zip",
        "code": source["zip_code"],
        "folded": fold(source["city"]),
        "state": source["state"],
        "county": source["county"].removesuffix(" County"),
        "latitude": lat if known else None,
        "longitude": lon if known else None,
        "time_zone": source["timezone"] if source["timezone"] in zones else "",
        "street": source["zip_code_type"] == "STANDARD",
    }


def _city_row(folded: str, members: list[dict[str, Any]]) -> dict[str, Any]:
    placed = [row for row in members if row["latitude"] is not None]
    first = (placed or members)[0]
    return first | {
        "kind": "city",
        "folded": folded,
        "street": True,
        "county": Counter(row["county"] for row in members).most_common(1)[0][0],
        "latitude": sum(row["latitude"] for row in placed) / len(placed) if placed else None,
        "longitude": sum(row["longitude"] for row in placed) / len(placed) if placed else None,
    }
