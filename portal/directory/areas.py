"""Service areas in plain words: `37203, 37207; Davidson County, TN; All of TN; The whole country`, read and written.

A polygon stands in the text as `Map area 1f0c9a2e: North side`, so that an editor may keep it or take it out; a steward puts
one in by pasting GeoJSON, with or without a name before it. Of a confidential listing ZIPs and polygons are neither taken
nor shown nor used: either says too much about where the place is.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple

from portal import geo
from portal.store import Refused
from portal.store.language import gettext as _

FIELD = "service_areas"
WIDE = ("county", "state", "nation")  # what may be said of a confidential listing
MOST = 500
LONGEST_NAME = 80
EVERYWHERE = frozenset(
    [
        "the whole country",
        "whole country",
        "nationwide",
        "us",
        "usa",
        "u s",
        "u s a",
        "united states",
        "the united states",
    ]
)  # folded

_MAP_AREA = re.compile(r"map area ([0-9a-f]{8})(?:\s*:.*)?", re.IGNORECASE)
_ZIP = re.compile(r"(\d{5})(?:-\d{4})?", re.ASCII)
_ZIP_WORD = re.compile(r"zips?(?: codes?)?:?\s+(?=\d)", re.IGNORECASE)  # there are places called Zip
_ALL_OF = re.compile(r"(?:all|the whole|the state) of\s+", re.IGNORECASE)


class Area(NamedTuple):
    """One service area. `kind` is an extent type of the table, or `map`: a polygon that stands already, by its mark."""

    kind: str
    extent: str
    name: str = ""


def area_words(kind: str, extent: str, name: str) -> str:
    """For a page: `Davidson County, TN`, `ZIP 37203`, `All of TN`, the name of a polygon."""
    if kind == "nation":
        return _("The whole country")
    if kind == "zip":
        return _("ZIP %(zip)s", zip=extent)
    if kind == "state":
        return name or _("All of %(state)s", state=extent)
    if kind == "polygon":
        return name or _("An area on a map")
    county, _comma, state = extent.partition(",")
    if name or not state.strip():
        return name or extent
    return geo.county_words(county.removesuffix(" County").strip(), state.strip())


def areas_text(areas: Iterable[Area]) -> str:
    """As an editor sees and changes them: ZIPs, counties, states, country, map areas, each in order. `split_areas` reads it."""
    held = sorted(areas)
    pieces = [", ".join(dict.fromkeys(area.extent for area in held if area.kind == "zip"))]
    pieces += dict.fromkeys(area_words("county", area.extent, "") for area in held if area.kind == "county")
    pieces += dict.fromkeys(f"All of {area.extent}" for area in held if area.kind == "state")
    pieces += ["The whole country"] if any(area.kind == "nation" for area in held) else []
    pieces += [_map_words(area) for area in held if area.kind in ("map", "polygon")]
    return "; ".join(filter(None, pieces))


def typed_text(areas: Sequence[Area], standing: Sequence[Area] = ()) -> str:
    """The same for areas as typed: a polygon that does not stand yet is written as GeoJSON."""
    pasted = sorted(area for area in areas if area.kind == "polygon" and area not in standing)
    others = areas_text(area for area in areas if area not in pasted)
    return "; ".join(filter(None, [others, *(f"{area.name} {area.extent}".strip() for area in pasted)]))


def split_areas(text: str) -> list[Area]:
    """What a text means, each area once. Pure: the gazetteer is asked by `known_areas`. Raises Refused(…, FIELD)."""
    found: dict[Area, None] = {}
    for piece, drawn in _pieces(text):
        if drawn is not None:
            found[Area("polygon", drawn, _name(piece))] = None
        elif piece:
            found.update(dict.fromkeys(_read(piece)))
    if len(found) > MOST:
        raise Refused(
            _("Too many areas: at most %(most)s. Name a county or a state instead.", most=MOST), FIELD
        )
    return list(found)


def clean_areas(text: str, confidential: bool) -> str:
    """The text as it may be kept, apart from what only the gazetteer knows. Raises Refused(…, FIELD)."""
    areas = split_areas(text)
    if confidential and any(area.kind not in WIDE for area in areas):
        raise Refused(
            _("This place is confidential. Write counties, states or the whole country; a ZIP or a map says too much."),
            FIELD,
        )  # fmt: skip
    return typed_text(areas)


def known_areas(text: str, standing: Sequence[Area], may_draw: bool) -> list[Area]:
    """What a clean text means beside what stands: map areas found again, counties in the gazetteer's spelling.

    Reads the gazetteer. Raises Refused(…, FIELD) for a new ZIP or county that it does not know, a map area that does not
    stand, and a pasted one unless `may_draw`. What stands is never questioned.
    """
    drawn = {area_mark(area.extent): area for area in standing if area.kind == "polygon"}
    areas = split_areas(text)
    stand = {area.extent for area in standing if area.kind == "zip"}
    _check_zips([area.extent for area in areas if area.kind == "zip" and area.extent not in stand])
    found: dict[Area, None] = {}
    for area in areas:
        if area.kind == "map" and area.extent not in drawn:
            raise Refused(_("This map area is not there anymore. Take its line out."), FIELD)
        mark = area.extent if area.kind == "map" else area_mark(area.extent)
        if area.kind == "polygon" and mark not in drawn and not may_draw:
            raise Refused(_("Only a steward can paste a map area. Name ZIPs, counties or states."), FIELD)
        if area.kind in ("map", "polygon"):
            found[drawn.get(mark, area)] = None
        else:
            found[_county(area, standing) if area.kind == "county" else area] = None
    return list(found)


def holds(area: Mapping[str, Any], place: geo.Located) -> int:
    """How closely a community's `area` holds a place: 3 by a ZIP, 2 by a county, 1 by a state that names neither, 0 not.

    Of a city one ZIP is enough. Counties are those of the area's state, however they are spelled.
    """
    zips, counties, state = set(area.get("zips") or ()), area.get("counties") or (), area.get("state") or ""
    if zips & ({place.zip} if place.zip else set(place.zips)):
        return 3
    key = geo.county_in(f"{place.county}, {place.state}") if place.county else None
    if key and any(geo.county_in(f"{county}, {state}") == key for county in counties):
        return 2
    return int(bool(state) and not zips and not counties and geo.state_code(state) == place.state)


def area_mark(extent: str) -> str:
    """Eight letters that stand for a polygon in a text."""
    return hashlib.sha256(extent.encode()).hexdigest()[:8]


def _pieces(text: str) -> Iterator[tuple[str, str | None]]:
    """(words, None), or (the words before it, GeoJSON) for each pasted polygon."""
    at = 0
    while (start := text.find("{", at)) >= 0:
        *words, name = re.split(r"[;\n]", text[at:start])
        yield from ((piece.strip(), None) for piece in words)
        try:
            at = json.JSONDecoder().raw_decode(text, start)[1]
            yield name.strip(), geo.shape_text(geo.read_shape(text[start:at]))
        except (ValueError, RecursionError) as error:
            raise Refused(
                _("This is not a map area. Paste a GeoJSON Polygon or MultiPolygon."), FIELD
            ) from error
        except Refused as refused:
            raise Refused(refused.reason, FIELD) from refused
    yield from ((piece.strip(), None) for piece in re.split(r"[;\n]", text[at:]))


def _read(piece: str) -> Iterator[Area]:
    """One piece between semicolons: a country, a map area, or ZIPs, states and counties with commas."""
    drawn = _MAP_AREA.fullmatch(piece)
    if drawn:
        yield Area("map", drawn[1].lower())
        return
    if geo.fold(piece) in EVERYWHERE:
        yield Area("nation", "US")
        return
    waiting: list[str] = []  # counties whose state has not come yet
    parts = [part.strip() for part in _ZIP_WORD.sub("", piece, count=1).split(",")]
    for part, after in zip(parts, [*parts[1:], ""], strict=True):
        words = part.split()
        if words and all(word[0].isdigit() for word in words):
            yield from (Area("zip", _zip(word)) for word in words)
            continue
        state = geo.state_code(_ALL_OF.sub("", part))
        if state and waiting:
            yield from (_typed_county(f"{name}, {state}") for name in waiting)
            waiting = []
        elif state and (
            len(after) != 2 or len(part) == 2 or _ALL_OF.match(part)
        ):  # "Washington, OR" is a county
            yield Area("state", state)
        elif part:
            waiting.append(part)
    yield from (_typed_county(name) for name in waiting)


def _zip(word: str) -> str:
    found = _ZIP.fullmatch(word)
    if not found:
        raise Refused(_("A ZIP has five digits: %(word)s.", word=word[:20]), FIELD)
    return found[1]


def _typed_county(text: str) -> Area:
    found = geo.county_in(text)
    if found is None:
        raise Refused(
            _("Write a county with its state, like Davidson County, TN: %(words)s.", words=text[:60]), FIELD
        )
    state = found[1]
    name = text.rpartition(",")[0] if "," in text else re.sub(r"\s+\S+$", "", text)
    name = re.sub(r"\s+(county|co\.?|cnty)$", "", " ".join(name.split()), flags=re.IGNORECASE)
    return Area("county", f"{name}, {state}")


def _county(area: Area, standing: Sequence[Area]) -> Area:
    key = geo.county_in(area.extent)
    for other in standing:
        if other.kind == "county" and geo.county_in(other.extent) == key:
            return other
    spelled = geo.county_named(area.extent)
    if spelled is None:
        name, _comma, state = area.extent.partition(",")
        near = get_close_matches(name, geo.counties_of(state.strip()), n=1, cutoff=0.6)
        sentence = _("We do not know this county: %(county)s.", county=area_words(*area)[:60])
        if near:
            sentence += " " + _("Do you mean %(county)s?", county=geo.county_words(near[0], state.strip()))
        raise Refused(sentence, FIELD)
    return area._replace(extent=spelled)


def _check_zips(codes: Sequence[str]) -> None:
    known = geo.zip_centres(codes)
    for code in codes:
        if code not in known:
            raise Refused(_("We do not know this ZIP: %(zip)s.", zip=code), FIELD)


def _name(typed: str) -> str:
    name = " ".join(typed.rstrip(":").split())
    if len(name) > LONGEST_NAME or "}" in name:
        raise Refused(
            _("Give the map area a short name: at most %(most)s letters.", most=LONGEST_NAME), FIELD
        )
    return name


def _map_words(area: Area) -> str:
    mark = area.extent if area.kind == "map" else area_mark(area.extent)
    name = " ".join(re.sub(r"[;{}\n]", " ", area.name).split())
    return f"Map area {mark}: {name}" if name else f"Map area {mark}"
