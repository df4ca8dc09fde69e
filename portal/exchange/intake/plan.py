"""From what a source wants and what stands to what must be written. Pure but for asking whose a row is.

A row that is here already is the source's only if the source brought it. Of its own rows it changes the fields that it names,
but for those that a person changed here; of a confidential place nothing; of a crisis number nothing without a steward's word.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.exchange.intake.changes import Changes, CrisisNumber, Values, dialed, said, text
from portal.exchange.intake.keeping import KEEPS, POINT
from portal.exchange.intake.standing import Standing, is_of
from portal.exchange.intake.tables import ALONE, HELD_PHONES, KEPT, SAID_OF, TABLES
from portal.exchange.intake.wanting import Family, Wanted, blank

ANOTHERS = "claims an id that belongs to another source, or to a listing that was made here"
HIDDEN = "a place whose address is confidential here was left as it is"
# How the history calls rows that hang on a listing: as the page where people edit them does.
CALLED = {
    "phone": "phone", "schedule": "hours", "language": "languages", "required_document": "documents",
    "address": "address", "service_area": "service_areas",
}  # fmt: skip
LISTED = (*KEPT, "service_at_location")
NOT_LEFT = ("program", "closure", *SAID_OF)  # rows that stay when their source no longer names them

Owner = Callable[[str, Any], str | None]


class Planner:
    def __init__(self, source: str, now: datetime, own_terms: set[int]) -> None:
        """`own_terms`: numbers of the terms that the source itself brings, filled as they are written."""
        self.source, self.now, self.own_terms = source, now, own_terms

    def plan(self, family: Family, standing: Standing, owner: Owner) -> Changes:
        return _Plan(self, family, standing, owner).made()


class _Plan:
    def __init__(self, planner: Planner, family: Family, standing: Standing, owner: Owner) -> None:
        self.by, self.family, self.standing, self.owner = planner, family, standing, owner
        self.changes = Changes()
        self.refused: set[str] = set()
        self.hidden = {row.id for row in standing.rows["location"].values() if row.address_confidential}
        self.children: defaultdict[tuple[str, UUID, str], list[str]] = defaultdict(
            list
        )  # said in the history

    def made(self) -> Changes:
        for table in TABLES:
            for wanted in self.family.of(table).values():
                if wanted.home in self.refused:
                    self.refused.add(wanted.row.ref)
                elif not self._left_alone(table, wanted):
                    self._row(table, wanted)
        self._take_away()
        self._terms()
        self.changes.late = list(self.family.late)
        self._tell()
        return self.changes

    # One row

    def _left_alone(self, table: str, wanted: Wanted) -> bool:
        """What hangs on a confidential place, or was seen to by a person, stays as it is."""
        place = wanted.values.get("location_id")
        if table != "service_at_location" and place in self.hidden and not wanted.values.get("service_id"):
            return True
        if table in SAID_OF and wanted.values.get(SAID_OF[table][1]) in self.hidden:
            return True
        if table == "phone":
            kinds = self.standing.phones_seen_to(self._parents(table, wanted.values))
            return "*" in kinds or wanted.values.get("type", "voice") in kinds
        return table not in LISTED and self.standing.seen_to(table, self._parents(table, wanted.values))

    def _parents(self, table: str, values: Any) -> list[UUID | None]:
        get = values.get if isinstance(values, dict) else lambda name: getattr(values, name)
        return [get(name) for name in TABLES[table].parents]

    def _row(self, table: str, wanted: Wanted) -> None:
        row = self.standing.rows[table].get(wanted.id)
        if row is None:
            self._insert(table, wanted)
            return
        anothers = self._anothers(table, row)
        if anothers and table in ALONE:
            return  # a list that is here already serves both
        if anothers:
            self.refused.add(wanted.row.ref)
            self.changes.refused.append((wanted.row, ANOTHERS))
            return
        values = self._differing(table, wanted, row)
        if table in LISTED and row.not_in_source_since is not None:
            values["not_in_source_since"] = None
        if table in LISTED:
            self.changes.outcomes[table][wanted.id] = "updated" if values else "unchanged"
        if not values or (table == "phone" and self._held(wanted, row, values)):
            return
        if table == "location" and values.get("address_confidential"):
            self._hide(row)
        self._update(table, row, values)

    def _insert(self, table: str, wanted: Wanted) -> None:
        if table == "phone" and wanted.values.get("type") in HELD_PHONES and self._held(wanted, None, {}):
            return
        made = {**blank(table), **wanted.values, **wanted.new, "id": wanted.id}
        made.pop("taxonomy", None)
        if table == "schedule" and not wanted.values.get("freq"):
            made["freq"] = "WEEKLY" if wanted.values.get("byday") else ""
        self.changes.inserts[table].append(made)
        if table in LISTED:
            self.changes.outcomes[table][wanted.id] = "created"
        if table == "service_at_location":
            self._creation(wanted)
        elif table not in LISTED and table not in SAID_OF:
            self._child_changed(table, wanted.values, f"+ {said(table, made)}")

    def _anothers(self, table: str, row: Any) -> bool:
        if table in (*KEPT, "metadata", "contact"):
            return bool(row.source != self.by.source)
        if table == "attribute" or is_of(self.by.source, self.standing, table, row):
            return False
        return self.owner(table, row) != self.by.source

    def _differing(self, table: str, wanted: Wanted, row: Any) -> Values:
        if table == "metadata" or (table == "location" and row.id in self.hidden):
            if table == "location":
                self.changes.notes.append((wanted.row, HIDDEN))
            return {}
        edited = self.standing.edited.get(wanted.id, set())
        values = {
            name: value
            for name, value in wanted.values.items()
            if name not in edited and name != "taxonomy" and getattr(row, name) != value
        }
        own = KEEPS.get(table)
        if own is not None:
            own(row, wanted, values, edited)
        return values

    def _update(self, table: str, row: Any, values: Values) -> None:
        key = (table, tuple(sorted(values)))
        self.changes.updates[key].append({**values, "b_id": row.id})
        if table in LISTED:
            for name, value in values.items():
                if name not in ("last_modified", "time_zone", *POINT):
                    self._history(table, row.id, name, text(getattr(row, name)), text(value))
            self._touch(table, row)
        else:
            self._child_changed(
                table,
                {name: getattr(row, name) for name in TABLES[table].parents},
                f"{said(table, row)} → {said(table, {**row._mapping, **values})}",
            )

    def _touch(self, table: str, row: Any) -> None:
        if table == "service_at_location":
            self.changes.touched["service"].add(row.service_id)
        elif table != "program":
            self.changes.touched[table].add(row.id)

    def _hide(self, row: Any) -> None:
        """A place that its source calls confidential from now on has no address and no point any more."""
        for address in self.standing.hanging["address"]:
            if address.location_id == row.id:
                self.changes.gone["address"].append(address.id)

    # What is no longer there

    def _take_away(self) -> None:
        for table, rows in self.standing.hanging.items():
            if table in NOT_LEFT:
                continue
            wanted = self.family.of(table)
            for row in rows:
                if row.id in wanted or row.id in self.changes.gone[table]:
                    continue
                parents = self._parents(table, row)
                if self._stays(table, row, parents):
                    continue
                self.changes.gone[table].append(row.id)
                self._child_changed(
                    table,
                    {name: getattr(row, name) for name in TABLES[table].parents},
                    f"- {said(table, row)}",
                )

    def _stays(self, table: str, row: Any, parents: list[UUID | None]) -> bool:
        if any(parent in self.hidden for parent in parents):
            return True
        if table == "contact":
            return bool(row.source != self.by.source)
        if table == "phone":
            kinds = self.standing.phones_seen_to(parents)
            return "*" in kinds or row.type in kinds or (row.type in HELD_PHONES and self._lost_number(row))
        return self.standing.seen_to(table, parents)

    def _lost_number(self, row: Any) -> bool:
        return self._wait(row, "")

    def _held(self, wanted: Wanted, row: Any, values: Values) -> bool:
        """Whether a crisis number changes: it stays as it was until a steward agrees."""
        new = dialed(wanted.values)
        if row is not None:
            crisis = row.type in HELD_PHONES or wanted.values.get("type") in HELD_PHONES
            return crisis and bool({"number", "extension", "type"} & set(values)) and self._wait(row, new)
        parents = set(self._parents("phone", wanted.values)) - {None}
        for old in self.standing.hanging["phone"]:
            if (
                old.type in HELD_PHONES
                and old.id not in self.family.of("phone")
                and parents & set(self._parents("phone", old))
            ):
                return self._wait(old, new)
        return False

    def _wait(self, row: Any, new: str) -> bool:
        name = next(name for name in TABLES["phone"].parents if getattr(row, name) is not None)
        old = dialed(row._mapping)
        if old == new:
            return False
        waiting = CrisisNumber(TABLES["phone"].parents[name], getattr(row, name), old, new)
        better = [
            each for each in self.changes.held if (each.parent_id, each.old) == (waiting.parent_id, old)
        ]
        if not better:
            self.changes.held.append(waiting)
        elif new and not better[0].new:
            self.changes.held[self.changes.held.index(better[0])] = waiting
        return True

    # Coded terms

    def _terms(self) -> None:
        services = self.family.of("service")
        for found, wanted in services.items():
            if wanted.row.ref in self.refused or self.standing.seen_to("attribute", [found]):
                continue
            terms = self.family.pairs.get(found, set())
            have = self.standing.pairs.get(found, set())
            numbers = {self.standing.terms.get(term) for term in terms}
            added = {term for term in terms if self.standing.terms.get(term) not in have}
            removed = (have & self.by.own_terms) - numbers
            if added or removed:
                self.changes.pairs.append((found, added, removed))
                if found in self.standing.rows["service"]:
                    self._history(
                        "service", found, "codes", "", f"{len(added)} added, {len(removed)} removed"
                    )
                    self._mark_changed(found)

    # What is told

    def _child_changed(self, table: str, values: Values, words: str) -> None:
        for name, parent in TABLES[table].parents.items():
            found = values.get(name)
            if found is not None and parent in LISTED:
                if found in self.standing.rows[parent]:
                    self.children[parent, found, table].append(words)
                return

    def _tell(self) -> None:
        for (parent, found, table), words in self.children.items():
            self._history(parent, found, CALLED.get(table, f"{table}s"), "", "; ".join(words)[:2000])
            row = self.standing.rows[parent][found]
            self._touch(parent, row)
            outcomes = self.changes.outcomes[parent]
            if outcomes.get(found) == "unchanged":
                outcomes[found] = "updated"
            if parent == "service_at_location":
                self._mark_changed(row.service_id)
        for found, outcome in self.changes.outcomes["service_at_location"].items():
            service = self.family.of("service_at_location")[found].values["service_id"]
            if outcome != "unchanged":
                self._mark_changed(service)
        for found, outcome in self.changes.outcomes["service"].items():
            if outcome != "unchanged":
                self.changes.touched["service"].add(found)

    def _mark_changed(self, service: UUID) -> None:
        if self.changes.outcomes["service"].get(service) == "unchanged":
            self.changes.outcomes["service"][service] = "updated"

    def _creation(self, wanted: Wanted) -> None:
        """One row a listing, unless its source tells its history itself."""
        brought = (
            any(each.values["resource_id"] == wanted.id for each in self.family.of("metadata").values())
            if self.family.of("metadata")
            else False
        )
        if not brought:
            service = self.family.of("service").get(wanted.values["service_id"])
            name = service.values.get("name", "") if service else ""
            self._history("service_at_location", wanted.id, "*", "", name, "create")

    def _history(
        self, table: str, found: UUID, name: str, old: str, new: str, action: str = "update"
    ) -> None:
        self.changes.history.append(
            {
                "id": None,
                "source": self.by.source,
                "resource_type": table,
                "resource_id": found,
                "last_action_date": self.by.now,
                "last_action_type": action,
                "field_name": name,
                "previous_value": old,
                "replacement_value": new,
                "updated_by": self.by.source,
            }
        )
