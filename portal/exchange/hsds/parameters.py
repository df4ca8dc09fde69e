"""What may be asked of the API: every parameter once, with what it takes and what it means; read here, told by the OpenAPI.

A value that cannot be read is refused, and so is a name that is not known: a filter that is spelled wrong must not look like
one that found everything.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from portal.store import Refused

LONGEST_SEARCH, LONGEST_PLACE = 200, 200
MOST_A_PAGE, USUAL_A_PAGE = 500, 50
LAST_PAGE = 1_000_000
FURTHEST_MILES, FURTHEST_METRES = 500, 800_000
AVAILABILITIES = ("yes", "limited", "unknown", "no")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_WHOLE = re.compile(r"[0-9]{1,9}")
_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?")
_ZIP = r"[0-9]{5}(-[0-9]{4})?"


@dataclass(frozen=True)
class Parameter:
    """`schema` is what the OpenAPI says it takes, `read` makes a value of the text or raises ValueError. `own`: of our profile."""

    name: str
    told: str
    schema: Mapping[str, Any]
    read: Callable[[str], Any]
    own: bool = False


def _text(longest: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if len(text) > longest:
            raise ValueError(f"at most {longest} characters")
        return " ".join(text.replace("\x00", " ").split())

    return read


def _place(text: str) -> str:
    found = _text(LONGEST_PLACE)(text)
    if not found:
        raise ValueError("a place")
    return found


def _whole(first: int, last: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not _WHOLE.fullmatch(text) or not first <= int(text) <= last:
            raise ValueError(f"a whole number from {first} to {last}")
        return int(text)

    return read


def _one_of(*values: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in values:
            raise ValueError(f"one of: {', '.join(values)}")
        return text

    return read


def _some_of(*values: str) -> Callable[[str], tuple[str, ...]]:
    def read(text: str) -> tuple[str, ...]:
        asked = tuple(text.split(","))
        if not set(asked) <= set(values) or len(set(asked)) < len(asked):
            raise ValueError(f"one or more of: {', '.join(values)}; each once, with commas between them")
        return asked

    return read


def _yes_no(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("true or false")
    return text == "true"


def _uuid(text: str) -> str:
    if not _UUID.fullmatch(text):
        raise ValueError("an id, as this API gives it out")
    return text.lower()


def _postcode(text: str) -> str:
    if not re.fullmatch(_ZIP, text):
        raise ValueError("a ZIP code of five digits")
    return text[:5]


def _metres(text: str) -> float:
    if not _NUMBER.fullmatch(text) or not 1 <= float(text) <= FURTHEST_METRES:
        raise ValueError(f"meters, from 1 to {FURTHEST_METRES}")
    return float(text)


def _moment(text: str) -> datetime:
    """A date, or a date and time with its zone (UTC where it names none)."""
    try:
        if len(text) == len("2026-11-22"):
            return datetime.combine(date.fromisoformat(text), time(), UTC)
        said = re.sub(r":60(?=[.Z+-])", ":59", text.upper())  # a leap second
        found = datetime.fromisoformat(said)
    except ValueError as error:
        raise ValueError("a date, or a date and time as in 2026-11-22T10:00:00Z") from error
    try:
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except OverflowError:  # the first or last day that there is, in another zone
        return datetime.min.replace(tzinfo=UTC) if found.year < 2 else datetime.max.replace(tzinfo=UTC)


_ID = {"type": "string", "format": "uuid"}
_BOOLEAN = {"type": "boolean", "default": False}

PARAMETERS: Mapping[str, Parameter] = {
    each.name: each
    for each in (
        Parameter("search", "Words that must all be there. Services and listings are searched as on the site, whole words as "
                  "typed; organizations, taxonomies and terms by name, description and code.",
                  {"type": "string", "maxLength": LONGEST_SEARCH}, _text(LONGEST_SEARCH)),
        Parameter("page", "Which page, from 1.",
                  {"type": "integer", "minimum": 1, "maximum": LAST_PAGE, "default": 1}, _whole(1, LAST_PAGE)),
        Parameter("per_page", "How many on a page.",
                  {"type": "integer", "minimum": 1, "maximum": MOST_A_PAGE, "default": USUAL_A_PAGE}, _whole(1, MOST_A_PAGE)),
        Parameter("format", "`ndjson` sends all results, one a line, without pages.",
                  {"type": "string", "enum": ["json", "ndjson"], "default": "json"}, _one_of("json", "ndjson")),
        Parameter("modified_after", "Only what changed then or later: in itself, or in what is shown of it here.",
                  {"type": "string", "anyOf": [{"format": "date-time"}, {"format": "date"}], "maxLength": 40}, _moment),
        Parameter("minimal", "Only the id and the date of the last change, all on one page.", _BOOLEAN, _yes_no),
        Parameter("full", "Whole objects, with all that belongs to each.", _BOOLEAN, _yes_no),
        Parameter("full_service", "Organizations with their services, whole.", _BOOLEAN, _yes_no),
        Parameter("taxonomy_term_id", "Only what has this term.", _ID, _uuid),
        Parameter("taxonomy_id", "Only what has a term of this taxonomy; of terms, those of this taxonomy.", _ID, _uuid),
        Parameter("organization_id", "Only what this organization gives.", _ID, _uuid),
        Parameter("parent_id", "Only terms right below this one.", _ID, _uuid),
        Parameter("top_only", "Only terms that have no parent.", _BOOLEAN, _yes_no),
        Parameter("postcode", "A ZIP code. Without `proximity`: only listings whose service area holds it.",
                  {"type": "string", "pattern": f"^{_ZIP}$"}, _postcode),
        Parameter("proximity", "Only listings at most so many meters from the center of `postcode`, which it needs.",
                  {"type": "number", "minimum": 1, "maximum": FURTHEST_METRES}, _metres),
        Parameter("near", "A ZIP code, a city, `City, ST`, or `latitude, longitude`. Listings within `within` miles of it, and "
                  "those that serve it from elsewhere.",
                  {"type": "string", "pattern": r"[^\s\x00]", "maxLength": LONGEST_PLACE}, _place, own=True),
        Parameter("within", "Miles from `near`.",
                  {"type": "integer", "minimum": 1, "maximum": FURTHEST_MILES, "default": 25},
                  _whole(1, FURTHEST_MILES), own=True),
        Parameter("open_now", "Only listings that are open at this minute, by the clock on their own wall. Unknown hours are "
                  "not open.", _BOOLEAN, _yes_no, own=True),
        Parameter("availability", "Whether there is room for one person now, as the service last said: one or more of yes, "
                  "limited, unknown, no. What was said too long ago is unknown.",
                  {"type": "array", "items": {"type": "string", "enum": list(AVAILABILITIES)}, "minItems": 1,
                   "uniqueItems": True}, _some_of(*AVAILABILITIES), own=True),
    )
}  # fmt: skip

_PAGED = ("search", "page", "per_page", "format")
_TERMS = ("taxonomy_term_id", "taxonomy_id")
_OURS = ("near", "within", "open_now", "availability")
# What each list takes.
LISTS: Mapping[str, tuple[str, ...]] = {
    "service": (*_PAGED, *_TERMS, "organization_id", "modified_after", "minimal", "full", *_OURS),
    "organization": (*_PAGED, *_TERMS, "full", "full_service"),
    "service_at_location": (
        *_PAGED, *_TERMS, "organization_id", "modified_after", "full", "postcode", "proximity", *_OURS,
    ),
    "taxonomy": _PAGED,
    "taxonomy_term": (*_PAGED, "taxonomy_id", "top_only", "parent_id"),
}  # fmt: skip
ALONE: Mapping[str, tuple[str, ...]] = {"organization": ("full_service",)}  # what a single object takes


def read_parameters(known: Iterable[str], asked: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Values by name, only of what was asked. Refused with the name to blame: unknown, twice, or not to be read."""
    found: dict[str, Any] = {}
    takes = tuple(known)
    for name, text in asked:
        if name not in takes:
            listed = ", ".join(takes) or "none"
            raise Refused(f"There is no such parameter here. Known are: {listed}.", name[:60])
        if name in found:
            raise Refused("This parameter was given twice.", name)
        try:
            found[name] = PARAMETERS[name].read(text)
        except ValueError as error:
            raise Refused(f"This must be {error}.", name) from error
    if "proximity" in found and "postcode" not in found:
        raise Refused("This needs `postcode`.", "proximity")
    if "within" in found and "near" not in found:
        raise Refused("This needs `near`.", "within")
    return found
