"""Austin: a fourth choice at call taking. The call is put through inside the room, and comes back when it must; nobody is dropped."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.messages.models import Message
from portal.programs import teams
from portal.programs.models import Encounter, ProgramTask, ResponseProgram, TeamRequest
from portal.store import clock, db
from tests.people import Cast
from tests.programs.acting import turned_on
from tests.programs.figures import figures
from tests.web.forms import SignIn, press

pytestmark = pytest.mark.sqlite_only
AFTERNOON = datetime(2026, 8, 12, 20, tzinfo=UTC)  # 3 PM
SAFE = {"card_weapon": "no", "card_violence": "no", "card_medical": "no"}


@pytest.fixture
def moved() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(AFTERNOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def program(cast: Cast) -> ResponseProgram:
    """The responder takes 911 calls; the clinician is the crisis center's."""
    return turned_on(cast, "c3-austin", (cast.responder, "call_taker"), (cast.provider, "clinician"))


def put_through(browser: FlaskClient, program: ResponseProgram, **data: Any) -> str:
    sent = press(browser, f"/programs/{program.id}/dispatch", **(SAFE | {"source": "911"} | data))
    assert sent.status_code == 303, sent.text
    return str(sent.headers["Location"])


def step(browser: FlaskClient, path: str, move: str, **data: Any) -> int:
    return press(browser, path, to=f"{path}/steps", move=move, version=row(path).version, **data).status_code


def row(path: str) -> TeamRequest:
    db.session.expire_all()
    return db.session.get_one(TeamRequest, UUID(path.rsplit("/", 1)[-1]))


def test_the_caller_refuses_the_call_goes_back_and_the_clock_shows_the_whole_wait(
    cast: Cast, program: ResponseProgram, signed_in_as: SignIn, moved: time_machine.Traveller
) -> None:
    taker, clinician = signed_in_as(cast.responder), signed_in_as(cast.provider)
    path = put_through(taker, program)
    moved.shift(timedelta(seconds=50))
    assert "Waited in all: 0:50" in taker.get(path).text
    assert step(taker, path, "accept") == 409, "a call taker does not pick up in the clinician's name"
    assert step(clinician, path, "accept") == 303
    moved.shift(timedelta(minutes=2))
    assert step(clinician, path, "return", why="") == 422, "a reason is asked"
    assert step(clinician, path, "return", why="caller_refused") == 303
    moved.shift(timedelta(seconds=40))
    page = taker.get(path).text
    assert "Back to 911: pick it up" in page
    assert "The caller does not want to talk with a clinician" in page
    assert step(taker, path, "take_back") == 303
    page = taker.get(path).text
    assert "911 has the caller" in page
    assert "Waited in all: 1:30" in page, "50 seconds to the clinician, 40 on the way back"
    assert db.session.scalars(select(Encounter)).one().outcome == "returned"
    assert not db.session.scalars(select(ProgramTask)).all()


def test_what_the_card_keeps_with_911_is_counted_and_nobody_is_put_through(
    cast: Cast, program: ResponseProgram, signed_in_as: SignIn, moved: time_machine.Traveller
) -> None:
    path = put_through(signed_in_as(cast.responder), program, card_weapon="yes")
    page = signed_in_as(cast.responder).get(path).text
    assert "Not for this team" in page
    assert "Send police." in page
    assert row(path).why == "weapon"
    incomplete = press(
        signed_in_as(cast.responder), f"/programs/{program.id}/dispatch", source="911", card_weapon="no"
    )
    assert incomplete.status_code == 422, "every question is asked"
    assert "Is somebody being hurt, or about to be? Answer yes or no.</a>" in incomplete.text, (
        "and which one is said"
    )


def test_nobody_picks_up_and_the_supervisor_is_told_while_911_still_has_the_caller(
    cast: Cast, program: ResponseProgram, signed_in_as: SignIn, moved: time_machine.Traveller
) -> None:
    path = put_through(signed_in_as(cast.responder), program)
    assert teams.tick_requests(clock.now()) == 0
    moved.shift(timedelta(minutes=1, seconds=1))
    assert teams.tick_requests(clock.now()) == 1
    assert teams.tick_requests(clock.now()) == 0, "once"
    told = set(db.session.scalars(select(Message.to_address).where(Message.key.contains("unanswered"))))
    assert told == {cast.responder.email, cast.supervisor.email}
    assert step(signed_in_as(cast.responder), path, "withdraw", why="refused") == 303


def test_settled_by_phone_or_a_team_sent_and_the_quarter_shows_it(
    cast: Cast, program: ResponseProgram, signed_in_as: SignIn, moved: time_machine.Traveller
) -> None:
    mobile = turned_on(cast, "mobile-crisis-team", (cast.colleague, "clinician"))
    taker, clinician = signed_in_as(cast.responder), signed_in_as(cast.provider)
    for _call in range(3):
        path = put_through(taker, program)
        moved.shift(timedelta(seconds=30))
        step(clinician, path, "accept")
        done = press(clinician, f"{path}/end", outcome="by_phone", contact_consent="yes")
        assert done.status_code == 303, done.text
    task = db.session.scalars(select(ProgramTask)).first()
    assert task is not None
    assert (task.kind, task.role) == ("call_back", "clinician")
    assert task.due_at == datetime(2026, 8, 13, 5, tzinfo=UTC), "by the end of the same day"

    path = put_through(taker, program, language="es")
    moved.shift(timedelta(minutes=2))
    step(clinician, path, "accept")
    sent = press(clinician, path, to=f"{path}/team", team=str(mobile.id), version=row(path).version)
    assert sent.status_code == 303, sent.text
    child = db.session.scalars(select(TeamRequest).where(TeamRequest.program_id == mobile.id)).one()
    assert (child.state, child.language, child.way) == ("asked", "es", "dispatch")
    path = put_through(taker, program)
    step(clinician, path, "accept")
    step(clinician, path, "return", why="caller_refused")
    moved.shift(timedelta(minutes=3))
    step(taker, path, "take_back")
    put_through(taker, program, card_medical="yes")

    moved.move_to(datetime(2026, 10, 5, 18, tzinfo=UTC))
    report = figures(signed_in_as(cast.supervisor), program, "2026-q3")
    became = {label: row for (measure, label), row in report.items() if measure == "calls_diverted"}
    assert {label: row["numerator"] for label, row in became.items()} == {
        "Settled by phone": "3",
        "A team was sent": "1",
        "Back to 911": "1",
        "The caller hung up while waiting": "0",
        "Ended by 911 for another reason": "0",
    }
    assert became["Settled by phone"]["denominator"] == "5"
    hold = {label: row for (measure, label), row in report.items() if measure == "caller_hold"}
    assert float(hold["Median"]["value"]) == 0.5
    assert hold["Waited no longer than 1 minutes"]["numerator"] == "3"
    kept = {label: row["numerator"] for (measure, label), row in report.items() if measure == "kept_out"}
    assert kept["Does somebody need a doctor or a medic now?"] == "1"
    assert report["call_returns", "The caller does not want to talk with a clinician"]["numerator"] == "1"
