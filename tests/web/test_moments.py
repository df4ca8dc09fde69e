"""What a person types on the community's wall clock, in the two nights of the year when it jumps."""

from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask

from portal.web.moments import from_wall
from tests.people import Cast

pytestmark = pytest.mark.sqlite_only


@pytest.mark.parametrize(
    ("now", "typed", "meant"),
    [
        (
            "2026-11-01T06:40",
            "2026-11-01T01:20",
            "2026-11-01T06:20",
        ),  # before the clocks go back: the first 1:20
        ("2026-11-01T07:00", "2026-11-01T01:00", "2026-11-01T07:00"),  # 1 am again
        ("2026-11-01T07:30", "2026-11-01T01:20", "2026-11-01T07:20"),
        ("2026-11-02T15:00", "2026-11-01T01:20", "2026-11-01T07:20"),
        ("2026-10-30T15:00", "2026-11-01T01:20", "2026-11-01T06:20"),  # an appointment
        ("2026-03-09T15:00", "2026-03-08T02:30", "2026-03-08T08:30"),  # there was no half past two
        ("2026-07-01T15:00", "2026-07-01T09:00", "2026-07-01T14:00"),
    ],
)
def test_an_hour_that_is_there_twice_is_the_one_that_has_been(
    app: Flask, cast: Cast, now: str, typed: str, meant: str
) -> None:
    with time_machine.travel(datetime.fromisoformat(now).replace(tzinfo=UTC), tick=False):
        assert from_wall(datetime.fromisoformat(typed)) == datetime.fromisoformat(meant).replace(tzinfo=UTC)
