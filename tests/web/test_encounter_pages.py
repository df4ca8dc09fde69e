"""The pages of an encounter: one form for a phone, what each role sees, and the way to a referral and back."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import programs as p
from portal.programs.models import Encounter, EncounterNeed, EncounterVersion, ResponseProgram
from portal.store import clock, db
from portal.store.actor import TERMINAL
from tests.people import Cast
from tests.programs.conftest import co_response as co_response
from tests.web.forms import PERSON, SignIn, press

pytestmark = pytest.mark.sqlite_only  # what happens below the pages is tried on both in tests/programs


def recorded(browser: FlaskClient, program: ResponseProgram, **data: Any) -> str:
    """An encounter through the page: the path of its own page."""
    sent = press(browser, f"/programs/{program.id}/encounters/new", **({"source": "911"} | data))
    assert sent.status_code == 303, sent.text
    return str(sent.headers["Location"])


def row_of(path: str) -> Encounter:
    db.session.expire_all()
    return db.session.get_one(Encounter, UUID(path.rsplit("/", 1)[-1]))


def test_three_taps_record_a_call_and_the_place_is_remembered(
    cast: Cast, co_response: ResponseProgram, signed_in_as: SignIn
) -> None:
    browser = signed_in_as(cast.responder)
    north = str(co_response.districts[0].district_id)
    path = recorded(browser, co_response, outcome="resolved", district_id=north)
    row = row_of(path)
    assert (row.disposition, str(row.district_id)) == ("resolved_on_scene", north)
    assert (clock.now() - row.received_at).total_seconds() < 120
    page = browser.get(f"/programs/{co_response.id}/encounters/new").text
    assert re.search(rf'value="{north}" checked', page)
    assert "Settled on scene" in browser.get(f"/programs/{co_response.id}/encounters").text
    assert browser.get(path).status_code == 200


def test_a_form_sent_twice_is_one_encounter(
    cast: Cast, co_response: ResponseProgram, signed_in_as: SignIn
) -> None:
    browser, path = signed_in_as(cast.responder), f"/programs/{co_response.id}/encounters/new"
    page = browser.get(path).text
    first = press(browser, path, page, source="911")
    second = press(browser, path, page, source="911")
    assert first.headers["Location"] == second.headers["Location"]
    assert len(db.session.scalars(select(Encounter)).all()) == 1


def test_a_mistake_keeps_what_was_tapped(
    cast: Cast, co_response: ResponseProgram, signed_in_as: SignIn
) -> None:
    browser, path = signed_in_as(cast.responder), f"/programs/{co_response.id}/encounters/new"
    refused = press(browser, path, outcome="hospital", services=["support"], reference="<b>")
    assert refused.status_code == 422
    assert "<title>Error: " in refused.text
    assert "Choose how the call came." in refused.text
    assert re.search(r'value="hospital" checked', refused.text)
    refused = press(browser, path, source="911", outcome="hospital", reference="<b>")
    assert 'id="reference-error"' in refused.text
    for bad in ({"source": "smoke"}, {"outcome": "gone"}, {"services": ["magic"]}, {"district_id": "x"},
                {"received_at": "soon"}, {"received_at": "9999-12-31T23:59"}, {"ordinal": "99"}, {"once": "x"},
                {"race": "x"}, {"reference": "a\x00"}):  # fmt: skip
        assert press(browser, path, **({"source": "911"} | bad)).status_code == 422, bad
    assert not db.session.scalars(select(Encounter)).all()


def test_one_tap_notes_a_time_and_the_end_comes_later(
    cast: Cast, co_response: ResponseProgram, signed_in_as: SignIn
) -> None:
    browser = signed_in_as(cast.responder)
    path = recorded(browser, co_response)
    assert "Not over yet" in browser.get(path).text
    page = browser.get(path).text
    assert press(browser, path, page, to=f"{path}/times/on-scene").status_code == 303
    assert press(browser, path, page, to=f"{path}/times/on-scene").status_code == 409, "an old page"
    stands = row_of(path).on_scene_at
    assert stands is not None
    assert press(browser, path, to=f"{path}/times/cleared").status_code == 303
    assert press(browser, path, to=f"{path}/times/lunch").status_code == 404
    ended = press(browser, f"{path}/change", outcome="crisis_center", services=["referral", "transport"])
    assert ended.status_code == 303
    row = row_of(path)
    assert (row.disposition, row.on_scene_at) == ("crisis_center", stands), "its seconds stay"
    assert len(db.session.scalars(select(EncounterVersion)).all()) == 3
    assert press(browser, f"{path}/change", outcome="").status_code == 422, "what ended stays ended"
    stale = press(browser, f"{path}/change", outcome="hospital", version="1")
    assert stale.status_code == 409
    assert "Somebody changed this meanwhile" in stale.text


def test_from_the_call_to_a_referral_and_back(
    cast: Cast, co_response: ResponseProgram, signed_in_as: SignIn
) -> None:
    browser = signed_in_as(cast.responder)
    path = recorded(browser, co_response)
    led = press(browser, path, to=f"{path}/referral")
    assert led.status_code == 303
    refer = f"/services/{cast.crisis_center.id}/refer"
    assert "For the call of" in browser.get(refer).text
    wrong = press(browser, refer, name="Jo", basis="")
    assert wrong.status_code == 422
    assert re.search(r'name="encounter_id"[^>]* checked', wrong.text), "the tick stays"
    sent = press(browser, refer, wrong.text, **PERSON)
    assert sent.status_code == 303
    need = sent.headers["Location"]
    assert f'href="{path}"' in browser.get(need).text
    page = browser.get(path).text
    assert f'href="{need}"' in page
    assert "For the call of" not in browser.get(refer).text, "only what is sent next"
    tie = db.session.scalars(select(EncounterNeed)).one()
    assert str(tie.need_id) in need
    assert row_of(path).client_id is not None
    arrest = press(browser, f"{path}/change", outcome="arrest")
    assert arrest.status_code == 422
    assert "An arrest is never recorded beside a person" in arrest.text
    assert "One referral of a colleague" in signed_in_as(cast.supervisor).get(path).text


def test_without_the_tick_nothing_is_tied_and_a_tap_ties_it_later(
    cast: Cast, co_response: ResponseProgram, signed_in_as: SignIn
) -> None:
    browser = signed_in_as(cast.responder)
    path = recorded(browser, co_response)
    press(browser, path, to=f"{path}/referral")
    refer = f"/services/{cast.crisis_center.id}/refer"
    page = re.sub(r'<input type="checkbox" id="encounter_id"[^>]*>', "", browser.get(refer).text)
    need = press(browser, refer, page, **PERSON).headers["Location"].rsplit("/", 1)[-1]
    assert not db.session.scalars(select(EncounterNeed)).all()
    assert "Did a referral come of this call?" in browser.get(path).text
    assert press(browser, path, to=f"{path}/needs/{need}").status_code == 303
    assert db.session.scalars(select(EncounterNeed)).one().need_id == UUID(need)
    other = recorded(browser, co_response)
    assert press(browser, other, to=f"{other}/needs/{need}").status_code == 422, "it came of the first"


def test_a_call_written_down_and_room_asked_for_belong_to_the_call_too(
    cast: Cast, co_response: ResponseProgram, signed_in_as: SignIn
) -> None:
    browser = signed_in_as(cast.responder)
    path = recorded(browser, co_response)
    press(browser, path, to=f"{path}/referral")
    called = press(browser, f"/services/{cast.detox.id}/call", result="yes", basis="none_needed")
    assert called.status_code == 303
    assert len(row_of(path).needs) == 1
    press(browser, path, to=f"{path}/referral")
    both = [str(cast.crisis_center.id), str(cast.shelter.id)]
    page = browser.get("/search?care=crisis_center&care=shelter").text
    asking = press(browser, "/askings", page, services=both).headers["Location"]
    asked = asking.rsplit("/", 1)[-1]
    refer = f"/services/{cast.shelter.id}/refer"
    sent = press(browser, f"{refer}?asking={asked}", to=refer, basis="none_needed")
    assert sent.status_code == 303, sent.text
    assert len(row_of(path).needs) == 2


def test_nobody_refers_from_an_arrest_and_a_page_of_it_leads_to_no_service(
    cast: Cast, co_response: ResponseProgram, signed_in_as: SignIn
) -> None:
    browser = signed_in_as(cast.responder)
    path = recorded(browser, co_response, outcome="arrest")
    page = browser.get(path).text
    assert "Find a service" not in page
    assert press(browser, path, page, to=f"{path}/referral").status_code == 422


def test_strangers_find_nothing(cast: Cast, co_response: ResponseProgram, signed_in_as: SignIn) -> None:
    path = recorded(signed_in_as(cast.responder), co_response)
    own = f"/programs/{co_response.id}/encounters"
    for account in (cast.stranger, cast.provider):
        browser = signed_in_as(account)
        for page in (path, f"{path}/change", own, f"{own}/new"):
            assert browser.get(page).status_code == 404, page
        for door in ("referral", "times/cleared", "signatures/officer"):
            assert press(browser, "/account", to=f"{path}/{door}").status_code == 404
    assert signed_in_as(cast.evaluator).get(path).status_code == 403


def test_the_list_goes_on_where_many_came_in_one_minute(
    cast: Cast, co_response: ResponseProgram, signed_in_as: SignIn
) -> None:
    came = clock.now() - timedelta(days=2)
    rows = [
        p.IncomingRow(
            number, {"reference": f"C-{number}", "source": "911", "received_at": came, "outcome": "resolved"}
        )
        for number in range(60)
    ]
    p.take_encounters(TERMINAL, co_response.id, rows)
    browser, path = signed_in_as(cast.responder), f"/programs/{co_response.id}/encounters"
    first = browser.get(path).text
    older = re.search(r'href="([^"]*before=[^"]*)"', first)
    assert older is not None
    second = browser.get(unescape(older[1])).text
    seen = [set(re.findall(r"C-\d+", page)) for page in (first, second)]
    assert [len(each) for each in seen] == [50, 10]
    assert not seen[0] & seen[1]
    for bad in ("?before=x", "?before=2026-01-01&after=1", "?before=2026-01-01T00:00:00&after=%00"):
        assert browser.get(path + bad).status_code == 200


def test_two_sign_with_a_tap_each(cast: Cast, co_response: ResponseProgram, signed_in_as: SignIn) -> None:
    officer, clinician = signed_in_as(cast.responder), signed_in_as(cast.colleague)
    path = recorded(officer, co_response, outcome="resolved")
    assert "To be signed" in officer.get(f"/programs/{co_response.id}/encounters").text
    assert press(officer, path, to=f"{path}/signatures/clinician").status_code == 422
    assert press(officer, path, to=f"{path}/signatures/officer").status_code == 303
    assert press(clinician, path, to=f"{path}/signatures/clinician").status_code == 303
    page = officer.get(path).text
    assert "To be signed" not in page
    assert page.count("<dt>Signed</dt>") == 2
