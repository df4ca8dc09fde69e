"""10,000 random walks over the verbs. `WALKS=500 make prove` for fewer; the figures are printed, and only promises asserted."""

import os
import random
import time
from collections import Counter

import pytest
import time_machine
from sqlalchemy import func, select

from portal.messages.models import Message
from portal.referrals.models import Need, Offer, OfferEvent
from portal.store import db
from tests.people import Cast
from tests.referrals.drive import NOON
from tests.referrals.walks import walk

WALKS = int(os.environ.get("WALKS", "10000"))


@pytest.mark.prove
@pytest.mark.sqlite_only
def test_ten_thousand_walks_keep_every_promise(cast: Cast) -> None:
    totals: Counter[str] = Counter()
    began = time.perf_counter()
    for seed in range(WALKS):
        with time_machine.travel(NOON, tick=False) as traveller:
            totals.update(walk(cast, random.Random(seed), traveller.shift))
    seconds = time.perf_counter() - began
    ends = dict(db.session.execute(select(Offer.state, func.count()).group_by(Offer.state)).all())
    rows = {
        model.__name__: db.session.scalar(select(func.count()).select_from(model))
        for model in (Need, Offer, OfferEvent, Message)
    }
    print(f"\n{WALKS} walks in {seconds:.0f} s: {dict(totals)}; rows {rows}; offers {ends}")
    assert rows["Need"] == WALKS
