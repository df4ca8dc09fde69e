"""The few statistics that the reports need, from their published formulas. No database, no numpy."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, exp, log, sqrt
from typing import NamedTuple

Z95 = 1.959963984540054  # two-sided 95% of the normal distribution
CENSORED = ""  # in Aalen-Johansen: nothing had ended it when the data were cut


def wilson(numerator: int, denominator: int, z: float = Z95) -> tuple[float, float] | None:
    """Wilson score interval (Wilson 1927) of a share, both ends within 0..1; None without a denominator."""
    if denominator <= 0:
        return None
    share = numerator / denominator
    spread = z * z / denominator
    centre = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / denominator + spread / (4 * denominator)) / (1 + spread)
    return max(0.0, centre - half), min(1.0, centre + half)


class Difference(NamedTuple):
    """The first share less the second, in -1..1, with the ends of its interval."""

    value: float
    low: float
    high: float


def newcombe(
    numerator: int, denominator: int, other_numerator: int, other_denominator: int, z: float = Z95
) -> Difference | None:
    """Newcombe's hybrid score interval (Newcombe 1998, method 10) of the difference between two shares of different cases;
    None where either has no denominator."""
    one, other = wilson(numerator, denominator, z), wilson(other_numerator, other_denominator, z)
    if one is None or other is None:
        return None
    p, q = numerator / denominator, other_numerator / other_denominator
    below = sqrt((p - one[0]) ** 2 + (other[1] - q) ** 2)
    above = sqrt((one[1] - p) ** 2 + (q - other[0]) ** 2)
    return Difference(p - q, max(-1.0, p - q - below), min(1.0, p - q + above))


@dataclass(frozen=True)
class Step:
    """The curve from `at` until the next step: how many were still at risk just before, the share that had come to this end by
    then, its standard error, and the pointwise 95% band (None while nobody has come to it)."""

    at: float
    at_risk: int
    share: float
    error: float
    low: float | None
    high: float | None


def aalen_johansen(counts: Mapping[tuple[float, str], int], end: str, z: float = Z95) -> list[Step]:
    """Cumulative incidence of one end where others compete (Aalen and Johansen 1978): a step at every time at which anything
    ended, in order.

    counts: how many histories ended at this time in this way; CENSORED for those of which nothing more is known, who are still
    at risk at their own time. `Counter(histories)` makes it of a list. The variance is the delta-method one (Marubini and
    Valsecchi 1995), the band is on the scale of log(-log), which stays within 0..1. One less Kaplan-Meier is no such curve: it
    treats who has ended otherwise as if they might still come.
    """
    ended: dict[float, int] = defaultdict(int)
    of_this: dict[float, int] = defaultdict(int)
    left: dict[float, int] = defaultdict(int)
    for (at, how), number in counts.items():
        left[at] += number
        if how != CENSORED:
            ended[at] += number
        if how == end:
            of_this[at] += number
    at_risk = sum(left.values())
    free, share = 1.0, 0.0  # of every end, just before; of this end, so far
    a = b = c = own = cross = cross_share = 0.0  # the sums of the variance, so that no step looks back
    steps = []
    for at in sorted(left):
        all_ends, these = ended[at], of_this[at]
        if all_ends:
            share += free * these / at_risk
            if all_ends < at_risk:  # the last of all adds nothing: no curve goes on after it
                weight = all_ends / (at_risk * (at_risk - all_ends))
                a, b, c = a + weight, b + share * weight, c + share * share * weight
            own += free * free * these * (at_risk - these) / at_risk**3
            cross += free * these / at_risk**2
            cross_share += share * free * these / at_risk**2
            variance = (share * share * a - 2 * share * b + c) + own - 2 * (share * cross - cross_share)
            error = sqrt(max(0.0, variance))
            steps.append(Step(at, at_risk, share, error, *_band(share, error, z)))
            free *= 1 - all_ends / at_risk
        at_risk -= left[at]
    return steps


def _band(share: float, error: float, z: float) -> tuple[float | None, float | None]:
    if share <= 0:
        return None, None
    if share >= 1 - 1e-12:
        return 1.0, 1.0
    factor = exp(min(50.0, z * error / (share * -log(share))))
    return share**factor, share ** (1 / factor)


def at_time(steps: Sequence[Step], at: float) -> Step | None:
    """Where the curve stands at a time; None before its first step."""
    return next((step for step in reversed(steps) if step.at <= at), None)


def percentile(values: Sequence[float], share: float) -> float | None:
    """The nearest-rank percentile: always a value that occurred. None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)]
