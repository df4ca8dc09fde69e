"""CAHOOTS: the same calls give three shares of calls handled without police, each with its own whole; and the program closes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from portal.programs.models import ResponseProgram
from tests.outcomes.calls import calls
from tests.people import Cast
from tests.programs.acting import turned_on
from tests.programs.figures import figures
from tests.web.forms import SignIn, press

DAY = datetime(2026, 8, 12, 18, tzinfo=UTC)
SENT = "Of all calls the team was sent to"
ARRIVED = "Of calls at which the team arrived"
POLICE = "Of calls to which police would have been sent"


@pytest.fixture
def program(cast: Cast) -> ResponseProgram:
    return turned_on(cast, "cahoots-eugene", (cast.responder, "crisis_worker"), (cast.colleague, "medic"))


def record(browser: FlaskClient, program: ResponseProgram, **data: Any) -> None:
    sent = press(browser, f"/programs/{program.id}/encounters/new", **({"source": "911"} | data))
    assert sent.status_code == 303, sent.text


@time_machine.travel(DAY, tick=False)
def test_the_same_calls_give_three_labelled_shares(
    cast: Cast, program: ResponseProgram, signed_in_as: SignIn
) -> None:
    browser = signed_in_as(cast.responder)
    there = {
        "received_at": "2026-08-12T12:00",
        "dispatched_at": "2026-08-12T12:05",
        "on_scene_at": "2026-08-12T12:20",
    }
    for kind, number in (("welfare_check", 3), ("transport", 2), ("suicidal", 1)):
        for _ in range(number):
            record(
                browser, program, response_type=kind, outcome="assisted", ask_backup_requested="no", **there
            )
    record(
        browser, program, response_type="suicidal", outcome="assisted", ask_backup_requested="yes", **there
    )
    record(
        browser,
        program,
        response_type="dispute",
        outcome="police_took_over",
        ask_backup_requested="yes",
        **there,
    )
    record(browser, program, response_type="public_assist", outcome="cancelled", received_at="2026-08-12T12:00",
           dispatched_at="2026-08-12T12:05")  # fmt: skip
    record(
        browser, program, response_type="dispute", outcome="declined", **there
    )  # nobody said whether police were asked

    report = figures(signed_in_as(cast.supervisor), program, "2026-q3")
    shares = {label: row for (measure, label), row in report.items() if measure == "diverted_three_ways"}
    told = {label: (row["numerator"], row["denominator"], row["unknown"]) for label, row in shares.items()}
    assert told == {SENT: ("6", "9", "1"), ARRIVED: ("6", "8", "1"), POLICE: ("1", "3", "1")}
    assert len({row["value"] for row in shares.values()}) == 3
    backup = report["backup", "Police asked to come too"]
    assert (backup["numerator"], backup["denominator"], backup["unknown"]) == ("2", "8", "1")
    page = signed_in_as(cast.supervisor).get(f"/programs/{program.id}/reports/2026-q3").text
    assert "Three shares of three different wholes." in page
    assert report["response_types", "Welfare check"]["numerator"] == "3"


@time_machine.travel(DAY, tick=False)
@pytest.mark.sqlite_only
def test_a_closed_program_sends_its_callers_on(
    cast: Cast, program: ResponseProgram, signed_in_as: SignIn
) -> None:
    calls(program, 2, DAY - timedelta(hours=2), "assisted")
    other = turned_on(cast, "mobile-crisis-team", districts=())
    steward, browser = signed_in_as(cast.steward), signed_in_as(cast.responder)
    open_form = browser.get(f"/programs/{program.id}/encounters/new").text
    assert press(steward, f"/programs/{program.id}/turning-off", redirect=str(other.id)).status_code == 303
    path, closed = f"/programs/{program.id}", "CAHOOTS is closed. Turn to Mobile crisis team."
    answer = browser.get(f"{path}/encounters/new", follow_redirects=True)
    assert answer.request.path == path
    assert closed in answer.text
    late = press(browser, path, open_form, f"{path}/encounters/new", source="911", outcome="assisted")
    assert late.status_code == 422, "also who had the form open records nothing"
    assert closed in late.text
    report = figures(signed_in_as(cast.supervisor), program, "2026-q3")
    assert report["M01", "Calls meeting criteria"]["numerator"] == "2", "what was recorded stays"
