"""Finding what is alike: which pairs are sure, which a steward should look at. Reads Compared, decides nothing twice. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import NamedTuple
from uuid import UUID

from portal.directory.merging.likeness import (
    Likeness,
    Offering,
    compare_offerings,
    compare_organizations,
    compare_places,
)
from portal.directory.merging.standing import Compared
from portal.directory.merging.words import name_of

MOST_AT_ONE_DOOR = 60  # places under one house number; more are a mistake of the file, not a pair each


class Key(NamedTuple):
    """A pair, whichever way it was met."""

    level: str
    first: UUID
    second: UUID


class Found(NamedTuple):
    key: Key
    likeness: Likeness


class Decided(NamedTuple):
    """What people said of pairs before: never asked again, never undone by the rule."""

    merged: frozenset[Key]
    apart: frozenset[Key]


def key_of(level: str, a: UUID, b: UUID) -> Key:
    return Key(level, *sorted((a, b), key=str))


class Groups:
    """Which ids are one: union by the pairs that are merged."""

    def __init__(self) -> None:
        self._up: dict[UUID, UUID] = {}

    def root(self, one: UUID) -> UUID:
        while (up := self._up.get(one, one)) != one:
            self._up[one] = self._up.get(up, up)
            one = up
        return one

    def join(self, a: UUID, b: UUID) -> None:
        self._up.setdefault(a, a)
        self._up.setdefault(b, b)
        self._up[self.root(b)] = self.root(a)

    def members(self) -> dict[UUID, list[UUID]]:
        found: defaultdict[UUID, list[UUID]] = defaultdict(list)
        for one in self._up:
            found[self.root(one)].append(one)
        return found


def find_pairs(stand: Compared, decided: Decided) -> list[Found]:
    """Every pair that is sure or doubtful: places first, then the organizations and the listings of places that are one."""
    places = [found for found in _places(stand) if found.key not in decided.apart]
    one = Groups()
    joined = [found.key for found in places if found.likeness.verdict == "sure"]
    for key in (*joined, *(key for key in decided.merged if key.level == "place")):
        one.join(key.first, key.second)
    found = [*places, *_organizations(stand, joined), *_listings(stand, one)]
    return [pair for pair in found if pair.key not in decided.apart]


def _places(stand: Compared) -> Iterator[Found]:
    """Only what shares a house number and a town, a ZIP or a point is compared."""
    doors: defaultdict[tuple[object, ...], list[UUID]] = defaultdict(list)
    for key, place in stand.places.items():
        home, number = stand.communities[key], place.street.number
        if number:
            doors[home, number, place.zip].append(key)
            doors[home, number, place.state, place.city].append(key)
        if place.point:
            doors[home, round(place.point[0], 3), round(place.point[1], 3)].append(key)
    near = {
        key_of("place", a, b)
        for keys in doors.values()
        if len(keys) <= MOST_AT_ONE_DOOR
        for a, b in combinations(keys, 2)
    }
    for pair in sorted(near, key=str):
        likeness = compare_places(stand.places[pair.first], stand.places[pair.second])
        if likeness.verdict != "apart":
            yield Found(pair, likeness)


def _organizations(stand: Compared, one_place: Iterable[Key]) -> Iterator[Found]:
    """Of each two places that are one, the two that run them. One that has joined is merged by a steward, never by the rule:
    its people would come to keep what is not theirs."""
    seen = set()
    for pair in one_place:
        a, b = (stand.places[key].organization_id for key in (pair.first, pair.second) if key in stand.places)
        key = key_of("organization", a, b)
        if a == b or key in seen:
            continue
        seen.add(key)
        likeness = compare_organizations(stand.organizations[a], stand.organizations[b])
        if likeness.verdict == "sure" and not stand.joined.isdisjoint((a, b)):
            likeness = likeness._replace(verdict="doubtful")
        if likeness.verdict != "apart":
            yield Found(key, likeness)


def _listings(stand: Compared, one: Groups) -> Iterator[Found]:
    """Listings of different publishers at one place. The rule takes a pair only where neither has another partner."""
    for keys in one.members().values():
        known = [key for key in keys if key in stand.places]
        rows = [(row, key) for key in known for row in stand.offerings[key]]
        if len({row.publisher for row, _ in rows}) < 2:
            continue
        bare = frozenset(
            word for key in known for name in stand.places[key].names for word in name_of(name).split()
        )
        met = [_compared(stand, *a, *b, bare) for a, b in combinations(rows, 2)]
        yield from _only_partners([found for found in met if found.likeness.verdict != "apart"])


def _compared(stand: Compared, a: Offering, at: UUID, b: Offering, bt: UUID, bare: frozenset[str]) -> Found:
    programs = stand.places[at].program, stand.places[bt].program
    return Found(key_of("listing", a.id, b.id), compare_offerings(a, b, programs, bare))


def _only_partners(met: list[Found]) -> Iterator[Found]:
    """Sure pairs whose two sides are sure of nobody else; the others become doubtful, unless a sure one has taken a side."""
    sure = [found for found in met if found.likeness.verdict == "sure"]
    times: defaultdict[UUID, int] = defaultdict(int)
    for found in sure:
        times[found.key.first] += 1
        times[found.key.second] += 1
    taken = {
        side
        for found in sure
        for side in found.key[1:]
        if times[found.key.first] == times[found.key.second] == 1
    }
    for found in met:
        mine = found in sure and times[found.key.first] == times[found.key.second] == 1
        if mine:
            yield found
        elif taken.isdisjoint(found.key[1:]):
            yield Found(found.key, found.likeness._replace(verdict="doubtful"))
