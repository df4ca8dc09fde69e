"""Mobile crisis team: asked by police, 988 and the public; it may say no to a scene that is not safe, and takes over from officers."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.messages.models import Message
from portal.programs.models import Encounter, ProgramTask, ResponseProgram, TeamRequest
from portal.store import db
from tests.people import Cast
from tests.programs.acting import turned_on
from tests.programs.figures import figures
from tests.programs.met import call, name_at, plan_for
from tests.web.forms import SignIn, press

pytestmark = pytest.mark.sqlite_only
EVENING = datetime(2026, 8, 12, 23, tzinfo=UTC)


@pytest.fixture
def moved() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(EVENING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def program(cast: Cast) -> ResponseProgram:
    return turned_on(cast, "mobile-crisis-team", (cast.responder, "clinician"), (cast.colleague, "peer"))


def ask(browser: FlaskClient, program: ResponseProgram, query: str = "", **data: Any) -> str:
    """Ask the team on its page; the path of the request."""
    path = f"/programs/{program.id}/dispatch"
    sent = press(browser, path, browser.get(path + query).text, **({"source": "police"} | data))
    assert sent.status_code == 303, sent.text
    return str(sent.headers["Location"])


def step(browser: FlaskClient, path: str, move: str, **data: Any) -> None:
    sent = press(browser, path, to=f"{path}/steps", move=move, version=version(path), **data)
    assert sent.status_code == 303, sent.text


def version(path: str) -> int:
    db.session.expire_all()
    return db.session.get_one(TeamRequest, UUID(path.rsplit("/", 1)[-1])).version


def the_task() -> ProgramTask:
    db.session.expire_all()
    return db.session.scalars(select(ProgramTask).where(ProgramTask.step == "custody")).one()


def test_the_officers_task_closes_only_when_the_team_takes_over(
    cast: Cast, program: ResponseProgram, signed_in_as: SignIn, moved: time_machine.Traveller
) -> None:
    officer, team = signed_in_as(cast.stranger), signed_in_as(cast.responder)
    asked = officer.get("/requests").text
    assert "Mobile crisis team" in asked
    first = ask(officer, program, reference="P-7", language="es")
    assert the_task().state == "open"
    page = officer.get(first).text
    assert "You have the person until the team takes over." in page
    assert "P-7" in page
    assert "P-7" not in team.get(first).text, "the asking unit's own number"

    moved.shift(timedelta(minutes=2))
    step(team, first, "refuse", why="unsafe")
    page = officer.get(first).text
    assert "The scene is not safe for us" in page
    assert the_task().state == "open", "a no closes nothing"

    again = ask(officer, program, f"?again={first.rsplit('/', 1)[-1]}")
    task = the_task()  # still one: it went along
    for minutes, move in ((3, "accept"), (1, "start"), (12, "arrive")):
        moved.shift(timedelta(minutes=minutes))
        step(team, again, move)
        assert the_task().state == "open", move
    for tried in (
        "/settlement",
        "/custody",
    ):  # the officer cannot close it, nor take it over in the team's name
        answer = press(officer, again, to=again + tried, version=version(again), why="settled")
        assert answer.status_code in (404, 409)
        assert the_task().state == "open"
    assert officer.get(f"/tasks/{task.id}").status_code == 404, "it is worked on at its request alone"

    moved.shift(timedelta(minutes=4))
    taken = press(team, again, to=f"{again}/custody", version=version(again))
    assert taken.status_code == 303
    assert (the_task().state, the_task().close_reason) == ("closed", "taken_over")
    receipt = officer.get(f"{again}/receipt").text
    row = db.session.get_one(TeamRequest, UUID(again.rsplit("/", 1)[-1]))
    assert row.receipt in receipt
    assert "Rae Responder" in receipt
    assert press(team, again, to=f"{again}/custody", version=version(again)).status_code == 409, "once"

    ended = press(team, f"{again}/end", outcome="stabilization", contact_consent="yes", services=["calmed"])
    assert ended.status_code == 303, ended.text
    found = db.session.scalars(select(Encounter)).one()
    assert found.disposition == "crisis_center"
    assert found.on_scene_at == row.on_scene_at
    assert found.language == "es"


def test_the_team_may_take_the_person_with_its_yes(
    cast: Cast, program: ResponseProgram, signed_in_as: SignIn, moved: time_machine.Traveller
) -> None:
    officer, team = signed_in_as(cast.stranger), signed_in_as(cast.colleague)
    path = ask(officer, program)
    step(team, path, "accept", custody="y")
    assert the_task().close_reason == "taken_over"
    assert db.session.scalars(
        select(Message).where(Message.to_address == cast.stranger.email, Message.letter == "programs/request")
    ).all(), "the officer is told"


def test_its_numbers_stand_on_its_report(
    cast: Cast, program: ResponseProgram, signed_in_as: SignIn, moved: time_machine.Traveller
) -> None:
    officer, team = signed_in_as(cast.stranger), signed_in_as(cast.responder)
    for minutes in (10, 20, 40):  # from asking to on scene
        path = ask(officer, program, source="police")
        moved.shift(timedelta(minutes=5))
        step(team, path, "accept")
        moved.shift(timedelta(minutes=minutes - 5))
        step(team, path, "arrive")
        press(team, path, to=f"{path}/custody", version=version(path))
        press(team, f"{path}/end", outcome="resolved")
    refused = ask(officer, program, source="988")
    step(team, refused, "refuse", why="unsafe")
    waiting = ask(team, program, source="public")  # a call of a neighbor, written down by the team
    assert "Asked. Nobody has answered yet" in team.get(waiting).text

    moved.move_to(datetime(2026, 10, 5, 18, tzinfo=UTC))
    report = figures(signed_in_as(cast.supervisor), program, "2026-q3")
    assert report["M02", "Settled on scene"]["numerator"] == "3"
    assert report["request_ends", "Done"]["numerator"] == "3"
    assert report["request_ends", "The team said no"]["numerator"] == "1"
    assert report["request_ends", "Done"]["unknown"] == "1"
    assert report["request_refusals", "The scene is not safe for us"]["numerator"] == "1"
    sources = {
        label: row["numerator"] for (measure, label), row in report.items() if measure == "request_sources"
    }
    assert (sources["Police asked"], sources["988"], sources["Somebody passing by"]) == ("3", "1", "1")
    on_scene = report["request_steps", "Asked to on scene"]
    assert float(on_scene["value"]) == 20
    assert report["request_steps", "On scene within 60 minutes"]["numerator"] == "3"
    custody = report["custody", "Taken over from who asked"]
    assert (custody["numerator"], custody["denominator"], custody["unknown"]) == ("3", "4", "1")


def test_the_team_sees_the_plan_and_knows_whom_to_call_the_next_day(
    cast: Cast, program: ResponseProgram, signed_in_as: SignIn, moved: time_machine.Traveller
) -> None:
    plan_for(cast, signed_in_as)
    clinician, peer = signed_in_as(cast.responder), signed_in_as(cast.colleague)
    met = call(clinician, program, contact_consent="yes")
    assert "Speak low." in name_at(clinician, met)
    task = db.session.scalars(select(ProgramTask).where(ProgramTask.step == "next_day")).one()
    assert "Quill Canary" in clinician.get(f"/tasks/{task.id}/person").text
    assert "Quill" not in peer.get("/tasks").text
    assert signed_in_as(cast.stranger).get(f"/encounters/{met.id}/known").status_code == 404, (
        "who asked sees no plan"
    )
