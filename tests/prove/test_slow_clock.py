"""10,000 random clocks over both changes of the clocks and the holidays, against the slow oracle."""

import multiprocessing
import os
import random
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

import pytest

from tests.referrals.test_slow_clock import compare

INSTANTS = int(os.environ.get("INSTANTS", "10000"))
PROCESSES = os.cpu_count() or 1


def _share(seed: int) -> dict[str, int]:
    return compare(random.Random(seed), INSTANTS // PROCESSES, days=16)


@pytest.mark.prove
def test_ten_thousand_clocks_are_neither_early_nor_late() -> None:
    with ProcessPoolExecutor(PROCESSES, mp_context=multiprocessing.get_context("spawn")) as pool:
        found = sum((Counter(counts) for counts in pool.map(_share, range(PROCESSES))), Counter[str]())
    print(f"\nclocks: {found.total()}; early {found['early']}, late {found['late']}")
    assert found["early"] == found["late"] == 0
    assert found["right"] == INSTANTS // PROCESSES * PROCESSES
