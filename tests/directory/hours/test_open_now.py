"""Open now, a week in words, and the text in which hours are edited. No database."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.directory.hours import (
    DAYS,
    Line,
    hours_lines,
    hours_text,
    is_open,
    open_state,
    parse_hours,
    parse_time,
    week_of,
)
from portal.store import Refused

CHICAGO = "America/Chicago"
ALL = ",".join(DAYS)
WEEKDAYS = "MO,TU,WE,TH,FR"


def row(byday: str, opens: str, closes: str, **dates: date) -> Line:
    return Line(byday, time.fromisoformat(opens), time.fromisoformat(closes))._replace(**dates)


def local(text: str, zone: str = CHICAGO) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


# 2026-07-13 is a Monday.
@pytest.mark.parametrize(
    ("rows", "now", "opened", "words"),
    [
        ([row(WEEKDAYS, "08:00", "17:00")], "2026-07-13T09:00", True, "Open until 5 pm"),
        ([row(WEEKDAYS, "08:00", "17:00")], "2026-07-13T08:00", True, "Open until 5 pm"),
        ([row(WEEKDAYS, "08:00", "17:00")], "2026-07-13T17:00", False, "Closed. Opens 8 am Tuesday"),
        ([row(WEEKDAYS, "08:30", "17:00")], "2026-07-13T07:00", False, "Closed. Opens 8:30 am today"),
        ([row(WEEKDAYS, "08:00", "17:00")], "2026-07-18T12:00", False, "Closed. Opens 8 am Monday"),
        ([row("MO", "08:00", "17:00")], "2026-07-13T18:00", False, "Closed. Opens 8 am Monday"),
        # split hours
        (
            [row("MO", "08:00", "12:00"), row("MO", "13:00", "17:00")],
            "2026-07-13T11:59",
            True,
            "Open until noon",
        ),
        (
            [row("MO", "08:00", "12:00"), row("MO", "13:00", "17:00")],
            "2026-07-13T12:30",
            False,
            "Closed. Opens 1 pm today",
        ),
        # overnight: Friday evening to Saturday morning
        ([row("FR", "20:00", "04:00")], "2026-07-17T23:00", True, "Open until 4 am"),
        ([row("FR", "20:00", "04:00")], "2026-07-18T03:59", True, "Open until 4 am"),
        ([row("FR", "20:00", "04:00")], "2026-07-18T04:00", False, "Closed. Opens 8 pm Friday"),
        ([row("SU", "20:00", "04:00")], "2026-07-13T01:00", True, "Open until 4 am"),
        ([row("MO", "09:00", "00:00")], "2026-07-13T23:59", True, "Open until midnight"),
        # two rows that touch are one
        (
            [row("MO", "08:00", "12:00"), row("MO", "12:00", "17:00")],
            "2026-07-13T09:00",
            True,
            "Open until 5 pm",
        ),
        # whole days
        ([row(ALL, "00:00", "00:00")], "2026-07-13T03:00", True, "Open 24 hours"),
        ([row(WEEKDAYS, "00:00", "00:00")], "2026-07-13T03:00", True, "Open until midnight Friday"),
        ([row(WEEKDAYS, "00:00", "00:00")], "2026-07-19T03:00", False, "Closed. Opens 12 am Monday"),
    ],
)
def test_open_now_in_words(rows: list[Line], now: str, opened: bool, words: str) -> None:
    state = open_state(rows, CHICAGO, local(now))
    assert (state.open, state.words) == (opened, words)


def test_no_schedule_is_unknown_not_closed() -> None:
    state = open_state([], CHICAGO, local("2026-07-13T09:00"))
    assert (state.open, state.until, state.next) == (None, None, None)
    assert state.words == "Hours unknown: call first"


def test_hours_that_ended_last_year_are_unknown() -> None:
    ended = row(ALL, "08:00", "17:00", valid_to=date(2025, 12, 31))
    assert open_state([ended], CHICAGO, local("2026-07-13T09:00")).open is None


def test_hours_that_begin_later_are_closed_until_then() -> None:
    coming = row(ALL, "08:00", "17:00", valid_from=date(2026, 7, 15))
    state = open_state([coming], CHICAGO, local("2026-07-13T09:00"))
    assert (state.open, state.words) == (False, "Closed. Opens 8 am Wednesday")


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../etc/passwd", "America"])
def test_a_zone_that_does_not_exist_makes_hours_unknown(name: str) -> None:
    assert open_state([row(ALL, "08:00", "17:00")], name, local("2026-07-13T09:00")).open is None


def test_the_listing_s_own_clock_decides() -> None:
    rows = [row(WEEKDAYS, "08:00", "17:00")]
    now = local("2026-07-13T08:30", "America/New_York")
    assert open_state(rows, "America/New_York", now).open is True
    assert open_state(rows, CHICAGO, now).open is False


def test_the_night_the_clocks_go_forward_is_an_hour_shorter() -> None:
    # 2026-03-08, 2 am becomes 3 am: a night shift from 10 pm to 6 am lasts seven hours.
    state = open_state([row("SA", "22:00", "06:00")], CHICAGO, local("2026-03-07T22:00"))
    assert state.until is not None
    assert (state.until - local("2026-03-07T22:00")).total_seconds() == 7 * 3600
    assert state.words == "Open until 6 am"


def test_the_night_the_clocks_go_back_is_an_hour_longer() -> None:
    # 2026-11-01, 2 am becomes 1 am again.
    state = open_state([row("SA", "22:00", "06:00")], CHICAGO, local("2026-10-31T22:00"))
    assert state.until is not None
    assert (state.until - local("2026-10-31T22:00")).total_seconds() == 9 * 3600


def test_hours_inside_the_missing_hour_do_not_fail() -> None:
    state = open_state([row("SU", "02:15", "02:45")], CHICAGO, local("2026-03-08T01:00"))
    assert state.open is False


def test_round_the_clock_stays_so_over_both_dst_nights() -> None:
    for now in ("2026-03-08T01:59", "2026-11-01T00:30"):
        assert open_state([row(ALL, "00:00", "00:00")], CHICAGO, local(now)).words == "Open 24 hours"


@given(
    st.lists(st.tuples(st.sampled_from(DAYS), st.times(), st.times()), max_size=6),
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 - given a zone below
    st.sampled_from(["America/New_York", "America/Phoenix", "Pacific/Honolulu", "America/Puerto_Rico"]),
)
def test_open_means_before_until_and_closed_means_before_next(
    rows: list[tuple[str, time, time]], now: datetime, zone: str
) -> None:
    moment = now.replace(tzinfo=UTC)
    schedules = [row(day, str(opens), str(closes)) for day, opens, closes in rows]
    state = open_state(schedules, zone, moment)
    assert (state.open is None) == (not rows)
    assert is_open(schedules, zone, moment) == bool(state.open)
    if state.until:
        assert state.open
        assert state.until > moment
        assert open_state(schedules, zone, state.until).open is False
    if state.next:
        assert state.open is False
        assert state.next > moment
        assert open_state(schedules, zone, state.next).open is True


def test_a_week_in_words_groups_equal_neighbours() -> None:
    lines = hours_lines(
        [row(WEEKDAYS, "08:00", "12:00"), row(WEEKDAYS, "13:00", "17:30"), row("SA", "09:00", "09:00")]
    )
    assert [(line.days, line.words) for line in lines] == [
        ("Monday to Friday", "8 am to noon, 1 pm to 5:30 pm"),
        ("Saturday", "Open 24 hours"),
        ("Sunday", "Closed"),
    ]
    assert hours_lines([]) == ()


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Mon-Fri 9am-5pm", "\n".join(f"{day} 09:00-17:00" for day in ("Mon", "Tue", "Wed", "Thu", "Fri"))),
        ("Mon 9:00-12:00, 13:00-17:00", "Mon 09:00-12:00, 13:00-17:00"),
        ("Sat-Sun 24 hours", "Sat 24 hours\nSun 24 hours"),
        ("fri-mon: 8 pm - 4 am", "\n".join(f"{day} 20:00-04:00" for day in ("Mon", "Fri", "Sat", "Sun"))),
        ("Monday noon-midnight", "Mon 12:00-00:00"),
        ("Mon 9-5", "Mon 09:00-17:00"),
        ("", ""),
    ],
)
def test_hours_as_a_person_types_them(typed: str, stored: str) -> None:
    assert hours_text(parse_hours(typed)) == stored


@pytest.mark.parametrize(
    "typed",
    ["always", "Mon", "Sun closed", "Mon 6-9", "Mon 25:00-26:00", "Mon 09:00", "Moo 09:00-10:00", "Mon 09:00-10:00-11:00",
     "Mon 09:00-12:00, 11:00-13:00", "Mon 20:00-04:00, 22:00-23:00", "Mon 09:00-17:00\nMon 10:00-11:00", "Mon 13 pm-2 pm", "Mon 09:00-09:00",
     "\x00", "Mon ٩:٠٠-١٧:٠٠x"],
)  # fmt: skip
def test_hours_that_cannot_be_read_are_refused_in_words(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_hours(typed)
    assert refused.value.field == "hours"


def test_a_bare_number_is_not_a_time() -> None:
    assert parse_time("9") is None
    assert parse_time("9:00") == time(9)
    assert parse_time("12 am") == time(0)
    assert parse_time("12 pm") == time(12)


def test_text_and_rows_are_two_forms_of_one_week() -> None:
    rows = [row("MO,WE", "09:00", "17:00"), row("FR", "20:00", "04:00"), row("SU", "00:00", "00:00")]
    assert parse_hours(hours_text(week_of(rows))) == week_of(rows)
