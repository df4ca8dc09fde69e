"""Other services that could take the same person, near one that is being asked."""

from portal.directory import Listing
from portal.directory.terms import NEEDS
from portal.geo import PlaceAmbiguous, PlaceUnknown
from portal.search import Question, find_services

MILES = 50


def nearby(listing: Listing, need: str, most: int) -> list[Listing]:
    """Services that answer here and give the care that the need asks for, near this one; at most `most`, best first.

    Without the ones that say "no" now. The question is asked inside: it stands in no address and no log.
    """
    _label, cares = NEEDS.get(need, ("", ()))
    placed = listing.latitude is not None and listing.longitude is not None
    near = f"{listing.latitude:.5f}, {listing.longitude:.5f}" if placed else ""
    try:
        answer = find_services(Question(near=near, within=MILES, care=tuple(cares)))
    except (PlaceUnknown, PlaceAmbiguous):
        return []
    fitting = (
        hit.listing
        for hit in answer.hits
        if hit.listing.id != listing.id
        and hit.listing.how == "refer"
        and hit.listing.availability.value != "no"
    )
    return [found for found, _number in zip(fitting, range(most), strict=False)]
