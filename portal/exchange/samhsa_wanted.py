"""What the books say, as rows of the directory's tables: ids, names, points, codes. Pure: no database here."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from portal.exchange.samhsa_book import Book, Facility, fold
from portal.exchange.samhsa_terms import ORGANIZATION_KINDS, SERVICE_NAMES, Crosswalk
from portal.geo import Located

SOURCE = "samhsa"  # of places and organizations, which both books share; a service is of `samhsa_mh` or `samhsa_sa`
NAMESPACE = uuid5(NAMESPACE_URL, "https://www.samhsa.gov/national-directory")

Row = dict[str, Any]
Phone = tuple[str, str, str]  # number, extension, type


def identity(kind: str, key: str) -> UUID:
    """The same key makes the same id in every install and every run."""
    return uuid5(NAMESPACE, f"{kind}:{key}")


@dataclass(frozen=True, slots=True)
class Site:
    """One place and its rows (book's kind, row), mental health first: the first row's address is the place's."""

    key: str
    rows: tuple[tuple[str, Facility], ...]


@dataclass(frozen=True, slots=True)
class WantedService:
    """One row of a book: a service and its listing."""

    kind: str
    service_id: UUID
    listing_id: UUID
    source_key: str
    street2: str
    values: Row
    phones: list[Phone]
    languages: frozenset[tuple[str, str]]
    terms: frozenset[int]


@dataclass(frozen=True, slots=True)
class WantedSite:
    """A place with its organization and its services."""

    location_id: UUID
    organization_id: UUID
    organization: Row
    location: Row
    point: Row
    address_id: UUID
    address: Row
    services: list[WantedService]


def sites_of(books: Iterable[Book]) -> list[Site]:
    """Rows of all books by place, in a stable order."""
    rows: defaultdict[str, list[tuple[str, Facility]]] = defaultdict(list)
    for book in books:
        for facility in book.facilities:
            rows[facility.site].append((book.kind, facility))
    return [
        Site(key, tuple(sorted(found, key=lambda pair: (pair[0], pair[1].key))))
        for key, found in rows.items()
    ]


class Wanting:
    """Turns sites into wanted rows; holds what is the same for every site of a run."""

    def __init__(
        self,
        books: list[Book],
        numbers: dict[str, list[int]],
        ours: Mapping[str, int],
        places: Mapping[str, Located],
        community_id: UUID,
        time_zone: str,
    ) -> None:
        """`numbers`: book -> term number by place in its list; `ours`: the portal's own code -> term number."""
        self.numbers, self.ours = numbers, ours
        self._places = places
        self._community_id = community_id
        self._time_zone = time_zone
        self._words = {book.kind: Crosswalk(book.kind, book.terms) for book in books}
        # The books spell a few organizations in two ways. Which one is stored must not hang on which row came first.
        self._names: dict[str, str] = {}
        for facility in (one for book in books for one in book.facilities):
            name_key = _organization_key(facility)
            self._names[name_key] = min(facility.name1, self._names.get(name_key, facility.name1))
        self._substance_use = {
            _organization_key(facility)
            for book in books
            for facility in book.facilities
            if ORGANIZATION_KINDS[book.kind] == "part2_program"
        }

    def site(self, site: Site) -> WantedSite:
        first = site.rows[0][1]
        key = _organization_key(first)
        organization_id = identity("organization", key)
        return WantedSite(
            location_id=identity("site", site.key),
            organization_id=organization_id,
            organization={
                "id": organization_id,
                "community_id": self._community_id,
                "name": self._names[key],
                "kind": "part2_program" if key in self._substance_use else "treatment_provider",
                "source": SOURCE,
                "source_key": key,
            },
            location={"name": first.name2 or first.name1, "source": SOURCE, "source_key": site.key},
            point=self._point(first),
            address_id=identity("address", site.key),
            address={
                "address_1": first.street1,
                "address_2": first.street2,
                "city": first.city,
                "state_province": first.state,
                "postal_code": first.zip,
            },
            services=[self._service(kind, facility) for kind, facility in site.rows],
        )

    def _service(self, kind: str, facility: Facility) -> WantedService:
        key = f"{kind} | {facility.key}"
        means = self._words[kind].meaning(facility.codes)
        numbers, ours = self.numbers[kind], self.ours
        return WantedService(
            kind=kind,
            service_id=service_id(kind, facility),
            listing_id=identity("listing", key),
            source_key=facility.key,
            street2=facility.street2,
            values={
                "name": _service_name(kind, facility),
                "description": means.description,
                "eligibility_description": means.eligibility,
                "minimum_age": means.minimum_age,
                "maximum_age": means.maximum_age,
            },
            phones=[(phone.number, phone.extension, phone.type) for phone in facility.phones],
            languages=means.languages,
            terms=frozenset(
                [numbers[place] for place in facility.codes] + [ours[code] for code in means.ours]
            ),
        )

    def _point(self, facility: Facility) -> Row:
        """The ZIP's centre, or no point; the place's time zone, else the state's most common one."""
        place = self._places.get(facility.zip)
        known = place is not None and place.lat is not None
        return {
            "latitude": place.lat if place and known else None,
            "longitude": place.lon if place and known else None,
            "point_kind": "zip" if known else "none",
            "time_zone": (place.time_zone if place else "") or self._state_zone(facility.state),
        }

    def _state_zone(self, state: str) -> str:
        zones = [
            place.time_zone for place in self._places.values() if place.state == state and place.time_zone
        ]
        return max(sorted(set(zones)), key=zones.count) if zones else self._time_zone


def service_id(kind: str, facility: Facility) -> UUID:
    return identity("service", f"{kind} | {facility.key}")


def _organization_key(facility: Facility) -> str:
    """The same name in two states is two organizations."""
    return f"{fold(facility.name1)} | {facility.state}"


def _service_name(kind: str, facility: Facility) -> str:
    """The kind of treatment, after the program's own name where the book gives one: both books may list one program."""
    label = SERVICE_NAMES[kind]
    says_more = facility.name2 and fold(facility.name2) not in (fold(facility.name1), fold(label))
    return f"{facility.name2}: {label.lower()}" if says_more else label
