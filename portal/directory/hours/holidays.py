"""Holidays on which a place says that it is closed: by name, or as a whole by law of the country or the state. No database.

A listing keeps them as codes: `state` (the public holidays of the state it lies in), `federal`, `major`, or single ones,
`thanksgiving,christmas`. The days come from the library `holidays`, with the weekday on which a weekend's holiday is kept.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache, lru_cache

import holidays
from dateutil.easter import easter
from flask_babel import lazy_gettext as _l

STATE, FEDERAL, MAJOR = "state", "federal", "major"
MAJOR_ONES = ("new_year", "memorial", "independence", "labor", "thanksgiving", "christmas")
GROUP_LABELS = {
    STATE: _l("Public holidays"),
    FEDERAL: _l("Federal holidays"),
    MAJOR: _l("Major holidays"),
}
LABELS = {
    "new_year": _l("New Year's Day"),
    "mlk": _l("Martin Luther King Jr. Day"),
    "lincoln": _l("Lincoln's Birthday"),
    "presidents": _l("Presidents' Day"),
    "pulaski": _l("Casimir Pulaski Day"),
    "cesar_chavez": _l("Cesar Chavez Day"),
    "good_friday": _l("Good Friday"),
    "easter": _l("Easter"),
    "memorial": _l("Memorial Day"),
    "juneteenth": _l("Juneteenth"),
    "independence": _l("Independence Day"),
    "labor": _l("Labor Day"),
    "columbus": _l("Columbus Day"),
    "election": _l("Election Day"),
    "veterans": _l("Veterans Day"),
    "thanksgiving": _l("Thanksgiving"),
    "day_after_thanksgiving": _l("Day after Thanksgiving"),
    "christmas_eve": _l("Christmas Eve"),
    "christmas": _l("Christmas Day"),
    "new_year_eve": _l("New Year's Eve"),
}
# In English whatever the page's language: what the edit page writes out is read again.
ENGLISH = {
    "new_year": "New Year's Day",
    "mlk": "Martin Luther King Jr. Day",
    "lincoln": "Lincoln's Birthday",
    "presidents": "Presidents' Day",
    "pulaski": "Casimir Pulaski Day",
    "cesar_chavez": "Cesar Chavez Day",
    "good_friday": "Good Friday",
    "easter": "Easter",
    "memorial": "Memorial Day",
    "juneteenth": "Juneteenth",
    "independence": "Independence Day",
    "labor": "Labor Day",
    "columbus": "Columbus Day",
    "election": "Election Day",
    "veterans": "Veterans Day",
    "thanksgiving": "Thanksgiving",
    "day_after_thanksgiving": "Day after Thanksgiving",
    "christmas_eve": "Christmas Eve",
    "christmas": "Christmas Day",
    "new_year_eve": "New Year's Eve",
}
CODES = (*GROUP_LABELS, *LABELS)
# What the library calls those that the whole country keeps.
_FEDERAL_NAMES = {
    "new_year": "New Year's Day",
    "mlk": "Martin Luther King",
    "presidents": "Washington's Birthday",
    "memorial": "Memorial Day",
    "juneteenth": "Juneteenth",
    "independence": "Independence Day",
    "labor": "Labor Day",
    "columbus": "Columbus Day",
    "veterans": "Veterans Day",
    "thanksgiving": "Thanksgiving",
    "christmas": "Christmas Day",
}
# How people write them, in the folded words of reading.py; the longer first.
WRITTEN = {
    "new_year_eve": r"new year'?s? eve|nochevieja|fin de ano",
    "new_year": r"new year'?s?(?: day)?|ano nuevo",
    "mlk": r"(?:dr\.? )?martin luther king,?(?: jr\.?)?,?(?:'s)?(?: birthday| day)*|mlk(?: jr\.?)?(?: birthday| day)*",
    "lincoln": r"(?:abraham )?lincoln'?s? (?:birthday|day)",
    "presidents": r"president'?s?'? day|(?:george )?washington'?s? birthday",
    "pulaski": r"(?:casimir )?pulaski'?s?(?: day)?",
    "cesar_chavez": r"cesar chavez(?: day)?",
    "good_friday": r"good friday|viernes santo",
    "easter": r"easter(?: sunday)?|domingo de pascua",
    "memorial": r"memorial day",
    "juneteenth": r"juneteenth(?: national independence day)?",
    "independence": r"independence day|(?:the )?(?:4th|fourth) of july|july (?:4th|fourth|4)(?!\d)",
    "labor": r"labou?r day",
    "columbus": r"columbus day|indigenous peoples?'? day",
    "election": r"election day",
    "veterans": r"veteran'?s?'? day",
    "day_after_thanksgiving": r"(?:the )?(?:day|friday) after thanksgiving(?: day)?",
    "thanksgiving": r"thanksgiving(?: day)?|(?:dia de )?accion de gracias",
    "christmas_eve": r"christmas eve|nochebuena",
    "christmas": r"christmas(?: day)?|x-?mas|navidad",
}


def clean_codes(codes: str) -> str:
    """Known codes, each once, in the order of the year; empty for none."""
    found = {code.strip() for code in codes.split(",")}
    return ",".join(code for code in CODES if code in found)


def closed_words(codes: str) -> str:
    """`Public holidays`, `Thanksgiving, Christmas Day`: in the words of the moment."""
    labels = GROUP_LABELS | LABELS
    return ", ".join(str(labels[code]) for code in clean_codes(codes).split(",") if code)


def closed_in_english(codes: str) -> str:
    """`Closed on public holidays.` for the notes of a schedule that goes out; empty for none. closed_on_in reads it again."""
    groups = {STATE: "public holidays", FEDERAL: "federal holidays", MAJOR: "major holidays"}
    names = [groups.get(code) or ENGLISH[code] for code in clean_codes(codes).split(",") if code]
    return f"Closed on {', '.join(names)}." if names else ""


@lru_cache(5000)
def closed_on_in(text: str) -> str:
    """The other way, from words beside a schedule: `The service is not available on public holidays.` Codes, empty for none."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("’", "'"))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    found: list[str] = []
    for said in _CLOSED.finditer(plain):
        at = said.end()
        while one := _ONE.match(plain, at):
            kind = next((name for name, value in one.groupdict().items() if value is not None), "")
            found.append({"any": STATE}.get(kind, kind))
            at = one.end()
    return clean_codes(",".join(found))


@lru_cache(2000)
def closed_days(codes: str, state: str, year: int) -> frozenset[date]:
    """The days of a year that these codes mean, at a place in this state (two letters; unknown ones keep federal days)."""
    found: set[date] = set()
    for code in clean_codes(codes).split(","):
        found |= _days(code, state, year)
    return frozenset(found)


def holiday_name(codes: str, state: str, day: date) -> str:
    """What is kept on this day, of these codes: `Labor Day`; empty when nothing is."""
    for code in (*LABELS, *GROUP_LABELS):
        wanted = code in LABELS and {code, FEDERAL, STATE, MAJOR} & set(codes.split(","))
        if wanted and day in _days(code, state, day.year) and day in closed_days(codes, state, day.year):
            return str(LABELS[code])
    return ""


@lru_cache(5000)
def _days(code: str, state: str, year: int) -> frozenset[date]:
    if code == STATE:
        return frozenset(_of_law(state if state in _STATES else "", year))
    if code == FEDERAL:
        return frozenset(_of_law("", year))
    if code == MAJOR:
        return frozenset().union(*(_days(each, state, year) for each in MAJOR_ONES))
    if code in _FEDERAL_NAMES:
        name = _FEDERAL_NAMES[code]
        return frozenset(day for day, words in _of_law("", year).items() if words.startswith(name))
    made = _MADE.get(code)
    return frozenset((made(year),)) if made else frozenset()


_STATES = frozenset(holidays.list_supported_countries()["US"])


@cache
def _of_law(state: str, year: int) -> dict[date, str]:
    """Public holidays with the days on which they are kept, from the package `holidays`."""
    return dict(holidays.country_holidays("US", subdiv=state or None, years=year).items())


def _nth(year: int, month: int, weekday: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


_MADE: dict[str, Callable[[int], date]] = {
    "lincoln": lambda year: date(year, 2, 12),
    "pulaski": lambda year: _nth(year, 3, 0, 1),
    "cesar_chavez": lambda year: date(year, 3, 31),
    "good_friday": lambda year: easter(year) - timedelta(days=2),
    "easter": lambda year: easter(year),
    "election": lambda year: _nth(year, 11, 0, 1) + timedelta(days=1),
    "day_after_thanksgiving": lambda year: _nth(year, 11, 3, 4) + timedelta(days=1),
    "christmas_eve": lambda year: date(year, 12, 24),
    "new_year_eve": lambda year: date(year, 12, 31),
}
_CLOSED = re.compile(
    r"\b(?:closed|not (?:available|open)|unavailable|except(?: for| on)?|excluding|cerrado)(?: on| for| during| los| el)*[: ]+"
)
_ONE = re.compile(
    r"[\s,;&]*(?:and |y )?(?:the |all )*(?:"
    r"(?P<federal>federal holidays?)|(?P<major>major holidays?)"
    r"|(?P<any>(?:(?:public|legal|state|bank|national|government|observed|and|federal) )*holidays?|(?:dias )?(?:feriados|festivos))|"
    + "|".join(f"(?P<{code}>{pattern})" for code, pattern in WRITTEN.items())
    + r")(?![a-z])(?: observed)?"
)
HOLIDAY = re.compile("|".join(f"(?P<{code}>{pattern})" for code, pattern in WRITTEN.items()))
