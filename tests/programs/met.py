"""How a story names somebody at a call through the pages, and reads what is known there."""

from datetime import date
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select

from portal.programs.models import Encounter, ProgramCase, ResponseProgram
from portal.store import db
from tests.people import Cast
from tests.programs.acting import turned_on
from tests.web.forms import SignIn, press

WHO = {"name": "Quill Canary", "born": date(1980, 2, 29).isoformat(), "phone": "615-555-0177"}


def call(browser: FlaskClient, program: ResponseProgram, **data: Any) -> Encounter:
    """Record a call that ended."""
    given = {"source": "911", "outcome": "resolved"} | data
    sent = press(browser, f"/programs/{program.id}/encounters/new", **given)
    assert sent.status_code == 303, sent.text
    return db.session.get_one(Encounter, UUID(sent.headers["Location"].rsplit("/", 1)[-1]))


def name_at(browser: FlaskClient, encounter: Encounter, **who: str) -> str:
    """Say who was met; the page that follows says what is known."""
    sent = press(browser, f"/encounters/{encounter.id}/person", **(WHO | who))
    assert sent.status_code == 303, sent.text
    return browser.get(sent.headers["Location"]).text


def plan_for(cast: Cast, signed_in_as: SignIn, **who: str) -> None:
    """Two calls open a case of this person at the cast's team; they say yes to a plan: "Speak low." """
    cases = turned_on(
        cast,
        "case-management",
        (cast.supervisor, "case_manager"),
        districts=(),
        settings={"options": {"cases.encounters": 2}},
    )
    officer, manager = signed_in_as(cast.responder), signed_in_as(cast.supervisor)
    for _each in range(2):
        name_at(officer, call(officer, cases), **who)
    page = f"/cases/{db.session.scalars(select(ProgramCase.id)).one()}"
    for path, data in (
        (f"{page}/taking", {}),
        (f"{page}/consent", {"answer": "yes"}),
        (f"{page}/plan", {"helps": "Speak low."}),
    ):
        done = press(manager, path if "helps" in data else page, to=path, **data)
        assert done.status_code == 303, done.text
