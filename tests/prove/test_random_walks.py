"""10,000 random walks over the verbs, shared out over the processors. `WALKS=500 make prove` for fewer; the figures are
printed, and only promises asserted."""

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
from sqlalchemy import event, func, select

from portal import create_app
from portal.messages.models import Message
from portal.referrals.models import Need, Offer, OfferEvent
from portal.store import db
from tests.conftest import settings_for
from tests.people import make_cast
from tests.referrals.drive import NOON
from tests.referrals.walks import Players, walk

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
