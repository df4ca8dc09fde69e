"""Other services that could take the same person, near one that is being asked or looked at."""

from portal.directory import Listing
from portal.directory.areas import area_words
from portal.directory.terms import NEEDS
from portal.geo import PlaceAmbiguous, PlaceUnknown
from portal.search import Hit, Question, find_services

MILES = 50


def nearby(listing: Listing, need: str, most: int) -> list[Listing]:
    """Services that answer here and give the care that the need asks for, near this one; at most `most`, best first.

    Without the ones that say "no" now. The question is asked inside: it stands in no address and no log.
    """
    _label, cares = NEEDS.get(need, ("", ()))
    fitting = [hit.listing for hit in _like(listing, tuple(cares)) if hit.listing.how == "refer"]
    return fitting[:most]


def alternatives(listing: Listing, most: int) -> list[Hit]:
    """Services that give the same kind of care near this one, or where it serves when its place is not public; at most `most`,
    best first, without those that say "no" now. None where it is not coded what kind of care this one gives."""
    cares = tuple(code for code in listing.codes("care"))
    return _like(listing, cares)[:most] if cares else []


def _like(listing: Listing, cares: tuple[str, ...]) -> list[Hit]:
    try:
        answer = find_services(Question(near=_around(listing), within=MILES, care=cares))
    except (PlaceUnknown, PlaceAmbiguous):
        return []
    return [
        hit for hit in answer.hits if hit.listing.id != listing.id and hit.listing.availability.value != "no"
    ]


def _around(listing: Listing) -> str:
    """Where to look: its point, else a county that it serves. Only what its own page says: of a hidden place no more."""
    if listing.latitude is not None and listing.longitude is not None:
        return f"{listing.latitude:.5f}, {listing.longitude:.5f}"
    counties = (extent for kind, extent, _name in listing.card["areas"] if kind == "county")
    return next((area_words("county", extent, "") for extent in counties), "")
