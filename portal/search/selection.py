"""From a meaning to ranked rows: match the words, keep what the filters and the place allow, score, order."""

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from portal.geo import Located
from portal.search.engine import Engine
from portal.search.facts import CONFIDENTIAL, VIRTUAL, Facts
from portal.search.nearness import near_rows
from portal.search.ranking import WEIGHTS, Standing, nearness
from portal.search.understand import Meaning, Part

BY_CODE = 3.0  # what carrying the code is worth beside a word's rarity
BY_SILENCE = 0.3  # "for women" asked, and the listing does not say whom it is for

Scores = Mapping[int, float]


@dataclass
class Chosen:
    """Rows best first up to the end of the page asked for; `total` counts all."""

    rows: list[int]
    total: int
    distances: dict[int, float] = field(default_factory=dict)
    serving: set[int] = field(
        default_factory=set
    )  # rows that serve the place by their area, whatever the distance
    matched: dict[str, Scores] = field(default_factory=dict)
    any_word: bool = False
    slips: tuple[str, ...] = ()


@dataclass
class Around:
    """Rows a place allows: near ones with their miles, those that serve it, those whose place is only known roughly."""

    distances: dict[int, float]
    serving: set[int]
    roughly: set[int]


def choose(engine: Engine, meaning: Meaning, now: Standing, until: int) -> Chosen:
    """The first `until` rows of the answer, in order. Same question, same minute, same facts: same order."""
    facts = engine.facts
    scores, any_word, matched = _matched(engine, meaning)
    around = around_place(facts, meaning) if meaning.place else None
    rows: Iterable[int] = now.order if scores is None else scores
    if around is not None:
        allowed = around.distances.keys() | around.serving | around.roughly
        rows = allowed if scores is None else [row for row in allowed if row in scores]
    kept = _filtered(facts, meaning, now, rows)
    chosen = Chosen([], len(kept), matched=matched, any_word=any_word)
    chosen.slips = tuple(slip for part in meaning.parts if not part.codes for slip in engine.slips(part))
    if around is None:
        chosen.rows = kept[:until] if scores is None else _best(kept, scores, now, until)
    else:
        chosen.distances, chosen.serving = around.distances, around.serving
        chosen.rows = _best_around(kept, scores, now, around, until)
    return chosen


def _matched(engine: Engine, meaning: Meaning) -> tuple[Scores | None, bool, dict[str, Scores]]:
    """Rows with every part; when no row has, rows with any."""
    if not meaning.parts:
        return None, False, {}
    found = {part.text: part_scores(engine, part) for part in meaning.parts}
    ordered = sorted(found.values(), key=len)
    every = dict(ordered[0])
    for more in ordered[1:]:
        every = {row: score + more[row] for row, score in every.items() if row in more}
    if every or len(found) == 1:
        return every, False, found
    some: dict[int, float] = {}
    for scores in found.values():
        for row, score in scores.items():
            some[row] = some.get(row, 0.0) + score
    return some, True, found


def part_scores(engine: Engine, part: Part) -> Scores:
    """By the codes that the part means, by its text, or by both."""
    scores = dict(by_codes(engine.facts, part)) if part.codes else {}
    for row, score in engine.matches(part).items():
        scores[row] = scores.get(row, 0.0) + score
    return scores


def by_codes(facts: Facts, part: Part) -> Scores:
    """Rows that carry, for each group named, one of its codes."""
    scores: dict[int, float] | None = None
    for group in dict.fromkeys(group for group, _code in part.codes):
        mask = facts.mask(group, [code for other, code in part.codes if other == group])
        held = dict.fromkeys(facts.carrying(group, mask), BY_CODE) if mask else {}
        if group == "for":
            held = dict.fromkeys(facts.carrying(group, 0), BY_SILENCE) | held
        if scores is None:
            scores = held
        else:
            scores = {row: min(score, held[row]) for row, score in scores.items() if row in held}
    return scores or {}


def around_place(facts: Facts, meaning: Meaning) -> Around:
    place = meaning.place
    if place is None:
        return Around({}, set(), set())
    distances = {}
    if place.lat is not None and place.lon is not None:
        distances = near_rows(facts, place.lat, place.lon, meaning.question.within)
    areas = {
        n for n, area in enumerate(facts.shared.areas) if any(serves(kind, e, place) for kind, e in area)
    }
    state = facts.shared.states.index(place.state) if place.state in facts.shared.states else -1
    serving, roughly = set(), set()
    columns = facts.columns
    area_of, flags_of, lat_of, state_of = (columns[name] for name in ("area", "flags", "lat", "state"))
    for row in facts.loose if place.lat is not None else range(len(lat_of)):
        area, flags, lat, own = area_of[row], flags_of[row], lat_of[row], state_of[row]
        if area in areas or (flags & VIRTUAL and not area):
            serving.add(row)
        elif own == state and (lat != lat or place.lat is None) and (flags & CONFIDENTIAL or not area):
            roughly.add(row)
    return Around(distances, serving, roughly)


def serves(kind: str, extent: str, place: Located) -> bool:
    """Whether a service area holds the place."""
    if kind == "nation":
        return True
    if kind == "state":
        return bool(place.state) and extent == place.state
    if kind == "zip":
        return bool(place.zip) and extent == place.zip
    county, _comma, state = extent.partition(",")
    return bool(place.county) and (county.removesuffix(" County").strip(), state.strip()) == (
        place.county,
        place.state,
    )


def _filtered(facts: Facts, meaning: Meaning, now: Standing, rows: Iterable[int]) -> list[int]:
    kept = [row for row in rows if row not in facts.gone] if facts.gone else list(rows)
    question = meaning.question
    for group, codes in (
        ("care", question.care), ("for", question.for_), ("pay", question.pay),
        ("access", question.access), ("language", question.language),
    ):  # fmt: skip
        if codes:
            mask, column = facts.mask(group, codes), facts.columns[group]
            kept = [row for row in kept if column[row] & mask]
    if meaning.open_now:
        hours = facts.columns["hours"]
        kept = [row for row in kept if hours[row] in now.open_hours]
    return kept


def _best(kept: list[int], scores: Scores, now: Standing, until: int) -> list[int]:
    top = WEIGHTS["text"] / max((scores[row] for row in kept), default=1.0)
    base, rank = now.base, now.rank
    ordered = heapq.nsmallest(until, [(-scores[row] * top - base[row], rank[row], row) for row in kept])
    return [row for _score, _rank, row in ordered]


def _best_around(
    kept: list[int], scores: Scores | None, now: Standing, around: Around, until: int
) -> list[int]:
    top = WEIGHTS["text"] / max((scores[row] for row in kept), default=1.0) if scores else 0.0
    near, serving, far = WEIGHTS["near"], WEIGHTS["serves"], float("inf")
    keyed = []
    for row in kept:
        distance = around.distances.get(row, far)
        score = now.base[row] + near * nearness(distance)
        if scores:
            score += scores[row] * top
        if row in around.serving:
            score += serving
        keyed.append(
            (-round(score, 6), now.rank[row] if distance == far else 0, distance, now.rank[row], row)
        )
    return [key[4] for key in heapq.nsmallest(until, keyed)]
