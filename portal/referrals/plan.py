"""The Plan: the clocks of one need, copied onto it at send so that no later change of settings moves them. No database.

Defaults are the product's clock table. A length is text: `3m` minutes, `24h` hours, `2bd` business days (routine needs
only); business days pause outside the service's hours, or where those are unknown, the community's.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from portal.referrals.hours import Hours

_LENGTH = re.compile(r"(\d{1,4})(m|h|bd)")


@dataclass(frozen=True)
class Clocks:
    """Lengths for one urgency. The first four run from the offer's sending, handoff_by and arrival_asked from its accept;
    next_step is how long the owner has to choose before a supervisor is told."""

    seen_by: str
    decide_by: str
    supervisor: str
    next_service: str
    handoff_by: str
    arrival_asked: str
    next_step: str

    def with_lengths(self, lengths: Mapping[str, str]) -> "Clocks":
        """The same, but for these lengths by name."""
        return replace(self, **lengths)


CLOCKS = {
    "now": Clocks("3m", "10m", "10m", "15m", "30m", "60m", "10m"),
    "today": Clocks("30m", "2h", "1h", "2h", "24h", "72h", "1h"),
    "routine": Clocks("1bd", "2bd", "2bd", "3bd", "10bd", "10bd", "2bd"),
}
LENGTHS = tuple(Clocks.__dataclass_fields__)
PAUSE = timedelta(
    hours=24
)  # the longest that a question or a waitlist stops the clocks before the owner is told
FOLLOW_UP_DAYS = (1, 7, 30)
CLOSE_DAYS = 37  # 30 days and a week to report


@dataclass(frozen=True)
class Terms:
    """By which clocks one service is asked. backup_email: who is told when nobody looked in time (empty: the other people of
    the service). follow_up_days: after the handoff, or after the accept."""

    clocks: Clocks
    backup_email: str = ""
    follow_up_days: tuple[int, ...] = FOLLOW_UP_DAYS

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"follow_up_days": list(self.follow_up_days)}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Terms":
        return cls(Clocks(**stored["clocks"]), stored["backup_email"], tuple(stored["follow_up_days"]))


@dataclass(frozen=True)
class Plan:
    """Everything that decides the deadlines of a need. The first three are the terms of every service that has none of its
    own. hours: by listing id, the opening hours that its clocks pause outside of (routine). own: by listing id, the terms
    that were set for that service when it was asked."""

    clocks: Clocks
    backup_email: str = ""
    follow_up_days: tuple[int, ...] = FOLLOW_UP_DAYS
    close_days: int = CLOSE_DAYS
    hours: dict[str, Hours] = field(default_factory=dict)
    own: dict[str, Terms] = field(default_factory=dict)
    version: int = 1

    @classmethod
    def default(cls, urgency: str) -> "Plan":
        return cls(clocks=CLOCKS[urgency])

    @classmethod
    def of_terms(cls, terms: Terms) -> "Plan":
        """A plan in which every service is asked by these terms."""
        return cls(terms.clocks, terms.backup_email, terms.follow_up_days)

    @property
    def terms(self) -> Terms:
        """What holds for a service that has no terms of its own."""
        return Terms(self.clocks, self.backup_email, self.follow_up_days)

    def terms_of(self, listing_id: str) -> Terms:
        """By which clocks this service is asked."""
        return self.own.get(listing_id, self.terms)

    def with_hours(self, listing_id: str, hours: Hours) -> "Plan":
        """The same plan, with one more listing's hours in it."""
        return replace(self, hours={**self.hours, listing_id: hours})

    def with_listing(self, listing_id: str, hours: Hours, terms: Terms) -> "Plan":
        """The same plan, with one more service in it; what stands of it already stays, as its clock may be running."""
        if listing_id in self.hours:
            return self
        own = self.own if terms == self.terms else {**self.own, listing_id: terms}
        return replace(self.with_hours(listing_id, hours), own=own)

    def to_json(self) -> dict[str, Any]:
        return self.terms.to_json() | {
            "close_days": self.close_days,
            "hours": {key: value.to_json() for key, value in self.hours.items()},
            "own": {key: value.to_json() for key, value in self.own.items()},
            "version": self.version,
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Plan":
        terms = Terms.from_json(stored)
        return cls(
            clocks=terms.clocks,
            backup_email=terms.backup_email,
            follow_up_days=terms.follow_up_days,
            close_days=stored["close_days"],
            hours={key: Hours.from_json(value) for key, value in stored["hours"].items()},
            own={key: Terms.from_json(value) for key, value in stored.get("own", {}).items()},
            version=stored["version"],
        )

    def after(self, length: str, start: datetime, listing_id: str = "") -> datetime:
        """The moment that lies `length` after `start` (UTC). Business days are those of the listing. ValueError for a length
        that cannot be read."""
        number, unit = parts_of(length)
        if unit == "bd":
            return self.hours.get(listing_id, Hours.usual()).business_days_after(start, number)
        return start + (timedelta(minutes=number) if unit == "m" else timedelta(hours=number))


def parts_of(length: str) -> tuple[int, str]:
    """`24h` as 24 and `h`. ValueError for a length that cannot be read."""
    found = _LENGTH.fullmatch(length)
    if found is None:
        raise ValueError(f"a length is like 3m, 24h or 2bd, not {length!r}")
    return int(found[1]), found[2]
