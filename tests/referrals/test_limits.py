"""A85, A86, A87: one account cannot flood a desk, and the numbers to call are served meanwhile."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from portal import referrals
from portal.referrals.models import Need
from portal.store import TooMany, db, limits
from portal.store.limits import LIMITS
from tests.people import Cast
from tests.referrals.acting import acting, request_to, send
from tests.web.forms import PERSON, SignIn, press

pytestmark = pytest.mark.sqlite_only  # how tries are counted on both, tests/store looks at
A_MINUTE = LIMITS["send"][0][0]


def counted() -> int:
    return len(db.session.scalars(db.select(Need.id)).all())


def test_a85_more_sends_than_a_busy_hour_has_are_refused_and_nothing_is_stored(
    move_time: Callable[[timedelta], None], cast: Cast, signed_in_as: SignIn
) -> None:
    for number in range(A_MINUTE - 1):
        limits.spend("send", str(cast.responder.id))
        assert number < A_MINUTE
    path = f"/services/{cast.crisis_center.id}/refer"
    browser = signed_in_as(cast.responder)
    assert press(browser, path, **PERSON).status_code == 303
    refused = press(browser, path, **(PERSON | {"name": "Second Person", "phone": "615-555-0178"}))
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "60"
    assert "Second Person" in refused.text, "what was typed is still there"
    assert "988" in refused.text
    assert counted() == 1
    assert browser.get("/").status_code == 200
    assert press(signed_in_as(cast.colleague), path, **PERSON, confirm_duplicate="y").status_code == 303
    move_time(timedelta(seconds=61))
    assert press(browser, path, **PERSON, confirm_duplicate="y").status_code == 303


def test_a85_a_retry_of_the_same_form_costs_nothing(
    move_time: Callable[[timedelta], None], cast: Cast
) -> None:
    again = request_to(cast.crisis_center.id)
    found = {referrals.send_offer(acting(cast.responder), again).id for _ in range(A_MINUTE + 5)}
    assert len(found) == 1
    send(cast, duplicate_confirmed=True)


def test_a85_a_recorded_call_counts_as_a_send(move_time: Callable[[timedelta], None], cast: Cast) -> None:
    for _ in range(A_MINUTE):
        limits.spend("send", str(cast.responder.id))
    with pytest.raises(TooMany):
        referrals.record_call(
            acting(cast.responder), request_to(cast.detox.id, name="", phone=""), "no_answer"
        )
    assert counted() == 0


def test_a86_a_letter_with_the_current_link_is_sent_three_times_an_hour(
    move_time: Callable[[timedelta], None], cast: Cast
) -> None:
    assert [limits.within("resend", "an offer") for _ in range(4)] == [True, True, True, False]
    move_time(timedelta(hours=1, seconds=1))
    assert limits.within("resend", "an offer")
