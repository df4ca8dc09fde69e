"""Why a hit stands where it does, in sentences: the parts of its score said aloud."""

import math
from collections.abc import Sequence

from portal.directory import Listing
from portal.directory.hours import OpenState
from portal.geo import Located
from portal.search.areas import area_reason
from portal.store.language import gettext as _
from portal.store.language import speech


def reasons(
    listing: Listing,
    matched: Sequence[str],
    distance: float | None,
    place: Located | None,
    stands: str,
    language: str = "",
    opening: OpenState | None = None,
    partly: bool = False,
) -> tuple[str, ...]:
    """The weightiest reason first. `stands`: "serves", "outside", or "" when the listing's area says nothing. `language`: the
    code of the one that the question was asked in, where it is not the page's own. `opening`: at the time asked for, where that is
    not now. `partly`: other words of the question do not match."""
    _ = speech()
    found = []
    if matched:
        words = ", ".join(f"“{word}”" for word in matched)
        found.append(
            _("Matches only %(words)s", words=words) if partly else _("Matches %(words)s", words=words)
        )
    if distance is not None and place is not None:
        near = (
            _("about %(miles)s mi", miles=miles_words(distance))
            if listing.point_kind != "exact"
            else _("%(miles)s mi", miles=miles_words(distance))
        )
        here = _("where you are") if place.kind == "point" else place.text
        found.append(_("%(miles)s from %(place)s", miles=near, place=here))
    if language:
        spoken = [name for code, name in listing.languages if code == language]
        found += [_("Speaks %(language)s", language=name) for name in spoken]
    about_area = _area(listing, place, stands)
    if about_area:
        found.append(about_area)
    elif stands == "serves" and listing.virtual:
        found.append(_("By phone or video, from anywhere"))
    opening = opening or listing.open
    if opening.open:
        found.append(opening.words)
    if listing.availability.value != "unknown":
        found.append(room_words(listing))
    if not listing.freshness.stale:
        found.append(listing.freshness.words)
    return tuple(found)


def reasons_beside(listing: Listing, why: Sequence[str], opening: OpenState) -> str:
    """The reasons that a card of the listing does not say anyway, in one line."""
    said = (opening.words, room_words(listing), listing.assured_words)
    return "; ".join(each for each in why if each not in said)


def room_words(listing: Listing) -> str:
    """ "Can take one person now?", in words."""
    return _("Room: %(words)s", words=listing.availability.words)


def miles_words(distance: float) -> str:
    return f"{distance:.1f}" if distance < 10 else str(math.floor(distance + 0.5))


def _area(listing: Listing, place: Located | None, stands: str) -> str:
    if not stands:
        return ""
    areas = [(kind, extent) for kind, extent, _name in listing.card["areas"]]
    return area_reason(stands, areas, listing.service_areas, place)
