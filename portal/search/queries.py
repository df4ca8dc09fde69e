"""The one door: a question in, an answer out."""

import logging
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from flask_babel import gettext as _

from portal.directory import listings
from portal.geo import miles
from portal.search.answer import Answer, Hit
from portal.search.engine import Engine, WhooshEngine, current, distrust
from portal.search.facts import Facts
from portal.search.fallback import MOST, SqlEngine
from portal.search.harvest import community_key, newest_change, own_state
from portal.search.question import PAGE_SIZE, Question
from portal.search.ranking import Standing, reasons, standing
from portal.search.selection import Chosen, choose
from portal.search.understand import Meaning, understand
from portal.store import clock

log = logging.getLogger(__name__)

_standings: WeakKeyDictionary[Facts, tuple[int, Standing]] = WeakKeyDictionary()


def find_services(question: Question) -> Answer:
    """The services that answer the question, 20 a page, best first, each saying why.

    Reads the index, or the database while there is none (Answer.notice says so). Raises PlaceUnknown or PlaceAmbiguous
    for `near`. Writes nothing; see `tally`.
    """
    meaning = understand(question, own_state() or None)
    now = clock.now()
    until = question.page * PAGE_SIZE
    engine = trusted()
    if engine is not None:
        try:
            chosen = choose(engine, meaning, _standing(engine.facts, now), until)
            return _answer(engine, meaning, chosen, now, "ready")
        except Exception as error:  # noqa: BLE001 - whatever Whoosh raises, people still need an answer
            distrust(error)
    draw = SqlEngine(meaning)
    chosen = choose(draw, meaning, standing(draw.facts, now), until)
    return _answer(draw, meaning, chosen, now, "rebuilding")


def index_state() -> dict[str, Any]:
    """`{"state": "ready"|"rebuilding", "listings": n, "behind": n}`: behind counts changes that the index has not seen."""
    engine = trusted()
    newest = newest_change()
    if engine is None:
        return {"state": "rebuilding", "listings": 0, "behind": newest}
    return {
        "state": "ready",
        "listings": len(engine.facts),
        "behind": max(0, newest - engine.about["change"]),
    }


def trusted() -> WhooshEngine | None:
    """The index, if it is whole and was made for this database."""
    engine = current()
    return engine if engine is not None and engine.about["community"] == community_key() else None


def _standing(facts: Facts, now: datetime) -> Standing:
    minute = int(now.timestamp() // 60)
    kept = _standings.get(facts)
    if kept is None or kept[0] != minute:
        kept = (minute, standing(facts, now))
        _standings[facts] = kept
    return kept[1]


def _answer(engine: Engine, meaning: Meaning, chosen: Chosen, now: datetime, state: str) -> Answer:
    numbers = engine.facts.columns["number"]
    rows = chosen.rows[(meaning.question.page - 1) * PAGE_SIZE :]
    views = listings([numbers[row] for row in rows], now)
    hits = []
    for row in rows:
        listing = views.get(numbers[row])
        if listing is None or listing.status != "active":
            continue  # gone since the index was written; the worker is about to notice
        matched = [words for words, scores in chosen.matched.items() if row in scores]
        distance = _distance(meaning, listing)
        why = reasons(listing, matched, distance, meaning.place, row in chosen.serving)
        hits.append(Hit(listing, distance, row in chosen.serving, why))
    return Answer(
        question=meaning.question,
        total=chosen.total,
        place=meaning.place,
        understood=meaning.understood,
        hits=tuple(hits),
        notice=tuple(_notices(meaning, chosen, state)),
        index_state=state,
        care=meaning.care,
    )


def _distance(meaning: Meaning, listing: Any) -> float | None:
    place = meaning.place
    if (
        place is None
        or place.lat is None
        or place.lon is None
        or listing.latitude is None
        or listing.confidential
    ):
        return None
    return round(miles(place.lat, place.lon, listing.latitude, listing.longitude), 2)


def _notices(meaning: Meaning, chosen: Chosen, state: str) -> list[str]:
    place, found = meaning.place, []
    if state == "rebuilding":
        found.append(
            _("The search index is being rebuilt. These results come from the database and look at the first %(most)s only.",
              most=MOST)
        )  # fmt: skip
    if chosen.any_word and chosen.total:
        found.append(_("No service matches all of your words. These match some of them."))
    if chosen.slips and chosen.total:
        found.append(_("Nothing is spelled exactly like that. We also looked for similar words."))
    if place and place.lat is None:
        found.append(_("We have no map point for %(place)s, so distances are not known.", place=place.text))
    elif place and place.approximate:
        found.append(
            _(
                "Distances are measured from the center of %(place)s.",
                place=place.zip or f"{place.city}, {place.state}",
            )
        )
    if meaning.open_now:
        found.append(_("Services with unknown hours are left out while “open now” is on."))
    return found
