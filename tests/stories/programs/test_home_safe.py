"""Home Safe: a family tells ahead of time what finds and calms their child; a call opens it, and six months end it."""

import base64
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from portal.messages.models import Message
from portal.programs import profiles
from portal.programs.models import Profile, ResponseProgram
from portal.store import clock, db
from tests.people import Cast
from tests.programs.acting import turned_on
from tests.programs.figures import figures
from tests.web.forms import SignIn, press

pytestmark = pytest.mark.sqlite_only
START = datetime(2026, 1, 15, 18, tzinfo=UTC)
LAST_DAY = datetime(2026, 7, 15, 18, tzinfo=UTC)
TOLD = {
    "name": "Avi Canary",
    "phones": "615-555-0191",
    "addresses": "12 N. Canaryoak Street, Nashville 37203",
    "told_looks": "Nine, tall, red boots",
    "told_triggers": "Canarysirens frighten him",
    "told_calming": "Sing the canarysong about trains",
    "told_water": "A canarypond behind the school",
    "told_device": "Finder 2000 canary-77",
    "contact": "family@test.invalid",
    "consent_by": "guardian",
    "flyer_agreed": "y",
    "agreed": "y",
}
CANARIES = (
    "Avi Canary",
    "555-0191",
    "Canaryoak",
    "Canarysirens",
    "canarysong",
    "canarypond",
    "canary-77",
    "family@",
)


@pytest.fixture(autouse=True)
def moved() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def program(cast: Cast) -> ResponseProgram:
    return turned_on(cast, "home-safe", (cast.colleague, "dispatcher"), (cast.supervisor, "family_liaison"))


def photo() -> BytesIO:
    """As a phone takes it: with the place in it."""
    exif = Image.Exif()
    exif[0x010F] = "CanaryPhone"
    exif.get_ifd(0x8825)[1] = "N"
    picture = BytesIO()
    Image.new("RGB", (1200, 900), "tan").save(picture, "JPEG", exif=exif)
    picture.seek(0)
    return picture


def kept(client: FlaskClient, program: ResponseProgram, **more: Any) -> str:
    """A family makes a profile. Returns the code of its card."""
    made = press(client, f"/programs/{program.id}/profiles/new", **(TOLD | more))
    assert made.status_code == 200, made.text
    assert TOLD["name"] not in made.text, "the card names nobody"
    return re.search(r'class="code">([A-Z2-7 ]+)<', made.text)[1]  # type: ignore[index]


def call(browser: FlaskClient, program: ResponseProgram, **more: str) -> None:
    recorded = press(browser, f"/programs/{program.id}/encounters/new", source="911", **more)
    assert recorded.status_code == 303, recorded.text


def test_a_profile_is_opened_by_an_open_call_and_hidden_after_six_months(
    app: Flask,
    cast: Cast,
    client: FlaskClient,
    signed_in_as: SignIn,
    program: ResponseProgram,
    moved: time_machine.Traveller,
) -> None:
    assert "Home Safe" in client.get("/profiles").text
    code = kept(client, program, photo=(photo(), "phone.jpg"))
    row = db.session.scalars(select(Profile)).one()
    picture = base64.b64decode(row.photo or "")
    assert b"CanaryPhone" not in picture
    with Image.open(BytesIO(picture)) as stored:
        assert not stored.getexif()
        assert max(stored.size) == 640

    # He is missing. The dispatcher has a call, and finds him by the address as the caller says it.
    page = f"/programs/{program.id}/profile-looks"
    desk = signed_in_as(cast.colleague)
    assert "No call is open" in desk.get(page).text
    call(desk, program)
    assert "No profile fits" in press(desk, page, phone="615-555-0000").text
    look = press(desk, page, address="12 north canaryoak st, Nashville")
    assert look.status_code == 303, look.text
    shown = desk.get(look.headers["Location"])
    for words in ("Sing the canarysong", "canarypond", "Finder 2000", "data:image/jpeg;base64,"):
        assert words in shown.text
    assert signed_in_as(cast.responder).get(look.headers["Location"]).status_code == 404

    # The flyer has what finds and calms, and neither home nor health nor device.
    own = look.headers["Location"]
    flyer = desk.get(press(desk, own, to=f"{own}/flyer").headers["Location"])
    assert "Missing: Avi Canary" in flyer.text
    assert "Sing the canarysong" in flyer.text
    for words in ("Canaryoak", "canarypond", "canary-77", "555-0191", "Canarysirens"):
        assert words not in flyer.text
    found = desk.get(press(desk, own, to=f"{own}/recovery").headers["Location"])
    for service in ("Dementia care", "Autism services"):
        assert service in found.text
    asked = press(desk, own, page=found.text, to="/search/ask", q="autism")
    assert asked.status_code == 303
    assert "autism" in asked.headers["Location"]

    # The family sees who looked, as what, and that a flyer was made.
    mine = client.post("/profiles/own", data={"code": code}).text
    assert "Dispatcher, Test County Mobile Crisis" in mine
    assert "A call was open at your address" in mine
    assert "A flyer was printed" in mine

    # Six months later it is still there; a day later nobody sees it but the family, who were asked in time.
    moved.move_to(LAST_DAY - timedelta(days=14))
    assert profiles.tick_profiles(clock.now()) == 1
    assert profiles.tick_profiles(clock.now()) == 0
    letter = db.session.scalars(select(Message).where(Message.letter == "programs/profile")).one()
    assert letter.to_address == "family@test.invalid"
    assert not any(
        word in letter.subject + letter.text + letter.html for word in ("Avi", "Home Safe", "wander")
    )
    for moment, seen in ((LAST_DAY, True), (LAST_DAY + timedelta(days=1), False)):
        moved.move_to(moment)
        desk = signed_in_as(cast.colleague)
        call(desk, program)
        look = press(desk, page, phone="(615) 555-0191")
        assert (look.status_code == 303) == seen, moment
    assert "Nobody but you sees this" in client.post("/profiles/own", data={"code": code}).text
    assert "Good until Jan 16, 2027" in client.post("/profiles/own/confirmation", data={"code": code}).text
    assert press(desk, page, phone="615 555 0191").status_code == 303

    # Its numbers, on the report of the agency: two looks of the quarter, and confirmed a day too late.
    told = figures(signed_in_as(cast.supervisor), program, "2026-q3")
    assert told["profiles_standing", "Can be found at the end of the quarter"]["numerator"] == "1"
    assert told["profile_looks", "Opened with an open call"]["numerator"] == "2"
    late = told["profiles_confirmed", "Confirmed again in time"]
    assert (late["numerator"], late["denominator"]) == ("0", "1")
    first = figures(signed_in_as(cast.supervisor), program, "2026-q1")
    assert first["profile_looks", "Flyers made"]["numerator"] == "1"
    assert first["profile_looks", "Found, and safe"]["numerator"] == "1"


def test_what_a_family_deletes_or_forgets_is_gone(
    cast: Cast,
    client: FlaskClient,
    signed_in_as: SignIn,
    program: ResponseProgram,
    moved: time_machine.Traveller,
) -> None:
    for end in ("owner", "request", "expired"):
        code = kept(client, program)
        row = db.session.scalars(select(Profile).where(Profile.ended_at.is_(None))).one()
        if end == "owner":
            assert client.post("/profiles/own/deletion", data={"code": code}).status_code == 422
            assert "is gone" in client.post("/profiles/own/deletion", data={"code": code, "sure": "y"}).text
        elif end == "request":
            liaison, path = signed_in_as(cast.supervisor), f"/programs/{program.id}/profile-removals"
            assert press(liaison, path, reference="00000000").status_code == 422
            assert press(liaison, path, reference=row.id.hex[:8].upper()).status_code == 303
        else:
            moved.shift(timedelta(days=211))
            assert profiles.purge_profiles(clock.now()) == 0
            moved.shift(timedelta(days=2))
            assert profiles.purge_profiles(clock.now()) == 1
        db.session.expire_all()
        row = db.session.get_one(Profile, row.id)
        assert (row.end_reason, row.content, row.photo, row.contact, row.code_hash) == (
            end,
            None,
            None,
            None,
            None,
        )
        assert client.post("/profiles/own", data={"code": code}).status_code == 422


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"agreed": ""}, "Tick that you agree"),
        ({"name": " "}, "Write the name"),
        ({"phones": "", "addresses": ""}, "a phone or an address"),
        ({"phones": "555-0191"}, "area code"),
        ({"addresses": "12 Oak"}, "with its town"),
        ({"told_device": "at 36.16234, -86.77456"}, "never kept here"),
        ({"told_triggers": "seen at 36.16234, -86.77456"}, "never kept here"),
        ({"told_triggers": "is on probation"}, "Leave out charges"),
        ({"told_device": "Finder; DROP"}, "the number of the device"),
        ({"contact": "nobody"}, "e-mail address"),
        ({"consent_by": "neighbor"}, "Choose who agrees"),
        ({"photo": (BytesIO(b"%PDF-1.7 no picture"), "x.jpg")}, "no photo that we can read"),
        ({"name": "x" * 20_000}, "too long"),
    ],
)
def test_what_cannot_be_kept_is_refused_beside_its_field(
    client: FlaskClient, program: ResponseProgram, typed: dict[str, object], said: str
) -> None:
    path = f"/programs/{program.id}/profiles/new"
    refused = client.post(path, data=TOLD | {"once": "0" * 32} | typed, content_type="multipart/form-data")
    assert refused.status_code == 422
    assert said in refused.text
    assert "sing the canarysong" in refused.text.lower(), "the form is still filled"
    assert not db.session.scalars(select(Profile)).all()


def test_a_form_sent_twice_makes_one_profile(client: FlaskClient, program: ResponseProgram) -> None:
    path = f"/programs/{program.id}/profiles/new"
    page = client.get(path).text
    assert press(client, path, page=page, **TOLD).status_code == 200
    assert press(client, path, page=page, **TOLD).status_code == 409
    assert len(db.session.scalars(select(Profile)).all()) == 1
