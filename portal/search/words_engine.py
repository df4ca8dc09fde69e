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
        whole: Scores | None = None
        for stem, word in zip(part.stems, part.words, strict=False):
            scores = np.zeros(self.facts.size)
            for meant in self.meant(stem, word):
                rows, counts = self.postings(meant)
                scores[rows] = np.maximum(scores[rows], self._scores(counts))
            whole = scores if whole is None else np.where((whole > 0) & (scores > 0), whole + scores, 0.0)
        if whole is None:
            return Found(np.zeros(0, np.int64), np.zeros(0))
        found = np.flatnonzero(whole)
        return Found(found, whole[found])

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
