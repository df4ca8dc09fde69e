"""From what somebody typed to a place."""

import difflib
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import func, select

from portal.geo.counties import county_in, county_key
from portal.geo.geocoder import geocode
from portal.geo.models import Place
from portal.geo.nearest import zips_around
from portal.geo.rules import (
    LONGEST,
    STATES,
    Located,
    PlaceAmbiguous,
    PlaceUnknown,
    fold,
    is_street,
    last_zip,
    point_in,
    split_state,
    zip_in,
)
from portal.store import db

MOST_CHOICES = 60
MOST_ZIPS = 500  # of a city
MOST_KEPT = 2_000  # ZIPs and cities a database

# ZIPs and cities already asked for: the gazetteer does not change while a process runs. Addresses and points are not kept.
_kept: WeakKeyDictionary[Any, OrderedDict[tuple[str, str | None], Located]] = WeakKeyDictionary()


def locate(text: str, state: str | None = None, suggest: bool = True) -> Located:
    """The place that a text names: a ZIP, `City, ST`, a city, `lat, lon`, or an address.

    A city's name alone means the one in `state` (the community's own) if there is one. An address is asked of
    PORTAL_GEOCODER when that is set; without it, or when it fails, its ZIP or city answers with `approximate` True.
    Raises PlaceUnknown (with suggestions, unless `suggest` is False: looking for them is the slow part) or PlaceAmbiguous (with choices). Writes only the geocoder's cache.
    """
    text = " ".join(text.split())
    if not text or len(text) > LONGEST:
        raise PlaceUnknown(text[:LONGEST])
    point = point_in(text)
    if point:
        return _point(text, point, "point", nearest_zip(*point))
    if is_street(text) and not zip_in(text):
        return _address(text, state)
    kept = _kept.setdefault(db.session.get_bind(), OrderedDict())
    found = kept.get((text, state))
    if found is None:
        code = zip_in(text) or last_zip(text)
        found = _zip_or_unknown(code, text) if code else _city(text, state, suggest)
        kept[text, state] = found
        if len(kept) > MOST_KEPT:
            kept.popitem(last=False)
    return found


def zip_centre(code: str) -> Located | None:
    """A ZIP's centre, county, state and time zone; None when there is no such ZIP. lat and lon are None without a point."""
    return zip_centres([code]).get(code)


def zip_centres(codes: Iterable[str]) -> dict[str, Located]:
    """The same for many, in few SELECTs; an unknown ZIP is absent."""
    wanted = sorted(set(codes))
    found: dict[str, Located] = {}
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        rows = db.session.scalars(select(Place).where(Place.kind == "zip", Place.code.in_(part)))
        found.update((row.code, _located(row, row.code)) for row in rows)
    return found


def nearest_zip(lat: float, lon: float) -> Located | None:
    """What the gazetteer knows about a bare point: the nearest ZIP's, `zips` and `counties` being all those around.

    None further than 25 miles from any center. Roughly true, as a ZIP has one center and no border here: of points within
    3 miles of a center 94 in 100 get their true county and 99 their true state; within 8 miles 88 and 99 (3,000 random
    points each, held against county shapes of 2009). Another 2 to 8 in 100 find it among `counties`.
    """
    rows = zips_around(lat, lon)
    if not rows:
        return None
    return replace(
        _located(rows[0], rows[0].code), zips=tuple(row.code for row in rows), counties=_counties(rows)
    )


def counties_of(state: str) -> list[str]:
    """Every county of a state (two letters) as the gazetteer spells it, without "County", by name."""
    return sorted(set(_county_spellings(state).values()))


def county_named(text: str) -> str | None:
    """`Davidson, TN`, the gazetteer's spelling of "Davidson County, Tennessee"; None for a county that it does not know.
    "Norfolk, VA", where there is no such county, is the city that counts as one."""
    found = county_in(text)
    if found is None:
        return None
    key, state = found
    spelled = _county_spellings(state)
    name = spelled.get(key) or spelled.get(key + "city")
    return f"{name}, {state}" if name else None


def _county_spellings(state: str) -> dict[str, str]:
    """County key -> the spelling that most ZIPs of the state have."""
    query = (
        select(Place.county)
        .where(Place.kind == "zip", Place.state == state, Place.county != "")
        .group_by(Place.county)
        .order_by(func.count(), Place.county)
    )
    return {county_key(county): county for county in db.session.scalars(query)}


def _zip_or_unknown(code: str, text: str) -> Located:
    place = db.session.scalar(select(Place).where(Place.kind == "zip", Place.code == code))
    if place is None:
        near = (
            select(Place)
            .where(Place.kind == "zip", Place.code.like(code[:4] + "%"))
            .order_by(Place.code)
            .limit(3)
        )
        raise PlaceUnknown(text, [row.code for row in db.session.scalars(near)])
    return _located(place, text)


def _city(text: str, own_state: str | None, suggest: bool) -> Located:
    name, state = split_state(fold(text))
    found = _cities(name, state)
    if not found and state:  # "Kansas" may belong to the name: Arkansas City, Kansas City ...
        found = _cities(fold(text), None)
    if len(found) > 1 and own_state:
        found = [place for place in found if place.state == own_state] or found
    if not found or _is_only_a_state(fold(text), found, own_state):
        raise PlaceUnknown(text, _suggestions(name, state or own_state) if suggest else [])
    if len(found) > 1:
        raise PlaceAmbiguous(text, [_title(place) for place in found][:MOST_CHOICES])
    return _with_zips(found[0], _located(found[0], text))


def _with_zips(city: Place, place: Located) -> Located:
    query = (
        select(Place.code, Place.county, Place.state)
        .where(Place.kind == "zip", Place.folded == city.folded, Place.state == city.state)
        .limit(MOST_ZIPS)
    )  # ordered here: asked to, SQLite would walk through all codes, 20 ms
    rows = sorted(db.session.execute(query), key=lambda row: (row.county != city.county, row.code))
    return replace(place, zips=tuple(row.code for row in rows), counties=_counties([city, *rows]))


def _counties(rows: Iterable[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"{row.county}, {row.state}" for row in rows if row.county))


def _is_only_a_state(folded: str, found: list[Place], own_state: str | None) -> bool:
    """Whether "Tennessee" was typed, which is a hamlet in Illinois too."""
    code = next((code for code, name in STATES.items() if name == folded), None)
    return code is not None and len(found) == 1 and found[0].state not in (code, own_state)


def _cities(name: str, state: str | None) -> list[Place]:
    query = select(Place).where(Place.kind == "city", Place.folded == name).order_by(Place.state)
    return list(db.session.scalars(query.where(Place.state == state) if state else query))


def _address(text: str, own_state: str | None) -> Located:
    fallback = _zip_or_city_of(text, own_state)
    point = geocode(text)
    if point:
        said = fallback if fallback and fallback.zip else nearest_zip(*point) or fallback
        return _point(text, point, "address", said)
    if fallback is None:
        raise PlaceUnknown(text, [])
    return fallback


def _zip_or_city_of(text: str, own_state: str | None) -> Located | None:
    """What an address says about itself: its ZIP, or the city it ends with."""
    code = last_zip(text)
    place = db.session.scalar(select(Place).where(Place.kind == "zip", Place.code == code)) if code else None
    if place is None:
        name, state = split_state(fold(text.removesuffix(code) if code else text))
        words = name.split()
        for size in (4, 3, 2, 1):
            found = _cities(" ".join(words[-size:]), state or own_state) if size < len(words) else []
            if len(found) == 1:
                place = found[0]
                break
    if place is None:
        return None
    said = _located(place, text, approximate=True)
    return said if said.zip else _with_zips(place, said)


def _suggestions(name: str, state: str | None) -> list[str]:
    """Cities spelled alike: of the state when one is known, else of those that begin with the same two letters."""
    query = select(Place).where(Place.kind == "city")
    if state in STATES:
        query = query.where(Place.state == state)
    else:
        query = query.where(Place.folded.startswith(name[:2], autoescape=True)).limit(2000)
    cities = {place.folded: place for place in db.session.scalars(query)}
    return [
        _title(cities[folded])
        for folded in difflib.get_close_matches(name[:40], list(cities), n=3, cutoff=0.75)
    ]


def _title(place: Place) -> str:
    return f"{place.code}, {place.state}"


def _point(text: str, point: tuple[float, float], kind: str, about: Located | None) -> Located:
    """An exact point, and what the gazetteer knows about where it is."""
    nowhere = Located(text=text, lat=None, lon=None, kind=kind)
    return replace(about or nowhere, text=text, lat=point[0], lon=point[1], kind=kind, approximate=False)


def _located(place: Any, text: str, approximate: bool = False) -> Located:
    is_zip = place.kind == "zip"
    return Located(
        text=text,
        lat=place.latitude,
        lon=place.longitude,
        kind=place.kind,
        approximate=approximate,
        zip=place.code if is_zip else "",
        city=place.folded.title() if is_zip else place.code,
        county=place.county,
        state=place.state,
        time_zone=place.time_zone,
        zips=(place.code,) if is_zip else (),
        counties=_counties([place]),
    )
