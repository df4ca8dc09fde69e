"""The page that brings calls in: look, try, say what words mean, keep, take; the file is never kept, and no other column is read."""

import io
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.programs.models import Encounter, EncounterMapping, EncounterVersion, ResponseProgram
from portal.store import db
from tests.people import Cast
from tests.programs.conftest import co_response as co_response
from tests.web.forms import Forms, SignIn, press

pytestmark = pytest.mark.sqlite_only
CAD = """Incident Number,Call Received,Call Source,Disposition,Narrative
26-00001,2026-07-02 14:05,911,Settled on scene,Canary told us
26-00002,2026-07-03 00:10,911,MCTC,Canary told us
26-00003,2026-07-03,911,Arrest,Canary told us
"""


def sent(browser: FlaskClient, path: str, page: str, what: str, text: str = CAD, **more: Any) -> TestResponse:
    """One press of the page's form, with the file chosen again."""
    values = next(values for action, values in Forms(page).forms if action == "" and "csrf_token" in values)
    values = {name: value for name, value in values.items() if name not in ("file", "press")}
    return browser.post(
        path, data={**values, **more, "press": what, "file": (io.BytesIO(text.encode()), "cad.csv")}
    )


def test_a_table_is_looked_at_tried_explained_and_taken(
    cast: Cast, co_response: ResponseProgram, signed_in_as: SignIn
) -> None:
    boss = signed_in_as(cast.supervisor)
    path = f"/programs/{co_response.id}/encounter-tables"
    assert path in boss.get(f"/programs/{co_response.id}/encounters").text
    looked = sent(boss, path, boss.get(path).text, "look")
    assert looked.status_code == 200
    assert re.search(
        r'name="column-reference".*?<option value="Incident Number" selected>', looked.text, re.DOTALL
    )
    tried = sent(boss, path, looked.text, "check")
    assert "3 rows: 1 new, 0 corrected, 0 as before, 2 refused." in tried.text
    assert "Row 4, The call came: There is a day and no time of day." in tried.text
    assert 'value="mctc"' in tried.text
    assert "Canary" not in looked.text + tried.text
    assert not db.session.scalars(select(Encounter)).all()
    explained = {"meant-outcome-1": "crisis_center"}
    assert sent(boss, path, tried.text, "keep", name="Our CAD", **explained).status_code == 303
    kept = db.session.scalars(select(EncounterMapping)).one()
    assert kept.words == {"outcome": {"mctc": "crisis_center"}}
    whole = CAD.replace("2026-07-03,911", "2026-07-03 09:00,911")
    page = boss.get(path).text
    assert sent(boss, path, page, "take", whole, kept="Our CAD").status_code == 303
    assert {row.disposition for row in db.session.scalars(select(Encounter))} == {
        "resolved_on_scene",
        "crisis_center",
        "arrest",
    }
    again = sent(boss, path, page, "check", whole, kept="Our CAD")
    assert "3 rows: 0 new, 0 corrected, 3 as before, 0 refused." in again.text
    other = whole.replace("MCTC", "Settled on scene")
    sent(boss, path, page, "take", other, kept="Our CAD")
    assert db.session.scalars(select(EncounterVersion)).one().values["disposition"] == "crisis_center"
    assert "3 new, 0 corrected" in boss.get(path).text


def test_only_the_agencys_supervisor_has_the_page(
    cast: Cast, co_response: ResponseProgram, signed_in_as: SignIn
) -> None:
    path = f"/programs/{co_response.id}/encounter-tables"
    for account in (cast.responder, cast.colleague, cast.stranger, cast.provider):
        browser = signed_in_as(account)
        assert browser.get(path).status_code == 404
        assert press(browser, "/account", to=path).status_code == 404
    assert path not in signed_in_as(cast.responder).get(f"/programs/{co_response.id}/encounters").text


@pytest.mark.parametrize("text", ["", "\x00\x00", "a,a\n1,1\n", "just words", "\ufeff\n\n"])
def test_what_is_no_table_is_said_and_nothing_written(
    cast: Cast, co_response: ResponseProgram, signed_in_as: SignIn, text: str
) -> None:
    boss = signed_in_as(cast.supervisor)
    path = f"/programs/{co_response.id}/encounter-tables"
    page = boss.get(path).text
    for what in ("look", "check", "take", "keep", "dance"):
        answer = sent(boss, path, page, what, text)
        assert answer.status_code in (200, 422), what
    assert not db.session.scalars(select(Encounter)).all()


def test_a_press_without_a_file_or_with_made_up_columns_is_refused(
    cast: Cast, co_response: ResponseProgram, signed_in_as: SignIn
) -> None:
    boss = signed_in_as(cast.supervisor)
    path = f"/programs/{co_response.id}/encounter-tables"
    page = boss.get(path).text
    assert press(boss, path, page, press="take").status_code == 422
    for more in (
        {"column-charge": "Narrative"},
        {"column-reference": "Nowhere"},
        {"kept": "gone"},
        {"said-outcome-1": "x", "meant-outcome-1": "y", "column-reference": "Incident Number"},
        {"fixed-charge": "theft"},
    ):
        assert sent(boss, path, page, "take", **more).status_code == 422, more
    assert not db.session.scalars(select(Encounter)).all()
