"""A guess at the need behind words that no phrase of needs.txt explains.

Every phrase of the table and every saying of situations.txt belongs to a need. What a question's words, pairs of words and runs
of letters weigh for each need is the logarithm of how much oftener they stand in that need's sayings than in all others:
multinomial naive Bayes on texts of equal length (Rennie et al., "Tackling the Poor Assumptions of Naive Bayes", 2003). Runs of
letters know a word with a slip, without its accents or in another ending. Pure: no index, no database.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, zip_longest
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np

from portal.search.synonyms import Codes, match, sayings
from portal.search.words import BESIDE, EMPTY, fold, stem

FILE = Path(__file__).with_name("situations.txt")

# Chosen by leaving a fifth of the sayings out: docs/decisions/0012-guessing-needs.md.
SURE = 2.0  # what the best need must weigh at least, of a sentence
CERTAIN = 3.0  # the same of keywords, which may as well be a name
CLEAR = 2.0  # how much more than the next that needs something else, to be the only one
GRAVE = 0.8  # what a need weighs more that cannot wait until the morning: in doubt it is that one
UNSEEN = 0.02  # sayings that each need is thought to have beside its own, of every word
CANNOT_WAIT = frozenset(
    ["crisis_line", "crisis_center", "mobile_crisis", "detox", "harm_reduction", "victim_service", "shelter"]
)
LETTERS = (3, 5)  # lengths of the runs
SHORTEST = 4  # letters of a word that is taken apart
OF_A_RUN = 0.3  # of a word's weight

Floats = np.ndarray[Any, np.dtype[np.floating[Any]]]


@dataclass(frozen=True)
class Guess:
    """Codes of the likeliest need, and of the next where that is nearly as likely. `sure`, `certain`: whether to
    believe it of a sentence, of keywords."""

    codes: Codes
    sure: bool
    certain: bool


@dataclass(frozen=True)
class Reader:
    """needs: codes of each of n needs. grave: what is added to each, shape (n,). places: feature -> its row in weights, shape
    (features, n)."""

    needs: tuple[Codes, ...]
    grave: Floats
    places: dict[str, int]
    weights: Floats


def guess(words: Sequence[str]) -> Guess | None:
    """The likeliest need of folded words; None where they have nothing in common with any saying."""
    reader = _reader()
    told = features(words)
    known = [(place, worth) for name, worth in told.items() if (place := reader.places.get(name)) is not None]
    if not known:
        return None
    rows, worths = zip(*known, strict=True)
    length = sqrt(sum(worth * worth for worth in told.values()))
    weights = np.array(worths) @ reader.weights[list(rows)] / length + reader.grave
    best = int(np.argmax(weights))
    other = next(int(at) for at in np.argsort(-weights) if reader.needs[at][0] != reader.needs[best][0])
    clear = weights[best] - weights[other] >= CLEAR
    codes = reader.needs[best] if clear else either(reader.needs[best], reader.needs[other])
    return Guess(codes, bool(weights[best] >= SURE), bool(weights[best] >= CERTAIN))


def features(words: Sequence[str]) -> dict[str, float]:
    """What a text is compared by, and how much each counts. Little words count only beside another."""
    found: dict[str, float] = {}
    for word in words:
        if word in EMPTY or word in BESIDE:
            continue
        found[stem(word)] = 1.0
        if len(word) >= SHORTEST:
            whole = f"<{word}>"
            for length in LETTERS:
                for at in range(len(whole) - length + 1):
                    name = "~" + whole[at : at + length]
                    found[name] = found.get(name, 0.0) + OF_A_RUN
    for one, other in pairwise(words):
        if one not in _LITTLE or other not in _LITTLE:
            found[f"{stem(one)} {stem(other)}"] = 1.0
    return found


def situations() -> Iterator[tuple[str, Codes]]:
    """Every saying of situations.txt and the codes of its need. Raises ValueError where a heading is no phrase of the table."""
    codes: Codes = ()
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line[0].isspace():
            yield from ((saying.strip(), codes) for saying in line.split(";") if saying.strip())
            continue
        found = [match(fold(phrase)) for phrase in line.split("+")]
        codes = tuple(dict.fromkeys(pair for each in found if each for pair in each.codes))
        if not all(found):
            raise ValueError(f"“{line}” is no phrase of needs.txt")


def learn() -> None:
    """Read the sayings now. The first sentence of a process would wait for it: a second and a half."""
    _reader()


@cache
def _reader() -> Reader:
    """Made once a process; servers make it before they fork, and share it."""
    told = [*situations(), *_phrases()]
    needs = tuple(dict.fromkeys(codes for _text, codes in told))
    column = {codes: number for number, codes in enumerate(needs)}
    places: dict[str, int] = {}
    rows, columns, worths = [], [], []
    for text, codes in told:
        found = features(fold(text))
        length = sqrt(sum(worth * worth for worth in found.values())) or 1.0
        for name, worth in found.items():
            rows.append(places.setdefault(name, len(places)))
            columns.append(column[codes])
            worths.append(worth / length)
    sums = np.zeros((len(places), len(needs)))
    np.add.at(sums, (rows, columns), worths)
    grave = np.array([GRAVE if _first(codes) in CANNOT_WAIT else 0.0 for codes in needs])
    return Reader(needs, grave, places, _weighed(sums))


def either(one: Codes, other: Codes) -> Codes:
    """Kinds of care of both needs by turns, the likelier one's first; for whom, where both say the same."""
    pairs = [pair for both in zip_longest(one, other) for pair in both if pair]
    if _whom(one) != _whom(other):
        pairs = [pair for pair in pairs if pair[0] != "for"]
    return tuple(dict.fromkeys(pair for pair in pairs if pair[0] in ("care", "topic", "for")))


def _weighed(sums: Floats) -> Floats:
    others = sums.sum(1, keepdims=True) - sums
    own, rest = sums + UNSEEN, others + UNSEEN * (sums.shape[1] - 1)
    weights: Floats = np.log((own / own.sum(0)) / (rest / rest.sum(0)))
    return weights.astype(np.float32)


def _phrases() -> Iterator[tuple[str, Codes]]:
    """Phrases of the table that ask for a kind of care, each with the need of situations.txt that has its codes or the most
    alike, else with its own."""
    stories = list(dict.fromkeys(codes for _text, codes in situations()))
    for saying in sayings():
        if any(group == "care" for group, _code in saying.codes) and saying.kind != "short":
            yield saying.text, _story(saying.codes, stories)


def _story(codes: Codes, stories: Sequence[Codes]) -> Codes:
    alike = [(_alike(codes, story), story) for story in stories]
    likeness, story = max(alike, key=lambda each: each[0], default=(0.0, codes))
    return story if likeness >= 0.5 else codes


def _alike(one: Codes, other: Codes) -> float:
    """Of the codes that either has, the share that both have; 0 where the first kind of care differs or for whom."""
    if _first(one) != _first(other) or _whom(one) != _whom(other):
        return 0.0
    return len(set(one) & set(other)) / len(set(one) | set(other))


def _first(codes: Codes) -> str:
    return next((code for group, code in codes if group == "care"), "")


def _whom(codes: Codes) -> frozenset[str]:
    return frozenset(code for group, code in codes if group == "for")


_LITTLE = frozenset(fold("the a an of to and in is my it de la el mi y un una en que los las"))
