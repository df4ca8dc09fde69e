"""What ages, by its kind: a word on a listing, a word on room. Use confirms, and tells nobody of any one request."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from portal import directory
from portal.accounts.queries import actor_of
from portal.directory import models as d
from portal.directory.freshness.kinds import OTHER, PACES, Pace, pace_for, paces_of
from portal.directory.freshness.pace import due_before
from portal.directory.rules import freshness, shown_availability
from portal.store import Conflict, Refused, clock, db, write
from tests.directory.freshness.steps import assured, later, shown
from tests.people import Cast
from tests.referrals.texted import desk_with_phone, replies, says
from tests.web.forms import SignIn, press

NOW = datetime(2026, 7, 13, 12, tzinfo=UTC)


@given(st.sets(st.sampled_from([*PACES, "unheard_of"])))
def test_of_several_kinds_the_shortest_counts(kinds: set[str]) -> None:
    held = [PACES[kind] for kind in kinds if kind in PACES] or [OTHER]
    pace = pace_for(kinds, paces_of({}))
    assert pace == Pace(min(each.days for each in held), min(each.half_life for each in held))


@given(st.sampled_from(["yes", "limited", "no"]), st.floats(0, 2000), st.floats(0, 2000), st.floats(1, 720))
def test_a_word_on_room_only_ever_goes_from_told_to_not_known(
    value: str, one: float, two: float, half_life: float
) -> None:
    pace = Pace(90, half_life)
    seen = [
        shown_availability(value, NOW - timedelta(hours=hours), NOW, "desk", pace).value
        for hours in sorted((one, two))
    ]
    assert seen in ([value, value], [value, "unknown"], ["unknown", "unknown"])
    assert (seen[1] == "unknown") == (max(one, two) * 3600 >= pace.holds.total_seconds() - 1e-6)


@pytest.mark.parametrize(
    ("assured_days", "used_days", "doubted", "words"),
    [
        (200, 20, False, "Confirmed by use, 20 days ago"),
        (None, 20, False, "Confirmed by use, 20 days ago"),
        (3, 20, False, "Confirmed 3 days ago"),
        (20, 20, False, "Confirmed 20 days ago"),
        (200, 100, False, "Not confirmed for 3 months: call first"),
        (3, 1, True, "Something here may be wrong: call first"),
        (None, None, True, "Something here may be wrong: call first"),
    ],
)
def test_use_counts_where_nobody_said_so_later_and_doubt_above_all(
    assured_days: int | None, used_days: int | None, doubted: bool, words: str
) -> None:
    today = date(2026, 7, 13)

    def day(ago: int | None) -> date | None:
        return None if ago is None else today - timedelta(days=ago)

    assert freshness(day(assured_days), today, 90, used=day(used_days), doubted=doubted).words == words


def test_what_the_page_calls_stale_is_what_the_query_calls_due(cast: Cast) -> None:
    """The rule is written twice, for a card and as SQL."""
    rows = (cast.crisis_center, cast.shelter, cast.detox, cast.victim_service, cast.hotline)
    for ago in (None, 0, 89, 90, 91, 179, 180, 181, 400):
        for row in rows:
            assured(row, ago)
        here = db.session.scalars(select(d.Community)).one()
        tomorrow = clock.now() - timedelta(days=1)
        query = select(d.ServiceAtLocation.id).join(d.Service, d.Service.id == d.ServiceAtLocation.service_id)
        due = set(db.session.scalars(query.where(due_before(here, tomorrow))))
        assert due == {row.id for row in rows if shown(row).freshness.stale}, ago


def test_a_bed_is_forgotten_within_a_day_and_an_office_hour_is_not(cast: Cast) -> None:
    provider = actor_of(cast.provider)
    directory.set_availability(provider, cast.crisis_center.id, "yes")
    with later(hours=11, minutes=59):
        assert shown(cast.crisis_center).availability.value == "yes"
    with later(hours=12):
        assert shown(cast.crisis_center).availability.value == "unknown"
    steward = actor_of(cast.steward)
    stands = directory.schedule_for(steward)
    assert stands is not None
    directory.set_schedule(
        steward, {**stands.paces, "crisis_center": Pace(30, 100)}, False, version=stands.version
    )
    with later(hours=199):
        assert shown(cast.crisis_center).availability.value == "yes"
    with later(days=31):
        assert shown(cast.crisis_center).freshness.stale


def test_a_new_schedule_reaches_every_listing_through_the_change_feed(
    cast: Cast, signed_in_as: SignIn
) -> None:
    before = db.session.scalar(select(func.count()).select_from(d.Change)) or 0
    browser = signed_in_as(cast.steward)
    assert press(browser, "/steward/schedule").status_code == 303  # nothing typed, nothing changed
    assert db.session.scalar(select(func.count()).select_from(d.Change)) == before
    assert press(browser, "/steward/schedule", days_detox="60", hours_detox="4").status_code == 303
    assert db.session.scalar(select(func.count()).select_from(d.Change)) == before + 5
    db.session.expire_all()
    assert shown(cast.detox).pace == Pace(60, 4)


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "typed",
    [
        {"days_detox": "6"},
        {"days_detox": "731"},
        {"hours_detox": "0"},
        {"hours_detox": "721"},
        {"days": "ninety"},
        {"days_shelter": ""},
        {"hours": "-5"},
        {"hours": "1e9"},
        {"days": "²"},
    ],
)
def test_a_schedule_that_cannot_be_is_refused_beside_its_field(
    cast: Cast, signed_in_as: SignIn, typed: dict[str, str]
) -> None:
    answer = press(signed_in_as(cast.steward), "/steward/schedule", **typed)
    assert answer.status_code == 422
    assert f'href="#{next(iter(typed))}"' in answer.text
    assert db.session.scalars(select(d.Community)).one().settings.get("freshness") is None


@pytest.mark.sqlite_only
def test_two_stewards_at_once_the_second_is_told(cast: Cast) -> None:
    steward = actor_of(cast.steward)
    stands = directory.schedule_for(steward)
    assert stands is not None
    directory.set_schedule(steward, {**stands.paces, "detox": Pace(30, 4)}, False, version=stands.version)
    with pytest.raises(Conflict) as conflict:
        directory.set_schedule(steward, stands.paces, False, version=stands.version)
    assert conflict.value.current.paces["detox"] == Pace(30, 4)
    with pytest.raises(Refused):
        directory.set_schedule(steward, {**stands.paces, "": Pace(1, 1)}, False, version=stands.version + 1)


def used(row: d.ServiceAtLocation, times: int) -> None:
    with write() as session:
        for _time in range(times):
            directory.note_use(session, row.id)


def test_a_listing_that_is_used_often_is_confirmed_after_the_months_end(cast: Cast) -> None:
    with time_machine.travel(datetime(2026, 7, 13, 12, tzinfo=UTC), tick=False) as traveller:
        assured(cast.crisis_center, 200)
        used(cast.crisis_center, 11)
        used(cast.shelter, 10)
        assert directory.settle_use(clock.now()) == 0
        assert shown(cast.crisis_center).freshness.stale
        traveller.move_to(datetime(2026, 8, 1, 0, 5, tzinfo=UTC))
        assert directory.settle_use(clock.now()) == 1
        assert directory.settle_use(clock.now()) == 0
        traveller.move_to(datetime(2026, 8, 15, tzinfo=UTC))
        assert shown(cast.crisis_center).freshness.words == "Confirmed by use, 14 days ago"
        assert shown(cast.crisis_center).assured_date == date(2025, 12, 25)  # a human's word it is not
        traveller.move_to(datetime(2026, 11, 5, tzinfo=UTC))
        assert directory.settle_use(clock.now()) == 0


def test_a_desk_says_by_text_that_it_has_room(
    cast: Cast, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk_with_phone(cast.crisis_center)
    for words, value in (
        ("FULL", "no"),
        ("room.", "yes"),
        ("  few ", "limited"),
        ("LLENO", "no"),
        ("lugar", "yes"),
    ):
        says(words)
        assert shown(cast.crisis_center).availability.value == value, words
    assert "noted" in replies()[0]
    says("hello there")
    says("FULL", phone="+16155550999")  # a phone that is nobody's desk
    assert shown(cast.crisis_center).availability.value == "yes"
    assert len(replies()) == 5


@pytest.mark.sqlite_only
def test_a_desk_of_several_listings_names_one_or_all(cast: Cast) -> None:
    desk = desk_with_phone(cast.crisis_center)
    with write() as session:
        service = d.Service(
            organization_id=cast.crisis_center.service.organization_id,
            name="Peer Respite",
            last_modified=clock.now(),
        )
        session.add(service)
        session.flush()
        second = d.ServiceAtLocation(
            service_id=service.id, location_id=cast.crisis_center.location_id, desk_id=desk.id
        )
        session.add(second)
        session.flush()
    says("full")
    assert replies()[-1] == (
        "Handrail: which? 1 Crisis Receiving, 2 Peer Respite. Text like FULL 1, or FULL ALL"
    )
    assert [shown(row).availability.value for row in (cast.crisis_center, second)] == ["unknown", "unknown"]
    says("Full 2")
    says("FULL 7")
    says("FULL 0")
    assert [shown(row).availability.value for row in (cast.crisis_center, second)] == ["unknown", "no"]
    says("room all")
    assert [shown(row).availability.value for row in (cast.crisis_center, second)] == ["yes", "yes"]
