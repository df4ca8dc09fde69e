"""The worker is killed, again and again, in the middle of its ticks: every clock has acted once, and nothing stands half-done."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from portal import referrals
from portal.messages.models import Message
from portal.referrals import watch
from portal.referrals.models import Need, Offer, OfferEvent
from portal.store import clock, db, limits
from tests.prove.server import PATIENCE, Install
from tests.referrals.acting import acting, request_to

NEEDS = int(os.environ.get("NEEDS", "300"))
LATE = timedelta(minutes=16)  # seen, supervisor and next service are all due at once
WORK = [sys.executable, "-m", "portal.cli", "work"]


@pytest.mark.prove
def test_a_killed_worker_has_acted_once_or_not_at_all(install: Install) -> None:
    cast, dice, kills = install.cast, random.Random(5), 0
    with install.app.app_context():
        with time_machine.travel(clock.now() - LATE, tick=False):
            for _need in range(NEEDS):
                limits.purge(clock.now() + timedelta(days=1), hours=0)
                request = request_to(
                    cast.crisis_center.id, fallbacks=(cast.shelter.id,), duplicate_confirmed=True
                )
                referrals.send_offer(acting(cast.responder), request)
        while _done() < NEEDS:
            worker = subprocess.Popen(WORK, env=install.environ, start_new_session=True)
            _await(min(NEEDS, _done() + dice.randint(1, NEEDS // 8)))
            time.sleep(dice.uniform(0, 0.02))
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait(PATIENCE)
            kills += 1
        actions = Counter(db.session.scalars(select(OfferEvent.action)))
        states = Counter(db.session.scalars(select(Offer.state)))
        keys = Counter(key.split(":")[0] for key in db.session.scalars(select(Message.key)))
        print(
            f"\nkills: {kills}; needs {NEEDS}; events {dict(actions)}; offers {dict(states)}; letters {dict(keys)}"
        )
        assert actions == {"send": 2 * NEEDS, "expire": NEEDS}
        assert states == {"expired": NEEDS, "sent": NEEDS}
        assert keys == {"desk": 2 * NEEDS, "backup": 2 * NEEDS, "supervisor": NEEDS, "sender": NEEDS}
        assert watch.faults(db.session()) == {}
        assert db.session.scalar(select(func.count()).select_from(Need).where(Need.deadline.is_(None))) == 0


def _done() -> int:
    """How many needs have gone on to the next service."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Offer).where(Offer.state == "expired")) or 0


def _await(count: int) -> None:
    until = time.monotonic() + PATIENCE
    while _done() < count and time.monotonic() < until:
        time.sleep(0.005)
