"""The cards of a result page, put together of pieces that are the same wherever a service is found from.

A page has twenty cards, and most of each was made for somebody else a moment ago: what it is called, whether it is open, its
buttons. parts/cards.html says what the pieces look like.
"""

from collections.abc import Callable
from uuid import UUID

from markupsafe import Markup

from portal.directory import Listing
from portal.search import Hit
from portal.web.reading import in_reader_language
from portal.web.remembered import Pieces


def cards(
    may_send: bool, need_of: Callable[[Listing], str], ticked: frozenset[UUID] | None = None
) -> Callable[[Hit], Markup]:
    """What makes a card of a hit. Who `may_send` has the button for it, with the need that `need_of` says; where several can be
    asked at once (`ticked` is not None) each of those has a box, and these are ticked."""
    piece = Pieces("parts/cards.html")

    def card(hit: Hit) -> Markup:
        listing, opening, room, more = hit.listing, hit.open, hit.listing.availability, hit.why_beside
        key, phone, care = listing.card["id"], listing.voice, listing.care_words
        miles, exactly = hit.distance_miles, listing.point_kind == "exact"
        said = in_reader_language(listing)
        spoken = said.lang_of("name") if said is not listing else ""
        if miles is not None:
            miles = round(miles, 1 if exactly and miles < 10 else 0)
        made = (
            piece("head", key, said.name, spoken, listing.organization, opening.open, opening.words, room.value, room.words, care),
            piece("middle", care, miles, exactly, "" if miles is not None else listing.area, listing.for_words),
            piece.afresh("why", more) if more else "",
            piece("tick", key, listing.name, listing.id in ticked) if ticked is not None and listing.how == "refer" else "",
            piece(
                "tail", listing.assured_words, key, listing.name, listing.how, phone.tel if phone else "",
                phone.number if phone else "", may_send, need_of(listing) if may_send else "",
            ),
        )  # fmt: skip
        return Markup("".join(made))  # noqa: S704 - macros have escaped what is in them

    return card
