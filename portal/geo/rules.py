"""Pure decisions about places: folding, parsing, distance, what is a point on earth."""

import math
import re
import unicodedata
from dataclasses import dataclass

from geopy.distance import geodesic

from portal.store import Refused

LONGEST = 200  # characters of a place anybody would type

STATES = {
    "AL": "alabama", "AK": "alaska", "AZ": "arizona", "AR": "arkansas", "CA": "california", "CO": "colorado",
    "CT": "connecticut", "DE": "delaware", "DC": "district of columbia", "FL": "florida", "GA": "georgia",
    "HI": "hawaii", "ID": "idaho", "IL": "illinois", "IN": "indiana", "IA": "iowa", "KS": "kansas",
    "KY": "kentucky", "LA": "louisiana", "ME": "maine", "MD": "maryland", "MA": "massachusetts",
    "MI": "michigan", "MN": "minnesota", "MS": "mississippi", "MO": "missouri", "MT": "montana",
    "NE": "nebraska", "NV": "nevada", "NH": "new hampshire", "NJ": "new jersey", "NM": "new mexico",
    "NY": "new york", "NC": "north carolina", "ND": "north dakota", "OH": "ohio", "OK": "oklahoma",
    "OR": "oregon", "PA": "pennsylvania", "RI": "rhode island", "SC": "south carolina", "SD": "south dakota",
    "TN": "tennessee", "TX": "texas", "UT": "utah", "VT": "vermont", "VA": "virginia", "WA": "washington",
    "WV": "west virginia", "WI": "wisconsin", "WY": "wyoming", "AS": "american samoa", "GU": "guam",
    "MP": "northern mariana islands", "PR": "puerto rico", "VI": "virgin islands", "FM": "micronesia",
    "MH": "marshall islands", "PW": "palau", "AA": "armed forces americas", "AE": "armed forces europe",
    "AP": "armed forces pacific",
}  # fmt: skip
_BY_NAME = {name: code for code, name in STATES.items()}

# The source writes these out; people do not.
_NO_WORD = re.compile("[^a-z0-9]+")
_SHORT = {"st": "saint", "ste": "sainte", "ft": "fort", "mt": "mount"}

_GAP = re.compile(r"[^a-z0-9]+")
_PAIR = re.compile(r"([^\s,;]+)\s*[,;\s]\s*([^\s,;]+)", re.ASCII)
_NUMBER = re.compile(r"[-+]?(\d{1,4}(\.\d{0,20})?|\.\d{1,20})", re.ASCII)
_NUMBERISH = re.compile(r"[-+]?(\d[\d.]*(e[-+]?\d+)?|nan|inf|infinity)", re.IGNORECASE | re.ASCII)
_ZIP = re.compile(r"(\d{5})(?:[-\s]?\d{4})?", re.ASCII)
_LAST_ZIP = re.compile(r"[\s,](\d{5})(?:-\d{4})?\s*(?:usa?)?\s*$", re.IGNORECASE | re.ASCII)
_STREET = re.compile(r"\d+[a-z]?(-\d+)?\s+\S", re.IGNORECASE | re.ASCII)


class PlaceUnknown(Refused):
    """Nothing is known under this name (422). `suggestions` are texts that `locate` would take, best first."""

    def __init__(self, text: str, suggestions: list[str] | None = None) -> None:
        super().__init__(f"We do not know the place “{text}”. Try a ZIP code, or a city and state.", "near")
        self.text = text
        self.suggestions = suggestions or []


class PlaceAmbiguous(Refused):
    """Several places have this name (422). `choices` are texts that `locate` would take."""

    def __init__(self, text: str, choices: list[str]) -> None:
        super().__init__(f"There is more than one “{text}”. Which one do you mean?", "near")
        self.text = text
        self.choices = choices


@dataclass(frozen=True)
class Located:
    """A place found. `lat`, `lon` in degrees (WGS 84), None where the gazetteer has no point for it. `approximate` means
    that less was found than was asked for: a ZIP's or city's centre in place of an address.

    `zip` and `county` are the likeliest (a city has no `zip`); `zips` and `counties` ("Davidson, TN") are all that it may
    lie in, the likeliest first: of a ZIP its own, of a city those of its ZIPs, of a point those around (see zips_around).
    The gazetteer knows one county a ZIP, the one with most of it.
    """

    text: str
    lat: float | None
    lon: float | None
    kind: str  # zip, city, point, address
    approximate: bool = False
    zip: str = ""
    city: str = ""
    county: str = ""
    state: str = ""
    time_zone: str = ""
    zips: tuple[str, ...] = ()
    counties: tuple[str, ...] = ()


def fold(text: str) -> str:
    """Lower case, no accents, no punctuation, "&" as "and", St as Saint: what names of places are compared by."""
    plain = text.replace("&", " and ").replace("'", "").replace("’", "")
    if plain.isascii():  # nearly every name, and there are 70,000 of them
        words = _NO_WORD.sub(" ", plain.lower()).split()
    else:
        plain = unicodedata.normalize("NFKD", plain).casefold()
        words = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c)).split()
    return " ".join(_SHORT.get(word, word) for word in words)


def on_earth(lat: float, lon: float) -> bool:
    """False for NaN, infinities, anything off the globe, and the point 0, 0 that means "not known" in bad data."""
    return (
        math.isfinite(lat)
        and math.isfinite(lon)
        and abs(lat) <= 90
        and abs(lon) <= 180
        and (lat, lon) != (0, 0)
    )


def miles(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Miles between two points along the ellipsoid (geopy's geodesic, WGS 84)."""
    return float(geodesic((lat1, lon1), (lat2, lon2)).miles)


def point_in(text: str) -> tuple[float, float] | None:
    """The point of a text like `36.16, -86.78`; None when it is not two numbers. Raises PlaceUnknown when the numbers
    are no point on earth (NaN, 91, 1e400; 0, 0 too)."""
    pair = _PAIR.fullmatch(text)
    if pair is None or not all(_NUMBERISH.fullmatch(part) for part in pair.groups()):
        return None
    if _ZIP.fullmatch(text):
        return None
    if not all(_NUMBER.fullmatch(part) for part in pair.groups()):
        raise PlaceUnknown(text)
    lat, lon = float(pair[1]), float(pair[2])
    if not on_earth(lat, lon):
        raise PlaceUnknown(text)
    return lat, lon


def zip_in(text: str) -> str | None:
    """The five digits when the text is a ZIP or ZIP+4 and nothing else."""
    found = _ZIP.fullmatch(text)
    return found[1] if found else None


def last_zip(text: str) -> str | None:
    """The ZIP at the end of a longer text."""
    found = _LAST_ZIP.search(text)
    return found[1] if found else None


def is_street(text: str) -> bool:
    """Whether it begins like a street address: a house number, then a word."""
    return bool(_STREET.match(text))


def split_state(folded: str) -> tuple[str, str | None]:
    """A folded text without its state, and the state's code if it ends with one: `nashville tn` -> (`nashville`, `TN`)."""
    words = folded.split()
    for size in (1, 2, 3):
        if len(words) <= size:
            break
        tail = " ".join(words[-size:])
        code = tail.upper() if size == 1 and tail.upper() in STATES else _BY_NAME.get(tail)
        # "west virginia" ends with "virginia": the longer name wins
        if code and not (size == 1 and " ".join(words[-2:]) in _BY_NAME and len(words) > 2):
            return " ".join(words[:-size]), code
    return folded, None
