"""The Plan: the clocks of one need, copied onto it at send so that no later change of settings moves them. No database.

Defaults are the product's clock table. A length is text: `3m` minutes, `24h` hours, `2bd` business days (routine needs
only); business days pause outside the service's hours, or where those are unknown, the community's.
"""

import re
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from portal.referrals.hours import Hours

_LENGTH = re.compile(r"(\d{1,4})(m|h|bd)")


@dataclass(frozen=True)
class Clocks:
    """Lengths for one urgency. The first five run from the offer's sending, handoff_by and arrival_asked from its accept;
    next_step is how long the owner has to choose before a supervisor is told."""

    seen_by: str
    decide_by: str
    supervisor: str
    next_service: str
    handoff_by: str
    arrival_asked: str
    next_step: str


CLOCKS = {
    "now": Clocks("3m", "10m", "10m", "15m", "30m", "60m", "10m"),
    "today": Clocks("30m", "2h", "1h", "2h", "24h", "72h", "1h"),
    "routine": Clocks("1bd", "2bd", "2bd", "3bd", "10bd", "10bd", "2bd"),
}
PAUSE = timedelta(
    hours=24
)  # the longest that a question or a waitlist stops the clocks before the owner is told
FOLLOW_UP_DAYS = (1, 7, 30)
CLOSE_DAYS = 37  # 30 days and a week to report


@dataclass(frozen=True)
class Plan:
    """Everything that decides the deadlines of a need. backup_email: who is told when nobody looked in time (empty: the
    other people of the service). hours: by listing id, the opening hours that its clocks pause outside of (routine)."""

    clocks: Clocks
    backup_email: str = ""
    follow_up_days: tuple[int, ...] = FOLLOW_UP_DAYS
    close_days: int = CLOSE_DAYS
    hours: dict[str, Hours] = field(default_factory=dict)
    version: int = 1

    @classmethod
    def default(cls, urgency: str) -> "Plan":
        return cls(clocks=CLOCKS[urgency])

    def with_hours(self, listing_id: str, hours: Hours) -> "Plan":
        """The same plan, with one more listing's hours in it."""
        return replace(self, hours={**self.hours, listing_id: hours})

    def to_json(self) -> dict[str, Any]:
        found = asdict(self)
        found["follow_up_days"] = list(self.follow_up_days)
        found["hours"] = {key: value.to_json() for key, value in self.hours.items()}
        return found

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Plan":
        return cls(
            clocks=Clocks(**stored["clocks"]),
            backup_email=stored["backup_email"],
            follow_up_days=tuple(stored["follow_up_days"]),
            close_days=stored["close_days"],
            hours={key: Hours.from_json(value) for key, value in stored["hours"].items()},
            version=stored["version"],
        )

    def after(self, length: str, start: datetime, listing_id: str = "") -> datetime:
        """The moment that lies `length` after `start` (UTC). Business days are those of the listing. ValueError for a length
        that cannot be read."""
        found = _LENGTH.fullmatch(length)
        if found is None:
            raise ValueError(f"a length is like 3m, 24h or 2bd, not {length!r}")
        number, unit = int(found[1]), found[2]
        if unit == "bd":
            return self.hours.get(listing_id, Hours.usual()).business_days_after(start, number)
        return start + (timedelta(minutes=number) if unit == "m" else timedelta(hours=number))
