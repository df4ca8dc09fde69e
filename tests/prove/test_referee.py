"""10,000 random questions about the demonstration: both engines find, order by miles and count as the referee does."""

import multiprocessing
import os
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask_migrate import upgrade
from hypothesis import HealthCheck, given, seed, settings

from portal import create_app
from portal.directory import community
from portal.search import index_state, rebuild
from portal.store import db
from seed import plant
from tests import postgres
from tests.conftest import settings_for
from tests.search.asking import differences, questions
from tests.search.odd_hours import odd_hours
from tests.search.plain import plain_listings
from tests.search.referee import Referee

QUESTIONS = int(os.environ.get("QUESTIONS", "10000"))
PROCESSES = os.cpu_count() or 1
A_SHARE = 250  # questions of one draw
MOMENT = datetime(2026, 11, 24, 21, 40, tzinfo=ZoneInfo("America/Chicago"))
PLACES = ["37203", "37207", "37013", "37210", "38103", "42101", "90012", "09001", "Nashville, TN", "Antioch, TN",
          "Memphis, TN", "36.1627, -86.7816", "36.04, -86.70", "36.9, -87.9", "50.0, -40.0"]  # fmt: skip
TIMES = ["2026-11-25T02:30", "2026-11-28T10:00", "2026-11-29T23:59"]


@pytest.mark.prove
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_ten_thousand_random_questions(tmp_path: Path, kind: str) -> None:
    url = postgres.new_database(f"handrail_referee_{os.getpid()}") if kind == "postgresql" else None
    if kind == "postgresql" and url is None:
        pytest.skip(postgres.ABSENT)
    planted(tmp_path, url)
    shares = [
        (number, min(A_SHARE, QUESTIONS - first)) for number, first in enumerate(range(0, QUESTIONS, A_SHARE))
    ]
    began = time.perf_counter()
    with ProcessPoolExecutor(PROCESSES, mp_context=multiprocessing.get_context("spawn")) as pool:
        counted = sum(pool.map(partial(asked, tmp_path, url), shares), Counter[str]())
    print(f"\n{kind}: {dict(counted)} in {time.perf_counter() - began:.0f} s, {PROCESSES} at a time")
    assert counted["questions"] >= QUESTIONS
    assert counted["differing"] == 0


def planted(home: Path, url: str | None) -> None:
    app = create_app(settings_for(home, url))
    with time_machine.travel(MOMENT, tick=False), app.test_request_context():
        upgrade()
        plant(None, "only for these tests", programs=False)
        odd_hours()
        rebuild()
        assert index_state()["state"] == "ready"
        db.session.remove()
        db.engine.dispose()


def asked(home: Path, url: str | None, share: tuple[int, int]) -> Counter[str]:
    """A share of the questions, drawn by its number. A question that is answered differently is printed at its smallest."""
    number, size = share
    counted: Counter[str] = Counter()
    app = create_app(settings_for(home, url))
    with time_machine.travel(MOMENT, tick=False), app.test_request_context():
        referee = Referee(plain_listings(), community().time_zone)
        words = sorted(
            {word for each in referee.listings for text in each.text for word in text.lower().split()}
        )

        @seed(number)
        @settings(max_examples=size, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(questions(words, PLACES, TIMES))
        def agree(pairs: list[tuple[str, str]]) -> None:
            wrong = differences(pairs, referee)
            counted["questions"] += 1
            counted["with a place"] += any(name == "near" for name, _value in pairs)
            counted["with filters"] += len(pairs) > 4
            assert not wrong, (pairs, wrong)

        try:
            agree()
        except AssertionError as error:
            counted["differing"] += 1
            print(f"draw {number}: {error}")
        db.session.remove()
        db.engine.dispose()
    return counted
