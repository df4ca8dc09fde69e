"""A place among the words of a question: "shelter near 37013", "cerca de Nashville", "detox Antioch TN", "in Davidson County".

A ZIP is a place wherever it stands, anything the gazetteer knows is one after "in" or "near", and a city of the community's
own state is one at either end of the words. What the gazetteer says is kept for each database, so that a word costs a
SELECT once in a process.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from statistics import fmean
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import func, select

from portal.geo import STATES, Located, PlaceAmbiguous, PlaceUnknown, county_named, county_words, fold, locate
from portal.geo.models import Place
from portal.search.words import EMPTY
from portal.store import db

SURE_WORDS = ("near", "nearby", "around", "in", "cerca", "en")
PLACE_WORDS = (
    *SURE_WORDS,
    "at",
    "by",
    "from",
    "to",
    "de",
    "por",
)  # the others announce a place of the own state alone
MOST_TRIES = 16  # look-ups of one question
LONGEST_PLACE = 4  # words
LONGEST_CITY = 3
SHORTEST_CITY = 4  # letters of a city that no "in" announces
KEPT = 5_000  # look-ups kept a database

# Cities whose names are everyday words: places only with their state, or in the own state after "in" or "near".
_ORDINARY = """
action alliance advance alice alpha anchor angel banner bells berry best blue bridge burns busy campaign canvas center central challenge
circle clear comfort community concord cool cope counselor crossroads crystal deal divide eagle earth economy effort
energy enterprise equality experiment export fairview faith finger force forward free freedom friend friendly friends
friendship gap gate gates gateway gilead good grace grant gray green guild guys halls happy harbor harmony haven health
helper holiday home honor hood hope house houses ideal independence industry inn interior jack joiner joy justice lane
liberty light lively lone loop love loving luck many marks mascot max means midway miles mission moss mutual new news
nice noble normal north oasis odd only onward orange order peace pioneer plain point police power powers price pride
prosper prospect protection providence quick rainbow reading ready recovery relief reliance rescue rest ridge rule ruby
start call check bear lion wolf fox owl tiger ice hart light safe sanctuary shade shelter shorter sober speed speedwell spring springs spirit star start stone street strong success
summit sun sunrise sunset sunshine supply sweet tea temple thrive time trade trail transfer tree triangle trinity trust
union unity universal vendor veteran vision wake welcome west whiteside winner wise wonder work worth young zion
"""
ORDINARY = frozenset(_ORDINARY.split())
LARGE, MUCH_LARGER = 8, 4  # ZIPs of a city; times as many as the next of its name
_BY_NAME = {name: code for code, name in STATES.items()}

Taken = Callable[[int, int], bool]
Key = tuple[str, str, str]

_kept: WeakKeyDictionary[Any, OrderedDict[Key, Located | None]] = WeakKeyDictionary()
_filled: WeakKeyDictionary[Any, bool] = WeakKeyDictionary()


@dataclass(frozen=True)
class Whereabouts:
    """A place, and the words from `first` up to `last` that named it."""

    place: Located
    first: int
    last: int
    sure: bool  # a ZIP, or announced by "in" or "near"


@dataclass(frozen=True)
class _Guess:
    """Words from `first` up to `last`; those from `start` on are looked up. `sure`: a ZIP, or announced by "in" or "near"."""

    first: int
    start: int
    last: int
    sure: bool
    state: str = ""  # only a place in this state will do


def place_among(words: Sequence[str], text: str, state: str | None, taken: Taken) -> Whereabouts | None:
    """The first place found among folded words, or None. `text` is what they were folded from; `taken(first, last)` tells
    whether words in this span mean something else already."""
    for guess in islice(_guesses(words, state or "", taken), MOST_TRIES):
        place = _known(" ".join(words[guess.start : guess.last]), state, guess.state)
        if place is not None:
            return Whereabouts(place, guess.first, _after_zip(words, guess, text), guess.sure)
    return None


def asks_near_me(words: Sequence[str]) -> bool:
    """Whether "near me" was said in one of its ways."""
    said = f" {' '.join(words)} "
    ways = ("near me", "nearby", "near by", "close to me", "close by", "around me", "around here", "near here", "cerca de mi",
            "cerca de aqui", "por aqui", "closest", "nearest", "mas cercano", "mas cercana")  # fmt: skip
    return any(f" {way} " in said for way in ways)


def _guesses(words: Sequence[str], state: str, taken: Taken) -> Iterator[_Guess]:
    """Spans that may be a place, the surest first."""
    for at, word in enumerate(words):
        if len(word) == 5 and word.isascii() and word.isdecimal():
            yield _Guess(_announced(words, at), at, at + 1, True)
    yield from _counties(words, state, taken)
    for at, word in enumerate(words[:-1]):
        if word in PLACE_WORDS:
            for size in range(min(LONGEST_PLACE, len(words) - at - 1), 0, -1):
                first, last = at + 1, at + 1 + size
                if words[first] not in EMPTY and not taken(first, last) and _may_be_said(words[first:last]):
                    anywhere = word in SURE_WORDS and not (size == 1 and words[first] in ORDINARY)
                    yield _Guess(_announced(words, first), first, last, True, "" if anywhere else state)
    yield from _bare(words, state, taken)


def _bare(words: Sequence[str], state: str, taken: Taken) -> Iterator[_Guess]:
    """A city at the end or the start that nothing announces: with its state, or one of the community's own."""
    count = len(words)
    for size in range(min(LONGEST_CITY, count), 0, -1):
        for last in (count, count - 1, count - 2):
            code = _state_of(words[last:]) if last < count else state
            first = last - size
            if (
                first >= 0
                and code
                and _is_bare_city(words[first:last], last < count)
                and not taken(first, last)
            ):
                yield _Guess(first, first, count, False, code)
        if size < count and state and _is_bare_city(words[:size], False) and not taken(0, size):
            code = _state_of(words[size : size + 1])
            yield _Guess(0, 0, size + (code == state), False, state)


def _counties(words: Sequence[str], state: str, taken: Taken) -> Iterator[_Guess]:
    """ "Davidson County", "Davidson County TN", "condado de Davidson"."""
    for at, word in enumerate(words):
        if word == "county" and at:
            code = _state_of(words[at + 1 : at + 2])
            for size in (3, 2, 1):
                if at >= size and words[at - size] not in EMPTY and not taken(at - size, at):
                    first = at - size
                    yield _Guess(_announced(words, first), first, at + 1 + bool(code), True, code or state)
        elif list(words[at : at + 2]) == ["condado", "de"]:
            for size in (3, 2, 1):
                if at + 2 + size <= len(words):
                    yield _Guess(_announced(words, at), at, at + 2 + size, True, state)


def _announced(words: Sequence[str], at: int) -> int:
    """Where "near", "cerca de", "zip code" before a place begin."""
    while at and (
        words[at - 1] in PLACE_WORDS or words[at - 1] in ("zip", "code", "zipcode", "codigo", "postal", "the")
    ):
        at -= 1
    return at


def _after_zip(words: Sequence[str], guess: _Guess, text: str) -> int:
    """The end of a place: a ZIP's four more digits belong to it."""
    code, more = words[guess.start], words[guess.last : guess.last + 1]
    four = bool(more) and f"{code}-{more[0]}" in text and len(more[0]) == 4 and more[0].isdecimal()
    return guess.last + 1 if four else guess.last


def _may_be_said(words: Sequence[str]) -> bool:
    return len(words) > 1 or len(words[0]) > 2 or words[0].upper() in STATES


def _is_bare_city(words: Sequence[str], with_state: bool) -> bool:
    if any(word in EMPTY or not word.isalpha() for word in words):
        return False
    return with_state or (
        len(" ".join(words)) >= SHORTEST_CITY and not (len(words) == 1 and words[0] in ORDINARY)
    )


def _state_of(words: Sequence[str]) -> str:
    """The code of the state that these words name as a whole, or nothing."""
    text = " ".join(words)
    return text.upper() if text.upper() in STATES else _BY_NAME.get(text, "")


def _known(text: str, own_state: str | None, state: str) -> Located | None:
    """What the gazetteer has under this name, from memory where it was asked before."""
    bind = db.session.get_bind()
    kept = _kept.setdefault(bind, OrderedDict())
    key = (text, own_state or "", state)
    if key in kept:
        kept.move_to_end(key)
        return kept[key]
    place = _look_up(text, own_state, state)
    if place is not None or _is_filled(bind):
        kept[key] = place
        while len(kept) > KEPT:
            kept.popitem(last=False)
    return place


def _is_filled(bind: Any) -> bool:
    """Whether there is a gazetteer at all: before it is loaded, "not known" is not worth keeping."""
    if not _filled.get(bind):
        _filled[bind] = db.session.scalar(select(Place.number).limit(1)) is not None
    return _filled[bind]


def _look_up(text: str, own_state: str | None, state: str) -> Located | None:
    words = text.split()
    if "county" in words[1:] or words[:2] == ["condado", "de"]:
        name = " ".join(words[2:]) if words[0] == "condado" else text.partition(" county")[0]
        return county(name, state) if state else None
    try:
        place = locate(text, state or own_state, suggest=False)
    except PlaceAmbiguous:
        return None if state else _much_the_largest(fold(text))
    except PlaceUnknown:
        return None
    return place if not state or place.state == state else None


def _much_the_largest(name: str) -> Located | None:
    """The one city of this name that dwarfs the others: Miami is in Florida, Springfield is nowhere."""
    count = func.count()
    rows = db.session.execute(
        select(Place.state, count)
        .where(Place.kind == "zip", Place.folded == name)
        .group_by(Place.state)
        .order_by(count.desc(), Place.state)
        .limit(2)
    ).all()
    sizes = [row[1] for row in rows] + [0, 0]
    if sizes[0] < LARGE or sizes[0] < MUCH_LARGER * sizes[1]:
        return None
    return locate(f"{name}, {rows[0][0]}", suggest=False)


def county(name: str, state: str) -> Located | None:
    """A county by its folded name: the middle of its ZIPs. None when the gazetteer has none. `city` is how it is said."""
    known = county_named(f"{name} county, {state}")
    if known is None:
        return None
    spelled = known.partition(",")[0]
    found = db.session.execute(
        select(Place.code, Place.latitude, Place.longitude, Place.time_zone)
        .where(Place.kind == "zip", Place.state == state, Place.county == spelled)
        .order_by(Place.code)
    ).all()
    points = [(row.latitude, row.longitude) for row in found if row.latitude is not None]
    said = county_words(spelled, state)
    return Located(
        text=said,
        lat=fmean(lat for lat, _lon in points) if points else None,
        lon=fmean(lon for _lat, lon in points) if points else None,
        kind="county",
        approximate=True,
        city=said.partition(",")[0],
        county=spelled,
        state=state,
        time_zone=found[0].time_zone if found else "",
        zips=tuple(row.code for row in found),
        counties=(known,),
    )
