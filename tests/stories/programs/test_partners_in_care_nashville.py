"""Partners in Care: 524 calls of a quarter come in, each new one makes a task for the follow-up specialist, and the quarter's
snapshot says the share of arrests and how the precincts divide the calls."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import cycle

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from portal.programs.models import ResponseProgram
from portal.store import db, write
from tests.people import Cast
from tests.programs.conftest import co_response as co_response
from tests.programs.met import call, name_at, plan_for
from tests.programs.working import called, lines_of, listed, tasks_of
from tests.web.forms import SignIn, press
from tests.web.test_encounter_tables import sent

pytestmark = pytest.mark.sqlite_only
SUMMER = datetime(2026, 9, 30, 20, tzinfo=UTC)
# precinct, end, met before -> how many: 524 with the four of the last day, 24 of them arrests
NORTH, HERMITAGE = "North partners-in-care-nashville", "Hermitage partners-in-care-nashville"
CALLS = (
    (NORTH, "Settled on scene", "first", 150),
    (NORTH, "Taken to a hospital", "again", 57),
    (NORTH, "Taken to the crisis treatment center", "first", 60),
    (NORTH, "Arrest", "again", 13),
    (HERMITAGE, "Settled on scene", "again", 140),
    (HERMITAGE, "Taken to the crisis treatment center", "first", 90),
    (HERMITAGE, "Arrest", "", 10),
)


@pytest.fixture(autouse=True)
def moved() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(SUMMER, tick=False) as traveller:
        yield traveller


def cad() -> str:
    """The quarter as the department's own system writes it, with a column that nobody needs."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        (
            "Incident Number",
            "Call Received",
            "Call Source",
            "Precinct",
            "Disposition",
            "First Contact",
            "Narrative",
        )
    )
    days, number = cycle(range(90)), 0
    for precinct, end, before, many in CALLS:
        for _each in range(many):
            number += 1
            came = datetime(2026, 7, 1, 9, 30) + timedelta(days=next(days))  # noqa: DTZ001 - a wall clock's
            writer.writerow(
                (f"26-{number:05d}", f"{came:%m/%d/%Y %H:%M}", "911", precinct, end, before, "not ours")
            )
    return out.getvalue()


def bring_in(boss: FlaskClient, program: ResponseProgram) -> None:
    path = f"/programs/{program.id}/encounter-tables"
    looked = sent(boss, path, boss.get(path).text, "look", cad())
    assert sent(boss, path, looked.text, "take", cad()).status_code == 303
    again = sent(boss, path, looked.text, "check", cad())
    assert "520 rows: 0 new, 0 corrected, 520 as before, 0 refused." in again.text


def test_524_events_make_a_snapshot_with_the_share_of_arrests_and_the_precincts(
    app: Flask, cast: Cast, co_response: ResponseProgram, signed_in_as: SignIn, moved: time_machine.Traveller
) -> None:
    north = next(str(each.district_id) for each in co_response.districts if each.district.name == NORTH)
    program = str(co_response.id)
    with (
        write() as session
    ):  # rolled out: North first, Hermitage half a year later; whoever asks may read the figures
        for each in session.get_one(ResponseProgram, co_response.id).districts:
            each.since = date(2025, 6, 28) if each.district.name == NORTH else date(2026, 1, 4)
        session.get_one(ResponseProgram, co_response.id).public = True
    bring_in(signed_in_as(cast.supervisor), co_response)
    officer, specialist = signed_in_as(cast.responder), signed_in_as(cast.colleague)
    taps = {"source": "911", "district_id": north, "met_before": "first"}
    new = [
        called(officer, co_response.id, **taps, outcome=end, services=["support", "referral"])
        for end in ("resolved", "resolved", "crisis_center", "arrest")
    ]

    for found in new:
        task = tasks_of(found)["specialist"]
        assert task.due_at - task.made_at == timedelta(hours=24), "every contact makes one"
    assert "The follow-up specialist calls" in listed(specialist)
    path = f"/encounters/{new[0]}"
    assert press(officer, path, to=f"{path}/signatures/officer").status_code == 303
    assert press(specialist, path, to=f"{path}/signatures/clinician").status_code == 303

    db.session.expire_all()
    told = lines_of(signed_in_as(cast.supervisor), co_response.id, "2026-q3")
    headline = {name: next(row for key, row in told.items() if key[0] == name) for name in ("M01", "M03")}
    assert headline["M01"]["numerator"] == "524"
    arrests = headline["M03"]
    assert (arrests["numerator"], arrests["denominator"], arrests["value"]) == ("24", "524", "0.0458")
    assert (arrests["low"], arrests["high"], arrests["target"]) == ("0.0310", "0.0672", "0.0400")
    split = {
        row["label"].split(",")[0]: row for key, row in told.items() if key[:2] == ("M03", "By district")
    }
    assert {name: (row["numerator"], row["denominator"]) for name, row in split.items()} == {
        NORTH: ("14", "284"),
        HERMITAGE: ("10", "240"),
    }
    first = next(row for key, row in told.items() if key[0] == "first_contact")
    assert (first["numerator"], first["denominator"], first["unknown"]) == ("304", "514", "10")

    moved.move_to(datetime(2026, 11, 21, 15, tzinfo=UTC))
    evaluator = signed_in_as(cast.evaluator)
    door = f"/programs/{program}/reports/2026-q3/publication"
    assert press(evaluator, door).status_code == 303
    snapshot = app.test_client().get(f"/figures/{program}/2026-q3")
    assert snapshot.status_code == 200
    assert "524" in snapshot.text
    assert "4.6" in snapshot.text
    assert "since Jun 28, 2025" in snapshot.text, "the roll-out stands beside the precinct"
    file = app.test_client().get(f"/figures/{program}/2026-q3/1.csv").text
    shown = {(row["measure"], row["label"]): row for row in csv.DictReader(io.StringIO(file))}
    assert shown["M03", "Arrests"]["numerator"] == "24"
    here = next(row for key, row in shown.items() if key[0] == "M03" and key[1].startswith(HERMITAGE))
    assert here["numerator"] == "", "10 arrests are a small cell to the public"


def test_the_specialist_knows_whom_to_call_and_the_officer_what_helps(
    cast: Cast, co_response: ResponseProgram, signed_in_as: SignIn
) -> None:
    plan_for(cast, signed_in_as)
    officer, specialist = signed_in_as(cast.responder), signed_in_as(cast.colleague)
    met = call(officer, co_response)
    assert "Speak low." in name_at(officer, met)
    task = tasks_of(met.id)["specialist"]
    opened = specialist.get(f"/tasks/{task.id}/person")
    assert "Quill Canary" in opened.text
    assert "615-555-0177" in opened.text
    assert officer.get(f"/tasks/{task.id}/person").status_code == 404
    assert "Quill" not in specialist.get("/tasks").text
