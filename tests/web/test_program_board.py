"""A program this minute, and its fixed tables: for the agency's own people alone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from portal.outcomes import fixed_table, program_now
from portal.programs.models import ResponseProgram
from tests.outcomes.calls import calls
from tests.people import Cast
from tests.programs.conftest import co_response
from tests.referrals.acting import acting
from tests.web.forms import SignIn

__all__ = ["co_response"]
NOW = datetime(2026, 11, 21, 21, tzinfo=UTC)  # 3 PM in Chicago
AUGUST = datetime(2026, 8, 12, 18, tzinfo=UTC)


@pytest.fixture(autouse=True)
def fixed_time(app: Flask) -> Any:
    with time_machine.travel(NOW, tick=False), app.test_request_context():
        yield


def test_a_supervisor_sees_what_is_open_what_ended_today_and_what_lacks_a_signature(
    cast: Cast, co_response: ResponseProgram, signed_in_as: SignIn
) -> None:
    calls(co_response, 3, NOW - timedelta(hours=2))
    calls(co_response, 2, NOW - timedelta(minutes=20), "")
    calls(co_response, 4, NOW - timedelta(hours=16))  # yesterday evening
    found = program_now(acting(cast.supervisor), co_response.id)
    assert found is not None
    assert (found.received, found.open, found.unsigned) == (5, 2, 7)
    assert found.ends == (("Settled on scene", 3),)
    assert [call.received_at for call in found.calls] == [NOW - timedelta(minutes=20)] * 2
    page = signed_in_as(cast.supervisor).get(f"/programs/{co_response.id}/board")
    assert page.status_code == 200
    assert "calls still open" in page.text
    for who in (cast.responder, cast.steward, cast.evaluator, cast.stranger):
        assert signed_in_as(who).get(f"/programs/{co_response.id}/board").status_code == 403
        assert program_now(acting(who), co_response.id) is None


def test_fixed_tables_are_the_agencys_alone_and_say_for_how_many_nobody_said(
    cast: Cast, co_response: ResponseProgram, signed_in_as: SignIn
) -> None:
    calls(co_response, 3, AUGUST, age_band="18_24")
    calls(co_response, 2, AUGUST, "hospital", age_band="65_plus")
    calls(co_response, 5, AUGUST)
    found = fixed_table(acting(cast.supervisor), co_response.id, "age_band", "2026-q3")
    assert found is not None
    assert (found.total, found.missing) == (10, 5)
    assert found.columns == ("Settled on scene", "Taken to a hospital", "All")
    assert found.rows[:2] == (("18–24", (3, 0, 3)), ("65+", (0, 2, 2)))
    browser = signed_in_as(cast.supervisor)
    for by in ("month", "district_id", "source", "response_type", "age_band", "language", "race"):
        assert browser.get(f"/programs/{co_response.id}/tables?by={by}&quarter=2026-q3").status_code == 200
    for wrong in ("by=recorded_by", "quarter=2026-q9", "quarter=", "by=month&quarter=2099-q1"):
        assert browser.get(f"/programs/{co_response.id}/tables?{wrong}").status_code == 404
    for who in (cast.steward, cast.evaluator):
        assert signed_in_as(who).get(f"/programs/{co_response.id}/tables").status_code == 404
