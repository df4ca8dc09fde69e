"""Hours and closures through a browser: typed, picked, kept as they are, announced, searched."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask.testing import FlaskClient

from portal import directory, search
from portal.directory import models as d
from portal.store import db
from tests.people import Cast
from tests.web.forms import press

SignIn = Callable[[Any], FlaskClient]
NOON = datetime(2026, 11, 24, 12, tzinfo=ZoneInfo("America/Chicago"))  # a Tuesday


def path_of(listing: d.ServiceAtLocation) -> str:
    return f"/listings/{listing.id}"


def public(listing: d.ServiceAtLocation) -> directory.Listing:
    db.session.expire_all()
    found = directory.listing(listing.id)
    assert found is not None
    return found


def test_typed_hours_are_read_shown_and_searched(
    cast: Cast, signed_in_as: SignIn, client: FlaskClient
) -> None:
    browser, path = signed_in_as(cast.provider), path_of(cast.crisis_center)
    done = press(browser, path, hours="Mon-Fri 9-5, Sat by appointment, closed holidays")
    assert done.status_code == 303, done.text
    assert "Mon-Fri 9-5, Sat by appointment, closed holidays" in browser.get(path).text, "the words stay"
    page = client.get(f"/services/{cast.crisis_center.id}").text
    for words in ("Monday to Friday: 9 am to 5 pm", "Saturday: by appointment", "Public holidays: Closed"):
        assert words in page
    assert "In their words: Mon-Fri 9-5, Sat by appointment, closed holidays" in page
    search.rebuild()
    name = public(cast.crisis_center).name
    with time_machine.travel(NOON, tick=False):
        assert name in client.get("/search?open=now").text
    with time_machine.travel(NOON.replace(day=26), tick=False):  # Thanksgiving
        assert (
            "Closed for Thanksgiving. Opens 9 am Friday"
            in client.get(f"/services/{cast.crisis_center.id}").text
        )
        assert name not in client.get("/search?open=now").text


@pytest.mark.sqlite_only
def test_words_that_cannot_be_read_are_asked_about_and_kept_when_meant(
    cast: Cast, signed_in_as: SignIn, client: FlaskClient
) -> None:
    browser, path = signed_in_as(cast.provider), path_of(cast.crisis_center)
    before = public(cast.crisis_center).hours_words
    asked = press(browser, path, hours="Most evenings, ring the bell")
    assert asked.status_code == 422
    assert asked.text.count("We cannot read “most evenings, ring the bell”") == 2
    assert "Most evenings, ring the bell</textarea>" in asked.text
    assert 'name="hours_as_typed"' in asked.text
    assert public(cast.crisis_center).hours_words == before
    kept = press(browser, path, hours="Most evenings, ring the bell", hours_as_typed="y")
    assert kept.status_code == 303
    seen = public(cast.crisis_center)
    assert (seen.open.open, seen.open.words) == (None, "Call to confirm the hours")
    page = client.get(f"/services/{cast.crisis_center.id}").text
    assert "Call to confirm the hours" in page
    assert "In their words: Most evenings, ring the bell" in page
    assert press(browser, path).status_code == 303
    assert public(cast.crisis_center).hours_said == "Most evenings, ring the bell", (
        "nothing touched, nothing changed"
    )


@pytest.mark.sqlite_only
def test_a_picked_week_takes_the_place_of_the_words(cast: Cast, signed_in_as: SignIn) -> None:
    browser, path = signed_in_as(cast.provider), path_of(cast.crisis_center)
    assert press(browser, path, hours="2nd Tuesday 5-7pm").status_code == 303
    assert 'name="mo_opens" type="time" value=""' in browser.get(path).text, "a week cannot show it"
    assert press(browser, path, mo_opens="09:00", mo_closes="17:00").status_code == 303
    assert public(cast.crisis_center).hours_words == "Monday: 9 am to 5 pm; Tuesday to Sunday: Closed"
    twice = press(browser, path, hours="Tue 9-5", we_opens="09:00", we_closes="17:00")
    assert twice.status_code == 422
    assert "Keep one of the two" in twice.text
    assert press(browser, path, hours="").status_code == 303
    assert public(cast.crisis_center).hours_words == "Hours unknown: call first"


@pytest.mark.sqlite_only
def test_typed_hours_never_hold_the_address_of_a_confidential_place(cast: Cast, signed_in_as: SignIn) -> None:
    browser = signed_in_as(cast.steward)
    done = press(
        browser, path_of(cast.victim_service), hours="12 Hidden Street, at night", hours_as_typed="y"
    )
    assert done.status_code == 422
    assert "Take it out" in done.text


def test_a_closure_is_announced_seen_searched_and_over_by_itself(
    cast: Cast, signed_in_as: SignIn, client: FlaskClient
) -> None:
    path = f"{path_of(cast.crisis_center)}/closures"
    name, place = public(cast.crisis_center).name, f"/services/{cast.crisis_center.id}"
    with time_machine.travel(NOON, tick=False):
        browser = signed_in_as(cast.provider)
        empty = press(browser, path, begins_on="", ends_on="")
        assert empty.status_code == 422
        assert empty.text.count("Say the first day.") == 2
        wrong = press(browser, path, begins_on="2026-11-26", ends_on="2026-11-24", words="<b>Kept</b>")
        assert (wrong.status_code, wrong.text.count("It must open again after it closes.")) == (422, 2)
        assert "&lt;b&gt;Kept&lt;/b&gt;" in wrong.text
        made = press(browser, path, begins_on="2026-11-25", ends_on="2026-11-26", words="No power")
        assert made.status_code == 303, made.text
        search.rebuild()
        page = client.get(place).text
        assert "Closed from Wednesday, Nov 25 through Thursday, Nov 26: " in page
        assert "No power" in page
        assert name in client.get("/search?open=now").text
    with time_machine.travel(NOON.replace(day=25), tick=False):
        assert "Closed through Thursday, Nov 26" in client.get(place).text
        assert name not in client.get("/search?open=now").text
    with time_machine.travel(NOON.replace(day=27), tick=False):
        assert "No power" not in client.get(place).text
        assert name in client.get("/search?open=now").text


@pytest.mark.sqlite_only
def test_a_closure_is_ended_by_a_button_and_strangers_find_nothing(cast: Cast, signed_in_as: SignIn) -> None:
    path = f"{path_of(cast.crisis_center)}/closures"
    with time_machine.travel(NOON, tick=False):
        browser = signed_in_as(cast.provider)
        assert press(browser, path, begins_on="2026-11-24", ends_on="2026-11-26").status_code == 303
        made = db.session.query(d.Closure).one()
        end = f"{path}/{made.id}/end"
        assert public(cast.crisis_center).open.open is False
        assert signed_in_as(cast.stranger).get(path).status_code in (403, 404)
        assert signed_in_as(cast.shelter_worker).get(path).status_code == 404
        assert signed_in_as(cast.shelter_worker).post(end).status_code == 404
        assert browser.post(end).status_code == 303
        assert public(cast.crisis_center).open.open is True
        assert "This was over already." in browser.get(browser.post(end).location).text
