"""From a meaning to ranked rows: match the words, keep what the place and the filters allow, score, order, count.

The same code for every engine: what differs is which facts there are to choose from, and how words are looked up.
Shapes: N is the number of rows of the facts, m the number of rows that the place and the words leave.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np

from portal.search.arrays import Flags, Rows, Scores
from portal.search.coded import beside_codes, by_codes
from portal.search.engine import Engine
from portal.search.facets import OPEN, Filters, count_values
from portal.search.facts import Facts
from portal.search.parts import Part
from portal.search.places import Around, around_place, exact_miles, exact_where_near
from portal.search.ranking import WEIGHTS, Standing, best, nearness, open_then
from portal.search.understand import Meaning

BY_THE_WAY = 0.1  # of a word's worth, for one that a sentence tells beside its need
LOOSE_WORD = 0.3  # of a word's worth, for one word of a phrase whose code is carried: "detox bed" in a detox unit's text
FEW = 5  # services here with every word; below, those with some of the words follow them
ALL_WORDS_FIRST = 1e6  # above any score and any distance in miles
OPEN_FIRST = 1e3  # above any score: open, then hours not known, then closed


@dataclass
class Chosen:
    """Rows best first up to the end of the page asked for; `total` counts all.

    distances: miles, of rows that have a point. stands: "serves" or "outside" of rows whose area decides. matched: of each
    row, the texts of the parts that it matches. scored: of each row, what each named part added, heaviest first. whole: how many
    of the total have every part; those that have some come below them. open: how many of the total are open, where "tonight" was
    read so and too few are: then the others follow them.
    """

    rows: list[int]
    total: int
    distances: dict[int, float] = field(default_factory=dict)
    stands: dict[int, str] = field(default_factory=dict)
    matched: dict[int, list[str]] = field(default_factory=dict)
    scored: dict[int, tuple[tuple[str, float], ...]] = field(default_factory=dict)
    whole: int = 0
    open: int | None = None
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Matched:
    """How well each row's text and codes match: 0 is not at all. `by_part` beside the sum, `every` where no part is missing."""

    scores: Scores  # shape (N,)
    by_part: Mapping[str, Scores]
    every: Flags  # shape (N,)


def choose(
    engine: Engine, meaning: Meaning, now: Standing, until: int, moment: datetime | None = None, counts: bool = False
) -> Chosen:  # fmt: skip
    """The first `until` rows of the answer, in order. Same question, same minute, same facts: same order.

    `moment` is when it must be open, beside or instead of `meaning.open_now`.
    """
    facts = engine.facts
    words = match(engine, meaning.parts)
    around = around_place(facts, meaning)
    rows = _candidates(facts, words, around)
    then = None if moment is None else open_then(facts, moment)
    filters = Filters.of(facts, meaning, now, rows, then)
    kept, opened = filters.kept(), None
    if "open" in meaning.guessed and np.count_nonzero(kept) < FEW:
        opened, filters = filters.passes[OPEN], filters.without(OPEN)
        kept = filters.kept()
    chosen = Chosen([], int(np.count_nonzero(kept)))
    if counts:
        chosen.counts = count_values(facts, now, rows, filters)
    at = np.flatnonzero(kept)
    rows = rows[at]
    places = around.of(rows) if around else None
    parts = _parts(facts, meaning, now, words, places, rows)
    if then is not None:
        parts["open"] = then[facts.columns["hours"][rows]] * WEIGHTS["open"]
    distances = places.distances if places else np.full(len(rows), np.inf)
    tie, numbers = now.tie[rows], facts.columns["number"][rows]
    whole = np.ones(len(rows), np.bool_) if words is None else words.every[rows]
    chosen.whole = int(np.count_nonzero(whole))
    score = sum(parts.values(), np.zeros(len(rows)))
    if meaning.question.sort == "near" and meaning.place and places:
        distances = exact_where_near(facts, meaning.place, rows, distances, until)
        score = np.maximum(-distances, -ALL_WORDS_FIRST / 2)
    elif opened is not None:
        unknown = facts.columns["hours"][rows] == 0
        score = score + OPEN_FIRST * (opened[at] + 0.5 * unknown)
    chosen.open = None if opened is None else int(np.count_nonzero(opened[at]))
    score = score + ALL_WORDS_FIRST * whole
    top = best(score, tie, distances, numbers, until)
    chosen.rows = rows[top].tolist()
    _tell(chosen, top, parts, words)
    if places and meaning.place:
        chosen.distances = exact_miles(facts, meaning.place, chosen.rows)
        for row, place in zip(chosen.rows, top.tolist(), strict=True):
            if places.serving[place] or places.outside[place]:
                chosen.stands[row] = "serves" if places.serving[place] else "outside"
    return chosen


def match(engine: Engine, parts: Sequence[Part]) -> Matched | None:
    """Rows with any part, and which of them have every one, whatever was only told besides. None when nothing was asked for by words."""
    if not parts:
        return None
    found = {part.text: part_scores(engine, part) for part in parts}
    needed = [found[part.text] for part in parts if not part.besides]
    told = [BY_THE_WAY * found[part.text] for part in parts if part.besides]
    every = np.logical_and.reduce([scores > 0 for scores in needed])
    total = sum(needed[1:], needed[0])
    if told:
        total = np.where(total > 0, sum(told, total), 0.0)
    return Matched(total, found, every)


def part_scores(engine: Engine, part: Part) -> Scores:
    """By the codes that the part means, by its text, or by both: shape (N,)."""
    scores = by_codes(engine.facts, part) if part.codes else np.zeros(engine.facts.size)
    found = engine.matches(part)
    loose = (
        _loose_words(engine, part, found.rows) * (scores > 0) if part.codes and len(part.stems) > 1 else 0.0
    )
    plain = not part.codes or part.loosely
    scores[found.rows] += found.scores if plain else beside_codes(found.scores)
    scores = scores + loose
    if engine.facts.some_gone:
        scores[engine.facts.columns["number"] == 0] = 0.0
    return scores


def _loose_words(engine: Engine, part: Part, whole: Rows) -> Scores:
    """What single words of a phrase are worth, where not the whole phrase stands: shape (N,)."""
    scores = np.zeros(engine.facts.size)
    for stem, word in zip(part.stems, part.words, strict=True):
        found = engine.matches(replace(part, stems=(stem,), words=(word,)))
        scores[found.rows] += LOOSE_WORD * found.scores
    scores[whole] = 0.0
    return scores


def _candidates(facts: Facts, words: Matched | None, around: Around | None) -> Rows:
    """Rows that the place and the words leave, ascending: shape (m,). Those with every part; where they are few, also those
    with some. The filters have no say in this: ticking one takes rows away, and the numbers beside them hold."""
    if words is None:
        return facts.live if around is None else around.rows
    every, some = words.every, words.scores > 0
    if around is not None:
        rows = around.rows[every[around.rows]]
        return rows if len(rows) >= FEW else around.rows[some[around.rows]]
    rows = np.flatnonzero(every)
    return rows if len(rows) >= FEW else np.flatnonzero(some)


def _parts(
    facts: Facts, meaning: Meaning, now: Standing, words: Matched | None, places: Around | None, rows: Rows
) -> dict[str, Scores]:
    """What each named part adds to each row's score: shape (m,) each."""
    parts: dict[str, Scores] = {}
    if words is not None and len(rows):
        scores = words.scores[rows]
        parts["text"] = scores * (WEIGHTS["text"] / scores.max())
    if places is not None:
        parts["near"] = WEIGHTS["near"] * nearness(places.distances)
        parts["serves"] = WEIGHTS["serves"] * places.serving
        parts["outside"] = WEIGHTS["outside"] * places.outside
    for name, values in now.parts.items():
        parts[name] = values[rows]
    if meaning.prefer_language:
        mask = facts.mask("language", (meaning.prefer_language,))
        spoken = facts.columns["language"][rows] & np.uint64(mask)
        parts["language"] = WEIGHTS["language"] * (spoken != 0)
    return parts


def _tell(chosen: Chosen, top: Rows, parts: Mapping[str, Scores], words: Matched | None) -> None:
    added = np.round([values[top] for values in parts.values()], 3).T.tolist()
    for row, values in zip(chosen.rows, added, strict=True):
        named = [each for each in zip(parts, values, strict=True) if each[1]]
        chosen.scored[row] = tuple(sorted(named, key=lambda each: -each[1]))
    if words is not None:
        for text, scores in words.by_part.items():
            for row, score in zip(chosen.rows, scores[chosen.rows].tolist(), strict=True):
                if score > 0:
                    chosen.matched.setdefault(row, []).append(text)
