"""Edmonton: a passer-by asks for somebody in distress and says nothing of anybody; three counts, a gap report, extreme weather."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.programs.models import Encounter, ProgramTask, ResponseProgram
from portal.referrals.models import Client, Person
from portal.store import db
from tests.people import Cast
from tests.programs.acting import turned_on
from tests.programs.figures import figures
from tests.web.forms import SignIn, press

DAY = datetime(2026, 8, 12, 18, tzinfo=UTC)


@pytest.fixture
def moved() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(DAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def program(cast: Cast) -> ResponseProgram:
    members = ((cast.responder, "call_taker"), (cast.colleague, "outreach_worker"), (cast.supervisor, "lead"))
    return turned_on(cast, "edmonton-247", *members)


def record(browser: FlaskClient, program: ResponseProgram, **data: Any) -> str:
    sent = press(browser, f"/programs/{program.id}/encounters/new", **({"source": "211"} | data))
    assert sent.status_code == 303, sent.text
    return str(sent.headers["Location"])


def test_a_passer_by_is_nobody_and_still_counted(
    cast: Cast, program: ResponseProgram, signed_in_as: SignIn, moved: time_machine.Traveller
) -> None:
    taker, worker = signed_in_as(cast.responder), signed_in_as(cast.colleague)
    lead = signed_in_as(cast.supervisor)
    weather = f"/programs/{program.id}/weather"

    record(taker, program, outcome="not_accepted", ask_gap="no_team")
    record(taker, program, outcome="not_accepted", ask_gap="no_safe_place")
    record(taker, program, outcome="not_accepted")
    moved.shift(timedelta(minutes=10))
    assert taker.get(weather).status_code == 200
    assert worker.get(weather).status_code == 404, "who leads the shift decides"
    assert press(lead, weather, on="y").status_code == 303
    assert "Extreme weather mode is on." in worker.get(f"/programs/{program.id}").text
    moved.shift(timedelta(hours=1))
    gone = {"dispatched_at": "2026-08-12T14:10", "on_scene_at": "2026-08-12T14:10"}
    brought = record(
        worker, program, outcome="safe_place", ask_staff_received="yes", services=["ride"], **gone
    )
    record(worker, program, source="public", outcome="gone", **gone)
    moved.shift(timedelta(hours=1))
    assert press(lead, weather, on="").status_code == 303
    assert press(lead, weather, on="").status_code == 422, "it is off already"
    assert worker.get(brought).status_code == 200

    rows = db.session.scalars(select(Encounter)).all()
    assert len(rows) == 5
    assert {(row.person_id, row.client_id, row.reference) for row in rows} == {(None, None, "")}
    for table in (Client, Person, ProgramTask):
        assert not db.session.scalars(select(table)).all(), "nobody is known, nothing is owed"

    report = figures(signed_in_as(cast.supervisor), program, "2026-q3")
    counts = {
        label: row["numerator"] for (measure, label), row in report.items() if measure == "three_counts"
    }
    assert counts == {"Requests received": "5", "Accepted for dispatch": "2", "Met the person": "1"}
    gaps = {label: row["numerator"] for (measure, label), row in report.items() if measure == "gap"}
    assert (gaps["No team was free"], gaps["No safe place had room"], gaps["Not said"]) == ("1", "1", "1")
    assert report["safe_places", "Staff took over by name"]["numerator"] == "1"
    extreme = {
        label: row["numerator"] for (measure, label), row in report.items() if measure == "extreme_weather"
    }
    assert extreme == {"While extreme weather mode was on": "2", "At other times": "3"}
