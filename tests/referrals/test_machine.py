"""A short form of the state machine; `make prove` runs 20,000 steps of it on each database."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import event

from portal import create_app
from portal.store import db
from portal.store.backup import backup
from tests.conftest import settings_for
from tests.people import make_cast
from tests.referrals.drive import NOON
from tests.referrals.machine import Referral
from tests.referrals.walks import Players


@pytest.fixture
def committed(migrated: Flask, tmp_path: Path) -> Iterator[Flask]:
    """An empty database of its own, where a transaction is really committed, or lost."""
    with migrated.app_context():
        backup(tmp_path / "handrail.db")
    made = create_app(settings_for(tmp_path))
    made.testing = True
    with made.app_context():
        event.listen(db.engine, "connect", lambda raw, _record: raw.execute("PRAGMA synchronous=OFF"))
        yield made
        db.session.remove()
        db.engine.dispose()


@pytest.mark.usefixtures("unmeasured", "committed")
@pytest.mark.sqlite_only
def test_a_few_referrals_with_crashes_keep_every_promise() -> None:
    few = settings(
        max_examples=4,
        stateful_step_count=12,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    with time_machine.travel(NOON, tick=False) as traveller:
        Referral.players, Referral.counts = Players.of(make_cast()), Counter()
        Referral.traveller = traveller
        run_state_machine_as_test(Referral, settings=few)  # type: ignore[no-untyped-call]
    assert Referral.counts["steps"] > 20
    assert Referral.counts["crashes"] > 0
