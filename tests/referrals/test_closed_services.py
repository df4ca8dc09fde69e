"""A service that is closed for some days is not put to anybody's wait: it is called, and passed over, until it opens by itself."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal import directory, referrals
from portal.directory import ClosureWanted
from portal.store import Refused, clock, db
from tests.people import Cast
from tests.referrals.acting import acting, fresh, offer_of, send
from tests.referrals.conftest import move_time as move_time

MoveTime = Callable[[timedelta], None]


def close(cast: Cast, days: int = 2) -> None:
    """The crisis center's and the shelter's own people close it from today on."""
    today = clock.now().date()
    wanted = ClosureWanted(today - timedelta(days=1), today + timedelta(days=days))
    for who, listing in ((cast.provider, cast.crisis_center), (cast.shelter_worker, cast.shelter)):
        assert directory.announce_closure(acting(who), listing.id, wanted)
    db.session.expire_all()


def test_a_closed_service_is_called_and_not_referred_to_until_it_opens(
    cast: Cast, move_time: MoveTime, signed_in_as: Callable[[Any], FlaskClient]
) -> None:
    close(cast)
    shown = directory.listing(cast.crisis_center.id)
    assert shown is not None
    assert shown.how == "call"
    with pytest.raises(Refused, match="closed for now"):
        send(cast)
    page = signed_in_as(cast.responder).get(f"/services/{cast.crisis_center.id}/refer").text
    assert "Closed through" in page
    assert "Nobody at this service" not in page
    move_time(timedelta(days=4))
    again = directory.listing(cast.crisis_center.id)
    assert again is not None
    assert again.how == "refer"
    assert send(cast).closed_at is None


def test_a_closed_fallback_is_passed_over_and_the_step_is_the_senders(cast: Cast) -> None:
    need = send(cast, fallbacks=(cast.shelter.id,))
    close(cast)
    referrals.decline_offer(acting(cast.provider), offer_of(need).id, "no_bed_or_slot", version=1)
    stands = fresh(need)
    assert [one.service_at_location_id for one in stands.offers] == [cast.crisis_center.id]
    assert stands.owner == "sender"
