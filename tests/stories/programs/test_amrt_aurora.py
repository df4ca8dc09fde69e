"""Aurora: a clinician and a paramedic with hours of service; a call outside of them is an eligible call that nobody answered."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.programs.models import Encounter, ProgramTask, ResponseProgram
from portal.store import db
from tests.people import Cast
from tests.programs.acting import turned_on
from tests.programs.figures import figures
from tests.web.forms import SignIn, press

pytestmark = pytest.mark.sqlite_only
NOON = datetime(2026, 8, 12, 17, tzinfo=UTC)  # noon in Nashville, where the cast lives
MIDNIGHT = datetime(2026, 8, 13, 5, 30, tzinfo=UTC)  # half past midnight there


@pytest.fixture
def moved() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def program(cast: Cast) -> ResponseProgram:
    members = ((cast.responder, "clinician"), (cast.responder, "dispatcher"), (cast.colleague, "paramedic"),
               (cast.colleague, "care_coordinator"))  # fmt: skip
    return turned_on(cast, "amrt-aurora", *members)


def record(browser: FlaskClient, program: ResponseProgram, **data: Any) -> None:
    sent = press(browser, f"/programs/{program.id}/encounters/new", **({"source": "911"} | data))
    assert sent.status_code == 303, sent.text


def test_a_call_outside_hours_is_counted_as_an_unmet_eligible_call(
    cast: Cast, program: ResponseProgram, signed_in_as: SignIn, moved: time_machine.Traveller
) -> None:
    dispatcher, paramedic = signed_in_as(cast.responder), signed_in_as(cast.colleague)
    on_scene = {"received_at": "2026-08-12T11:30", "on_scene_at": "2026-08-12T11:45"}
    record(paramedic, program, outcome="resolved", ask_vitals_ok="yes", services=["water", "clothing"],
           contact_consent="yes", **on_scene)  # fmt: skip
    record(dispatcher, program, outcome="hold", **on_scene)
    record(dispatcher, program, outcome="unmet")  # at noon: the team was busy
    moved.move_to(MIDNIGHT)
    dispatcher = signed_in_as(cast.responder)
    record(dispatcher, program)  # nobody says how it ended, and nobody of the team works now
    record(dispatcher, program, outcome="unmet")

    task = db.session.scalars(select(ProgramTask)).one()
    assert (task.role, task.due_at - task.made_at) == ("care_coordinator", timedelta(days=3))
    facts = [row.facts for row in db.session.scalars(select(Encounter).order_by(Encounter.recorded_at))]
    assert facts[0] == {"vitals_ok": True}

    moved.move_to(datetime(2026, 10, 5, 18, tzinfo=UTC))
    report = figures(signed_in_as(cast.supervisor), program, "2026-q3")
    answered = report["eligible_coverage", "Eligible calls answered"]
    assert (answered["numerator"], answered["denominator"], answered["unknown"]) == ("2", "5", "0")
    assert report["eligible_coverage", "Outside the hours of the team"]["numerator"] == "2"
    assert report["eligible_coverage", "In the hours of the team"]["numerator"] == "1"
    ends = {label: row["numerator"] for (measure, label), row in report.items() if measure == "answered_ends"}
    assert ends["Settled on scene"] == "1"
    assert ends["Taken for an evaluation without agreeing"] == "1"
    assert ends["Jail"] == "0"
    given = {label: row["numerator"] for (measure, label), row in report.items() if measure == "basic_needs"}
    assert (given["Water"], given["Clothing"], given["Food"]) == ("1", "1", "0")


def test_who_longer_works_has_other_hours_and_the_steward_sees_it_first(
    cast: Cast, program: ResponseProgram, signed_in_as: SignIn, moved: time_machine.Traveller
) -> None:
    record(signed_in_as(cast.responder), program, outcome="unmet")
    path, steward = f"/programs/{program.id}/settings", signed_in_as(cast.steward)
    shown = press(steward, path, hours="Mon-Tue 08:00-17:00\nSat 20:00-02:00")
    assert "Sat 20:00-02:00" in shown.text
    assert press(steward, path, shown.text, step="save").status_code == 303
    report = figures(signed_in_as(cast.supervisor), program, "2026-q3")
    assert report["eligible_coverage", "Outside the hours of the team"]["numerator"] == "1", "a Wednesday"
