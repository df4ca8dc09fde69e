"""Hartford: ten officers, one clinician, one phone. Nobody of the specialists on shift, and still somebody is reached."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select

from portal.accounts.models import Account, Membership
from portal.programs.models import CareWatch, Encounter, ProgramTask, ResponseProgram
from portal.store import clock, db, write
from tests.people import Cast
from tests.programs.acting import turned_on
from tests.programs.figures import figures
from tests.web.forms import SignIn, press

pytestmark = pytest.mark.sqlite_only
NIGHT = datetime(2026, 8, 12, 6, tzinfo=UTC)


@pytest.fixture
def moved() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NIGHT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def program(cast: Cast, signed_in_as: SignIn, moved: time_machine.Traveller) -> ResponseProgram:
    """One department, one provider with one clinician, one phone."""
    program = turned_on(cast, "hartford-vt", (cast.provider, "clinician"), districts=("Hartford",))
    path, chief = f"/programs/{program.id}/dispatch/places", signed_in_as(cast.supervisor)
    for data in (
        {
            "part": "line",
            "label": "Pat, the clinician",
            "phone": "802-555-0119",
            "video": "https://meet.example/room",
        },
        {"part": "place", "listing": str(cast.crisis_center.id), "no_refusal": "y"},
    ):
        saved = press(chief, path, to=path, **data)
        assert saved.status_code == 303, saved.text
    return program


@pytest.fixture
def officers(cast: Cast) -> list[Account]:
    """Ten of them, with no list of members to keep."""
    with write() as session:
        more = [
            Account(
                community_id=cast.community.id,
                email=f"officer{number}@test.invalid",
                name=f"Officer {number}",
                created_at=clock.now(),
                memberships=[Membership(role="responder", organization_id=cast.team.id)],
            )
            for number in range(8)
        ]
        session.add_all(more)
    return [cast.responder, cast.colleague, *more]


def test_no_specialist_on_shift_the_clinician_is_reached_by_video_and_asks_the_next_day(
    cast: Cast, program: ResponseProgram, signed_in_as: SignIn, moved: time_machine.Traveller
) -> None:
    officer, path = signed_in_as(cast.responder), f"/programs/{program.id}/dispatch"
    card = officer.get(path).text
    assert "Nobody is free now." in card
    assert "802-555-0119" in card
    assert "https://meet.example/room" in card
    assert "Crisis Receiving" in card
    reached = press(
        officer, path, card, to=f"/programs/{program.id}/consults", tried="video-reached", source="911",
        outcome="resolved", reference="H-12",
    )  # fmt: skip
    assert reached.status_code == 303, reached.text
    found = db.session.scalars(select(Encounter)).one()
    assert (found.facts, found.disposition) == ({"no_specialist": True}, "resolved_on_scene")
    task = db.session.scalars(select(ProgramTask)).one()
    assert (task.role, task.due_at) == ("clinician", NIGHT + timedelta(days=1))

    moved.shift(timedelta(hours=9))
    clinician = signed_in_as(cast.provider)
    assert str(task.id) in clinician.get("/tasks").text
    asked = press(clinician, f"/tasks/{task.id}/tries", means="phone", result="reached", ends="connected")
    assert asked.status_code == 303, asked.text
    press(officer, path, to=f"/programs/{program.id}/consults", tried="phone-no", source="911")

    moved.move_to(datetime(2026, 10, 5, 18, tzinfo=UTC))
    report = figures(signed_in_as(cast.supervisor), program, "2026-q3")
    consults = report["consults", "Reached when nobody was on shift"]
    assert (consults["numerator"], consults["denominator"]) == ("1", "2")
    assert report["consults", "By video"]["numerator"] == "1"
    assert report["M02", "Settled on scene"]["numerator"] == "1"


def test_the_clinician_on_shift_is_sent(
    cast: Cast, program: ResponseProgram, signed_in_as: SignIn, moved: time_machine.Traveller
) -> None:
    clinician, roster = signed_in_as(cast.provider), f"/programs/{program.id}/roster"
    own = press(clinician, roster, to=roster, who=f"{cast.provider.id}|clinician", weeks="1",
                starts_at="2026-08-12T00:00", ends_at="2026-08-12T08:00")  # fmt: skip
    assert own.status_code == 303, own.text
    officer = signed_in_as(cast.responder)
    sent = press(officer, f"/programs/{program.id}/dispatch", source="911")
    assert sent.status_code == 303, sent.text
    assert "Pat Provider" in officer.get(sent.headers["Location"]).text


def test_ten_officers_see_the_care_watch_and_nobody_else_does(
    cast: Cast, program: ResponseProgram, officers: list[Account], signed_in_as: SignIn,
    moved: time_machine.Traveller,
) -> None:  # fmt: skip
    officer = signed_in_as(cast.responder)
    sent = press(
        officer, f"/programs/{program.id}/encounters/new", source="911", outcome="resolved", reference="H-44"
    )
    call = UUID(sent.headers["Location"].rsplit("/", 1)[-1])
    path, watch = f"/encounters/{call}/care-watch", f"/programs/{program.id}/care-watch"
    assert press(officer, path, signs=["quiet"]).status_code == 422, "only who agreed"
    put = press(officer, path, signs=["quiet", "call_first"], agreed="y", days="14")
    assert put.status_code == 303, put.text
    for one in officers:
        page = signed_in_as(one).get(watch).text
        assert "H-44" in page, one.name
        assert "Speak quietly" in page
    for one in (cast.stranger, cast.steward, cast.evaluator, cast.shelter_worker):
        assert signed_in_as(one).get(watch).status_code in (403, 404), one.name
    end = f"/programs/{program.id}/care-watch/{db.session.scalars(select(CareWatch)).one().id}/ending"
    moved.shift(timedelta(days=14, minutes=1))
    assert "H-44" not in signed_in_as(cast.responder).get(watch).text, "it ends by itself"
    assert db.session.scalars(select(CareWatch)).one().signs == ["call_first", "quiet"]

    # Two press the button that both saw before: the second is told, on a page of what stands.
    later = signed_in_as(cast.responder)
    answers = [press(later, watch, to=end) for _twice in range(2)]
    assert [each.status_code for each in answers] == [303, 409]
    assert "Somebody has said so already" in answers[1].text
