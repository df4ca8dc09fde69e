"""The few statistics the report needs, from their published formulas."""

from collections.abc import Sequence
from math import ceil, sqrt

Z95 = 1.959963984540054  # two-sided 95% of the normal distribution


def wilson(numerator: int, denominator: int, z: float = Z95) -> tuple[float, float] | None:
    """Wilson score interval (Wilson 1927) of a share, both ends within 0..1; None without a denominator."""
    if denominator <= 0:
        return None
    share = numerator / denominator
    spread = z * z / denominator
    centre = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / denominator + spread / (4 * denominator)) / (1 + spread)
    return max(0.0, centre - half), min(1.0, centre + half)


def percentile(values: Sequence[float], share: float) -> float | None:
    """The nearest-rank percentile: always a value that occurred. None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)]
