"""What both engines do with words: which stems are meant, which rows have all of them, and how well.

BM25 without length: a word counts by its rarity and by how often it stands there, name before organization before description
(Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009, section 3). Shapes: N is the number of rows.
"""

import math
from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np

from portal.search.arrays import Rows, Scores
from portal.search.engine import Engine, Found
from portal.search.parts import Part
from portal.search.spelling import SHORTEST_UNFINISHED
from portal.search.words import STOP, stem

SATURATION = 1.2  # BM25's k1; a name that says a word thrice is not thrice as right
MOST_EXPANDED = 30  # terms that an unfinished word may stand for
MOST_ENDINGS = (
    12  # the same of a last word that is whole as it stands, and may yet be the beginning of a name
)
IN_A_NAME = 2  # how often a word counts at least that stands in a name (harvest.py)
PERHAPS = 0.4  # of its worth, for a longer word of a name in the place of the one typed
MOST_CALLED = 40  # listings that are looked at for their name

Postings = tuple[
    Rows, np.ndarray[Any, np.dtype[Any]]
]  # rows, each once, and how often the word counts there: (k,) both


class WordsEngine(Engine):
    @abstractmethod
    def postings(self, stem: str) -> Postings:
        """Rows that have this very stem; empty when none has."""

    def matches(self, part: Part) -> Found:
        """Rows whose text has all stems of the part; of stems that stand for an unfinished word the best one counts."""
        found: Found | None = None
        for name, word in zip(part.stems, part.words, strict=False):
            each = self._begun(name, word) if part.unfinished else self._any_of(self.meant(name, word))
            found = each if found is None else self._both(found, each)
            if not len(found.rows):
                break
        return found or Found(np.zeros(0, np.int64), np.zeros(0))

    def _any_of(self, stems: Sequence[str]) -> Found:
        found = [(rows, self._scores(counts)) for rows, counts in map(self.postings, stems)]
        if len(found) == 1:
            return Found(*found[0])
        best = np.zeros(self.facts.size)
        for rows, scores in found:
            best[rows] = np.maximum(best[rows], scores)
        every = np.flatnonzero(best)
        return Found(every, best[every])

    def _begun(self, stem: str, word: str) -> Found:
        """The same of a last word: where it is known as it stands, names with a word that it begins count too, for less."""
        found = self._any_of(self.meant(stem, word))
        if not self.knows(stem) or len(word) < SHORTEST_UNFINISHED:
            return found
        longer = [other for other in self.lexicon().begins(word, MOST_ENDINGS) if other != stem]
        if not longer:
            return found
        scores = np.zeros(self.facts.size)
        for rows, counts in map(self.postings, longer):
            named = counts >= IN_A_NAME
            scores[rows[named]] = np.maximum(scores[rows[named]], PERHAPS * self._scores(counts)[named])
        scores[found.rows] = np.maximum(scores[found.rows], found.scores)
        every = np.flatnonzero(scores)
        return Found(every, scores[every])

    def may_be_called(self, words: Sequence[str]) -> Sequence[int]:
        """Rows where each word counts as in a name, those first where they count the most together."""
        asked = [word for word in dict.fromkeys(words) if word not in STOP]
        if len(words[-1]) < SHORTEST_UNFINISHED:
            asked = [word for word in asked if word != words[-1]]
        total = np.zeros(self.facts.size, np.int64)
        rows: Rows = np.zeros(0, np.int64)
        for number, word in enumerate(asked):
            meant = {stem(word)}
            if word == words[-1]:
                meant.update(self.lexicon().completes(word, MOST_EXPANDED))
            here = np.zeros(self.facts.size, np.int64)
            for held, counts in map(self.postings, meant):
                here[held] = np.maximum(here[held], counts)
            rows = np.flatnonzero(here >= IN_A_NAME) if not number else rows[here[rows] >= IN_A_NAME]
            total += here
            if not len(rows):
                break
        best = rows[np.argsort(-total[rows], kind="stable")[:MOST_CALLED]]
        return [int(row) for row in best]

    def _both(self, one: Found, other: Found) -> Found:
        of_one = np.zeros(self.facts.size)
        of_one[one.rows] = one.scores
        held = of_one[other.rows]
        both = held > 0
        return Found(other.rows[both], held[both] + other.scores[both])

    def meant(self, stem: str, word: str) -> Sequence[str]:
        """The stems to ask for: this one, else those that the word begins."""
        if self.knows(stem):
            return (stem,)
        return self.lexicon().completes(word, MOST_EXPANDED) if len(word) >= SHORTEST_UNFINISHED else ()

    def _scores(self, counts: np.ndarray[Any, np.dtype[Any]]) -> Scores:
        rarity = math.log(1 + (max(1, len(self.facts)) - len(counts) + 0.5) / (len(counts) + 0.5))
        scores: Scores = (rarity * _WORTH)[counts]
        return scores


_OFTEN = np.arange(256.0)
_WORTH = _OFTEN * (SATURATION + 1) / (_OFTEN + SATURATION)  # of a word, by how often it stands there (uint8)
