"""A closure: said with an end, shown and searched at once, over by itself."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import select

from portal import directory
from portal.accounts.models import Account
from portal.accounts.queries import actor_of
from portal.directory import ClosureWanted
from portal.directory import models as d
from portal.directory.hours.rows import schedules_of
from portal.referrals.clock_terms import listing_hours
from portal.store import Refused, db, write
from portal.store.actor import ANONYMOUS
from tests.people import Cast

HERE = ZoneInfo("America/Chicago")
MONDAY = datetime(2026, 11, 23, 12, tzinfo=HERE)  # the cast's crisis center never closes
DAYS = ClosureWanted(
    date(2026, 11, 24), date(2026, 11, 26), words="A pipe burst", words_es="Se rompió una tubería"
)


@pytest.fixture(autouse=True)
def monday() -> object:
    with time_machine.travel(MONDAY, tick=False):
        yield


def close(account: Account, listing: d.ServiceAtLocation, wanted: ClosureWanted = DAYS) -> UUID | None:
    return directory.announce_closure(actor_of(account), listing.id, wanted)


def seen(listing: d.ServiceAtLocation, at: datetime) -> directory.Listing:
    db.session.expire_all()
    found = directory.listings([listing.id], at)[listing.id]
    assert found is not None
    return found


def test_it_is_told_before_it_begins_holds_and_ends_by_itself(cast: Cast) -> None:
    center = cast.crisis_center
    changes = len(db.session.scalars(select(d.Change)).all())
    assert close(cast.provider, center) is not None
    assert len(db.session.scalars(select(d.Change)).all()) == changes + 1
    before = seen(center, MONDAY)
    assert before.open.open
    assert before.closure is not None
    assert (before.closure.now, before.closure.why, before.closure.lang) == (False, "A pipe burst", "en")
    assert before.closure.when == "Closed from Tuesday, Nov 24 through Thursday, Nov 26"
    during = seen(center, MONDAY + timedelta(days=1))
    assert (during.open.open, during.open.words) == (False, "Closed through Thursday, Nov 26")
    assert during.open.next == datetime(2026, 11, 27, tzinfo=HERE).astimezone(UTC)
    assert during.closure is not None
    assert during.closure.now
    last = seen(center, datetime(2026, 11, 26, 23, 59, tzinfo=HERE))
    assert last.open.words == "Closed today"
    after = seen(center, datetime(2026, 11, 27, tzinfo=HERE))
    assert (after.open.open, after.closure) == (True, None)
    row = db.session.scalars(select(d.Metadata).where(d.Metadata.field_name == "closure")).one()
    assert (row.previous_value, row.replacement_value) == ("", before.closure.when)


@pytest.mark.sqlite_only
def test_hours_of_a_day_can_be_closed_alone(cast: Cast) -> None:
    afternoon = ClosureWanted(date(2026, 11, 23), date(2026, 11, 23), time(13), time(15, 30))
    assert close(cast.provider, cast.crisis_center, afternoon)
    assert seen(cast.crisis_center, MONDAY).open.words == "Open until 1 pm"
    assert seen(cast.crisis_center, MONDAY + timedelta(hours=2)).open.words == "Closed until 3:30 pm today"
    assert seen(cast.crisis_center, MONDAY + timedelta(hours=4)).open.open


@pytest.mark.sqlite_only
def test_it_can_be_lifted_and_called_off_once(cast: Cast) -> None:
    made = close(cast.provider, cast.crisis_center)
    assert made is not None
    actor = actor_of(cast.provider)
    [line] = directory.closures_for(actor, cast.crisis_center.id) or ()
    assert (line.id, line.words, line.everywhere) == (made, "A pipe burst", False)
    assert directory.lift_closure(actor_of(cast.stranger), cast.crisis_center.id, made) is None
    assert directory.lift_closure(actor, cast.shelter.id, made) is None
    assert directory.lift_closure(actor, cast.crisis_center.id, uuid4()) is None
    assert directory.lift_closure(actor, cast.crisis_center.id, made) is True
    assert directory.lift_closure(actor, cast.crisis_center.id, made) is False
    assert seen(cast.crisis_center, MONDAY + timedelta(days=1)).open.open
    assert directory.closures_for(actor, cast.crisis_center.id) == ()


@pytest.mark.sqlite_only
def test_who_may_not_edit_a_listing_closes_nothing(cast: Cast) -> None:
    for account in (cast.stranger, cast.responder, cast.shelter_worker):
        assert close(account, cast.crisis_center) is None
        assert directory.closures_for(actor_of(account), cast.crisis_center.id) is None
    assert directory.announce_closure(ANONYMOUS, cast.crisis_center.id, DAYS) is None
    assert close(cast.steward, cast.crisis_center) is not None


@pytest.mark.sqlite_only
def test_all_places_of_an_organization_close_together(cast: Cast) -> None:
    with write() as session:
        owner = cast.crisis_center.service.organization_id
        more = d.Service(organization_id=owner, name="Day program", last_modified=MONDAY)
        session.add(more)
        session.flush()
        place = cast.crisis_center.location_id
        second = d.ServiceAtLocation(service_id=more.id, location_id=place)
        second.schedules = [d.Schedule(byday="MO,TU,WE", opens_at=time(9), closes_at=time(17))]
        session.add(second)
        session.flush()
    everywhere = ClosureWanted(DAYS.begins_on, DAYS.ends_on, everywhere=True)
    assert close(cast.provider, cast.crisis_center, everywhere)
    tuesday = MONDAY + timedelta(days=1)
    assert (
        seen(second, tuesday).open.words
        == seen(cast.crisis_center, tuesday).open.words
        == "Closed through Thursday, Nov 26"
    )
    assert seen(cast.shelter, tuesday).closure is None
    numbers = db.session.scalars(select(d.Change.service_at_location_number)).all()
    assert {second.number, cast.crisis_center.number} <= set(numbers)


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (ClosureWanted(date(2026, 11, 26), date(2026, 11, 24)), "ends_on"),
        (ClosureWanted(date(2026, 11, 24), date(2026, 11, 24), time(13), time(13)), "ends_on"),
        (ClosureWanted(date(2026, 11, 20), date(2026, 11, 22)), "ends_on"),
        (ClosureWanted(date(2026, 11, 24), date(2028, 1, 1)), "ends_on"),
        (ClosureWanted(date(2026, 11, 24), date(2026, 11, 25), words="x" * 201), "words"),
        (ClosureWanted(date(2026, 11, 24), date(2026, 11, 25), words_es="\u202e"), "words_es"),
    ],
)  # fmt: skip
def test_a_closure_that_cannot_be_is_refused_at_its_field(
    cast: Cast, wanted: ClosureWanted, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        close(cast.provider, cast.crisis_center, wanted)
    assert refused.value.field == field
    assert db.session.scalars(select(d.Closure)).all() == []


@pytest.mark.sqlite_only
def test_the_reason_never_holds_the_address_of_a_confidential_place(cast: Cast) -> None:
    wanted = ClosureWanted(DAYS.begins_on, DAYS.ends_on, words="Come to 12 Hidden Street, 37203")
    with pytest.raises(Refused):
        close(cast.steward, cast.victim_service, wanted)
    with write() as session:  # as a feed might have brought it
        session.add(
            d.Closure(
                service_at_location_id=cast.victim_service.id, begins_on=DAYS.begins_on, ends_on=DAYS.ends_on,
                words=wanted.words, made_by="a feed", made_at=MONDAY,
            )
        )  # fmt: skip
    shown = seen(cast.victim_service, MONDAY + timedelta(days=1))
    assert shown.closure is not None
    assert shown.closure.why == ""


@pytest.mark.sqlite_only
def test_the_clocks_of_a_referral_pause_while_it_is_closed(cast: Cast) -> None:
    close(cast.provider, cast.crisis_center)
    hours = listing_hours(db.session(), cast.crisis_center)
    assert hours.open_at(MONDAY)
    assert not hours.open_at(MONDAY + timedelta(days=1))
    assert hours.open_at(MONDAY + timedelta(days=4))


def test_a_listing_has_the_hours_of_its_service_or_its_place_where_it_has_none(cast: Cast) -> None:
    with write() as session:
        session.query(d.Schedule).filter_by(service_at_location_id=cast.shelter.id).delete()
        place, service = cast.shelter.location_id, cast.shelter.service_id
        session.add(d.Schedule(location_id=place, byday="SU", opens_at=time(8), closes_at=time(9)))
    assert seen(cast.shelter, MONDAY).hours_words == "Monday to Saturday: Closed; Sunday: 8 am to 9 am"
    with write() as session:
        session.add(d.Schedule(service_id=service, byday="MO", opens_at=time(8), closes_at=time(13)))
    assert seen(cast.shelter, MONDAY).open.words == "Open until 1 pm"


@pytest.mark.sqlite_only
def test_seasons_and_holidays_survive_a_feed_that_has_only_the_standard_s_columns(cast: Cast) -> None:
    with write() as session:
        session.query(d.Schedule).filter_by(service_at_location_id=cast.shelter.id).delete()
        for row in schedules_of("Jun-Aug: Mon-Fri 8-4\nMon-Fri 9-5\nClosed holidays"):
            row.season = row.closed_on = ""
            row.service_at_location_id = cast.shelter.id
            session.add(row)
    assert seen(cast.shelter, MONDAY).open.words == "Open until 5 pm"
    assert (
        seen(cast.shelter, MONDAY + timedelta(days=3)).open.words
        == "Closed for Thanksgiving. Opens 9 am Friday"
    )
    summer = datetime(2027, 6, 7, 8, 30, tzinfo=HERE)
    assert seen(cast.shelter, summer).open.words == "Open until 4 pm"
