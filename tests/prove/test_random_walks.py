"""10,000 random walks over the verbs, and 20,000 steps of a state machine in which the process dies now and then, shared out
over the processors. `WALKS=500 STEPS=2000 make prove` for fewer; the figures are printed, and only promises asserted."""

import multiprocessing
import os
import random
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
import time_machine
from flask_migrate import upgrade
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import event, func, select

from portal import create_app
from portal.messages.models import Message
from portal.referrals.models import Need, Offer, OfferEvent
from portal.store import db
from tests import postgres
from tests.conftest import settings_for
from tests.people import make_cast
from tests.referrals.drive import NOON
from tests.referrals.machine import Referral
from tests.referrals.walks import Players, walk

STEPS = int(os.environ.get("STEPS", "20000"))
WALKS = int(os.environ.get("WALKS", "10000"))
PROCESSES = os.cpu_count() or 1
A_SHARE = 250  # walks on one database


@pytest.mark.prove
def test_ten_thousand_walks_keep_every_promise() -> None:
    shares = [range(first, min(first + A_SHARE, WALKS)) for first in range(0, WALKS, A_SHARE)]
    began = time.perf_counter()
    with ProcessPoolExecutor(PROCESSES, mp_context=multiprocessing.get_context("spawn")) as pool:
        counted = list(pool.map(_walks, shares))
    seconds = time.perf_counter() - began
    steps, rows, ends = (sum(found, Counter[str]()) for found in zip(*counted, strict=True))
    print(
        f"\n{WALKS} walks in {seconds:.0f} s, {PROCESSES} at a time: {dict(steps)}; rows {dict(rows)}; {dict(ends)}"
    )
    assert rows["need"] == WALKS


def _walks(seeds: range) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Steps, rows and ends of a share of the walks, each committed, on a database of its own. A walk that breaks a promise
    says its seed."""
    steps = Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings_for(Path(folder)))
        with app.app_context():
            event.listen(db.engine, "connect", lambda raw, _record: raw.execute("PRAGMA synchronous=OFF"))
            upgrade()
            with time_machine.travel(NOON, tick=False):
                players = Players.of(make_cast())
            for seed in seeds:
                with time_machine.travel(NOON, tick=False) as traveller:
                    try:
                        steps += walk(players, random.Random(seed), traveller.shift)
                    except Exception as error:
                        raise AssertionError(f"walk {seed}: {error!r}") from error
            rows = Counter(
                {
                    model.__tablename__: db.session.scalar(select(func.count()).select_from(model)) or 0
                    for model in (Need, Offer, OfferEvent, Message)
                }
            )
            ends = Counter(db.session.scalars(select(Offer.state)).all())
            db.session.remove()
            db.engine.dispose()
    return steps, rows, ends


@pytest.mark.prove
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_twenty_thousand_steps_with_crashes_break_nothing(engine: str) -> None:
    urls: list[str | None] = [None] * PROCESSES
    if engine == "postgresql":
        urls = [
            postgres.new_database(f"handrail_steps_{os.getpid()}_{number}") for number in range(PROCESSES)
        ]
        if None in urls:
            pytest.skip(postgres.ABSENT)
    share = -(-STEPS // PROCESSES)
    began = time.perf_counter()
    with ProcessPoolExecutor(PROCESSES, mp_context=multiprocessing.get_context("spawn")) as pool:
        found = sum(pool.map(_steps, [share] * PROCESSES, urls, range(PROCESSES)), Counter[str]())
    seconds = time.perf_counter() - began
    ends = {name.removeprefix("end:"): count for name, count in found.items() if name.startswith("end:")}
    print(
        f"\n{engine}: {found['steps']} steps of {found['referrals']} referrals in {seconds:.0f} s, {PROCESSES} at a time: "
        f"{found['moves']} moves, {found['refused']} refused, {found['ticks']} ticks, {found['crashes']} crashes; "
        f"broken 0; ends {ends}"
    )
    assert found["steps"] >= STEPS
    assert found["crashes"] > STEPS / 100


def _steps(share: int, url: str | None, number: int) -> Counter[str]:
    """So many steps on a database of its own. A promise that is broken says by which steps."""
    plenty = settings(
        max_examples=min(50, share // 40 + 1),
        stateful_step_count=50,
        deadline=None,
        database=None,
        derandomize=False,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings_for(Path(folder), url))
        app.testing = True
        with app.app_context(), time_machine.travel(NOON, tick=False) as traveller:
            if url is None:
                event.listen(db.engine, "connect", lambda raw, _record: raw.execute("PRAGMA synchronous=OFF"))
            upgrade()
            Referral.players, Referral.traveller, Referral.counts = (
                Players.of(make_cast()),
                traveller,
                Counter(),
            )
            rounds = 0
            while Referral.counts["steps"] < share:
                seed(1000 * rounds + number)(Referral)
                run_state_machine_as_test(Referral, settings=plenty)  # type: ignore[no-untyped-call]
                rounds += 1
            Referral.counts["referrals"] = db.session.scalar(select(func.count()).select_from(Need)) or 0
            db.session.remove()
            db.engine.dispose()
    return Referral.counts
