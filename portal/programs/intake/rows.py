"""What a reader of tables hands in, and what comes of it. No database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class IncomingRow:
    """One person met on one call. line: of the table, for a person who looks for it. values: fields of EncounterFacts that the row
    says, as their types (moments in UTC, `facts` as code -> answer); what it does not say is not in it."""

    line: int
    values: Mapping[str, Any]


@dataclass(frozen=True)
class RowFault:
    """A row that cannot be taken, and why. field: what is wrong, as EncounterFacts or the preset call it; empty: the whole."""

    line: int
    reason: str
    field: str = ""


@dataclass
class Taken:
    """rows = created + corrected + unchanged + the faults."""

    created: int = 0
    corrected: int = 0
    unchanged: int = 0
    faults: list[RowFault] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return self.created + self.corrected + self.unchanged + len(self.faults)

    def add(self, other: "Taken") -> None:
        """What came of more rows."""
        self.created += other.created
        self.corrected += other.corrected
        self.unchanged += other.unchanged
        self.faults += other.faults
