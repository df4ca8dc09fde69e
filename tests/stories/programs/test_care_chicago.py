"""CARE: everybody who was met is asked how they are after 1, 7 and 30 days; and after 30 days with two failed tries that is said."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from portal.programs.models import ResponseProgram
from tests.people import Cast
from tests.programs.acting import turned_on
from tests.programs.working import called, lines_of, listed, received, tasks_of, tick, tried
from tests.web.forms import SignIn

pytestmark = pytest.mark.sqlite_only
START = datetime(2026, 7, 6, 15, tzinfo=UTC)
DAY = timedelta(days=1)
ENDS = "How calls ended, in the program's own words"


@pytest.fixture(autouse=True)
def moved() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def care(cast: Cast) -> ResponseProgram:
    return turned_on(cast, "care-chicago", (cast.responder, "officer"), (cast.colleague, "clinician"))


def test_day_31_with_two_failed_tries_is_unreachable_after_two_and_not_blank(
    app: Flask, cast: Cast, care: ResponseProgram, signed_in_as: SignIn, moved: time_machine.Traveller
) -> None:
    clinician = signed_in_as(cast.colleague)
    told = {"source": "911", "response_type": "alternate"}
    met = called(clinician, care.id, **told, outcome="services_only")
    nobody = called(clinician, care.id, **told, outcome="no_contact")
    untried = called(clinician, care.id, **told, outcome="refused")
    overdose = called(clinician, care.id, source="911", response_type="opioid", outcome="services_transport")

    assert not tasks_of(nobody), "nobody was met, so nobody is owed anything"
    steps = tasks_of(met)
    assert [(step, task.due_at - START) for step, task in sorted(steps.items(), key=lambda one: one[1].due_at)] == [
        ("day_1", DAY), ("day_7", 7 * DAY), ("day_30", 30 * DAY)
    ]  # fmt: skip
    assert set(tasks_of(untried)) == {"day_1", "day_7", "day_30"}, "who refused was met, and is asked"
    visit = tasks_of(overdose)["opioid_visit"]
    assert (visit.opens_at - received(overdose), visit.due_at - received(overdose)) == (
        DAY, 3 * DAY
    )  # fmt: skip
    assert listed(clinician) == ["How are you? After 1 day"] * 3, "the rest is not yet to be done"
    assert signed_in_as(cast.responder).get(f"/tasks/{visit.id}").status_code == 404, "no task of the officer"

    moved.move_to(START + 29 * DAY)
    clinician = signed_in_as(cast.colleague)
    tried(clinician, steps["day_30"], "phone", "no_answer")
    assert tick() > 0
    assert tasks_of(met)["day_30"].state == "open", "one try is not two, and the day has not come"
    tried(clinician, steps["day_30"], "phone", "left_message")
    tick()
    assert "2 of 2 tries reached nobody" in clinician.get(f"/tasks/{steps['day_30'].id}").text

    moved.move_to(START + 31 * DAY)
    tick()
    clinician = signed_in_as(cast.colleague)
    assert tasks_of(met)["day_30"].state == "unreachable"
    assert tasks_of(met)["day_1"].state == "open", "a step that nobody tried stays unknown"
    assert "Not reached after 2 tries" in clinician.get(f"/tasks/{steps['day_30'].id}").text

    told_of = lines_of(signed_in_as(cast.supervisor), care.id, "2026-q3")
    gone = told_of["follow_up_status", "How are you? After 30 days", "Not reached after 2 tries"]
    assert (gone["numerator"], gone["denominator"], gone["unknown"]) == ("1", "1", "2")
    never = told_of["follow_up_status", "How are you? After 1 day", "Spoke with the person"]
    assert (never["numerator"], never["denominator"], never["unknown"]) == ("0", "0", "3")
    teams = told_of["response_types", "Calls by kind of team", "Alternate team without police"]
    assert (teams["numerator"], teams["denominator"]) == ("3", "4")
    for label, number in (("No contact made", "1"), ("Refused services", "1"), ("Services only", "1")):
        assert told_of["outcomes_by_type", ENDS, label]["numerator"] == number, label


def test_who_is_reached_is_counted_as_spoken_with_and_by_role(
    app: Flask, cast: Cast, care: ResponseProgram, signed_in_as: SignIn, moved: time_machine.Traveller
) -> None:
    clinician = signed_in_as(cast.colleague)
    met = called(clinician, care.id, source="911", response_type="alternate", outcome="services_only")
    moved.shift(timedelta(hours=20))
    clinician = signed_in_as(cast.colleague)
    tried(clinician, tasks_of(met)["day_1"], "phone", "reached", ends="contact", given="referral")
    assert tasks_of(met)["day_1"].result == "contact"
    moved.move_to(START + 60 * DAY)
    told = lines_of(signed_in_as(cast.supervisor), care.id, "2026-q3")
    soon = told["M17", "Follow-up done", "Spoke with the person within 72 hours"]
    assert (soon["numerator"], soon["denominator"]) == ("1", "1")
    assert told["visit_services", "Given on visits", "Referral to care"]["numerator"] == "1"
