"""Co-response: two sign one call, each sees their part of it, and the officer cannot open what only the clinician may."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from portal.programs.models import Encounter, ResponseProgram
from portal.store import db
from tests.people import Cast
from tests.programs.acting import turned_on
from tests.programs.met import call, name_at, plan_for
from tests.programs.working import called, lines_of, tasks_of
from tests.web.forms import SignIn, press

pytestmark = pytest.mark.sqlite_only
NIGHT = datetime(2026, 8, 13, 4, tzinfo=UTC)
CLINICIANS = (
    "Acute risk",
    "In mental health care now?",
    "Safety plan made?",
    "Notes kept in your own clinical system?",
)


@pytest.fixture(autouse=True)
def moved() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NIGHT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def team(cast: Cast) -> ResponseProgram:
    return turned_on(cast, "co-responder", (cast.responder, "officer"), (cast.provider, "clinician"))


def test_an_officer_cannot_open_what_only_the_clinician_may(
    cast: Cast, team: ResponseProgram, signed_in_as: SignIn
) -> None:
    officer, clinician = signed_in_as(cast.responder), signed_in_as(cast.provider)
    met = called(officer, team.id, source="911", ask_mode="ride_together", ask_weapon="no")
    path = f"/encounters/{met}"
    theirs = press(
        clinician, f"{path}/change", outcome="crisis_center", ask_acute_risk="high", ask_notes_kept="yes"
    )
    assert theirs.status_code == 303, theirs.text

    for page in (path, f"{path}/change", f"/programs/{team.id}/encounters/new"):
        shown = officer.get(page).text
        for question in CLINICIANS:
            assert question not in shown, (page, question)
        assert ">High<" not in shown
    assert "2 answers are for others of the team to see." in officer.get(path).text
    assert "<dt>Acute risk</dt><dd>High</dd>" in clinician.get(path).text
    assert "Was a weapon seen?" not in clinician.get(path).text
    assert "Rode together" in clinician.get(path).text, "what the whole team is asked, the whole team sees"
    forged = press(officer, f"{path}/change", ask_acute_risk="none")
    assert forged.status_code == 303
    over = signed_in_as(cast.supervisor)
    assert "Acute risk" not in over.get(path).text

    db.session.expire_all()
    row = db.session.get_one(Encounter, met)
    assert row.facts == {
        "mode": "ride_together",
        "weapon": False,
        "acute_risk": "high",
        "notes_kept": True,
    }, "neither an officer's saving nor a forged field touches what the clinician said"
    assert "<textarea" not in clinician.get(f"{path}/change").text, "notes have no place here"


def test_two_sign_one_call_and_the_report_says_how_often(
    cast: Cast, team: ResponseProgram, signed_in_as: SignIn
) -> None:
    officer, clinician = signed_in_as(cast.responder), signed_in_as(cast.provider)
    ways = ("ride_together", "ride_together", "meet_on_scene", "hub", "")
    found = [
        f"/encounters/{called(officer, team.id, source='911', outcome='resolved', ask_mode=mode)}"
        for mode in ways
    ]
    for path in found[:4]:
        assert press(officer, path, to=f"{path}/signatures/officer").status_code == 303
    assert press(officer, found[0], to=f"{found[0]}/signatures/clinician").status_code == 422
    for path in found[:3]:
        assert press(clinician, path, to=f"{path}/signatures/clinician").status_code == 303
    assert "To be signed by</dt><dd>Clinician" in officer.get(found[3]).text

    told = lines_of(signed_in_as(cast.supervisor), team.id, "2026-q3")
    signed = next(row for key, row in told.items() if key[0] == "both_signed")
    assert (signed["numerator"], signed["denominator"]) == ("3", "5")
    modes = {key[2]: row["numerator"] for key, row in told.items() if key[0] == "mode_mix"}
    assert modes == {
        "Rode together": "2",
        "Met on scene": "1",
        "Clinician on call at a hub": "1",
        "Not said": "1",
    }


def test_both_see_the_plan_that_the_person_agreed_to_and_the_clinician_alone_who_it_is(
    cast: Cast, team: ResponseProgram, signed_in_as: SignIn
) -> None:
    plan_for(cast, signed_in_as)
    officer, clinician = signed_in_as(cast.responder), signed_in_as(cast.provider)
    met = call(officer, team, contact_consent="yes")
    assert "Speak low." in name_at(officer, met)
    assert "Speak low." in clinician.get(f"/encounters/{met.id}/known").text
    assert "Quill" not in officer.get(f"/encounters/{met.id}").text
    look = f"/encounters/{met.id}/person/look"
    assert "Quill Canary" in press(clinician, f"/encounters/{met.id}", to=look).text
    other = call(clinician, team)
    name_at(clinician, other)
    assert (
        press(officer, f"/encounters/{other.id}", to=f"/encounters/{other.id}/person/look").status_code == 404
    )
    task = tasks_of(met.id)["clinician"]
    assert "Quill Canary" in clinician.get(f"/tasks/{task.id}/person").text, "whom to call in three days"
    hurt = call(officer, team, ask_hurt="yes")
    assert press(officer, f"/encounters/{hurt.id}/person", name="Quill Canary").status_code == 422
