"""The two lists stay a dozen SELECTs, however long they are."""

import pytest
from sqlalchemy import event, inspect

from portal import referrals
from portal.referrals.models import Need, Offer
from portal.store import db
from tests.people import Cast
from tests.referrals.acting import acting, send


@pytest.mark.sqlite_only
@pytest.mark.parametrize("backwards", [False, True])
def test_a_longer_list_takes_no_more_selects(
    cast: Cast, backwards: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    # SQLAlchemy loads what belongs to a row in the order of a set, so in another order in every process: both ends of it.
    for model in (Need, Offer):
        mapper = inspect(model)
        order = sorted(mapper._prop_set, key=lambda part: part.key, reverse=backwards)
        monkeypatch.setattr(mapper, "_prop_set", order, raising=False)
    sender, receiver = acting(cast.responder), acting(cast.provider)
    seen: list[str] = []

    def note(*said: object) -> None:
        seen.append(str(said[2]))

    counts = []
    for more in (2, 6):
        for _need in range(more):
            send(cast, duplicate_confirmed=True, fallbacks=(cast.shelter.id,))
        db.session.expire_all()
        seen.clear()
        event.listen(db.engines[None], "before_cursor_execute", note)
        assert len(referrals.needs_for(sender)) == len(referrals.inbox_for(receiver))
        event.remove(db.engines[None], "before_cursor_execute", note)
        counts.append(len(seen))
    assert counts[0] == counts[1] < 30
