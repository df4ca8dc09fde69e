"""When the listing of a card is open: its timetable, and what is said of it. Reads nothing.

The same few weeks, days and words come again and again on a page: each is worked out once for a language. `_locale` is the
present one, which the words are looked up in.
"""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from portal.directory.card import Card
from portal.directory.hours import (
    HoursLine,
    OpenState,
    Shut,
    Timetable,
    closed_between,
    closed_until,
    hours_lines,
    line_in,
    moment_of,
    shut_of,
    zone,
)

KEPT = 20_000  # different weeks and words that are remembered
SOON = timedelta(days=14)  # a closure that is coming is told so long before

Rows = tuple[tuple[Any, ...], ...]


class ClosureWords(NamedTuple):
    """A closure that holds now, or is coming: when, and why in this language or, failing that, in the other (`lang`)."""

    now: bool
    when: str
    why: str
    lang: str


def timetable_of(card: Card) -> Timetable:
    """All that decides whether this listing is open. Its state is told only where that state's holidays count."""
    week, closures = tuple(map(tuple, card["hours"])), tuple(map(tuple, card["closures"]))
    return _timetable(card["time_zone"], week, home_state(card), closures)


def home_state(card: Card) -> str:
    """Two letters, of its address or of an area that is a state; empty when neither says."""
    if card["address"]:
        return card["address"][3]
    return next((extent for kind, extent, _name in card["areas"] if kind == "state"), "")


def closure_at(timetable: Timetable, now: datetime, locale: Any) -> ClosureWords | None:
    """The closure that holds at `now`; failing that, the first that begins within two weeks."""
    where = zone(timetable.zone)
    if where is None:
        return None
    for each in timetable.closures:
        begins, ends = (moment_of(where, end.date(), end.time()) for end in each[:2])
        if begins <= now < ends:
            return _closure_words(True, closed_until(each, now.astimezone(where)), each, locale)
        if now < begins <= now + SOON:
            return _closure_words(False, closed_between(each), each, locale)
    return None


@lru_cache(KEPT)
def _timetable(time_zone: str, week: Rows, state: str, closures: Rows) -> Timetable:
    lines = tuple(line_in(values) for values in week)
    shut = tuple(shut_of(each) for each in closures)
    return Timetable(time_zone, lines, state if any(line.closed_on for line in lines) else "", shut)


@lru_cache(KEPT)
def lines_at(timetable: Timetable, _locale: Any) -> tuple[HoursLine, ...]:
    return hours_lines(timetable.lines)


@lru_cache(KEPT)
def open_at(timetable: Timetable, minute: datetime, _locale: Any) -> OpenState:
    return timetable.open_state(minute)


def _closure_words(now: bool, when: str, closure: Shut, locale: Any) -> ClosureWords:
    spanish = str(locale or "en")[:2] == "es"
    if spanish and closure.words_es or not closure.words:
        return ClosureWords(now, when, closure.words_es, "es")
    return ClosureWords(now, when, closure.words, "en")
