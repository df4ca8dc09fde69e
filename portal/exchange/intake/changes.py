"""What a plan says must be written, and how the history words it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from portal.exchange.intake.spool import Row
from portal.exchange.intake.tables import TABLES

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class CrisisNumber:
    """A changed crisis number that waits: of which parent, the old and the new one."""

    parent: str
    parent_id: UUID
    old: str
    new: str


@dataclass
class Changes:
    """What must be written. `inserts` by table; `updates` by table and columns; `gone` rows that are deleted."""

    inserts: defaultdict[str, list[Values]] = field(default_factory=lambda: defaultdict(list))
    updates: defaultdict[tuple[str, tuple[str, ...]], list[Values]] = field(
        default_factory=lambda: defaultdict(list)
    )
    gone: defaultdict[str, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    pairs: list[tuple[UUID, set[UUID], set[int]]] = field(
        default_factory=list
    )  # service, terms added, numbers removed
    history: list[Values] = field(default_factory=list)
    touched: defaultdict[str, set[UUID]] = field(
        default_factory=lambda: defaultdict(set)
    )  # organization, location, service
    held: list[CrisisNumber] = field(default_factory=list)
    refused: list[tuple[Row, str]] = field(default_factory=list)
    notes: list[tuple[Row, str]] = field(default_factory=list)
    late: list[tuple[str, UUID, str, str]] = field(default_factory=list)
    outcomes: defaultdict[str, dict[UUID, str]] = field(default_factory=lambda: defaultdict(dict))

    @property
    def empty(self) -> bool:
        return not (self.inserts or self.updates or self.gone or self.pairs or self.history or self.held)


def said(table: str, row: Any) -> str:
    """A hanging row in a few words, for the history."""
    values = row if isinstance(row, dict) else row._mapping
    if table == "phone":
        return dialed(values)
    names: Iterable[str] = _WORDS.get(table, list(TABLES[table].fields)[:2])
    return ", ".join(text(values[name]) for name in names if values.get(name) not in (None, ""))[:300]


_WORDS = {
    "schedule": ("byday", "opens_at", "closes_at", "valid_from", "valid_to", "description"),
    "address": ("address_1", "address_2", "city", "state_province", "postal_code"),
    "language": ("name",),
    "closure": ("begins_on", "ends_on", "words"),
    "contact": ("title", "department"),
    "service_area": ("extent_type", "name"),
}


def dialed(values: Any) -> str:
    extension = values.get("extension")
    return f"{values['number']} x{extension}" if extension else str(values["number"])


def text(value: Any) -> str:
    return "" if value is None else str(value)
