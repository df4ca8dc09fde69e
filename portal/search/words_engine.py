"""What both engines do with words: which stems are meant, which rows have all of them, and how well.

BM25 without length: a word counts by its rarity and by how often it stands there, name before organization before description
(Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009, section 3). Shapes: N is the number of rows.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np

from portal.search.arrays import Rows, Scores
from portal.search.engine import Found
from portal.search.facts import Facts
from portal.search.spelling import SHORTEST_UNFINISHED, Lexicon
from portal.search.understand import Part

SATURATION = 1.2  # BM25's k1; a name that says a word thrice is not thrice as right
MOST_EXPANDED = 30  # terms that an unfinished word may stand for

Postings = tuple[
    Rows, np.ndarray[Any, np.dtype[Any]]
]  # rows, each once, and how often the word counts there: (k,) both


class WordsEngine(ABC):
    facts: Facts

    @abstractmethod
    def postings(self, stem: str) -> Postings:
        """Rows that have this very stem; empty when none has."""

    @abstractmethod
    def knows(self, stem: str) -> bool:
        """Whether a listing uses this very stem."""

    @abstractmethod
    def lexicon(self) -> Lexicon:
        """The stems that listings use."""

    def matches(self, part: Part) -> Found:
        """Rows whose text has all stems of the part; of stems that stand for an unfinished word the best one counts."""
        found: Found | None = None
        for stem, word in zip(part.stems, part.words, strict=False):
            each = self._any_of(self.meant(stem, word))
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
        every = np.unique(np.concatenate([np.zeros(0, np.int64), *(rows for rows, _scores in found)]))
        return Found(every, best[every])

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
        return self.lexicon().begins(word, MOST_EXPANDED) if len(word) >= SHORTEST_UNFINISHED else ()

    def _scores(self, counts: np.ndarray[Any, np.dtype[Any]]) -> Scores:
        rarity = math.log(1 + (max(1, len(self.facts)) - len(counts) + 0.5) / (len(counts) + 0.5))
        often = counts.astype(np.float64)
        scores: Scores = rarity * often * (SATURATION + 1) / (often + SATURATION)
        return scores
