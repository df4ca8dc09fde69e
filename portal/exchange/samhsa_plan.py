"""From what the books say and what stands in the database to what must be written. Pure: no database here.

Only what the source owns is compared: names, descriptions, ages, codes, languages, phones, address and ZIP point. A field
that a human changed (a later history row that is not ours) stays as the human left it; so do an exact point and everything
about a confidential place.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from portal.directory.terms import GROUPS
from portal.exchange.samhsa_book import Book, Facility, fold
from portal.exchange.samhsa_terms import ORGANIZATION_KINDS, SERVICE_NAMES, meaning
from portal.geo import Located

SOURCE = "samhsa"  # of places and organizations, which both books share; a service is of `samhsa_mh` or `samhsa_sa`
WRITER = "SAMHSA directory"  # in history rows
NAMESPACE = uuid5(NAMESPACE_URL, "https://www.samhsa.gov/national-directory")
ADDRESS_FIELDS = ("address_1", "address_2", "city", "state_province", "postal_code")
TERM_FIELDS = frozenset(GROUPS) | {"terms", "codes", "attributes", "taxonomy_terms"}

Row = dict[str, Any]


def identity(kind: str, key: str) -> UUID:
    """The same key makes the same id in every install and every run."""
    return uuid5(NAMESPACE, f"{kind}:{key}")


@dataclass(frozen=True, slots=True)
class Site:
    """One place and its rows (book's kind, row), mental health first: the first row's address is the place's."""

    key: str
    rows: tuple[tuple[str, Facility], ...]


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


@dataclass
class Standing:
    """What stands in the database for some sites."""

    organizations: dict[UUID, Any] = field(default_factory=dict)
    locations: dict[UUID, Any] = field(default_factory=dict)
    addresses: dict[UUID, Any] = field(default_factory=dict)  # by location
    services: dict[UUID, Any] = field(default_factory=dict)
    listings: dict[UUID, Any] = field(default_factory=dict)  # by service
    live_sources: defaultdict[UUID, set[str]] = field(default_factory=lambda: defaultdict(set))  # by location
    phones: defaultdict[UUID, list[tuple[str, str, str]]] = field(
        default_factory=lambda: defaultdict(list)
    )  # by listing
    languages: defaultdict[UUID, set[tuple[str, str]]] = field(
        default_factory=lambda: defaultdict(set)
    )  # by service
    terms: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))  # by service number
    edited: defaultdict[UUID, set[str]] = field(
        default_factory=lambda: defaultdict(set)
    )  # fields a human changed


@dataclass
class Changes:
    """What one or more sites need written. `inserts` and `updates` are by table; a phone list is replaced whole."""

    organizations: dict[UUID, Row] = field(default_factory=dict)
    inserts: defaultdict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    updates: list[tuple[str, UUID, Row]] = field(default_factory=list)
    new_phones_of: list[UUID] = field(default_factory=list)
    new_languages_of: list[UUID] = field(default_factory=list)
    terms: list[tuple[UUID, set[int], set[int]]] = field(default_factory=list)  # service, added, removed
    history: list[Row] = field(default_factory=list)
    touched: set[UUID] = field(default_factory=set)  # services whose listings go into the change feed
    moved: set[UUID] = field(default_factory=set)  # places whose listings all go there
    outcome: dict[str, str] = field(default_factory=dict)  # row's id -> created, updated, unchanged

    @property
    def empty(self) -> bool:
        return not (self.organizations or self.inserts or self.updates or self.terms or self.touched)

    def add(self, other: "Changes") -> None:
        self.organizations |= other.organizations
        for table, rows in other.inserts.items():
            self.inserts[table].extend(rows)
        self.updates += other.updates
        self.new_phones_of += other.new_phones_of
        self.new_languages_of += other.new_languages_of
        self.terms += other.terms
        self.history += other.history
        self.touched |= other.touched
        self.moved |= other.moved
        self.outcome |= other.outcome


@dataclass
class Planner:
    """What is the same for every site of a run."""

    books: dict[str, Book]
    numbers: dict[str, list[int]]  # book -> term number by place in its list
    ours: Mapping[str, int]  # the portal's own code -> term number
    places: Mapping[str, Located]
    community_id: UUID
    time_zone: str
    now: datetime

    def __post_init__(self) -> None:
        self.substance_use = {
            organization_key(facility)
            for kind, book in self.books.items()
            for facility in book.facilities
            if ORGANIZATION_KINDS[kind] == "part2_program"
        }
        self.own_numbers = {kind: frozenset(numbers) for kind, numbers in self.numbers.items()}
        self.our_numbers = frozenset(self.ours.values())

    def plan(self, site: Site, standing: Standing) -> Changes:
        """Everything this place and its rows need; `empty` when the database says the same already."""
        changes = Changes()
        first_kind, first = site.rows[0]
        location_id = identity("site", site.key)
        organization_id = self._organization(first, standing, changes)
        owners = {source.removeprefix("samhsa_") for source in standing.live_sources[location_id]} - set(
            self.books
        )
        leads = not any(owner < first_kind for owner in owners)
        moved = self._location(site.key, first, location_id, organization_id, leads, standing, changes)
        place = standing.locations.get(location_id)
        address = standing.addresses.get(location_id)
        suite = (
            first.street2
            if leads and not self._keeps_address(location_id, standing)
            else getattr(address, "address_2", "")
        )
        for kind, facility in site.rows:
            note = facility.street2 if fold(facility.street2) != fold(suite) else ""
            if place is not None and place.address_confidential:
                note = ""
            self._row(kind, facility, location_id, organization_id, note, moved, standing, changes)
            moved = False  # the place's change is counted with its first row
        return changes

    def _organization(self, facility: Facility, standing: Standing, changes: Changes) -> UUID:
        key = organization_key(facility)
        found = identity("organization", key)
        kind = "part2_program" if key in self.substance_use else "treatment_provider"
        row = standing.organizations.get(found)
        if row is None:
            changes.organizations[found] = {
                "id": found,
                "community_id": self.community_id,
                "name": facility.name1,
                "kind": kind,
                "source": SOURCE,
                "source_key": key,
            }
            return found
        values: Row = {}
        if row.kind == "treatment_provider" != kind and "kind" not in standing.edited[found]:
            values["kind"] = kind  # only ever towards more protection
        if row.not_in_source_since is not None:
            values["not_in_source_since"] = None
        if values:
            changes.updates.append(("organization", found, values))
        return found

    def _keeps_address(self, location_id: UUID, standing: Standing) -> bool:
        """Whether the address is not ours to write: hidden, or a human put it right."""
        row = standing.locations.get(location_id)
        if row is None:
            return False
        return row.address_confidential or any(
            "address" in name or name in ADDRESS_FIELDS for name in standing.edited[location_id]
        )

    def _location(
        self,
        key: str,
        first: Facility,
        location_id: UUID,
        organization_id: UUID,
        leads: bool,
        standing: Standing,
        changes: Changes,
    ) -> bool:
        """True when a standing place changed."""
        point = self._point(first)
        address = {
            "address_1": first.street1,
            "address_2": first.street2,
            "city": first.city,
            "state_province": first.state,
            "postal_code": first.zip,
        }
        row = standing.locations.get(location_id)
        if row is None:
            changes.inserts["location"].append(
                {
                    "id": location_id,
                    "organization_id": organization_id,
                    "name": first.name2 or first.name1,
                    "source": SOURCE,
                    "source_key": key,
                    **point,
                }
            )
            changes.inserts["address"].append(
                {"id": identity("address", key), "location_id": location_id, **address}
            )
            return False
        values: Row = {} if row.not_in_source_since is None else {"not_in_source_since": None}
        moved = False
        if leads and not self._keeps_address(location_id, standing):
            old = standing.addresses.get(location_id)
            if old is not None and any(
                fold(getattr(old, name)) != fold(address[name]) for name in ADDRESS_FIELDS
            ):
                changes.updates.append(("address", old.id, address))
                moved = True
            if row.point_kind != "exact" and any(
                getattr(row, name) != value for name, value in point.items()
            ):
                values |= point
                moved = True
        if values:
            changes.updates.append(("location", location_id, values))
        if moved:
            changes.moved.add(location_id)
        return moved

    def _point(self, facility: Facility) -> Row:
        """The ZIP's centre, or no point; the place's time zone, else the state's most common one."""
        place = self.places.get(facility.zip)
        known = place is not None and place.lat is not None
        return {
            "latitude": place.lat if place and known else None,
            "longitude": place.lon if place and known else None,
            "point_kind": "zip" if known else "none",
            "time_zone": (place.time_zone if place else "") or self._state_zone(facility.state),
        }

    def _state_zone(self, state: str) -> str:
        zones = [
            place.time_zone for place in self.places.values() if place.state == state and place.time_zone
        ]
        return max(sorted(set(zones)), key=zones.count) if zones else self.time_zone

    def _row(
        self,
        kind: str,
        facility: Facility,
        location_id: UUID,
        organization_id: UUID,
        note: str,
        moved: bool,
        standing: Standing,
        changes: Changes,
    ) -> None:
        key = f"{kind} | {facility.key}"
        service_id, listing_id = identity("service", key), identity("listing", key)
        means = meaning(kind, self.books[kind].terms, facility.codes)
        terms = {self.numbers[kind][place] for place in facility.codes} | {
            self.ours[code] for code in means.ours
        }
        values: Row = {
            "name": _service_name(kind, facility),
            "description": means.description,
            "eligibility_description": means.eligibility,
            "minimum_age": means.minimum_age,
            "maximum_age": means.maximum_age,
        }
        phones = [(phone.number, phone.extension, phone.type) for phone in facility.phones]
        if service_id not in standing.services:
            changes.inserts["service"].append(
                {
                    "id": service_id,
                    "organization_id": organization_id,
                    "last_modified": self.now,
                    "source": f"{SOURCE}_{kind}",
                    "source_key": facility.key,
                    **values,
                }
            )
            changes.inserts["service_at_location"].append(
                {"id": listing_id, "service_id": service_id, "location_id": location_id, "description": note}
            )
            _put_phones(listing_id, phones, changes)
            _put_languages(service_id, means.languages, changes)
            changes.terms.append((service_id, terms, set()))
            changes.history.append(
                self._history("service_at_location", listing_id, "*", "", facility.name1, "create")
            )
            changes.outcome[key] = "created"
            changes.touched.add(service_id)
            return
        before = len(changes.history)
        self._compare_service(kind, service_id, values, means.languages, terms, standing, changes)
        self._compare_listing(service_id, note, phones, standing, changes)
        changed = moved or len(changes.history) > before
        changes.outcome[key] = "updated" if changed else "unchanged"
        if changed:
            changes.touched.add(service_id)

    def _compare_service(
        self,
        kind: str,
        service_id: UUID,
        values: Row,
        languages: frozenset[tuple[str, str]],
        terms: set[int],
        standing: Standing,
        changes: Changes,
    ) -> None:
        row, edited = standing.services[service_id], standing.edited[service_id]
        values = {name: value for name, value in values.items() if name not in edited} | {
            "not_in_source_since": None
        }
        changed = {name: value for name, value in values.items() if getattr(row, name) != value}
        for name, value in changed.items():
            changes.history.append(
                self._history("service", service_id, name, _text(getattr(row, name)), _text(value))
            )
        if not any("language" in name for name in edited) and standing.languages[service_id] != languages:
            changes.new_languages_of.append(service_id)
            _put_languages(service_id, languages, changes)
            old, new = (
                ", ".join(sorted(name for name, _ in found))
                for found in (standing.languages[service_id], languages)
            )
            changes.history.append(self._history("service", service_id, "languages", old, new))
        own = self.own_numbers[kind] if edited & TERM_FIELDS else self.own_numbers[kind] | self.our_numbers
        standing_terms = standing.terms[row.number] & own
        added, removed = (terms & own) - standing_terms, standing_terms - terms
        if added or removed:
            changes.terms.append((service_id, added, removed))
            changes.history.append(
                self._history(
                    "service", service_id, "codes", "", f"{len(added)} added, {len(removed)} removed"
                )
            )
        if len(changes.history) and changes.history[-1]["resource_id"] == service_id:
            changes.updates.append(("service", service_id, changed | {"last_modified": self.now}))

    def _compare_listing(
        self,
        service_id: UUID,
        note: str,
        phones: list[tuple[str, str, str]],
        standing: Standing,
        changes: Changes,
    ) -> None:
        row = standing.listings.get(service_id)
        if row is None:
            return
        edited = standing.edited[row.id]
        if row.description != note and "description" not in edited:
            changes.updates.append(("service_at_location", row.id, {"description": note}))
            changes.history.append(
                self._history("service_at_location", row.id, "description", row.description, note)
            )
        if standing.phones[row.id] != phones and not any("phone" in name for name in edited):
            changes.new_phones_of.append(row.id)
            _put_phones(row.id, phones, changes)
            old, new = (
                "; ".join(" ".join(filter(None, phone[:2])) for phone in found)
                for found in (standing.phones[row.id], phones)
            )
            changes.history.append(self._history("service_at_location", row.id, "phones", old, new))

    def _history(
        self, resource: str, found: UUID, name: str, old: str, new: str, action: str = "update"
    ) -> Row:
        return {
            "resource_type": resource,
            "resource_id": found,
            "last_action_date": self.now,
            "last_action_type": action,
            "field_name": name,
            "previous_value": old,
            "replacement_value": new,
            "updated_by": WRITER,
        }


def organization_key(facility: Facility) -> str:
    """The same name in two states is two organizations."""
    return f"{fold(facility.name1)} | {facility.state}"


def _service_name(kind: str, facility: Facility) -> str:
    """The kind of treatment, after the program's own name where the book gives one: both books may list one program."""
    label = SERVICE_NAMES[kind]
    says_more = facility.name2 and fold(facility.name2) not in (fold(facility.name1), fold(label))
    return f"{facility.name2}: {label.lower()}" if says_more else label


def _put_phones(listing_id: UUID, phones: list[tuple[str, str, str]], changes: Changes) -> None:
    for ordinal, (number, extension, kind) in enumerate(phones):
        changes.inserts["phone"].append(
            {
                "id": uuid5(listing_id, f"phone:{ordinal}"),
                "service_at_location_id": listing_id,
                "number": number,
                "extension": extension,
                "type": kind,
                "ordinal": ordinal,
            }
        )


def _put_languages(service_id: UUID, languages: Iterable[tuple[str, str]], changes: Changes) -> None:
    for name, code in sorted(languages):
        changes.inserts["language"].append(
            {
                "id": uuid5(service_id, f"language:{code}"),
                "service_id": service_id,
                "name": name,
                "code": code,
            }
        )


def _text(value: Any) -> str:
    return "" if value is None else str(value)
