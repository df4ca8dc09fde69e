"""Why a hit stands where it does, in sentences: the parts of its score said aloud."""

import math
from collections.abc import Sequence

from flask_babel import gettext as _

from portal.directory import Listing
from portal.geo import Located


def reasons(
    listing: Listing, matched: Sequence[str], distance: float | None, place: Located | None, stands: str
) -> tuple[str, ...]:
    """The weightiest reason first. `stands`: "serves", "outside", or "" when the listing's area says nothing."""
    found = []
    if matched:
        found.append(_("Matches %(words)s", words=", ".join(f"“{word}”" for word in matched)))
    if distance is not None and place is not None:
        near = (
            _("about %(miles)s mi", miles=miles_words(distance))
            if listing.point_kind != "exact"
            else _("%(miles)s mi", miles=miles_words(distance))
        )
        found.append(_("%(miles)s from %(place)s", miles=near, place=place.text))
    if stands == "serves" and listing.service_areas:
        found.append(_("Serves %(area)s", area=_areas(listing)))
    elif stands == "serves" and listing.virtual:
        found.append(_("By phone or video, from anywhere"))
    elif stands == "outside" and listing.service_areas:
        found.append(_("Says it serves only %(area)s", area=_areas(listing)))
    if listing.open.open:
        found.append(listing.open.words)
    if listing.availability.value != "unknown":
        found.append(_("Room: %(words)s", words=listing.availability.words))
    if not listing.freshness.stale:
        found.append(listing.freshness.words)
    return tuple(found)


def miles_words(distance: float) -> str:
    return f"{distance:.1f}" if distance < 10 else str(math.floor(distance + 0.5))


def _areas(listing: Listing) -> str:
    first = listing.service_areas[0]
    words = first[0].lower() + first[1:] if first.startswith(("All ", "The ")) else first
    more = len(listing.service_areas) - 1
    return _("%(area)s and %(more)s more", area=words, more=more) if more else words
