"""Every clock ends at a human: the table's times, pauses, business hours, DST and holidays."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from portal import referrals
from portal.messages.models import Message
from portal.referrals.hours import Hours, in_business_hours
from portal.referrals.models import Need
from portal.referrals.plan import CLOCKS, Plan
from portal.store import Refused, clock, db
from tests.people import Cast
from tests.referrals.acting import acting, fresh, offer_of, send
from tests.referrals.drive import HOUR, facts, stage

Move = Callable[[timedelta], None]
MINUTE = timedelta(minutes=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def letters(need: Need) -> list[str]:
    """Names of the letters so far, oldest first (dropped ones too)."""
    return [
        row.letter.split("/")[1]
        for row in db.session.query(Message).order_by(Message.created_at, Message.key)
    ]


def go(move_time: Move, length: timedelta) -> None:
    move_time(length)
    referrals.tick(clock.now())


def test_now_goes_to_backup_supervisor_next_service_and_back(move_time: Move, cast: Cast) -> None:
    need = send(cast, fallbacks=(cast.shelter.id,))
    go(move_time, 2 * MINUTE)
    assert letters(need) == ["desk"]
    go(move_time, 1 * MINUTE)
    assert letters(need).count("backup") == 2  # the desk and its one person
    go(move_time, 7 * MINUTE)
    assert fresh(need).owner == "supervisor"
    assert letters(need).count("supervisor") == 1
    go(move_time, 5 * MINUTE)
    offers = fresh(need).offers
    assert [offer.state for offer in offers] == ["expired", "sent"]
    assert offers[1].service_at_location_id == cast.shelter.id
    assert letters(need).count("desk") == 2
    go(move_time, 15 * MINUTE)
    need = fresh(need)
    assert [offer.state for offer in need.offers] == ["expired", "expired"]
    assert (need.owner, need.deadline_name, need.closed_at) == ("sender", "next_step", None)
    assert letters(need).count("sender") == 2  # it moved on; the next step is theirs
    go(move_time, 10 * MINUTE)
    assert (fresh(need).owner, fresh(need).deadline_name) == ("supervisor", "no_information")
    go(move_time, timedelta(days=37))
    assert fresh(need).close_reason == "no_information"


@pytest.mark.sqlite_only
def test_two_ticks_at_once_act_once(move_time: Move, cast: Cast) -> None:
    need = send(cast)
    move_time(4 * MINUTE)
    assert referrals.tick(clock.now()) == 1
    assert referrals.tick(clock.now()) == 0
    assert letters(need).count("backup") == 2


@pytest.mark.sqlite_only
def test_a_worker_that_was_down_for_weeks_catches_up(move_time: Move, cast: Cast) -> None:
    need = send(cast)
    move_time(timedelta(days=60))
    referrals.tick(clock.now())
    need = fresh(need)
    assert [event.action for event in need.offers[0].events] == ["send", "expire"]
    assert need.closed_at is None  # its owner has a week from now
    go(move_time, timedelta(days=8))
    assert fresh(need).closed_at is not None


@pytest.mark.sqlite_only
def test_a_decline_moves_on_in_the_same_breath_but_not_when_the_person_decided(
    move_time: Move, cast: Cast
) -> None:
    need = send(cast, fallbacks=(cast.shelter.id,))
    referrals.decline_offer(acting(cast.provider), offer_of(need).id, "no_bed_or_slot", version=1)
    assert offer_of(need).service_at_location_id == cast.shelter.id
    other = send(cast, fallbacks=(cast.shelter.id,), duplicate_confirmed=True)
    referrals.decline_offer(acting(cast.provider), offer_of(other).id, "refused_service", version=1)
    assert (offer_of(other).state, fresh(other).owner) == ("declined", "sender")


@pytest.mark.sqlite_only
def test_a_question_stops_the_clock_for_a_day_at_most(move_time: Move, cast: Cast) -> None:
    need = send(cast)
    referrals.ask_information(acting(cast.provider), offer_of(need).id, "How old?", version=1)
    assert (fresh(need).owner, fresh(need).deadline_name) == ("sender", "information")
    go(move_time, 2 * HOUR)
    assert offer_of(need).state == "info_asked"
    referrals.give_information(acting(cast.responder), offer_of(need).id, "Forty", version=2)
    assert fresh(need).deadline == clock.now() + 10 * MINUTE
    go(move_time, 15 * MINUTE)
    assert offer_of(need).state == "expired"
    other = send(cast, duplicate_confirmed=True)
    referrals.ask_information(acting(cast.provider), offer_of(other).id, "How old?", version=1)
    go(move_time, 24 * HOUR)
    assert offer_of(other).state == "info_asked"
    go(move_time, 15 * MINUTE)
    assert offer_of(other).state == "expired"


@pytest.mark.sqlite_only
def test_a_waitlist_tells_the_owner_after_a_day_and_ends_when_it_said(move_time: Move, cast: Cast) -> None:
    found = stage(cast, "waitlisted", move_time)  # an answer within 48 hours
    told = letters(found.need).count("sender")
    go(move_time, 24 * HOUR)
    assert letters(found.need).count("sender") == told + 1
    assert found.offer.state == "waitlisted"
    go(move_time, 24 * HOUR)
    assert found.offer.state == "expired"
    other, late = send(cast, duplicate_confirmed=True), clock.now() + timedelta(days=31)
    with pytest.raises(Refused):
        referrals.waitlist_offer(acting(cast.provider), offer_of(other).id, late, version=1)


@pytest.mark.sqlite_only
def test_after_the_accept_handoff_arrival_follow_ups_and_the_37th_day(move_time: Move, cast: Cast) -> None:
    found = stage(cast, "accepted", move_time)
    start = clock.now()
    names = []
    for _step in range(6):
        need = fresh(found.need)
        names.append((need.deadline_name, need.deadline - start, need.owner))
        with time_machine.travel(need.deadline, tick=False):
            referrals.tick(clock.now())
    day = timedelta(days=1)
    assert names == [
        ("handoff_by", 30 * MINUTE, "receiver"),
        ("arrival_asked", 60 * MINUTE, "receiver"),
        ("follow_up", 1 * day, "receiver"),
        ("follow_up", 7 * day, "receiver"),
        ("follow_up", 30 * day, "receiver"),
        ("no_information", 37 * day, "receiver"),
    ]
    assert found.offer.state == "no_information"
    assert fresh(found.need).closed_at is not None


@pytest.mark.sqlite_only
def test_follow_ups_count_from_the_handoff(move_time: Move, cast: Cast) -> None:
    found = stage(cast, "accepted", move_time)
    move_time(3 * HOUR)
    began = clock.now()
    referrals.record_handoff(
        acting(cast.provider), found.offer.id, facts(started_at=began - HOUR, ended_at=began), version=2
    )
    assert [row.due_at - began for row in found.offer.follow_ups] == [timedelta(days=n) for n in (1, 7, 30)]
    for row in found.offer.follow_ups:
        referrals.finish_follow_up(acting(cast.provider), row.id, "in_service", means="phone")
    assert fresh(found.need).deadline_name == "no_information"
    assert len(found.offer.attempts) == 3


@pytest.mark.sqlite_only
def test_settings_that_change_later_move_no_running_clock(move_time: Move, cast: Cast) -> None:
    need = send(cast, urgency="routine")
    before = Plan.from_json(fresh(need).plan)
    due = fresh(need).deadline
    community = db.session.merge(cast.community)
    community.business_hours = {"sun": ["08:00", "09:00"]}
    for row in fresh(need).offers[0].listing.schedules:
        db.session.delete(row)
    db.session.commit()
    referrals.see_offer(acting(cast.provider), offer_of(need).id, version=1)
    need = fresh(need)
    assert Plan.from_json(need.plan) == before
    assert due == utc("2026-09-17T17:00")
    assert (need.deadline_name, need.deadline) == ("supervisor", utc("2026-09-18T17:00"))


@pytest.mark.parametrize(
    ("urgency", "expected"),
    [
        ("now", ["15:03", "15:10", "15:10", "15:15", "15:30", "16:00"]),
        ("today", ["15:30", "17:00", "16:00", "17:00", "+1 15:00", "+3 15:00"]),
    ],
)
def test_the_table_of_clocks(urgency: str, expected: list[str]) -> None:
    start = utc("2026-09-16T15:00")
    plan = Plan.default(urgency)
    clocks = CLOCKS[urgency]
    lengths = (
        clocks.seen_by,
        clocks.decide_by,
        clocks.supervisor,
        clocks.next_service,
        clocks.handoff_by,
        clocks.arrival_asked,
    )
    found = [plan.after(length, start) for length in lengths]
    days = [(at.date() - start.date()).days for at in found]
    assert [
        f"+{day} {at:%H:%M}" if day else f"{at:%H:%M}" for day, at in zip(days, found, strict=True)
    ] == expected
    with pytest.raises(ValueError):
        plan.after("soon", start)


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-09-16T15:00", 1, "2026-09-17T15:00"),  # Wednesday 10:00 in Chicago
        ("2026-09-18T15:00", 1, "2026-09-21T15:00"),  # over a weekend
        ("2026-09-18T23:30", 1, "2026-09-22T13:00"),  # Friday evening: from Monday 8:00
        ("2026-09-19T15:00", 2, "2026-09-23T13:00"),  # Saturday
        ("2026-09-04T15:00", 1, "2026-09-08T15:00"),  # Labor Day is out
        ("2026-07-02T15:00", 1, "2026-07-06T15:00"),  # July 4 is a Saturday, observed on Friday
        ("2026-10-30T14:00", 1, "2026-11-02T15:00"),  # clocks go back: 9:00 stays 9:00
        ("2026-03-06T15:00", 1, "2026-03-09T14:00"),  # clocks go forward
        ("2026-12-24T15:00", 2, "2026-12-29T15:00"),
        ("2026-09-16T12:00", 3, "2026-09-21T13:00"),  # before opening: from 8:00
    ],
)
def test_business_days_of_the_usual_week(start: str, days: int, due: str) -> None:
    assert Hours.usual().business_days_after(utc(start), days) == utc(due)


def test_business_hours_of_the_community() -> None:
    week = {"mon": ["08:00", "17:00"]}
    assert in_business_hours(utc("2026-09-14T13:00"), week, "America/Chicago")
    assert not in_business_hours(utc("2026-09-14T12:59"), week, "America/Chicago")
    assert not in_business_hours(utc("2026-09-14T22:00"), week, "America/Chicago")
    assert not in_business_hours(utc("2026-09-07T15:00"), week, "America/Chicago")  # Labor Day
    assert in_business_hours(utc("2026-09-15T15:00"), {}, "America/Chicago")  # none set: the usual week


def test_a_plan_survives_its_storage() -> None:
    plan = Plan.default("routine").with_hours("x", Hours.usual("America/Denver"))
    assert Plan.from_json(plan.to_json()) == plan
