"""Intervals and percentiles against figures worked out elsewhere."""

import pytest

from portal.outcomes.statistics import percentile, wilson


def test_wilson_of_the_nashville_pilot_is_the_published_interval() -> None:
    # 55 arrests in 1,344 calls: 4.1%, Wilson 95% 3.2-5.3%
    low, high = wilson(55, 1344)  # type: ignore[misc]
    assert (round(100 * low, 1), round(100 * high, 1)) == (3.2, 5.3)


@pytest.mark.parametrize(
    ("numerator", "denominator", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (1, 2, 0.0945, 0.9055)],
)
def test_wilson_stays_within_nothing_and_all(
    numerator: int, denominator: int, low: float, high: float
) -> None:
    found = wilson(numerator, denominator)
    assert found is not None
    assert found == pytest.approx((low, high), abs=5e-5)


def test_wilson_of_nobody_is_nothing() -> None:
    assert wilson(0, 0) is None


def test_a_percentile_is_a_value_that_occurred() -> None:
    waits = [9.0, 1.0, 4.0, 7.0]
    assert [percentile(waits, share) for share in (0.25, 0.5, 0.9, 1.0)] == [1.0, 4.0, 9.0, 9.0]
    assert percentile([], 0.5) is None
