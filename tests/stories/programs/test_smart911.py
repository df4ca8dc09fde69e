"""Safety profiles: 911 sees what a household has told, only with an open call from it, and the household sees each look."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.programs.models import Encounter, ProfileLook
from portal.store import Base, clock, db, write
from tests.people import Cast
from tests.programs.acting import turned_on
from tests.programs.figures import figures
from tests.stories.programs.test_home_safe import call
from tests.web.forms import SignIn, press

pytestmark = pytest.mark.sqlite_only
NOON = datetime(2026, 8, 12, 18, tzinfo=UTC)
TOLD = {
    "name": "Wren",
    "phones": "615-555-0192",
    "addresses": "14 Elm Ave Apt 2, Nashville 37206",
    "told_calming": "Speak slowly to Wren, canaryhint",
    "told_animals": "A canarydog",
    "consent_by": "person",
    "agreed": "y",
}


def test_a_responder_without_an_active_call_cannot_open_it(
    app: Flask, cast: Cast, client: FlaskClient, signed_in_as: SignIn
) -> None:
    with time_machine.travel(NOON, tick=False) as moved:
        program = turned_on(cast, "smart911", (cast.colleague, "call_taker"), (cast.responder, "officer"))
        path = f"/programs/{program.id}/profile-looks"
        # Made by somebody who is signed in: theirs without a code, too.
        owner = signed_in_as(cast.provider)
        card = press(owner, f"/programs/{program.id}/profiles/new", **TOLD)
        code = re.search(r'class="code">([A-Z2-7 ]+)<', card.text)[1]  # type: ignore[index]

        # An officer never opens one, with a call or without. 911 does not without a call, nor for another phone.
        officer, desk = signed_in_as(cast.responder), signed_in_as(cast.colleague)
        call(officer, program)
        assert officer.get(path).status_code == 404
        assert officer.post(path, data={"phone": "615-555-0192"}).status_code == 404
        db.session.expire_all()
        with write() as session:  # it ended
            row = session.scalars(select(Encounter)).one()
            row.disposition = "resolved_on_scene"
        refused = press(desk, path, phone="615-555-0192")
        assert refused.status_code == 422
        assert "only while a call is open" in refused.text
        assert "canaryhint" not in refused.text
        call(desk, program)
        assert "No profile fits" in press(desk, path, phone="615-555-0193").text
        assert "No profile fits" in press(desk, path, address="14 Elm St, Nashville").text
        assert press(desk, path).status_code == 422

        look = press(desk, path, phone="(615) 555-0192")
        shown = desk.get(look.headers["Location"])
        assert "canaryhint" in shown.text
        assert "canarydog" in shown.text
        for other in (
            cast.responder,
            cast.supervisor,
            cast.stranger,
            cast.steward,
            cast.evaluator,
            cast.admin,
        ):
            assert signed_in_as(other).get(look.headers["Location"]).status_code in (403, 404), other.name
        assert client.get(look.headers["Location"]).status_code == 303

        # The household sees the look; the look names no call, and closes with it.
        mine = press(owner, "/profiles/own", page=owner.get("/profiles/own").text).text
        assert "911 call taker, Test County Mobile Crisis" in mine
        assert "An open call came from your phone" in mine
        assert "Wren" in client.post("/profiles/own", data={"code": code.lower()}).text
        assert not {"encounter_id", "reference"} & {column.name for column in ProfileLook.__table__.columns}
        assert "encounter" not in {
            key.column.table.name for key in Base.metadata.tables["profile_look"].foreign_keys
        }
        moved.shift(timedelta(hours=12, seconds=1))
        assert signed_in_as(cast.colleague).get(look.headers["Location"]).status_code == 404

        told = figures(signed_in_as(cast.supervisor), program, "2026-q3")
        assert told["profile_looks", "Opened with an open call"]["numerator"] == "1"
        assert told["profile_looks", "Found by the phone"]["numerator"] == "1"
        assert told["profiles_standing", "Can be found at the end of the quarter"]["numerator"] == "1"
        assert clock.now() > NOON


def test_codes_are_not_guessed(cast: Cast, client: FlaskClient) -> None:
    turned_on(cast, "smart911")
    answers = [
        client.post("/profiles/own", data={"code": f"GUESS{number}"}).status_code for number in range(21)
    ]
    assert answers == [422] * 20 + [429]
