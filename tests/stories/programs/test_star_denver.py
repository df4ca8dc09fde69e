"""Denver: a clinician and a medic, and a partner's case manager who picks it up the same day and speaks the person's language."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import programs
from portal.programs.models import Encounter, ProgramTask, ResponseProgram, TeamRequest
from portal.store import db
from tests.people import Cast
from tests.programs.acting import met, turned_on
from tests.programs.figures import figures
from tests.programs.met import name_at
from tests.referrals.acting import acting
from tests.web.forms import SignIn, press

pytestmark = pytest.mark.sqlite_only
MORNING = datetime(2026, 8, 12, 15, tzinfo=UTC)  # 10 AM
SAFE = {"card_injury": "no", "card_weapon": "no", "card_violence": "no"}


@pytest.fixture
def moved() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def program(cast: Cast, signed_in_as: SignIn, moved: time_machine.Traveller) -> ResponseProgram:
    """Partner A, the crisis center, speaks Spanish and English; partner B, the family shelter, English."""
    program = turned_on(
        cast,
        "star-denver",
        (cast.responder, "clinician"),
        (cast.colleague, "medic"),
        (cast.provider, "case_manager"),
        (cast.shelter_worker, "case_manager"),
    )
    path, supervisor = f"/programs/{program.id}/dispatch/places", signed_in_as(cast.supervisor)
    for listing, languages, rank in ((cast.shelter, ["en"], 1), (cast.crisis_center, ["en", "es"], 2)):
        home = str(listing.service.organization_id)
        saved = press(
            supervisor, path, to=path, part="partner", organization_id=home, languages=languages, rank=rank
        )
        assert saved.status_code == 303, saved.text
    return program


def meet(browser: FlaskClient, program: ResponseProgram, **data: Any) -> ProgramTask | None:
    """One call from the request to its end; the task of the partner, where there is one."""
    before = set(db.session.scalars(select(ProgramTask.id)))
    sent = press(browser, f"/programs/{program.id}/dispatch", **(SAFE | {"source": "911"}))
    path = sent.headers["Location"]
    for version, move in ((1, "accept"), (2, "start"), (3, "arrive")):
        press(browser, path, to=f"{path}/steps", move=move, version=version)
    done = press(browser, f"{path}/end", **({"outcome": "resolved"} | data))
    assert done.status_code == 303, done.text
    db.session.expire_all()
    return next((task for task in db.session.scalars(select(ProgramTask)) if task.id not in before), None)


def pick_up(browser: FlaskClient, task: ProgramTask, ends: str) -> None:
    path = f"/tasks/{task.id}"
    sent = press(browser, f"{path}/tries", means="phone", result="reached", ends=ends)
    assert sent.status_code == 303, sent.text


def test_a_spanish_speaking_person_goes_to_partner_a(
    cast: Cast, program: ResponseProgram, signed_in_as: SignIn, moved: time_machine.Traveller
) -> None:
    team = signed_in_as(cast.responder)
    spanish = meet(team, program, card_wants_partner="yes", language="es")
    assert spanish is not None
    assert spanish.organization_id == cast.crisis_center.service.organization_id
    assert spanish.due_at == datetime(2026, 8, 13, 5, tzinfo=UTC), "the same day"
    english = meet(team, program, card_wants_partner="yes", language="en")
    assert english is not None
    assert english.organization_id == cast.shelter.service.organization_id, "the first in line"
    assert meet(team, program, card_wants_partner="no", services=["information"]) is None, "a leaflet is none"
    partner_a, partner_b = signed_in_as(cast.provider), signed_in_as(cast.shelter_worker)
    assert partner_a.get(f"/tasks/{spanish.id}").status_code == 200
    assert partner_b.get(f"/tasks/{spanish.id}").status_code == 404, "what went to a partner is the partner's"
    assert str(spanish.id) in partner_a.get("/tasks").text
    assert str(spanish.id) not in partner_b.get("/tasks").text


def test_the_partner_that_has_the_person_knows_whom_to_reach_and_the_other_does_not(
    cast: Cast, program: ResponseProgram, signed_in_as: SignIn
) -> None:
    team = signed_in_as(cast.responder)
    task = meet(team, program, card_wants_partner="yes", language="es")
    assert task is not None
    call = db.session.get_one(Encounter, task.encounter_id)
    name_at(team, call)
    partner_a, partner_b = signed_in_as(cast.provider), signed_in_as(cast.shelter_worker)
    assert "Quill Canary" in partner_a.get(f"/tasks/{task.id}/person").text
    assert partner_b.get(f"/tasks/{task.id}/person").status_code == 404
    for partner in (partner_a, partner_b):
        look = press(partner, f"/encounters/{call.id}", to=f"/encounters/{call.id}/person/look")
        assert look.status_code == 404, "by their own task alone"


def test_danger_is_not_for_this_team(cast: Cast, program: ResponseProgram, signed_in_as: SignIn) -> None:
    officer = signed_in_as(cast.stranger)
    sent = press(
        officer, f"/programs/{program.id}/dispatch", **(SAFE | {"source": "police", "card_injury": "yes"})
    )
    assert "Send EMS." in officer.get(sent.headers["Location"]).text
    row = db.session.get_one(TeamRequest, UUID(sent.headers["Location"].rsplit("/", 1)[-1]))
    assert (row.state, row.why) == ("kept_out", "injury")


def met_and_connected(cast: Cast, program: ResponseProgram, language: str) -> None:
    """The same without the pages, for the numbers: the partner connects the person the same day."""
    given = met(language=language, facts={"wants_partner": True}, services=("information",))
    found = programs.record_encounter(acting(cast.responder), program.id, given)
    task = db.session.scalars(select(ProgramTask).where(ProgramTask.encounter_id == found)).one()
    worker = cast.provider if language == "es" else cast.shelter_worker
    connected = programs.Try("phone", "reached", ends="connected")
    programs.record_try(acting(worker), task.id, connected, version=task.version)


def test_the_report_counts_who_was_connected_and_no_leaflets(
    cast: Cast, program: ResponseProgram, signed_in_as: SignIn, moved: time_machine.Traveller
) -> None:
    team = signed_in_as(cast.responder)
    for number in range(11):
        met_and_connected(cast, program, "es" if number % 2 else "en")
    meet(team, program, services=["information"])
    late = meet(team, program, card_wants_partner="yes", language="es")
    assert late is not None
    moved.shift(timedelta(days=2))
    pick_up(signed_in_as(cast.provider), late, "connected")

    moved.move_to(datetime(2026, 10, 5, 18, tzinfo=UTC))
    report = figures(signed_in_as(cast.supervisor), program, "2026-q3")
    connected = report["partner_connected", "Connected with a partner"]
    assert (connected["numerator"], connected["denominator"]) == ("12", "12")
    assert report["partner_connected", "Handed over to a partner"]["numerator"] == "12"
    assert report["partner_connected", "Information given: not counted as a referral"]["numerator"] == "12"
    in_time = report["partner_picked_up", "Picked up by the partner in time"]
    assert (in_time["numerator"], in_time["denominator"]) == ("11", "12")
    spoken = report["partner_language", "Partner speaks the person's language"]
    assert (spoken["numerator"], spoken["denominator"]) == ("6", "6")
