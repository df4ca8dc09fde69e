"""What comes back: the same object for the page and for JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.directory import Listing
from portal.directory.hours import OpenState
from portal.geo import Located
from portal.search.question import PAGE_SIZE, Question
from portal.search.reasons import reasons_beside
from portal.search.understand import Understood


@dataclass(frozen=True)
class Hit:
    """A listing and why it stands here. `distance_miles` is geodesic, None when unplaced or confidential. `scored`: what each
    named part added to its score, heaviest first. `then`: whether it is open at the time asked for, where that is not now.
    `partly`: it matches some of the words and not all."""

    listing: Listing
    distance_miles: float | None
    serves: bool
    why: tuple[str, ...]
    scored: tuple[tuple[str, float], ...] = ()
    then: OpenState | None = None
    partly: bool = False

    @property
    def open(self) -> OpenState:
        """At the time asked for, or now."""
        return self.then or self.listing.open

    @property
    def why_beside(self) -> str:
        """Why, less what the card says anyway."""
        return reasons_beside(self.listing, self.why, self.open)

    def as_json(self) -> dict[str, Any]:
        listing = self.listing
        return {
            "id": listing.card["id"],
            "service_id": listing.card["service_id"],
            "name": listing.name,
            "organization": listing.organization,
            "distance_miles": self.distance_miles,
            "open": self.open.open,
            "open_words": self.open.words,
            "matches_all": not self.partly,
            "availability": listing.availability.value,
            "assured_date": listing.card["assured"] or None,
            "why": list(self.why),
        }


@dataclass(frozen=True)
class Answer:
    """`index_state` is `ready`, or `rebuilding` when the database answered in its place; `notice` says what to know.

    counts: group -> code -> services found were this value ticked too, when asked for. did_you_mean: words, and the question
    that asks for them. whole: how many of the total have all of the words; the others have some. plain: the words among them
    that mean nothing to us but themselves.
    """

    question: Question
    total: int
    place: Located | None
    understood: tuple[Understood, ...]
    hits: tuple[Hit, ...]
    notice: tuple[str, ...] = ()
    index_state: str = "ready"
    care: tuple[str, ...] = ()
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    did_you_mean: tuple[str, Question] | None = None
    whole: int = 0
    plain: tuple[str, ...] = ()

    @property
    def any_word(self) -> bool:
        """No service has all of the words, these have some."""
        return bool(self.total) and not self.whole

    @property
    def pages(self) -> int:
        return -(-self.total // PAGE_SIZE)

    def as_json(self) -> dict[str, Any]:
        """The shape that /search.json promises."""
        place = self.place and {
            "text": self.place.text,
            "lat": self.place.lat,
            "lon": self.place.lon,
            "kind": self.place.kind,
            "approximate": self.place.approximate,
        }
        return {
            "total": self.total,
            "match_all": self.whole,
            "open_at": self.question.open_at or None,
            "place": place,
            "understood": [part.sentence for part in self.understood],
            "notice": list(self.notice),
            "hits": [hit.as_json() for hit in self.hits],
        }
