"""The language in which somebody reads a listing: the one that they tapped, else the one that their browser asks for."""

from flask import request

from portal.directory import Listing


def in_reader_language(listing: Listing) -> Listing:
    """The listing in the best of the languages in which humans have said it; as it was written where there is none."""
    if not listing.card["said"]:
        return listing
    known = listing.languages_said
    asked = request.args.get("lang", "")
    if asked not in known:
        asked = request.accept_languages.best_match(known, known[0]) or known[0]
    return listing.in_language(asked)
