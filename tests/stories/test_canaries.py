"""Canaries: a name that only two people may read, and a shelter whose place nobody may. Both are looked for everywhere.

The surfaces: every page and JSON that answers to GET, as everybody; the report's CSV; every letter; every line of the log;
every column of every table, as it lies in the database.
"""

import io
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from portal.directory import models as d
from portal.logs import JsonLines
from portal.messages.models import Message
from portal.store import Base, db, write
from tests.house.test_doors import crawl
from tests.people import Cast
from tests.web.forms import mailed_link, offer_of, press, refer

pytestmark = pytest.mark.sqlite_only  # who sees what is decided above the database
SignIn = Callable[[Any], FlaskClient]
NAME, PHONE, NOTE = "Quillon Canaryname", "615-555-0177", "Canarynote: afraid of dogs"
READERS = (
    "responder",
    "colleague",
    "supervisor",
    "provider",
    "shelter_worker",
    "stranger",
    "steward",
    "admin",
)
BY_ITSELF = r"(?<![0-9a-f.])(?<!\d:){}(?![0-9a-f])"  # a number that is no part of an id or of a time of day
PLACE = ("4417 Canaryfield Lane", "37299", "36.2345", "-86.7654")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that the install would write to its log."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lines
    root.removeHandler(handler)
    root.setLevel(level)


def some(app: Flask, cast: Cast, signed_in_as: SignIn, *names: str) -> dict[str, FlaskClient]:
    found = {name: signed_in_as(getattr(cast, name)) for name in names}
    return {"nobody": app.test_client(), **found}


def holds(words: str | None, canaries: tuple[str, ...]) -> bool:
    """Does a text hold a canary? A number counts only by itself: in a clock's seconds, their fraction or an id it is chance."""
    return any(
        re.search(
            BY_ITSELF.format(re.escape(canary)) if re.fullmatch(r"-?[\d.]+", canary) else re.escape(canary),
            words or "",
        )
        for canary in canaries
    )


def columns_with(*canaries: str) -> set[str]:
    """table.column of every stored value that holds a canary, read as it lies there, past our own types."""
    found = set()
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            rows = db.session.execute(
                text(f'SELECT CAST("{column.name}" AS TEXT) FROM "{table.name}"')
            ).scalars()
            if any(holds(value, canaries) for value in rows):
                found.add(f"{table.name}.{column.name}")
    return found


@pytest.mark.usefixtures("unmeasured")
def test_a_name_is_read_by_its_sender_and_by_the_desk_that_said_yes_and_stands_nowhere_else(
    app: Flask, cast: Cast, signed_in_as: SignIn, log: io.StringIO
) -> None:
    canaries = (NAME, PHONE, NOTE)
    need = refer(cast, signed_in_as, name=NAME, phone=PHONE, safety_notes=NOTE, hears_back="y")
    link = mailed_link(offer_of(need))
    asked = some(app, cast, signed_in_as, "responder", "provider")

    before = {person for person, _path, page in crawl(app, asked) if holds(page.text, canaries)}
    opened = app.test_client().get(link).text
    press(app.test_client(), link, answer="accept", by="Pat")
    after = {
        (person, path.replace(str(offer_of(need).id), "ID"))
        for person, path, page in crawl(app, some(app, cast, signed_in_as, *READERS))
        if holds(page.text, canaries)
    }

    assert before <= {"responder"}
    assert not holds(opened, canaries)
    assert after <= {("responder", "/offers/ID/person"), ("provider", "/offers/ID/person")}
    assert ("provider", "/offers/ID/person") in after, "the desk that said yes must be able to read the name"
    assert columns_with(*canaries) == set()
    letters = db.session.query(Message).all()
    assert letters
    assert not any(holds(f"{m.subject} {m.text} {m.html} {m.to_address}", canaries) for m in letters)
    assert "portal.requests" in log.getvalue()
    assert not holds(log.getvalue(), canaries)


@pytest.mark.usefixtures("unmeasured")
def test_a_confidential_place_stands_nowhere_however_it_is_put_in(
    app: Flask, cast: Cast, signed_in_as: SignIn, log: io.StringIO
) -> None:
    haven = cast.victim_service
    street, zip_code, latitude, longitude = PLACE
    steward = signed_in_as(cast.steward)
    for field in ("description", "eligibility_description", "alert"):
        press(steward, f"/listings/{haven.id}", **{field: f"We are at {street}, {zip_code}"})
    press(
        steward,
        f"/listings/{haven.id}",
        address_1=street,
        city="Nashville",
        postal_code=zip_code,
        state_province="TN",
    )
    for row in ({"latitude": float(latitude), "longitude": float(longitude), "point_kind": "exact"},):
        with pytest.raises(Exception, match="(?i)constraint"), write() as session:  # noqa: PT012
            session.execute(
                d.Location.__table__.update()
                .where(d.Location.__table__.c.id == haven.location_id)
                .values(**row)
            )

    hits = {
        (person, path)
        for person, path, page in crawl(
            app, some(app, cast, signed_in_as, "responder", "provider", "steward"), listing_id=haven.id
        )
        if holds(page.text, PLACE)
    }
    assert hits == set()
    assert columns_with(*PLACE) == set()
    assert not holds(log.getvalue(), PLACE)


def test_nobody_refers_to_a_victim_service_and_its_call_holds_no_person(
    app: Flask, cast: Cast, signed_in_as: SignIn
) -> None:
    haven = cast.victim_service
    browser = signed_in_as(cast.responder)
    sent = press(
        browser, f"/services/{haven.id}/refer", page=browser.get(f"/services/{haven.id}/call").text, name=NAME
    )
    assert sent.status_code in (404, 409, 422)
    called = press(
        browser, f"/services/{haven.id}/call", answered="yes", name=NAME, phone=PHONE, safety_notes=NOTE
    )
    assert called.status_code == 303
    assert columns_with(NAME, PHONE, NOTE) == set()
    assert db.session.execute(text("SELECT count(*) FROM call_record")).scalar() == 1
    assert db.session.execute(text("SELECT count(*) FROM need")).scalar() == 0
