"""Measures against a truth that is known: ten thousand histories, many times over. Printed."""

import time
from collections import Counter
from collections.abc import Iterator
from random import Random
from statistics import fmean

import numpy as np
import pytest
from flask import Flask

from portal.outcomes.log import need_facts
from portal.outcomes.measures import MEASURES, Ground, Row, measure
from portal.outcomes.measures.curves import histories
from portal.outcomes.statistics import aalen_johansen, at_time
from tests.outcomes import simulating as sim
from tests.people import Cast

pytestmark = pytest.mark.prove
DAYS = {"Connected within 7 days": 7, "Connected within 30 days": 30, "7 days": 7, "30 days": 30}


@pytest.fixture(autouse=True)
def words(migrated: Flask) -> Iterator[None]:
    with migrated.test_request_context():
        yield


def rows(ground: Ground, key: str) -> dict[str, Row]:
    return {row.label: row for row in measure(key).blocks(ground)[0].rows if row.label in DAYS}


def truth(key: str, label: str) -> float:
    return sim.truth(DAYS[label]) if key == "M13" else sim.truth_among_the_others(DAYS[label])


@pytest.mark.sqlite_only
def test_connection_is_counted_within_a_point_of_the_truth() -> None:
    """Ten quarters of 10,000 needs, published a month after the quarter's end: |bias| <= 1 point, of each and of their mean."""
    off: dict[tuple[str, str], list[float]] = {}
    for seed in range(10):
        ground = sim.grounded(sim.histories(Random(seed), 10_000), sim.PUBLISHED)
        for key in ("M12", "M13"):
            for label, row in rows(ground, key).items():
                assert row.value is not None
                off.setdefault((key, label), []).append(row.value - truth(key, label))
    for (key, label), found in off.items():
        print(
            f"{key} {label}: bias {100 * fmean(found):+.2f} points, widest {100 * max(map(abs, found)):.2f}"
        )
        assert abs(fmean(found)) <= 0.01
        assert max(map(abs, found)) <= 0.02
    assert len(off) == 4


@pytest.mark.sqlite_only
def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """Two thousand quarters of 200 needs: the 95% intervals hold the truth in 93 to 97 of 100."""
    held: Counter[str] = Counter()
    tries = 2000
    for seed in range(tries):
        ground = sim.grounded(sim.histories(Random(10_000 + seed), 200), sim.PUBLISHED)
        for label, row in rows(ground, "M12").items():
            assert row.low is not None
            assert row.high is not None
            held[f"Wilson, {label}"] += row.low <= truth("M12", label) <= row.high
        step = at_time(aalen_johansen(Counter(histories(ground.facts, ground)), "connected"), 30)
        assert step is not None
        assert step.low is not None
        assert step.high is not None
        held["Aalen-Johansen, 30 days"] += step.low <= sim.truth(30) <= step.high
    for words, number in held.items():
        print(f"{words}: {100 * number / tries:.1f}% of {tries} intervals hold the truth")
        assert 0.93 <= number / tries <= 0.97
    assert len(held) == 3


@pytest.mark.sqlite_only
def test_our_curve_is_statsmodels_curve_on_large_quarters() -> None:
    from statsmodels.duration.survfunc import CumIncidenceRight  # type: ignore[import-untyped]

    ends = ("connected", "declined", "withdrawn", "unable_to_reach", "other_end")
    widest = 0.0
    for seed in range(20):
        ground = sim.grounded(sim.histories(Random(50_000 + seed), 5_000), sim.END)  # many are still open
        found = histories(ground.facts, ground)
        status = np.array([ends.index(end) + 1 if end else 0 for _at, end in found])
        with np.errstate(all="ignore"):
            oracle = CumIncidenceRight(np.array([at for at, _end in found]), status)
        for number, end in enumerate(ends):
            steps = aalen_johansen(Counter(found), end)
            for at, share, error in zip(
                oracle.times, oracle.cinc[number], oracle.cinc_se[number], strict=True
            ):
                step = at_time(steps, at)
                widest = max(widest, abs((step.share if step else 0.0) - share))
                if np.isfinite(error):
                    widest = max(widest, abs((step.error if step else 0.0) - error))
    print(f"Aalen-Johansen against statsmodels: widest difference {widest:.1e}")
    assert widest <= 1e-9


def test_ten_thousand_histories_in_the_database_are_the_same_whatever_the_order_of_their_events(
    app: Flask, cast: Cast
) -> None:
    made = sim.histories(Random(77), 10_000, silent=0.06)
    sim.store(cast, made, shuffled=Random(78))
    began = time.perf_counter()
    facts = need_facts(cast.community.id, sim.START, sim.END, sim.PUBLISHED, zone=sim.ZONE)
    read = time.perf_counter()
    from_rows = [one.blocks(sim.ground(facts, sim.PUBLISHED)) for one in MEASURES]
    counted = time.perf_counter()
    print(f"10,000 needs: read in {read - began:.1f} s, all measures in {counted - read:.1f} s")
    assert from_rows == [one.blocks(sim.grounded(made, sim.PUBLISHED)) for one in MEASURES]
