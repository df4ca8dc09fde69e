"""A few of a run's changes in words, so that whoever tries it dry sees what it would do."""

from dataclasses import dataclass, field

from portal.exchange.intake.changes import Changes
from portal.exchange.intake.wanting import Family

OF_EACH = 10


@dataclass
class Samples:
    lines: list[str] = field(default_factory=list)
    _new: int = 0
    _changed: int = 0

    def look(self, family: Family, changes: Changes) -> None:
        for found, outcome in changes.outcomes.get("service", {}).items():
            if outcome == "created" and self._new < OF_EACH:
                self._new += 1
                self.lines.append(f"new: {family.of('service')[found].values['name']}")
        for row in changes.history:
            if row["last_action_type"] == "update" and self._changed < OF_EACH:
                self._changed += 1
                old, new = (
                    " ".join(row[name].split())[:80] for name in ("previous_value", "replacement_value")
                )
                what = f"{row['resource_type']} {row['field_name']}"
                self.lines.append(f"changed: {what}: {old} → {new}" if old else f"changed: {what}: {new}")
