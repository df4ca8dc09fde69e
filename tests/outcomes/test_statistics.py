"""Intervals, curves and percentiles against figures worked out elsewhere."""

import re
from collections import Counter
from pathlib import Path
from random import Random

import numpy as np
import pytest

from portal.outcomes.statistics import CENSORED, aalen_johansen, at_time, newcombe, percentile, wilson

ENDS = ("connected", "other")
ROOT = Path(__file__).parents[2]


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


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17:873, table II, method 10
    [((56, 70, 48, 80), 0.0524, 0.3339), ((9, 10, 3, 10), 0.1705, 0.8090), ((10, 10, 0, 10), 0.6075, 1.0)],
)
def test_newcombe_of_the_published_examples(
    counts: tuple[int, int, int, int], low: float, high: float
) -> None:
    found = newcombe(*counts)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


def test_newcombe_of_nobody_is_nothing() -> None:
    assert newcombe(1, 2, 0, 0) is None
    assert newcombe(0, 0, 1, 2) is None


def histories(random: Random, size: int, longest: int) -> list[tuple[float, str]]:
    """Times with many ties; some connected, some ended otherwise, some cut off."""
    return [
        (float(random.randrange(1, longest)), random.choice((*ENDS, ENDS[0], CENSORED))) for _ in range(size)
    ]


@pytest.mark.parametrize("size", [1, 2, 3, 10, 57, 400])
@pytest.mark.parametrize("seed", range(8))
def test_aalen_johansen_is_statsmodels_own_to_the_ninth_digit(size: int, seed: int) -> None:
    from statsmodels.duration.survfunc import CumIncidenceRight  # type: ignore[import-untyped]

    rows = histories(Random(1000 * size + seed), size, 31)
    ends = [found for found in ENDS if any(end == found for _at, end in rows)]
    status = np.array([ends.index(end) + 1 if end else 0 for _at, end in rows])
    if not ends:
        assert aalen_johansen(Counter(rows), ENDS[0]) == []
        return
    with np.errstate(all="ignore"):
        oracle = CumIncidenceRight(np.array([at for at, _end in rows]), status)
    for number, end in enumerate(ends):
        steps = aalen_johansen(Counter(rows), end)
        for at, share, error in zip(oracle.times, oracle.cinc[number], oracle.cinc_se[number], strict=True):
            step = at_time(steps, at)
            assert (step.share if step else 0.0) == pytest.approx(share, abs=1e-9)
            if np.isfinite(error):  # where all who were left ended, the oracle divides by zero
                assert (step.error if step else 0.0) == pytest.approx(error, abs=1e-9)


def test_the_order_of_the_histories_changes_nothing() -> None:
    rows = histories(Random(3), 200, 31)
    assert aalen_johansen(Counter(rows), "connected") == aalen_johansen(
        Counter(Random(4).sample(rows, len(rows))), "connected"
    )


def test_the_curves_of_all_ends_and_who_is_still_free_make_one() -> None:
    rows = [(at, end or "connected") for at, end in histories(Random(5), 300, 31)]
    last = [aalen_johansen(Counter(rows), end)[-1].share for end in ENDS]
    assert sum(last) == pytest.approx(1)


def test_the_band_holds_the_curve_and_stays_within_nothing_and_all() -> None:
    for step in aalen_johansen(Counter(histories(Random(6), 120, 31)), "connected"):
        if step.low is not None and step.high is not None:
            assert 0 <= step.low <= step.share <= step.high <= 1


def test_one_less_kaplan_meier_is_not_what_is_computed() -> None:
    # Of ten, six declined for good on day 1; the other four came on day 2. Four of ten came, not all.
    steps = aalen_johansen({(1, "declined"): 6, (2, "connected"): 4}, "connected")
    assert steps[-1].share == pytest.approx(0.4)


def test_no_kaplan_meier_and_no_oracle_is_in_the_product() -> None:
    for path in (ROOT / "portal").rglob("*.py"):
        text = path.read_text().lower()
        assert not re.search(r"^\s*(import|from) (statsmodels|lifelines)", text, re.MULTILINE), path
        assert not re.search(r"survfunc|kaplanmeier|kaplan_meier|1 - survival|1 - surviv", text), path
