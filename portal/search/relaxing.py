"""When nothing or next to nothing fits: what to leave out, what that finds, what is nearest and what opens next.

A few more searches and no other work: about MOST_SEARCHES of them, and only when fewer than FEW services fit all that was
asked, whether or not some that fit a part of it are shown.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from portal.directory.terms import GROUPS
from portal.geo import PlaceAmbiguous, PlaceUnknown
from portal.search.answer import Answer, Hit
from portal.search.queries import find_services
from portal.search.question import FILTERS, FURTHEST, Question
from portal.search.synonyms import match
from portal.search.understand import Understood, less
from portal.search.words import fold
from portal.store.language import gettext as _

FEW = 3
MOST_SEARCHES = 6  # and one more as a last resort, and one where hours were asked twice
FAR = 100  # miles: how far to look when nothing is near; then FURTHEST


@dataclass(frozen=True)
class Wider:
    """A question that asks for less: what is left out, in words, and how many services fit all of it (more than before)."""

    words: str
    question: Question
    total: int


@dataclass(frozen=True)
class Relaxed:
    """What helps on. `opens_next`: the hit that opens first. `nearest`: the closest one beyond the miles asked for."""

    wider: tuple[Wider, ...] = ()
    opens_next: Hit | None = None
    nearest: Hit | None = None


@dataclass(frozen=True)
class _Try:
    """One thing to leave out: `kind` is open, far, further or other."""

    kind: str
    words: str
    question: Question


def relax(answer: Answer) -> Relaxed:
    """Nothing when FEW services or more fit all of it, or when there is nothing to leave out. Writes nothing."""
    if answer.whole >= FEW or answer.question.page > 1:
        return Relaxed()
    wider: list[Wider] = []
    opens_next = nearest = None
    shown = {hit.listing.id for hit in answer.hits}
    for each in _worth_trying(answer):
        if each.kind == "further" and nearest is not None:
            continue  # only where the first hundred miles held nothing
        found = _found(each.question)
        if found is not None and each.kind == "open":
            found = _at_any_time(found)
        if found is None or found.whole <= answer.whole:
            continue
        fresh = [hit for hit in found.hits if not hit.partly and hit.listing.id not in shown]
        if each.kind == "open" and not answer.question.open_at:
            opens_next = _opens_first(fresh)
        elif each.kind in ("far", "further"):
            nearest = _nearest(fresh)
        wider.append(Wider(each.words, found.question, found.whole))
    if not wider and not answer.whole:
        wider += _last_resort(answer)
    return Relaxed(tuple(sorted(wider, key=lambda each: each.total)), opens_next, nearest)


def _worth_trying(answer: Answer) -> list[_Try]:
    """The most useful first, each question once."""
    once: dict[Question, _Try] = {}
    for each in _tries(answer):
        if each.question != answer.question:
            once.setdefault(each.question, each)
    return list(once.values())[:MOST_SEARCHES]


def _tries(answer: Answer) -> Iterator[_Try]:
    """What may be left out: the hours, the miles, all filters, each thing understood, the words."""
    question, place = answer.question, answer.place
    hours: list[tuple[Understood, Question]] = []
    others: list[tuple[Understood, Question]] = []
    for part in answer.understood:
        if part.without:
            (hours if "open" in (part.field, part.code) else others).append((part, part.without))
    if hours or question.open_now or question.open_at:
        asked = hours[0][1] if hours else question
        yield _Try("open", _("At any time of day"), asked.without("open"))
    pointed = place is not None and place.lat is not None
    for kind, miles in (("far", FAR), ("further", FURTHEST)):
        if pointed and question.within < miles:
            yield _Try(
                kind, _("Within %(miles)s miles", miles=miles), replace(question, within=miles, page=1)
            )
    if question.filters > 1:
        bare: dict[str, Any] = dict.fromkeys(FILTERS.values(), ())
        if answer.whole:
            del bare["care"]
        yield _Try("other", _("Without any filter"), replace(question, page=1, **bare))
    for part, without in others:
        if not (pointed and "near" in (part.field, part.code)) and not (answer.whole and _the_need(part)):
            word = part.field == "q" and part.code not in ("", "near", "name")
            said = _("Without “%(word)s”", word=part.code) if word else ""
            yield _Try("other", said or _("Without: %(part)s", part=part.sentence), without)
    if len(answer.plain) + len(answer.care) > 1:
        for said in answer.plain:
            yield _Try("other", _("Without “%(word)s”", word=said), less(question, said.split()))
    if question.words and not answer.total:
        words = _("Without the words “%(words)s”", words=question.words)
        yield _Try("other", words, replace(question, words="", page=1))


def _the_need(part: Understood) -> bool:
    """What was come for: left out only where it finds nothing at all. For whom and how it is paid may be left out."""
    if part.field != "q":
        return part.field == "care"
    found = match(fold(part.code))
    return found is None or any(group == "care" for group, _code in found.codes)


def _last_resort(answer: Answer) -> list[Wider]:
    """No single thing helps: the kind of help alone, where one was understood, or whatever is near."""
    place = answer.place
    near = answer.question.near or (place.text if place else "")
    within = FAR if answer.care else answer.question.within
    bare = Question(near=near, within=within, care=answer.care)
    found = _found(bare) if bare != answer.question and (near or answer.care) else None
    if found is None or not found.whole:
        return []
    kinds = ", ".join(str(GROUPS["care"][code]) for code in answer.care)
    words = kinds or _("Everything near %(place)s", place=near)
    if kinds and near:
        words = _("%(kinds)s within %(miles)s miles", kinds=kinds, miles=within)
    return [Wider(words, bare, found.whole)]


def _at_any_time(found: Answer) -> Answer | None:
    """Hours may be asked twice: ticked, and as "tonight" among the words. Both go."""
    again = next((part.without for part in found.understood if "open" in (part.field, part.code)), None)
    return _found(again) if again else found


def _found(question: Question) -> Answer | None:
    try:
        return find_services(question)
    except (PlaceUnknown, PlaceAmbiguous):
        return None


def _nearest(hits: list[Hit]) -> Hit | None:
    placed = [
        (hit.distance_miles, number) for number, hit in enumerate(hits) if hit.distance_miles is not None
    ]
    return hits[min(placed)[1]] if placed else None


def _opens_first(hits: list[Hit]) -> Hit | None:
    """The one that opens soonest; of those that open together, the nearest."""
    coming = [hit for hit in hits if hit.listing.open.open is False and hit.listing.open.next is not None]
    far = float("inf")

    def when(hit: Hit) -> tuple[float, float]:
        opens = hit.listing.open.next
        return (
            opens.timestamp() if opens else far,
            far if hit.distance_miles is None else hit.distance_miles,
        )

    return min(coming, key=when, default=None)
