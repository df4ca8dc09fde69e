"""Two admins who lower each other at the same moment: one of them does, and the community keeps an admin."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import func, select

from portal import accounts
from portal.accounts.models import Account, Membership
from portal.store import Actor, Refused, db
from portal.store.actor import TERMINAL
from tests.people import make_cast
from tests.prove.server import PATIENCE, app_on
from tests.referrals.acting import acting


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
@pytest.mark.parametrize("rounds", [4, pytest.param(100, marks=pytest.mark.prove)])
def test_of_two_admins_who_end_each_other_one_stays(engine: str, rounds: int, tmp_path: Path) -> None:
    app = app_on(engine, tmp_path, "admins")
    barrier = Barrier(2)
    with app.app_context():
        cast = make_cast()
        ids = (cast.admin.id, cast.steward.id)
        accounts.add_role(TERMINAL, cast.steward.id, "admin", None)
        both = tuple(acting(db.session.get_one(Account, one, populate_existing=True)) for one in ids)
        db.session.remove()

    def end(who: Actor, other: UUID) -> str:
        with app.app_context():
            barrier.wait(PATIENCE)
            try:
                accounts.disable_person(who, other)
            except Refused:
                return "the last one stays"
            finally:
                db.session.remove()
            return "ended"

    heard: Counter[tuple[str, ...]] = Counter()
    with ThreadPoolExecutor(2) as pool:
        for _round in range(rounds):
            jobs = [pool.submit(end, both[0], ids[1]), pool.submit(end, both[1], ids[0])]
            heard[tuple(sorted(job.result() for job in jobs))] += 1
            with app.app_context():
                assert admins() == 1
                for one in ids:
                    accounts.enable_person(TERMINAL, one)
                assert admins() == 2
                db.session.remove()
    with app.app_context():
        db.engine.dispose()
    print(f"\n{engine}: {rounds} rounds of two admins; heard: {dict(heard)}")
    assert heard == {("ended", "the last one stays"): rounds}


def admins() -> int:
    found = db.session.scalar(
        select(func.count(Account.id.distinct()))
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.role == "admin", Account.disabled_at.is_(None))
    )
    return found or 0
