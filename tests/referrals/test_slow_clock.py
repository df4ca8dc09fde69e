"""0 early, 0 late: the clocks against a slow oracle, over both changes of the clocks, in two zones; and the tick itself."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from uuid import UUID

import pytest
import time_machine

from portal import referrals
from portal.directory.models import Schedule
from portal.referrals.hours import DAYS, Hours
from portal.referrals.models import Need
from portal.referrals.plan import CLOCKS, Plan
from portal.store import clock, db, write
from tests.people import Cast
from tests.referrals.acting import acting, fresh, offer_of, send
from tests.referrals.slow_clock import MINUTE, TABLE, Place, due

ZONES = ("America/Chicago", "America/New_York")
# The two changes of 2027, as UTC days around them, and a stretch with holidays. Thanksgiving is on November 25.
AROUND = {
    "spring": datetime(2027, 3, 11, tzinfo=UTC),
    "autumn": datetime(2027, 11, 4, tzinfo=UTC),
    "holidays": datetime(2027, 12, 22, tzinfo=UTC),
}
HOLIDAYS = {(11, 11), (11, 25), (12, 24), (12, 31), (1, 17)}  # as they fall or are observed from then on
# name -> spans in minutes of each day of the week, from Monday
WEEKS: dict[str, tuple[tuple[tuple[int, int], ...], ...]] = {
    "office": (((480, 1020),),) * 5 + ((), ()),
    "always": (((0, 1440),),) * 7,
    "nights": (((0, 240), (1200, 1440)),) * 7,
    "weekend": ((), (), (), (), (), ((90, 150),), ((60, 200), (600, 900))),
    "split": (((540, 720), (780, 1010)),) * 3 + ((), ((600, 660),), (), ()),
}


@cache
def place(zone: str, week: str) -> Place:
    def opened(wall: datetime) -> bool:
        if week == "office" and (wall.month, wall.day) in HOLIDAYS:
            return False
        minute = wall.hour * 60 + wall.minute
        return any(opens <= minute < closes for opens, closes in WEEKS[week][wall.weekday()])

    return Place(zone, opened)


def plan(zone: str, week: str, urgency: str) -> Plan:
    hours = Hours(zone, WEEKS[week], holidays=week == "office")
    return Plan.default(urgency).with_hours("x", hours)


def compare(dice: random.Random, times: int, days: int = 7) -> dict[str, int]:
    """Random clocks from random moments around a change: how many were early, late, and right."""
    found = {"early": 0, "late": 0, "right": 0}
    for _time in range(times):
        zone, week = dice.choice(ZONES), dice.choice(sorted(WEEKS))
        urgency = dice.choice(("now", "today", "routine", "routine"))
        name = dice.choice(sorted(TABLE[urgency]))
        start = AROUND[dice.choice(sorted(AROUND))] + timedelta(minutes=dice.randrange(days * 24 * 60))
        expected = due(place(zone, week), start, urgency, name)
        said = plan(zone, week, urgency).after(getattr(CLOCKS[urgency], name), start, "x")
        word = "right" if said == expected else "early" if said < expected else "late"
        found[word] += 1
        assert word == "right", f"{zone} {week} {urgency} {name} from {start}: {said}, not {expected}"
    return found


@pytest.mark.usefixtures("unmeasured")
def test_300_random_clocks_are_neither_early_nor_late() -> None:
    assert compare(random.Random(20270314), 300) == {"early": 0, "late": 0, "right": 300}


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("season", ["spring", "autumn"])
def test_every_minute_of_the_night_of_the_change(zone: str, season: str) -> None:
    """The hour that is skipped and the hour that comes twice, from each of their minutes, for a place that never closes."""
    night = (
        datetime(2027, 3, 14, 5, tzinfo=UTC) if season == "spring" else datetime(2027, 11, 7, 4, tzinfo=UTC)
    )
    for minute in range(0, 8 * 60, 7):
        for back in (timedelta(0), timedelta(days=1)):
            start = night + minute * MINUTE - back
            said = plan(zone, "always", "routine").after("1bd", start, "x")
            assert said == due(place(zone, "always"), start, "routine", "seen_by"), start


@pytest.mark.sqlite_only
@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("season", ["spring", "autumn"])
@pytest.mark.parametrize("urgency", ["now", "today", "routine"])
def test_the_tick_acts_at_the_moment_and_not_a_second_before(
    cast: Cast, zone: str, season: str, urgency: str
) -> None:
    """A whole need over the change: each clock that is due next is waited for, and nothing moves until it is there."""
    # Half an hour before the change by the clocks of the zone, or, for routine, the Friday before it.
    change = {"spring": datetime(2027, 3, 14, 7, tzinfo=UTC), "autumn": datetime(2027, 11, 7, 6, tzinfo=UTC)}[
        season
    ]
    change += timedelta(hours=1) if zone == "America/Chicago" else timedelta(0)
    start = change - (timedelta(minutes=30) if urgency != "routine" else timedelta(hours=36))
    there = place(zone, "office" if urgency == "routine" else "always")
    set_hours(cast, zone)
    with time_machine.travel(start, tick=False) as traveller:
        need = send(cast, urgency=urgency)
        for name in ("seen_by", "supervisor", "next_service"):
            wait(traveller.move_to, need.id, due(there, start, urgency, name), name)
        assert offer_of(need).state == "expired"
        other = fresh(need)
        referrals.close_need(acting(cast.responder), other.id, "solved_otherwise", version=other.version)
        accepted, yes = send(cast, urgency=urgency, duplicate_confirmed=True), clock.now()
        referrals.accept_offer(acting(cast.provider), offer_of(accepted).id, version=1)
        wait(traveller.move_to, accepted.id, due(there, yes, urgency, "handoff_by"), "handoff_by")
        if urgency != "routine":  # there it is the same moment
            wait(traveller.move_to, accepted.id, due(there, yes, urgency, "arrival_asked"), "arrival_asked")


def set_hours(cast: Cast, zone: str) -> None:
    with write() as session:
        cast.crisis_center.location.time_zone = zone
        session.add(cast.crisis_center.location)
        for row in session.query(Schedule).filter(Schedule.service_at_location_id == cast.crisis_center.id):
            session.delete(row)
        community = db.session.get_one(type(cast.community), cast.community.id)
        community.time_zone = zone
        community.business_hours = {day: ["08:00", "17:00"] for day in DAYS[:5]}


def wait(move_to: Callable[[datetime], None], need_id: UUID, moment: datetime, name: str) -> None:
    """One second before, nothing happens; at the moment, exactly this clock acts."""
    need = db.session.get_one(Need, need_id)
    while True:
        need = fresh(need)
        assert need.deadline is not None
        if need.deadline_name == name:
            break
        move_to(need.deadline)
        assert referrals.tick(clock.now()) >= 1
    assert need.deadline == moment, f"{name}: {need.deadline}, not {moment}"
    move_to(moment - timedelta(seconds=1))
    assert referrals.tick(clock.now()) == 0
    move_to(moment)
    assert referrals.tick(clock.now()) >= 1
