"""Whether two places, organizations or services are one: sure, doubtful or apart, with the reasons in a few codes. Pure.

A place is an address of an organization. The rules were made and checked by hand on the two SAMHSA books and California's
licenses: docs/decisions/0024-one-listing-from-many.md tells what they are and why nothing here is learned from data.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple
from uuid import UUID

from rapidfuzz import fuzz

from portal.directory.merging.words import Street, is_telling, name_of
from portal.geo import miles

Verdict = Literal["sure", "doubtful", "apart"]

SAME_NAME = 90  # percent of letters that two names share, words in any order
LIKE_NAME = 70
LIKE_STREET = 85
BESIDE = 0.1  # miles between two exact points that may be one door
AWAY = 0.6  # and from where on an equal address is a mistake somewhere


class Reason(NamedTuple):
    """`code` is said in words on the steward's page; `what` is a percentage, a phone or a distance."""

    code: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A location as it is compared. `names` are those of place and organization, whole and together."""

    id: UUID
    organization_id: UUID
    organization: str
    program: str  # the place's own name
    names: tuple[str, ...]
    street: Street
    city: str
    state: str
    zip: str
    phones: frozenset[str]
    point: tuple[float, float] | None  # only an exact one


class Offering(NamedTuple):
    """A listing as it is compared; `fields` is what it treats, in the portal's own words."""

    id: UUID
    number: int
    source: str
    name: str
    fields: frozenset[str]
    phones: frozenset[str]

    @property
    def publisher(self) -> str:
        """`samhsa` of `samhsa_mh`: what one publisher lists twice, it means as two."""
        return self.source.split("_")[0].split(":")[0]


class Likeness(NamedTuple):
    verdict: Verdict
    score: int  # 0 to 100, to put the likeliest first
    reasons: tuple[Reason, ...]


APART = Likeness("apart", 0, ())


def place_names(organization: str, place: str, *others: str) -> tuple[str, ...]:
    """The names under which a place may be known, the two lines of a book's name put together among them."""
    first, second = name_of(organization), name_of(place)
    both = f"{first} {second}" if second and second not in first else first
    return tuple(dict.fromkeys(filter(None, (first, second, both, *map(name_of, others)))))


def compare_places(a: Place, b: Place) -> Likeness:
    """One address of one organization? Two programs of it there are one place with two services."""
    if a.state != b.state or not (a.zip == b.zip or a.city == b.city):
        return APART
    where, room = _street(a, b), _room(a.street.inside, b.street.inside)
    if where == "other":
        return APART
    name = max(_alike(one, other) for one in a.names for other in b.names)
    part = max(_part(one, other) for one in a.names for other in b.names)
    phone = min(a.phones & b.phones, default="")
    reasons = (
        Reason(f"street_{where}"),
        Reason(f"room_{room}"),
        Reason("name", str(name)),
        *([Reason("phone", phone)] if phone else []),
    )
    score = round(
        name * 0.5 + (25 if where == "same" else 10) + (15 if phone else 0) + (10 if room == "same" else 0)
    )
    return Likeness(_verdict(where, room, name, part, bool(phone)), score, reasons)


def _verdict(where: str, room: str, name: int, part: bool, phone: bool) -> Verdict:
    """The whole rule, as a table of what speaks for one place."""
    named = (name >= SAME_NAME and (room == "same" or phone)) or (name >= LIKE_NAME and phone)
    if where == "same" and room != "other" and named:
        return "sure"
    if where == "like" and room != "other" and name >= SAME_NAME and phone:
        return "sure"
    if room == "other":
        return "doubtful" if where == "same" and name >= SAME_NAME and phone else "apart"
    return "doubtful" if name >= LIKE_NAME or part or (phone and where == "same") else "apart"


def compare_organizations(a: str, b: str) -> Likeness:
    """Of two that have one place: are they one? The names decide; another organization in the same house is another."""
    name = _alike(name_of(a), name_of(b))
    reasons = (Reason("place_same"), Reason("name", str(name)))
    if name >= SAME_NAME:
        return Likeness("sure", name, reasons)
    part = _part(name_of(a), name_of(b))
    return Likeness("doubtful", name, reasons) if name >= LIKE_NAME or part else APART


def compare_offerings(a: Offering, b: Offering, programs: tuple[str, str], bare: frozenset[str]) -> Likeness:
    """Of two listings of different sources at one place: are they one service? `programs` are the names of their two rows of
    that place, `bare` the words of its names, which say nothing about the service."""
    if a.publisher == b.publisher or (a.fields and b.fields and a.fields.isdisjoint(b.fields)):
        return APART
    one, other = (" ".join(w for w in name_of(row.name).split() if w not in bare) for row in (a, b))
    service = int(fuzz.token_sort_ratio(one, other)) if one and other else 0
    first, second = map(name_of, programs)
    program = max(_alike(first, second), 100 if _part(first, second) else 0)
    phone = min(a.phones & b.phones, default="")
    reasons = (
        Reason("place_same"),
        Reason("service", str(service)),
        Reason("program", str(program)),
        *([Reason("phone", phone)] if phone else []),
    )
    score = round(service * 0.5 + program * 0.35 + (15 if phone else 0))
    if service < LIKE_NAME:
        return APART
    sure = service >= SAME_NAME and program >= LIKE_NAME
    return Likeness("sure" if sure else "doubtful", score, reasons)


@lru_cache(200_000)
def _alike(a: str, b: str) -> int:
    """Percent of letters in common, words in any order; nothing where a number differs or no telling word is shared."""
    if _numbers(a) != _numbers(b) or not (is_telling(a) and is_telling(b)):
        return 0
    return int(fuzz.token_sort_ratio(a, b))


@lru_cache(200_000)
def _part(a: str, b: str) -> bool:
    """Whether one name is the beginning of the other's words, or all of its telling ones."""
    few, many = sorted((set(a.split()), set(b.split())), key=len)
    return few <= many and is_telling(" ".join(few))


def _numbers(name: str) -> frozenset[str]:
    return frozenset(word for word in name.split() if any(c.isdigit() for c in word))


def _street(a: Place, b: Place) -> Literal["same", "like", "other"]:
    one, other = a.street, b.street
    away = miles(*a.point, *b.point) if a.point and b.point else None
    if not (one.number and other.number):
        return "like" if away is not None and away <= BESIDE else "other"
    if one.number != other.number:  # next door, however near
        return "other"
    fits = not (one.kind and other.kind and one.kind.isdisjoint(other.kind)) and not (
        one.way and other.way and one.way.isdisjoint(other.way)
    )
    if _numbers(one.name) != _numbers(other.name):
        return "other"
    if fits and one.name == other.name and (away is None or away < AWAY):
        return "same"
    like = fuzz.ratio(one.name, other.name) >= LIKE_STREET or _part(one.name, other.name)
    return "like" if like else "other"


def _room(a: frozenset[str], b: frozenset[str]) -> Literal["same", "open", "other"]:
    """Suites: the same ones, said more fully by one than by the other, or different."""
    if a == b:
        return "same"
    return "open" if a <= b or b <= a else "other"
