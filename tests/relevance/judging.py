"""How good an ordered answer is, when every listing has a grade. Pure arithmetic.

Grades: 3 the first to call, 2 a good answer, 1 related and better than nothing, absent or 0 no answer. A listing is named
by its number; `found` is what an engine answered, best first, without repetition.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

GOOD = 2  # the least grade that counts as an answer
Grades = Mapping[int, int]


def ndcg(found: Sequence[int], grades: Grades, at: int = 10) -> float:
    """Normalized discounted cumulative gain: 1 when no order of all listings would be better. Gain is 2^grade - 1, the
    discount of place p (from 1) is log2(p + 1). Source: Jaervelin and Kekaelaeinen 2002, with the gain of Burges 2005."""
    best = _gained(sorted(grades.values(), reverse=True)[:at])
    return _gained([grades.get(number, 0) for number in found[:at]]) / best if best else 0.0


def recall(found: Sequence[int], grades: Grades, at: int = 5) -> float:
    """Of the listings with the highest grade that any listing has: those among the first `at`, as a share of all of
    them or of `at`, whichever is fewer."""
    top = max(grades.values(), default=0)
    if not top:
        return 0.0
    wanted = {number for number, grade in grades.items() if grade == top}
    return len(wanted.intersection(found[:at])) / min(at, len(wanted))


def reciprocal_rank(found: Sequence[int], grades: Grades) -> float:
    """1 / the place of the first good answer; 0 when there is none. Where nothing is good, related counts."""
    least = min(GOOD, max(grades.values(), default=0))
    if not least:
        return 0.0
    return next((1 / place for place, number in enumerate(found, 1) if grades.get(number, 0) >= least), 0.0)


def _gained(grades: Iterable[int]) -> float:
    return math.fsum((2**grade - 1) / math.log2(place + 1) for place, grade in enumerate(grades, 1))


@dataclass(frozen=True)
class Measured:
    """One question's figures. `empty`: nothing at all came though a listing was good or related."""

    ndcg: float
    recall: float
    rank: float
    empty: bool

    @classmethod
    def of(cls, found: Sequence[int], grades: Grades) -> "Measured":
        """Raises ValueError where no listing has a grade: such a question measures nothing."""
        if not any(grades.values()):
            raise ValueError("no listing answers this question")
        return cls(ndcg(found, grades), recall(found, grades), reciprocal_rank(found, grades), not found)


@dataclass(frozen=True)
class Figures:
    """Means over questions: nDCG@10, recall@5, mean reciprocal rank, and the share that found nothing."""

    questions: int
    ndcg: float
    recall: float
    rank: float
    empty: float

    @classmethod
    def over(cls, measured: Sequence[Measured]) -> "Figures":
        size = len(measured)
        return cls(
            size,
            math.fsum(one.ndcg for one in measured) / max(size, 1),
            math.fsum(one.recall for one in measured) / max(size, 1),
            math.fsum(one.rank for one in measured) / max(size, 1),
            sum(one.empty for one in measured) / max(size, 1),
        )
