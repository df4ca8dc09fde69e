"""What an answer tells of the listing: counted for later, and nothing that its sender could read off the public page."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import directory, referrals
from portal.accounts.queries import actor_of
from portal.directory import models as d
from portal.store import clock, db
from portal.store.tallies import month_of
from tests.people import Cast
from tests.referrals.acting import acting, offer_of, send


def answered(cast: Cast, how: str) -> None:
    offer = offer_of(send(cast, duplicate_confirmed=True))
    desk = acting(cast.provider)
    if how == "accept":
        referrals.accept_offer(desk, offer.id, version=1)
    else:
        referrals.decline_offer(desk, offer.id, how, version=1)


def test_a_yes_is_counted_by_month_and_a_no_is_not(cast: Cast) -> None:
    for how in ("accept", "accept", "wrong_service", "age"):
        answered(cast, how)
    row = db.session.scalars(select(d.UseTally)).one()
    assert (row.service_at_location_id, row.month, row.accepted) == (
        cast.crisis_center.id,
        month_of(clock.now().date()),
        2,
    )
    assert set(d.UseTally.__table__.columns.keys()) == {"service_at_location_id", "month", "accepted"}


@pytest.mark.sqlite_only
@pytest.mark.parametrize("how", ["accept", "wrong_service", "age", "closed_now"])
def test_the_public_card_does_not_tell_what_was_answered(cast: Cast, how: str) -> None:
    number = cast.crisis_center.number
    before = directory.cards([number])[number]
    answered(cast, how)
    db.session.expire_all()
    assert directory.cards([number])[number] == before


@pytest.mark.sqlite_only
def test_does_not_do_this_goes_to_the_steward_and_to_nobody_else(cast: Cast, client: FlaskClient) -> None:
    answered(cast, "wrong_service")
    due = directory.due_list(actor_of(cast.steward)).rows
    assert [(line.listing.id, line.why) for line in due] == [(cast.crisis_center.id, ("flag",))]
    assert (
        "call first" not in client.get(f"/services/{cast.crisis_center.id}").text.split("Confirmed today")[1]
    )
