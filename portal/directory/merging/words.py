"""Names, streets, suites and phones as they are compared: the same whoever wrote them down. Pure.

The abbreviations are those of the postal service and of the books themselves, which cut a name after 38 letters.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

KEPT = 50_000  # names and streets that are remembered


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Words that a name may do without: forms of company, and the small words between.
_DROPPED = _set(
    "inc incorporated llc corp corporation ltd limited co company lp llp pc pllc pa nfp dba"
    " the of and for a at in on"
)
_NAME_WORDS = {
    "addictions": "addiction", "alc": "alcohol", "assn": "association", "assoc": "associates", "assocs": "associates",
    "behav": "behavioral", "behavioural": "behavioral", "bh": "behavioral health", "bhvl": "behavioral",
    "centers": "center", "centre": "center", "clin": "clinic", "cntr": "center", "cnty": "county", "comm": "community",
    "comp": "comprehensive", "counsel": "counseling", "csl": "counseling", "ctr": "center", "dep": "department",
    "dept": "department", "fdn": "foundation", "fed": "federal", "govt": "government", "healthcare": "health care",
    "hlth": "health", "hosp": "hospital", "hosps": "hospital", "inst": "institute", "med": "medical", "mgmt": "management",
    "mh": "mental health", "natl": "national", "op": "outpatient", "outpt": "outpatient", "prog": "program",
    "programs": "program", "progs": "program", "reg": "regional", "rehab": "rehabilitation", "res": "residential",
    "resid": "residential", "sa": "substance abuse", "saint": "st", "serv": "services", "service": "services",
    "servs": "services", "srvs": "services", "su": "substance use", "subst": "substance", "sud": "substance use disorder",
    "svcs": "services", "trt": "treatment", "tx": "treatment", "univ": "university", "vamc": "va medical center",
    "yth": "youth",
}  # fmt: skip
# Words that many organizations share: two names that have nothing else in common are not one name.
_COMMON = _set(
    "abuse addiction administration adult adults alcohol and associates behavioral campus care center child childrens clinic community"
    " comprehensive counseling county department detox detoxification disorder downtown drug east facility family group headquarters health hospital house"
    " inpatient institute intensive location main medical mental men mens north office outpatient program psychiatric recovery regional"
    " rehabilitation residential satellite services site south st substance system systems treatment unit use wellness west women womens"
    " youth"
)
_STREET_WORDS = {
    "alley": "aly", "av": "ave", "avenue": "ave", "boulevard": "blvd", "bypass": "byp", "causeway": "cswy",
    "circle": "cir", "court": "ct", "crossing": "xing", "drive": "dr", "east": "e", "eighth": "8th", "expressway": "expy",
    "fifth": "5th", "first": "1st", "fort": "ft", "fourth": "4th", "freeway": "fwy", "heights": "hts", "highway": "hwy",
    "junction": "jct", "lane": "ln", "mount": "mt", "ninth": "9th", "north": "n", "northeast": "ne", "northwest": "nw",
    "parkway": "pkwy", "place": "pl", "plaza": "plz", "point": "pt", "road": "rd", "route": "rte", "saint": "st",
    "second": "2nd", "seventh": "7th", "sixth": "6th", "south": "s", "southeast": "se", "southwest": "sw", "square": "sq",
    "street": "st", "tenth": "10th", "terrace": "ter", "third": "3rd", "trail": "trl", "turnpike": "tpke", "west": "w",
}  # fmt: skip
DIRECTIONS = frozenset(("n", "s", "e", "w", "ne", "nw", "se", "sw"))
KINDS = _set(
    "aly ave blvd byp cswy cir ct xing dr expy fwy hts hwy jct ln pkwy pl plz pt rd rte sq st ter tpke trl way"
)
# What says in writing that a suite follows; its number is what is compared.
_INSIDE = _set(
    "ste suite suites unit units room rooms rm apt floor floors fl bldg building buildings lot spc space"
)


class Street(NamedTuple):
    """`1412 E. Chapman Avenue`: number 1412, name chapman, kind ave, way e."""

    number: str
    name: str
    kind: frozenset[str]
    way: frozenset[str]
    inside: frozenset[str]  # suites, floors and buildings


def fold(text: str) -> list[str]:
    """Words without case, accents and punctuation; `P.O.` and `Women's` stay one word."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", " ", re.sub(r"['’.]", "", plain).replace("&", " and ")).split()


@lru_cache(KEPT)
def name_of(text: str) -> str:
    """A name's telling words: `Acme Behav Hlth Servs, Inc.` is `acme behavioral health services`."""
    words = [word for piece in fold(text) for word in _NAME_WORDS.get(piece, piece).split()]
    return " ".join([word for word in words if word not in _DROPPED] or words)


def is_telling(name: str) -> bool:
    """Whether a name has a word that not everybody's name has."""
    return any(word not in _COMMON and not word.isdigit() for word in name.split())


@lru_cache(KEPT)
def street_of(line_1: str, line_2: str = "") -> Street:
    """An address's two lines as they are compared. A line without a house number has none."""
    outside, inside = _split(line_1)
    words = [_STREET_WORDS.get(word, word) for word in outside]
    number = ""
    first = re.match(r"\s*(\d+(?:-\d+)?)(?:[\s(-]*([a-zA-Z])\b\)?)?(?![a-zA-Z0-9])", line_1)
    if first and words:
        letter = (first[2] or "").lower()
        number = first[1] + ("" if letter in ("n", "s", "e", "w") else letter)
        words = words[len(fold(first[0])) if letter in number else 1 :]
        if words and words[0] == "1" and "1/2" in line_1:
            number, words = number + "-1/2", words[2:]
    kinds = [word for word in words[1:] if word in KINDS]  # the first word is a name, be it `Court`
    ways = [word for word in words if word in DIRECTIONS]
    names = [word for i, word in enumerate(words) if (not i or word not in KINDS) and word not in DIRECTIONS]
    more = fold(line_2)
    if more and not any(word in _INSIDE or any(c.isdigit() for c in word) for word in more):
        more = []  # the name of a hall: no two books write the same
    return Street(number, " ".join(names), frozenset(kinds), frozenset(ways), _ids([*inside, *more]))


@lru_cache(KEPT)
def phone_of(text: str) -> str:
    """Ten digits, or nothing: short lines such as 988 are everybody's."""
    digits = re.sub(r"\D", "", text)
    digits = digits[1:] if len(digits) == 11 and digits[0] == "1" else digits
    return digits if len(digits) == 10 else ""


def _split(line: str) -> tuple[list[str], list[str]]:
    """The street's words, and those from the first word that means a suite."""
    words = fold(line.replace("#", " ste "))
    at = next((i for i, word in enumerate(words) if i and word in _INSIDE), len(words))
    return words[:at], words[at:]


def _ids(words: list[str]) -> frozenset[str]:
    """`Suite A-220, 2nd Floor West` is a220, 2 and w."""
    found, letter = set(), ""
    for word in words:
        plain = letter + re.sub(r"(?<=\d)(?:st|nd|rd|th)$", "", word)
        letter = word if len(word) == 1 and word.isalpha() else ""
        if any(c.isdigit() for c in plain):
            found.discard(plain[0])
            found.add(plain)
        elif len(word) == 1:
            found.add(word)
        elif _STREET_WORDS.get(word) in DIRECTIONS:  # a wing: on the same floor, behind another door
            found.add(_STREET_WORDS[word])
    return frozenset(found)
