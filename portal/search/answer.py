"""What comes back: the same object for the page and for JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.directory import Listing
from portal.geo import Located
from portal.search.question import PAGE_SIZE, Question
from portal.search.reasons import reasons_beside
from portal.search.understand import Understood


@dataclass(frozen=True)
class Hit:
    """A listing and why it stands here. `distance_miles` is geodesic, None when unplaced or confidential. `scored`: what each
    named part added to its score, heaviest first."""

    listing: Listing
    distance_miles: float | None
    serves: bool
    why: tuple[str, ...]
    scored: tuple[tuple[str, float], ...] = ()

    @property
    def why_beside(self) -> str:
        """Why, less what the card says anyway."""
        return reasons_beside(self.listing, self.why)

    def as_json(self) -> dict[str, Any]:
        listing = self.listing
        return {
            "id": listing.card["id"],
            "service_id": listing.card["service_id"],
            "name": listing.name,
            "organization": listing.organization,
            "distance_miles": self.distance_miles,
            "open": listing.open.open,
            "availability": listing.availability.value,
            "assured_date": listing.card["assured"] or None,
            "why": list(self.why),
        }


@dataclass(frozen=True)
class Answer:
    """`index_state` is `ready`, or `rebuilding` when the database answered in its place; `notice` says what to know.

    counts: group -> code -> services found were this value ticked too, when asked for. did_you_mean: words, and the question
    that asks for them. any_word: no service has all of the words, these have some.
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
    any_word: bool = False

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
            "place": place,
            "understood": [part.sentence for part in self.understood],
            "notice": list(self.notice),
            "hits": [hit.as_json() for hit in self.hits],
        }
