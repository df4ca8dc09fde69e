"""CIT, the Memphis model: the nearest trained officer on duty, else a generalist with a card; and one place that takes everybody."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.programs.models import District, DropOff, Encounter, ResponseProgram, TeamRequest
from portal.store import db
from tests.people import Cast
from tests.programs.acting import turned_on
from tests.programs.figures import figures
from tests.programs.met import call, name_at, plan_for
from tests.web.forms import SignIn, press

pytestmark = pytest.mark.sqlite_only
NIGHT = datetime(2026, 8, 12, 5, tzinfo=UTC)  # midnight in Nashville


@pytest.fixture
def moved() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NIGHT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def program(cast: Cast, signed_in_as: SignIn, moved: time_machine.Traveller) -> ResponseProgram:
    """The responder and the colleague are CIT officers; the supervisor pins the place that takes everybody, and another one."""
    program = turned_on(
        cast,
        "cit-memphis",
        (cast.responder, "cit_officer"),
        (cast.colleague, "cit_officer"),
        districts=("North", "South"),
    )
    supervisor, path = signed_in_as(cast.supervisor), f"/programs/{program.id}/dispatch/places"
    for listing, rank, takes in ((cast.shelter, "1", {}), (cast.crisis_center, "2", {"no_refusal": "y"})):
        data = {"part": "place", "listing": f"http://localhost/services/{listing.id}", "rank": rank} | takes
        pinned = press(supervisor, path, to=path, **data)
        assert pinned.status_code == 303, pinned.text
    return program


def district(name: str) -> District:
    return db.session.scalars(select(District).where(District.name == f"{name} cit-memphis")).one()


def on_duty(browser: FlaskClient, program: ResponseProgram, who: Any, where: str, **more: str) -> None:
    data = {"who": f"{who.id}|cit_officer", "district_id": str(district(where).id), "weeks": "1",
            "starts_at": "2026-08-11T22:00", "ends_at": "2026-08-12T08:00"}  # fmt: skip
    sent = press(
        browser, f"/programs/{program.id}/roster", to=f"/programs/{program.id}/roster", **(data | more)
    )
    assert sent.status_code == 303, sent.text


def test_the_nearest_officer_on_duty_is_sent_and_fills_in_the_contact_sheet(
    cast: Cast, program: ResponseProgram, signed_in_as: SignIn
) -> None:
    supervisor = signed_in_as(cast.supervisor)
    on_duty(supervisor, program, cast.responder, "North")
    on_duty(supervisor, program, cast.colleague, "South")
    path = f"/programs/{program.id}/dispatch"
    card = supervisor.get(f"{path}?district_id={district('South').id}").text
    assert card.index("Cole League") < card.index("Rae Responder"), "the district of the call is on top"
    assert card.index("Crisis Receiving") < card.index("Family Shelter"), (
        "the place that takes everybody is first"
    )
    sent = press(supervisor, path, card, district_id=str(district("South").id), source="911")
    assert sent.status_code == 303, sent.text
    request = sent.headers["Location"]
    assert db.session.scalars(select(TeamRequest)).one().assigned_to == cast.colleague.id
    assert "Cole League" not in supervisor.get(path).text.split("Who goes?")[-1].split("</fieldset>")[0], (
        "busy"
    )

    officer = signed_in_as(cast.colleague)
    for move, version in (("accept", 1), ("arrive", 2)):
        press(officer, request, to=f"{request}/steps", move=move, version=version)
    sheet = officer.get(f"{request}/end").text
    assert "<textarea" not in sheet, "taps alone"
    done = press(officer, f"{request}/end", sheet, outcome="crisis_center", card_voluntary="yes")
    assert done.status_code == 303, done.text
    assert db.session.scalars(select(Encounter)).one().facts == {"voluntary": True}


def test_no_cit_officer_free_gives_the_generalist_card_and_the_place(
    cast: Cast, program: ResponseProgram, signed_in_as: SignIn, moved: time_machine.Traveller
) -> None:
    dispatcher, path = signed_in_as(cast.supervisor), f"/programs/{program.id}/dispatch"
    card = dispatcher.get(path).text
    assert "Nobody is free now." in card
    assert "One officer talks. Use your name." in card
    assert card.index("Takes everybody") < card.index("Family Shelter")
    counted = press(dispatcher, path, card, source="911")
    assert counted.status_code == 303
    assert "Nobody was free" in dispatcher.get(counted.headers["Location"]).text
    on_duty(dispatcher, program, cast.responder, "North")
    press(dispatcher, path, source="911")

    officer, door = signed_in_as(cast.responder), f"/programs/{program.id}/drop-offs"
    for listing, minutes, said in (
        (cast.crisis_center, 6, "taken"),
        (cast.crisis_center, 8, "taken"),
        (cast.crisis_center, 25, "taken"),
        (cast.shelter, 40, "refused"),
    ):
        here = press(officer, door, listing=str(listing.id))
        assert here.status_code == 303, here.text
        moved.shift(timedelta(minutes=minutes))
        gone = press(officer, here.headers["Location"], result=said)
        assert gone.status_code == 303, gone.text
    press(officer, door, listing=str(cast.crisis_center.id))  # still at the door
    assert "Still there" in officer.get(door).text

    moved.move_to(datetime(2026, 10, 5, 18, tzinfo=UTC))
    report = figures(signed_in_as(cast.supervisor), program, "2026-q3")
    assert float(report["M20", "Arrived to released"]["value"]) == 8, "the median is printed"
    within = report["M20", "Arrived to released: 10 minutes at most"]
    assert (within["numerator"], within["denominator"], within["unknown"]) == ("2", "3", "1")
    refused = report["door_refused", "Not taken at the door"]
    assert (refused["numerator"], refused["denominator"]) == ("1", "4")
    sent = report["specialist_sent", "A specialist was sent"]
    assert (sent["numerator"], sent["denominator"]) == ("1", "2")


def test_two_taps_at_a_door_are_one_arrival(
    cast: Cast, program: ResponseProgram, signed_in_as: SignIn
) -> None:
    officer, door = signed_in_as(cast.responder), f"/programs/{program.id}/drop-offs"
    page = officer.get(door).text
    for _tap in range(2):
        assert press(officer, door, page, listing=str(cast.crisis_center.id)).status_code == 303
    assert len(db.session.scalars(select(DropOff)).all()) == 1


def test_the_next_cit_officer_sees_the_plan_and_nobody_who_it_is(
    cast: Cast, program: ResponseProgram, signed_in_as: SignIn
) -> None:
    plan_for(cast, signed_in_as)
    officer, other = signed_in_as(cast.responder), signed_in_as(cast.colleague)
    met = call(officer, program)
    assert "Speak low." in name_at(officer, met)
    assert "Speak low." in other.get(f"/encounters/{met.id}/known").text
    look = f"/encounters/{met.id}/person/look"
    assert press(other, f"/encounters/{met.id}", to=look).status_code == 404, "what helps, and not who it is"
    arrest = call(officer, program, outcome="arrest")
    assert "Who is it?" not in officer.get(f"/encounters/{arrest.id}").text
