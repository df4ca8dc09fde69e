"""How a story names somebody at a call through the pages, and reads what is known there."""

from datetime import date
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient

from portal.programs.models import Encounter, ResponseProgram
from portal.store import db
from tests.web.forms import press

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
