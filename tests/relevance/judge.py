"""Who answers a question, by facts alone: plain SQL over the stored rows and its own distances.

Nothing here knows the search: no stems, no synonyms, no index. What a rule may ask of a listing is in KEYS.
"""

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import text

from portal.store import db
from tests.relevance.questions import Condition, Judged

EARTH = 3958.7613  # miles, mean radius
DAYS = frozenset(["MO", "TU", "WE", "TH", "FR", "SA", "SU"])  # fmt: skip
GROUPS = ("care", "for", "pay", "access")

LISTINGS = """
SELECT l.number, s.number AS service_number, s.name AS service, o.name AS organization, p.name AS place,
       p.latitude, p.longitude, a.city, a.state_province AS state, a.postal_code AS zip
  FROM service_at_location l
  JOIN service s ON s.id = l.service_id
  JOIN organization o ON o.id = s.organization_id
  JOIN location p ON p.id = l.location_id
  LEFT JOIN address a ON a.location_id = p.id
 WHERE s.status = 'active'
"""
TERMS = """
SELECT x.name AS taxonomy, t.category, t.code, t.number FROM taxonomy_term t JOIN taxonomy x ON x.id = t.taxonomy_id
"""
LANGUAGES = "SELECT s.number, g.code FROM language g JOIN service s ON s.id = g.service_id"
AREAS = "SELECT s.number, r.extent_type, r.extent FROM service_area r JOIN service s ON s.id = r.service_id"
HOURS = """
SELECT l.number, h.byday, h.opens_at, h.closes_at FROM schedule h
  JOIN service_at_location l ON l.id = h.service_at_location_id
"""

Spot = tuple[float, float]


@dataclass
class Fact:
    """What the tables say about one active listing."""

    number: int
    service_number: int
    service: str
    organization: str
    place: str
    city: str
    state: str
    zip: str
    point: Spot | None
    languages: set[str] = field(default_factory=set)
    areas: set[tuple[str, str]] = field(default_factory=set)
    round: set[str] = field(default_factory=set)  # days on which it is open all day

    def serves(self, areas: set[tuple[str, str]]) -> bool:
        """Without a point of its own: whether it comes to, or answers for, one of these areas."""
        return self.point is None and bool(self.areas & areas)


def _same(read: Callable[[Fact], str]) -> Callable[[Fact, str], bool]:
    return lambda fact, value: read(fact).casefold() == value.casefold()


# What a rule may say of a listing, beside the codes (care:detox, code:EMS/WI) and the distance (reach:25).
KEYS: dict[str, Callable[[Fact, str], bool]] = {
    "service": _same(lambda fact: fact.service),
    "org": _same(lambda fact: fact.organization),
    "orgs": lambda fact, value: fact.organization.casefold().startswith(value.casefold()),
    "place": _same(lambda fact: fact.place),
    "places": lambda fact, value: fact.place.casefold().startswith(value.casefold()),
    "called": lambda fact, value: any(
        value.casefold() in name.casefold() for name in (fact.service, fact.organization, fact.place)
    ),
    "city": _same(lambda fact: fact.city),
    "state": _same(lambda fact: fact.state),
    "zip": lambda fact, value: fact.zip.startswith(value),
    "speaks": lambda fact, value: value in fact.languages,
    "hours": lambda fact, value: value == "round" and fact.round >= DAYS,
}


class Judge:
    """Reads the tables once; needs an app context. `grades` then costs a few milliseconds a question."""

    def __init__(self) -> None:
        self.facts = {row.number: _fact(row) for row in db.session.execute(text(LISTINGS))}
        by_service: defaultdict[int, list[Fact]] = defaultdict(list)
        for fact in self.facts.values():
            by_service[fact.service_number].append(fact)
        self._by_service = by_service
        self._all = frozenset(self.facts)
        self._kept: dict[Condition, frozenset[int]] = {}
        for row in db.session.execute(text(LANGUAGES)):
            for fact in by_service[row.number]:
                fact.languages.add(row.code)
        for row in db.session.execute(text(AREAS)):
            for fact in by_service[row.number]:
                fact.areas.add((row.extent_type, row.extent))
        for row in db.session.execute(text(HOURS)):
            if row.number in self.facts and str(row.opens_at)[:5] == str(row.closes_at)[:5]:
                self.facts[row.number].round.update(row.byday.split(","))

    def grades(self, judged: Judged) -> dict[int, int]:
        """Number of a listing -> its grade, for all that have one above 0. Raises ValueError for a rule that no listing
        and no table can be asked."""
        spot, areas = place_of(judged.place) if judged.place else (None, set())
        left, found = set(self._all), {}
        for rule in judged.rules:
            rows = set(left)
            for condition in sorted(rule.conditions, key=lambda one: one.key == "reach"):
                if condition.key == "reach":
                    kept = _within(self.facts, rows, float(condition.values[0]), spot, areas)
                    rows = kept if condition.holds else rows - kept
                else:
                    rows = rows & self._rows(condition)
            left -= rows
            found.update(dict.fromkeys(rows, rule.grade) if rule.grade else {})
        return found

    def _rows(self, condition: Condition) -> frozenset[int]:
        if condition not in self._kept:
            if condition.key in (*GROUPS, "code"):
                rows = frozenset(self._coded(condition))
            elif condition.key in KEYS:
                holds = KEYS[condition.key]
                rows = frozenset(
                    number
                    for number, fact in self.facts.items()
                    if any(holds(fact, value) for value in condition.values)
                )
            else:
                raise ValueError(f"a rule cannot ask for {condition.key}")
            self._kept[condition] = rows if condition.holds else self._all - rows
        return self._kept[condition]

    def _coded(self, condition: Condition) -> Iterable[int]:
        prefix = "" if condition.key == "code" else f"{condition.key}/"
        numbers = [number for value in condition.values for number in self._terms.get(prefix + value, ())]
        if not numbers:
            raise ValueError(f"no such term: {condition.key}:{condition.values}")
        marks = ", ".join(str(number) for number in numbers)
        query = f"SELECT DISTINCT service_number FROM service_term WHERE term_number IN ({marks})"
        for service_number in db.session.scalars(text(query)):
            yield from (fact.number for fact in self._by_service.get(service_number, ()))

    @cached_property
    def _terms(self) -> dict[str, list[int]]:
        """`care/detox`, or a book's `EMS/WI` (both books where they share the code) -> term numbers."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        for row in db.session.execute(text(TERMS)):
            found[f"{row.category}/{row.code}"].append(row.number)
        return dict(found)


def place_of(place: str) -> tuple[Spot, set[tuple[str, str]]]:
    """Where a place is, and the areas that hold it, written as service areas are. Raises ValueError when unknown."""
    point = re.fullmatch(r"(-?[0-9.]+), *(-?[0-9.]+)", place)
    if point:
        return (float(point[1]), float(point[2])), {("nation", "US")}
    if re.fullmatch("[0-9]{5}", place):
        row = _one("SELECT * FROM place WHERE kind = 'zip' AND code = :code", code=place)
    else:
        city, _, state = place.rpartition(", ")
        row = _one(
            "SELECT * FROM place WHERE kind = 'city' AND folded = :city AND state = :state",
            city=city.casefold(), state=state,
        )  # fmt: skip
    if row is None or row.latitude is None:
        raise ValueError(f"the gazetteer has no point for {place}")
    return (row.latitude, row.longitude), {
        ("zip", row.code), ("county", f"{row.county}, {row.state}"), ("state", row.state), ("nation", "US"),
    }  # fmt: skip


def miles(here: Spot, there: Spot) -> float:
    """Great-circle distance (haversine)."""
    lat1, lon1, lat2, lon2 = (math.radians(value) for value in (*here, *there))
    half = (
        math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * EARTH * math.asin(math.sqrt(half))


def _within(
    facts: dict[int, Fact], rows: set[int], reach: float, spot: Spot | None, areas: set[tuple[str, str]]
) -> set[int]:
    """Those no farther than `reach` miles, or without a point and serving the place. Without a place: all of them."""
    if spot is None:
        return rows
    return {
        number
        for number in rows
        if facts[number].serves(areas)
        or ((point := facts[number].point) is not None and miles(spot, point) <= reach)
    }


def _fact(row: Any) -> Fact:
    point = None if row.latitude is None else (row.latitude, row.longitude)
    return Fact(
        row.number, row.service_number, row.service, row.organization, row.place or "",
        row.city or "", row.state or "", row.zip or "", point,
    )  # fmt: skip


def _one(query: str, **values: str) -> Any:
    return db.session.execute(text(query), values).first()
