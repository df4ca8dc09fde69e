"""An answer made of a meaning: chosen, shown from cards, said why, with what there is to know about it."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from portal.directory import Listing, listings
from portal.search.answer import Answer, Hit
from portal.search.engine import Engine
from portal.search.fallback import MOST
from portal.search.harvest import Stands, changed_since
from portal.search.question import PAGE_SIZE
from portal.search.ranking import standing
from portal.search.reasons import reasons
from portal.search.selection import Chosen, choose
from portal.search.sentences import CRISIS, GUESSED
from portal.search.understand import Meaning, Understood
from portal.store.language import gettext as _

MOST_BEHIND = 200  # changes not yet in the index that are read for a page; further behind, the page waits for the worker


def answer_with(
    engine: Engine, meaning: Meaning, now: datetime, here: Stands, counts: bool, state: str = "ready"
) -> Answer:
    """The page of the answer that the question asks for."""
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
        understood=_understood(meaning, chosen),
        hits=tuple(_hit(chosen, meaning, row, views[row], moment) for row in rows if row in views),
        notice=tuple(_notices(meaning, chosen, state)),
        index_state=state,
        care=meaning.care,
        counts=chosen.counts,
        whole=chosen.whole,
        plain=tuple(part.text for part in meaning.needed if not part.codes),
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


def _hit(chosen: Chosen, meaning: Meaning, row: int, listing: Listing, moment: datetime | None) -> Hit:
    far = chosen.distances.get(row)
    distance = None if far is None or listing.confidential or listing.latitude is None else round(far, 2)
    stand = chosen.stands.get(row, "")
    needed = [part.text for part in meaning.needed]
    matched = [text for text in chosen.matched.get(row, []) if text in needed]
    then = listing.open_at(moment) if moment else None
    partly = len(matched) < len(needed)
    matched = [text for text in matched if text != GUESSED]
    why = reasons(listing, matched, distance, meaning.place, stand, meaning.prefer_language, then, partly)
    return Hit(listing, distance, stand == "serves", why, chosen.scored.get(row, ()), then, partly)


def _understood(meaning: Meaning, chosen: Chosen) -> tuple[Understood, ...]:
    """What was understood, less "open now" where nothing is."""
    return tuple(part for part in meaning.understood if chosen.open != 0 or part.code != "open")


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
    if chosen.total and not chosen.whole:
        found.append(_("No service matches all of your words. These match some of them."))
    elif chosen.whole < chosen.total:
        found.append(
            _(
                "Few services match all of your words. They come first; below them are some that match some of them."
            )
        )
    if CRISIS in meaning.guessed:
        found.append(
            _(
                "We did not understand all of this. These services help in any crisis; say more, or call one of them."
            )
        )
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
    if chosen.open and chosen.open < chosen.total:
        found.append(
            _("Few that fit are known to be open now. They come first; call the others before you go there.")
        )
    elif chosen.open == 0 and chosen.total:
        found.append(
            _("Nothing that fits is known to be open now. These are closed, or their hours are not known: call first.")
        )  # fmt: skip
    elif meaning.open_now and chosen.open is None:
        found.append(_("Services with unknown hours are left out while “open now” is on."))
    return found
