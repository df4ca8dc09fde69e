"""Advocates: what would have followed is said by the officer before the clinician acts; two diversions, never one sum."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from flask.testing import FlaskClient

from portal.programs.models import Encounter, ResponseProgram
from portal.store import db
from tests.people import Cast
from tests.programs.acting import turned_on
from tests.programs.working import called, lines_of, tasks_of
from tests.web.forms import SignIn, press

pytestmark = pytest.mark.sqlite_only
DAY = datetime(2026, 8, 13, 18, tzinfo=UTC)
# (arrest without the team, emergency room without the team, how it ended)
CALLS = (
    ("yes", "no", "community"),
    ("yes", "yes", "crisis_center"),
    ("yes", "yes", "hospital"),
    ("yes", "no", "arrest"),
    ("no", "yes", "community"),
    ("no", "yes", "section_12"),
    ("", "", "community"),
)


@pytest.fixture(autouse=True)
def moved() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(DAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def advocates(cast: Cast) -> ResponseProgram:
    return turned_on(cast, "advocates-framingham", (cast.responder, "officer"), (cast.colleague, "clinician"))


def ended(clinician: FlaskClient, found: UUID, end: str, **more: object) -> None:
    done = press(clinician, f"/encounters/{found}/change", outcome=end, **more)
    assert done.status_code == 303, done.text


def test_both_diversions_are_reported_apart_and_never_summed(
    cast: Cast, advocates: ResponseProgram, signed_in_as: SignIn
) -> None:
    officer, clinician = signed_in_as(cast.responder), signed_in_as(cast.colleague)
    for arrest, room, end in CALLS:
        found = called(officer, advocates.id, source="911", arrest_would=arrest, ed_would=room)
        ended(clinician, found, end, services=["custody_support"] if end == "arrest" else [])
        if end == "arrest":
            task = tasks_of(found)["custody_support"]
            assert task.due_at - task.made_at == timedelta(hours=24)

    told = lines_of(signed_in_as(cast.supervisor), advocates.id, "2026-q3")

    def one(measure: str, label: str) -> tuple[str, str, str]:
        row = next(row for key, row in told.items() if (key[0], key[2]) == (measure, label))
        return row["numerator"], row["denominator"], row["target"]

    assert one("arrest_diverted", "Arrests turned away") == ("3", "4", "0.7500")
    assert one("ed_diverted", "Emergency room visits turned away") == ("2", "4", "0.7500")
    assert one("arrest_diverted", "What would follow was said")[:2] == ("6", "7"), "not said is not known"
    assert one("custody_support", "Support in custody asked for")[:2] == ("1", "1")
    sums = [key for key, row in told.items() if "diverted" in key[0] and row["numerator"] == "5"]
    assert not sums, "three arrests and two emergency rooms are not five of anything"


def test_the_officer_says_it_first_and_nobody_makes_it_fit_later(
    cast: Cast, advocates: ResponseProgram, signed_in_as: SignIn
) -> None:
    officer, clinician = signed_in_as(cast.responder), signed_in_as(cast.colleague)
    new = f"/programs/{advocates.id}/encounters/new"
    page = officer.get(new).text
    assert "How did it end?" not in page, "first what would have followed"
    assert "Say this first" in page
    assert "would it be an arrest" not in clinician.get(new).text, "that is the officer's to say"

    found = called(officer, advocates.id, source="911", arrest_would="yes", outcome="community")
    row = db.session.get_one(Encounter, found)
    assert (row.arrest_would, row.disposition) == ("yes", ""), "an end in the same breath is not taken"
    path = f"/encounters/{found}/change"
    late = press(officer, path, ed_would="yes", outcome="community")
    assert late.status_code == 422
    assert "Save what would have happened first." in late.text
    press(clinician, path, arrest_would="no")
    db.session.expire_all()
    assert db.session.get_one(Encounter, found).arrest_would == "yes", (
        "the clinician's form has no such field"
    )
    ended(clinician, found, "community")
    assert "would it be an arrest" not in officer.get(path).text
    press(officer, path, arrest_would="no", ed_would="yes")
    db.session.expire_all()
    row = db.session.get_one(Encounter, found)
    assert (row.arrest_would, row.ed_would) == ("yes", ""), "what was not said before the end stays unknown"
