"""Random walks: 500 over the tables alone, 100 over the verbs; `make prove` runs 10,000 of the latter."""

import random
from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from portal.referrals import rules
from portal.referrals.deadlines import NEXT_STEP, Facts, next_deadline
from portal.referrals.models import Offer
from portal.referrals.plan import Plan
from portal.store import db
from tests.people import Cast
from tests.referrals.drive import NOON
from tests.referrals.walks import Players, walk


def test_500_walks_over_the_tables_reach_an_end_with_one_owner_and_one_deadline() -> None:
    dice = random.Random(20260916)
    for _walk in range(500):
        state, now, accepted = "sent", NOON, None
        plan = Plan.default(dice.choice(["now", "today", "routine"]))
        turn = NOON + timedelta(minutes=15) if dice.random() < 0.5 else None
        for _step in range(400):
            if state in rules.ENDS - rules.GOES_ON:
                break
            asking = state not in rules.ENDS
            facts = Facts(
                state=state if asking else NEXT_STEP,
                plan=plan,
                listing="",
                sent_at=NOON,
                started=NOON,
                since=now,
                accepted_at=accepted,
                answer_by=now + timedelta(days=2),
                turn_at=turn,
                escalated=dice.random() < 0.5,
            )
            due = next_deadline(facts, past=now)
            assert due.owner in rules.OWNERS
            assert due.name in rules.DEADLINES
            moves = [
                move for move in rules.MOVES.values() if state in move.sources and move.action != "release"
            ]
            if not asking or dice.random() < 0.3:
                now = max(now, due.at)
                if not asking and due.name == "no_information":
                    break
                state = "sent" if not asking else state
                if not asking and dice.random() < 0.5:
                    break
                continue
            state = dice.choice(moves).target
            accepted = now if state == "accepted" else accepted
            now += timedelta(minutes=dice.choice([1, 30, 600]))
        else:
            pytest.fail(f"no way out of {state}")


@pytest.mark.usefixtures("unmeasured")
@pytest.mark.sqlite_only
def test_100_walks_over_the_verbs_keep_every_promise(cast: Cast) -> None:
    players, totals = Players.of(cast), Counter[str]()
    for seed in range(100):
        with time_machine.travel(NOON, tick=False) as traveller:
            totals += walk(players, random.Random(seed), traveller.shift)
    assert totals["moves"] > 150
    assert totals["refused"] > 100
    ends = set(db.session.scalars(select(Offer.state)))
    assert ends >= {"connected", "declined", "expired", "cancelled", "withdrawn", "void", "no_information"}
