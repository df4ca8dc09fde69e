"""Open now against a slow referee: weeks, months, seasons, holidays, closures, in zones with and without summer time."""

import os
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.directory.hours import Line, Shut, is_open, line_of, open_state
from portal.directory.hours.lines import APPOINTMENT, line_in, line_out
from tests.directory.hours.slow_hours import CODES, SlowLine, slow_is_open

ZONES = ("America/Chicago", "America/New_York", "America/Phoenix", "Pacific/Honolulu", "America/St_Johns")
STATES = ("", "TN", "IL", "CA", "PR")
MANY = int(os.environ.get("QUESTIONS", "60"))
CHANGES = [datetime(2026, 3, 8), datetime(2026, 11, 1), datetime(2027, 3, 14), datetime(2027, 11, 7)]  # noqa: DTZ001

clocks = st.builds(time, st.integers(0, 23), st.sampled_from((0, 15, 30, 59)))
days = st.dates(date(2025, 6, 1), date(2028, 2, 1))
maybe_day = st.one_of(st.none(), st.none(), days)
weekdays = st.lists(st.sampled_from(CODES), min_size=1, max_size=5, unique=True).map(",".join)
nths = st.lists(
    st.tuples(st.sampled_from(("1", "2", "3", "4", "5", "-1", "")), st.sampled_from(CODES)).map("".join),
    min_size=1,
    max_size=3,
    unique=True,
).map(",".join)
month_days = st.lists(st.sampled_from((1, 2, 15, 28, 30, 31, -1)), min_size=1, max_size=3, unique=True).map(
    lambda numbers: ",".join(map(str, numbers))
)
seasons = st.sampled_from(("", "", "", "06-01/08-31", "11-15/03-15", "02-29/02-29", "01-01/12-31"))
closed = st.sampled_from(("", "", "state", "federal", "thanksgiving,christmas"))


@st.composite
def rules(draw: Callable[..., object]) -> SlowLine:
    """Any schedule that HSDS can hold and a person would mean."""
    line: dict[str, object] = {
        "opens_at": draw(clocks), "closes_at": draw(clocks), "valid_from": draw(maybe_day), "valid_to": draw(maybe_day),
        "season": draw(seasons), "closed_on": draw(closed), "until": draw(maybe_day),
    }  # fmt: skip
    kind = draw(st.sampled_from(("week", "week", "nth", "days", "other", "count")))
    if kind in ("nth", "days"):
        line |= {
            "freq": "MONTHLY",
            "byday" if kind == "nth" else "bymonthday": draw(nths if kind == "nth" else month_days),
        }
    else:
        line["byday"] = draw(weekdays)
    if kind in ("other", "count") or draw(st.integers(0, 3)) == 0:
        line["dtstart"] = draw(days)
        line["interval"] = draw(st.sampled_from((1, 2, 3)))
    if kind == "count":
        line["count"] = draw(st.integers(1, 20))
    if draw(st.integers(0, 9)) == 0:
        line["attending_type"] = APPOINTMENT
    return SlowLine(**line)  # type: ignore[arg-type]


@st.composite
def moments(draw: Callable[..., object]) -> datetime:
    """Any minute of three years; often near a change of the clocks."""
    near = draw(st.booleans())
    start = draw(st.sampled_from(CHANGES)) if near else datetime(2025, 9, 1)  # noqa: DTZ001
    minutes = draw(st.integers(-24 * 60, 48 * 60) if near else st.integers(0, 900 * 24 * 60))
    return (start + timedelta(minutes=minutes)).replace(tzinfo=UTC)  # type: ignore[operator, arg-type]


@st.composite
def shuts(draw: Callable[..., object]) -> list[tuple[datetime, datetime]]:
    starts = draw(st.lists(st.tuples(days, clocks, st.integers(1, 20_000)), max_size=2))
    return [
        (datetime.combine(day, at), datetime.combine(day, at) + timedelta(minutes=length))
        for day, at, length in starts  # type: ignore[attr-defined]
    ]


@settings(max_examples=MANY, deadline=None)
@given(
    st.lists(rules(), min_size=1, max_size=4),
    st.sampled_from(ZONES),
    st.sampled_from(STATES),
    moments(),
    shuts(),
)
def test_open_now_is_what_the_slow_referee_finds(
    rows: list[SlowLine], zone: str, state: str, moment: datetime, closures: list[tuple[datetime, datetime]]
) -> None:
    expected = slow_is_open(rows, zone, moment, state, closures)
    shut = [Shut(*each) for each in closures]
    lines = [line_of(row) for row in rows]
    assert is_open(lines, zone, moment, state, shut) == expected
    found = open_state(rows, zone, moment, state, shut)
    assert bool(found.open) == expected
    if found.next is not None:
        assert found.next > moment
        assert slow_is_open(rows, zone, found.next, state, closures)
    if found.until is not None:
        assert found.until > moment
        assert not slow_is_open(rows, zone, found.until, state, closures)


@settings(max_examples=30, deadline=None)
@given(rules())
def test_a_line_goes_through_json_and_comes_back(row: SlowLine) -> None:
    line = line_of(row)
    assert line_in(tuple(line_out(line))) == line


@pytest.mark.parametrize(
    "row",
    [
        SlowLine("XX", time(9), time(17)), SlowLine("", time(9), time(17)), SlowLine("9MO", time(9), time(17)),
        SlowLine("MO", time(9), time(17), interval=2), SlowLine("MO", time(9), time(17), count=3),
        SlowLine("MO", time(9), time(17), interval=-1), SlowLine("", time(9), time(17), freq="MONTHLY", bymonthday="40"),
        SlowLine("", time(9), time(17), freq="MONTHLY", bymonthday="first"),
        SlowLine("MO", time(9), time(17), dtstart=date(1, 1, 1), interval=2),
    ],
)  # fmt: skip
def test_a_rule_that_nobody_could_follow_is_unknown_and_never_open(row: SlowLine) -> None:
    assert line_of(row) == Line("")
    now = datetime(2026, 11, 23, 18, tzinfo=UTC)
    assert open_state([row], "America/Chicago", now).open is None
    assert not is_open([row], "America/Chicago", now)
    assert asdict(row)["opens_at"] == time(9)


def test_a_rule_that_never_falls_ends_the_search_for_its_next_day() -> None:
    never = SlowLine("", time(9), time(17), freq="MONTHLY", bymonthday="31", season="02-01/02-28")
    counted = SlowLine(
        "5MO", time(9), time(17), freq="MONTHLY", bymonthday="1", dtstart=date(2020, 1, 1), count=3
    )
    for row in (never, counted):
        found = open_state([row], "America/Chicago", datetime(2026, 11, 23, 18, tzinfo=UTC))
        assert (found.open, found.next) == (False, None)
