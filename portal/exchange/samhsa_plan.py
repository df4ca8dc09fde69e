"""From what the books say and what stands in the database to what must be written. Pure: no database here.

Only what the source owns is compared: names, descriptions, ages, codes, languages, phones, address and ZIP point. A field
that a human changed (a history row that is not ours) stays as the human left it; so do an exact point and everything about
a confidential place. Spelling that differs in case alone is no change: the two books do not agree on it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from portal.directory.terms import EVERY
from portal.exchange.samhsa_book import fold
from portal.exchange.samhsa_wanted import Phone, Row, WantedService, WantedSite

WRITER = "SAMHSA directory"  # in history rows
ADDRESS_FIELDS = ("address_1", "address_2", "city", "state_province", "postal_code")
TERM_FIELDS = frozenset(EVERY) | {"terms", "codes", "attributes", "taxonomy_terms"}


@dataclass
class Standing:
    """What stands in the database for some sites."""

    organizations: dict[UUID, Any] = field(default_factory=dict)
    locations: dict[UUID, Any] = field(default_factory=dict)
    addresses: dict[UUID, Any] = field(default_factory=dict)  # by location
    services: dict[UUID, Any] = field(default_factory=dict)
    listings: dict[UUID, Any] = field(default_factory=dict)  # by service
    live_kinds: defaultdict[UUID, set[str]] = field(default_factory=lambda: defaultdict(set))  # by location
    phones: defaultdict[UUID, list[Phone]] = field(default_factory=lambda: defaultdict(list))  # by listing
    languages: defaultdict[UUID, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))
    terms: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))  # by service number
    # Of those, the words that stand because a steward gave a term a meaning: not the book's to take away.
    derived: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    edited: defaultdict[UUID, set[str]] = field(
        default_factory=lambda: defaultdict(set)
    )  # fields a human changed

    def address_is_ours(self, location_id: UUID) -> bool:
        """Not when it is hidden, nor when a human put it right."""
        row = self.locations.get(location_id)
        if row is None:
            return True
        names = self.edited[location_id]
        return not (
            row.address_confidential or any("address" in name or name in ADDRESS_FIELDS for name in names)
        )


@dataclass
class Changes:
    """What one or more sites need written. `inserts` and `updates` are by table; phones and languages are replaced whole."""

    organizations: dict[UUID, Row] = field(default_factory=dict)
    inserts: defaultdict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    updates: list[tuple[str, UUID, Row]] = field(default_factory=list)
    new_phones_of: list[UUID] = field(default_factory=list)
    new_languages_of: list[UUID] = field(default_factory=list)
    terms: list[tuple[UUID, Iterable[int], Iterable[int]]] = field(
        default_factory=list
    )  # service, added, removed
    history: list[Row] = field(default_factory=list)
    touched: set[UUID] = field(default_factory=set)  # services whose listings go into the change feed
    moved: set[UUID] = field(default_factory=set)  # places whose listings all go there
    outcomes: list[str] = field(default_factory=list)  # one a row: created, updated, unchanged

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
        self.outcomes += other.outcomes

    def put_phones(self, listing_id: UUID, phones: list[Phone]) -> None:
        for ordinal, (number, extension, kind) in enumerate(phones):
            self.inserts["phone"].append(
                {
                    "id": uuid5(listing_id, f"phone:{ordinal}"),
                    "service_at_location_id": listing_id,
                    "number": number,
                    "extension": extension,
                    "type": kind,
                    "ordinal": ordinal,
                }
            )

    def put_languages(self, service_id: UUID, languages: Iterable[tuple[str, str]]) -> None:
        for name, code in sorted(languages):
            self.inserts["language"].append(
                {
                    "id": uuid5(service_id, f"language:{code}"),
                    "service_id": service_id,
                    "name": name,
                    "code": code,
                }
            )


class Planner:
    """Compares. `kinds` are the books of this run; `numbers` and `ours` the term numbers that each of them owns."""

    def __init__(self, numbers: dict[str, list[int]], ours: Iterable[int], now: datetime) -> None:
        self.now = now
        self._own = {kind: frozenset(found) for kind, found in numbers.items()}
        self._ours = frozenset(ours)

    def plan(self, site: WantedSite, standing: Standing) -> Changes:
        """Everything this place and its rows need; `empty` when the database says the same already."""
        changes = Changes()
        self._organization(site, standing, changes)
        # The address is the mental health book's where that lists the place, in this run or an earlier one.
        others = standing.live_kinds[site.location_id] - set(self._own)
        leads = not any(kind < site.services[0].kind for kind in others)
        writes_address = leads and standing.address_is_ours(site.location_id)
        moved = self._location(site, writes_address, standing, changes)
        row, address = standing.locations.get(site.location_id), standing.addresses.get(site.location_id)
        suite = site.address["address_2"] if writes_address or address is None else address.address_2
        hidden = row is not None and row.address_confidential
        for wanted in site.services:
            differs = not hidden and fold(wanted.street2) != fold(suite)
            self._service(wanted, site, wanted.street2 if differs else "", moved, standing, changes)
            moved = False  # a change of the place is counted with its first row
        return changes

    def _organization(self, site: WantedSite, standing: Standing, changes: Changes) -> None:
        found, row = site.organization_id, standing.organizations.get(site.organization_id)
        if row is None:
            changes.organizations[found] = site.organization
            return
        values: Row = {}
        kind = site.organization["kind"]
        if row.kind == "treatment_provider" != kind and "kind" not in standing.edited[found]:
            values["kind"] = kind  # only ever towards more protection
        if row.not_in_source_since is not None:
            values["not_in_source_since"] = None
        if values:
            changes.updates.append(("organization", found, values))

    def _location(self, site: WantedSite, writes_address: bool, standing: Standing, changes: Changes) -> bool:
        """True when a standing place changed."""
        found, row = site.location_id, standing.locations.get(site.location_id)
        if row is None:
            ids = {"id": found, "organization_id": site.organization_id}
            changes.inserts["location"].append(ids | site.location | site.point)
            changes.inserts["address"].append({"id": site.address_id, "location_id": found} | site.address)
            return False
        values: Row = {} if row.not_in_source_since is None else {"not_in_source_since": None}
        moved = False
        if writes_address:
            old = standing.addresses.get(found)
            if old is not None and any(
                fold(getattr(old, name)) != fold(site.address[name]) for name in ADDRESS_FIELDS
            ):
                changes.updates.append(("address", old.id, site.address))
                moved = True
            if row.point_kind != "exact" and any(
                getattr(row, name) != value for name, value in site.point.items()
            ):
                values |= site.point
                moved = True
        if values:
            changes.updates.append(("location", found, values))
        if moved:
            changes.moved.add(found)
        return moved

    def _service(
        self,
        wanted: WantedService,
        site: WantedSite,
        note: str,
        moved: bool,
        standing: Standing,
        changes: Changes,
    ) -> None:
        if wanted.service_id not in standing.services:
            self._create(wanted, site, note, changes)
            return
        before = len(changes.history)
        self._compare_service(wanted, standing, changes)
        self._compare_listing(wanted, note, standing, changes)
        changed = moved or len(changes.history) > before
        changes.outcomes.append("updated" if changed else "unchanged")
        if changed:
            changes.touched.add(wanted.service_id)

    def _create(self, wanted: WantedService, site: WantedSite, note: str, changes: Changes) -> None:
        changes.inserts["service"].append(
            {
                "id": wanted.service_id,
                "organization_id": site.organization_id,
                "last_modified": self.now,
                "source": f"samhsa_{wanted.kind}",
                "source_key": wanted.source_key,
            }
            | wanted.values
        )
        changes.inserts["service_at_location"].append(
            {
                "id": wanted.listing_id,
                "service_id": wanted.service_id,
                "location_id": site.location_id,
                "description": note,
            }
        )
        changes.put_phones(wanted.listing_id, wanted.phones)
        changes.put_languages(wanted.service_id, wanted.languages)
        changes.terms.append((wanted.service_id, wanted.terms, ()))
        self._history(
            changes, "service_at_location", wanted.listing_id, "*", "", wanted.values["name"], "create"
        )
        changes.outcomes.append("created")
        changes.touched.add(wanted.service_id)

    def _compare_service(self, wanted: WantedService, standing: Standing, changes: Changes) -> None:
        found = wanted.service_id
        row, edited = standing.services[found], standing.edited[found]
        before = len(changes.history)
        changed: Row = {
            name: value
            for name, value in wanted.values.items()
            if name not in edited and getattr(row, name) != value
        }
        if row.not_in_source_since is not None:
            changed["not_in_source_since"] = None
        for name, value in changed.items():
            self._history(changes, "service", found, name, _text(getattr(row, name)), _text(value))
        if standing.languages[found] != wanted.languages and not any("language" in name for name in edited):
            changes.new_languages_of.append(found)
            changes.put_languages(found, wanted.languages)
            old, new = _listed(standing.languages[found]), _listed(wanted.languages)
            self._history(changes, "service", found, "languages", old, new)
        own = self._own[wanted.kind] if edited & TERM_FIELDS else self._own[wanted.kind] | self._ours
        have = standing.terms[row.number] & own
        added, removed = (wanted.terms & own) - have, have - wanted.terms - standing.derived[row.number]
        if added or removed:
            changes.terms.append((found, added, removed))
            words = f"{len(added)} added, {len(removed)} removed"
            self._history(changes, "service", found, "codes", "", words)
        if len(changes.history) > before:
            changes.updates.append(("service", found, changed | {"last_modified": self.now}))

    def _compare_listing(
        self, wanted: WantedService, note: str, standing: Standing, changes: Changes
    ) -> None:
        row = standing.listings.get(wanted.service_id)
        if row is None:
            return
        edited = standing.edited[row.id]
        if row.description != note and "description" not in edited:
            changes.updates.append(("service_at_location", row.id, {"description": note}))
            self._history(changes, "service_at_location", row.id, "description", row.description, note)
        have = standing.phones[row.id]
        if have != wanted.phones and not any("phone" in name for name in edited):
            changes.new_phones_of.append(row.id)
            changes.put_phones(row.id, wanted.phones)
            old, new = (
                "; ".join(" x".join(filter(None, phone[:2])) for phone in list_)
                for list_ in (have, wanted.phones)
            )
            self._history(changes, "service_at_location", row.id, "phones", old, new)

    def _history(
        self,
        changes: Changes,
        resource: str,
        found: UUID,
        name: str,
        old: str,
        new: str,
        action: str = "update",
    ) -> None:
        changes.history.append(
            {
                "resource_type": resource,
                "resource_id": found,
                "last_action_date": self.now,
                "last_action_type": action,
                "field_name": name,
                "previous_value": old,
                "replacement_value": new,
                "updated_by": WRITER,
            }
        )


def _listed(languages: Iterable[tuple[str, str]]) -> str:
    return ", ".join(sorted(name for name, _ in languages))


def _text(value: Any) -> str:
    return "" if value is None else str(value)
