"""A program's quarter: who reads it, as known when, and that it shows what was recorded."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from portal import programs
from portal.accounts.models import Account, Membership
from portal.outcomes import ProgramReport, program_report
from portal.outcomes.suppression import Line
from portal.programs.models import ResponseProgram
from portal.store import Actor, write
from tests.people import Cast
from tests.programs.acting import met
from tests.referrals.acting import acting

NOW = datetime(2026, 11, 21, 15, tzinfo=UTC)
AUGUST = datetime(2026, 8, 12, 18, tzinfo=UTC)


@pytest.fixture(autouse=True)
def fixed_time(app: Flask) -> Any:
    with time_machine.travel(NOW, tick=False), app.test_request_context():
        yield


def record(cast: Cast, program: ResponseProgram, number: int, at: datetime = AUGUST, **given: Any) -> None:
    """So many calls, recorded when they ended."""
    with time_machine.travel(at + timedelta(hours=1), tick=False):
        for _ in range(number):
            programs.record_encounter(acting(cast.responder), program.id, met(received_at=at, **given))


def table(report: ProgramReport, code: str, heading: str = "") -> dict[str, Line]:
    section = next(found for found in report.sections if found.metric.id == code)
    chosen = next(found for found in section.tables if heading in ("", found.heading))
    return {line.label: line for line in chosen.lines}


def read(cast: Cast, who: Account, program: ResponseProgram) -> ProgramReport:
    found = program_report(acting(who), program.id, "2026-q3")
    assert found is not None
    return found


def test_the_agencys_supervisor_sees_every_number_and_the_community_none_of_1_to_10(
    cast: Cast, co_response: ResponseProgram
) -> None:
    record(cast, co_response, 20)
    record(cast, co_response, 3, outcome="arrest")
    arrests = table(read(cast, cast.supervisor, co_response), "M03")["Arrests"]
    assert (arrests.numerator, arrests.denominator) == (3, 23)
    for who in (cast.evaluator, cast.steward, cast.privacy_officer, cast.admin):
        report = read(cast, who, co_response)
        hidden = table(report, "M03")["Arrests"]
        assert (hidden.numerator, hidden.denominator, hidden.value) == (None, None, None)
        assert table(report, "M01")["Calls meeting criteria"].numerator == 23
        ends = table(report, "M02")
        assert ends["Arrest"].numerator is None
        assert ends["Settled on scene"].numerator is None  # 23 less 20 would tell
