"""From the API's parameters to what is read: the words and places are asked of the search, the rest of the tables."""

from collections.abc import Mapping
from math import ceil
from typing import Any

from portal.exchange import hsds
from portal.search import Question, matching

METRES_A_MILE = 1609.344
OF_THE_SEARCH = ("search", "near", "open_now", "availability")
SEARCHED = ("service", "service_at_location")


def wanted_by(name: str, asked: Mapping[str, Any]) -> hsds.Wanted:
    """Raises PlaceUnknown or PlaceAmbiguous for `near` and `postcode`."""
    return hsds.Wanted(
        organization_id=asked.get("organization_id", ""),
        taxonomy_id=asked.get("taxonomy_id", ""),
        taxonomy_term_id=asked.get("taxonomy_term_id", ""),
        parent_id=asked.get("parent_id", ""),
        top_only=asked.get("top_only", False),
        modified_after=asked.get("modified_after"),
        words=() if name in SEARCHED else tuple(asked.get("search", "").split()),
        listings=_listings(asked) if name in SEARCHED else None,
    )


def _listings(asked: Mapping[str, Any]) -> list[int] | None:
    """Numbers of the listings that the search finds, best first; None when nothing of it was asked."""
    found: list[int] | None = None
    if any(asked.get(each) for each in OF_THE_SEARCH):
        question = Question(
            words=asked.get("search", ""),
            near=asked.get("near", ""),
            within=asked.get("within", 25),
            open_now=asked.get("open_now", False),
            availability=asked.get("availability", ()),
            exactly=True,
        )
        found = [match.number for match in matching(question)]
    if "postcode" in asked:
        there = _at_postcode(asked["postcode"], asked.get("proximity"))
        found = there if found is None else [number for number in found if number in set(there)]
    return found


def _at_postcode(postcode: str, metres: float | None) -> list[int]:
    """Listings whose area holds the ZIP, or, with a distance, those that are no further from its center."""
    if metres is None:
        return [match.number for match in matching(Question(near=postcode)) if match.serves]
    miles = metres / METRES_A_MILE
    found = matching(Question(near=postcode, within=ceil(miles)))
    return [match.number for match in found if match.miles is not None and match.miles <= miles]
