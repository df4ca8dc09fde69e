"""The one door: a question in, an answer out."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from portal.directory import Listing, listings
from portal.search import generation, holder, postgres_engine
from portal.search.answer import Answer, Hit
from portal.search.engine import Engine
from portal.search.fallback import MOST, SqlEngine
from portal.search.harvest import Stands, changed_since, stands
from portal.search.question import PAGE_SIZE, Question
from portal.search.ranking import standing
from portal.search.reasons import reasons
from portal.search.selection import Chosen, choose
from portal.search.spelling import correct
from portal.search.understand import Meaning, understand
from portal.search.which import on_postgres
from portal.search.words import fold
from portal.store import clock
from portal.store.language import gettext as _

log = logging.getLogger(__name__)

MOST_BEHIND = (
    200  # changes not yet in the index that are read for a page; an index further behind waits for the worker
)


def find_services(question: Question, *, counts: bool = False) -> Answer:
    """The services that answer the question, 20 a page, best first, each saying why.

    Reads the index, or the database while there is none (Answer.notice says so). With `counts`, how many services each value
    of each filter would find. Raises PlaceUnknown or PlaceAmbiguous for `near`. Writes nothing; see `tally`.
    """
    here = stands()
    meaning = understand(question, here.state or None)
    now = clock.now()
    engine = trusted(here)
    if engine is not None:
        try:
            return _ask_kindly(engine, meaning, now, here, counts)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it, people still need an answer
            (postgres_engine if on_postgres() else generation).distrust(error)
    return _ask(SqlEngine(meaning), meaning, now, here, "rebuilding", counts)


def index_state() -> dict[str, Any]:
    """`{"state": "ready"|"rebuilding", "listings": n, "behind": n}`: behind counts changes that the index has not seen."""
    here = stands()
    engine = trusted(here)
    if engine is None:
        return {"state": "rebuilding", "listings": 0, "behind": here.change}
    behind = max(0, here.change - (engine.change or 0))
    return {"state": "ready", "listings": len(engine.facts), "behind": behind}


def trusted(here: Stands) -> Engine | None:
    """The index, if it is whole and was made for this database."""
    if on_postgres():
        return postgres_engine.current(here.community)
    engine = holder.current()
    return engine if engine is not None and engine.about["community"] == here.community else None


def _ask_kindly(engine: Engine, meaning: Meaning, now: datetime, here: Stands, counts: bool) -> Answer:
    """The answer; where a word is nobody's, that of the word it was probably meant to be, said so and undone in one tap."""
    question = meaning.question
    strange = [] if question.exactly else _strange(engine, meaning)
    slips = correct(strange, engine.lexicon()) if strange else []
    if not slips:
        return _ask(engine, meaning, now, here, "ready", counts)
    meant = dict(slips)
    words = " ".join(meant.get("".join(fold(word)), word) for word in question.words.split())
    corrected = understand(replace(question, words=words), here.state or None)
    answer = _ask(engine, corrected, now, here, "ready", counts)
    said = [
        _("No service says “%(typed)s”. Showing “%(meant)s”.", typed=typed, meant=right)
        for typed, right in slips
    ]
    back = (_("Search for “%(words)s” as typed", words=question.words), replace(question, exactly=True))
    return replace(answer, question=question, notice=(*said, *answer.notice), did_you_mean=back)


def _strange(engine: Engine, meaning: Meaning) -> list[str]:
    """Words that mean nothing to us and that no listing uses."""
    parts = [part for part in meaning.parts if not part.codes]
    pairs = [pair for part in parts for pair in zip(part.stems, part.words, strict=False)]
    return [word for stem, word in pairs if not engine.knows(stem)]


def _ask(engine: Engine, meaning: Meaning, now: datetime, here: Stands, state: str, counts: bool) -> Answer:
    question = meaning.question
    moment = _moment(question.open_at, here.time_zone)
    until = question.page * PAGE_SIZE
    chosen = choose(engine, meaning, standing(engine.facts, now), until, moment, counts)
    rows = chosen.rows[until - PAGE_SIZE :]
    views = _views(engine, rows, now, here)
    return Answer(
        question=question,
        total=chosen.total,
        place=meaning.place,
        understood=meaning.understood,
        hits=tuple(_hit(chosen, meaning, row, views[row]) for row in rows if row in views),
        notice=tuple(_notices(meaning, chosen, state)),
        index_state=state,
        care=meaning.care,
        counts=chosen.counts,
    )


def _views(engine: Engine, rows: list[int], now: datetime, here: Stands) -> Mapping[int, Listing]:
    """What anybody may see of these rows. What changed since the index was written is read from the tables, so that nobody is
    shown what a listing has taken back; what is gone is left out."""
    seen = here.change if engine.change is None else engine.change
    numbers = {row: int(engine.facts.columns["number"][row]) for row in rows}
    changed = (
        {number for _change, number in changed_since(seen, MOST_BEHIND)} if here.change > seen else set()
    )
    old = [row for row in rows if numbers[row] not in changed]
    views = dict(engine.listings(old, now))
    late = listings([numbers[row] for row in rows if numbers[row] in changed], now)
    views |= {row: late[number] for row, number in numbers.items() if number in late}
    return {row: view for row, view in views.items() if view.status == "active"}


def _hit(chosen: Chosen, meaning: Meaning, row: int, listing: Listing) -> Hit:
    far = chosen.distances.get(row)
    distance = None if far is None or listing.confidential or listing.latitude is None else round(far, 2)
    stand = chosen.stands.get(row, "")
    matched = chosen.matched.get(row, [])
    why = reasons(listing, matched, distance, meaning.place, stand, meaning.prefer_language)
    return Hit(listing, distance, stand == "serves", why, chosen.scored.get(row, ()))


def _moment(open_at: str, time_zone: str) -> datetime | None:
    """The time asked for, by the community's clock."""
    return datetime.fromisoformat(open_at).replace(tzinfo=ZoneInfo(time_zone)) if open_at else None


def _notices(meaning: Meaning, chosen: Chosen, state: str) -> list[str]:
    place, found = meaning.place, []
    if state == "rebuilding":
        found.append(
            _("The search index is being rebuilt. These results come from the database and look at the first %(most)s only.",
              most=MOST)
        )  # fmt: skip
    if chosen.any_word and chosen.total:
        found.append(_("No service matches all of your words. These match some of them."))
    if meaning.asks_near_me:
        found.append(_("We do not know where you are. Type a ZIP code or a city, or tap “Use where I am”."))
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
