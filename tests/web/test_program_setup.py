"""A steward turns a program on, sees first what that would do, sets it up, and turns it off; nobody else does."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import programs
from portal.programs.models import ProgramMember, ProgramTask, ResponseProgram
from portal.store import Refused, clock, db, write
from tests.people import Cast
from tests.programs.acting import met, turned_on
from tests.referrals.acting import acting
from tests.web.forms import press

pytestmark = pytest.mark.sqlite_only

SignIn = Callable[[Any], FlaskClient]
CODE = "partners-in-care-nashville"


def turn_on(cast: Cast, browser: FlaskClient, code: str = CODE, **more: str) -> ResponseProgram:
    """Through the pages: choose, look at what it would do, save."""
    shown = press(browser, "/programs/new", preset=code, organization_id=str(cast.team.id), **more)
    assert shown.status_code == 200, shown.text
    saved = press(browser, "/programs/new", shown.text, step="save")
    assert saved.status_code == 303, saved.text
    return db.session.scalars(select(ResponseProgram).where(ResponseProgram.preset == code)).one()


def test_a_preset_is_turned_on_after_its_effect_was_shown(cast: Cast, signed_in_as: SignIn) -> None:
    browser = signed_in_as(cast.steward)
    shown = press(browser, "/programs/new", preset=CODE, organization_id=str(cast.team.id))
    assert "within 24 hours" in shown.text
    assert "Each program of this agency follows up its own calls." in shown.text
    assert not db.session.scalars(select(ResponseProgram)).all()
    row = turn_on(cast, browser, name="PIC")
    assert (row.name, row.rank, row.organization_id) == ("PIC", 30, cast.team.id)
    hub = browser.get(f"/programs/{row.id}").text
    assert "Settings" in hub
    again = press(browser, "/programs/new", preset=CODE, organization_id=str(cast.team.id))
    refused = press(browser, "/programs/new", again.text, step="save")
    assert refused.status_code == 422
    assert "on at this agency already" in refused.text


def test_settings_change_what_is_owed_from_now_on(cast: Cast, signed_in_as: SignIn) -> None:
    browser = signed_in_as(cast.steward)
    row = turn_on(cast, browser)
    programs.record_encounter(acting(cast.responder), row.id, met(reference="A-1"))
    path = f"/programs/{row.id}/settings"
    shown = press(browser, path, **{"within.specialist": "48h", "target.M03": "0.05", "rank": "20"})
    for words in ("within 24 hours", "within 48 hours", "0.04", "0.05", "Open tasks: 1 to 10"):
        assert words in shown.text
    assert press(browser, path, shown.text, step="save").status_code == 303
    programs.record_encounter(acting(cast.responder), row.id, met(reference="A-2"))
    first, second = db.session.scalars(select(ProgramTask).order_by(ProgramTask.due_at))
    assert first.due_at - first.made_at == timedelta(hours=24)
    assert second.due_at - second.made_at == timedelta(hours=48)
    db.session.refresh(row)
    here = programs.effective(row)
    assert next(metric.target for metric in here.metrics if metric.code == "M03") == 0.05
    assert row.rank == 20
    assert 'value="48h"' in browser.get(path).text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("within.specialist", "soon", "Write a length"),
        ("within.specialist", "0h", "one minute to two years"),
        ("tries.specialist", "99", "Choose a number"),
        ("target.M03", "low", "Write a number."),
        ("target.M03", "nan", "This is no target."),
        ("hours", "Mon-Fry 8-20", "This line cannot be read"),
        ("rank", "0", "Choose a number"),
        ("name", "", "Write a name."),
    ],
)
def test_a_setting_that_cannot_be_read_is_said_beside_its_field(
    cast: Cast, signed_in_as: SignIn, field: str, value: str, words: str
) -> None:
    browser = signed_in_as(cast.steward)
    row = turn_on(cast, browser)
    path = f"/programs/{row.id}/settings"
    answer = press(browser, path, **{field: value})
    if answer.status_code == 200:  # the effect was shown; the verb refuses
        answer = press(browser, path, answer.text, step="save")
    assert answer.status_code == 422
    assert words in answer.text
    db.session.refresh(row)
    assert row.settings == {}


def test_somebody_else_saved_first(cast: Cast, signed_in_as: SignIn) -> None:
    browser = signed_in_as(cast.steward)
    row = turn_on(cast, browser)
    path = f"/programs/{row.id}/settings"
    mine = press(browser, path, **{"within.specialist": "48h"})
    other = press(browser, path, **{"within.specialist": "12h"})
    assert press(browser, path, other.text, step="save").status_code == 303
    late = press(browser, path, mine.text, step="save")
    assert late.status_code == 409
    assert "Somebody changed this meanwhile" in late.text


def test_districts_have_roll_out_dates_and_people_have_roles(cast: Cast, signed_in_as: SignIn) -> None:
    browser = signed_in_as(cast.steward)
    row = turn_on(cast, browser)
    places, people = f"/programs/{row.id}/districts", f"/programs/{row.id}/members"
    assert press(browser, places, name="North", kind="precinct", since="2021-06-28").status_code == 303
    twice = press(browser, places, name="North", kind="precinct", since="2021-07-01")
    assert twice.status_code == 422
    assert "works there at that time already" in twice.text
    place = row.districts[0]
    ended = press(browser, places, to=f"{places}/{place.id}", until="2020-01-01")
    assert ended.status_code == 422
    assert press(browser, places, to=f"{places}/{place.id}", until="2022-06-30").status_code == 303
    assert press(browser, places, name="North", kind="precinct", since="2022-07-01").status_code == 303

    added = press(browser, people, account_id=str(cast.colleague.id), role="clinician")
    assert added.status_code == 303
    assert programs.roles_in(acting(cast.colleague), row) == {"clinician"}
    assert programs.roles_in(acting(cast.responder), row) == {"officer"}
    assert press(browser, people, account_id=str(cast.evaluator.id), role="clinician").status_code == 422
    member = db.session.scalars(select(ProgramMember)).one()
    yesterday = member.since - timedelta(days=1)
    assert press(browser, people, to=f"{people}/{member.id}", until=str(yesterday)).status_code == 422
    assert press(browser, people, to=f"{people}/{member.id}", until=str(member.since)).status_code == 303


def test_turned_off_it_keeps_what_stands_and_says_where_to_go(cast: Cast, signed_in_as: SignIn) -> None:
    browser = signed_in_as(cast.steward)
    row = turn_on(cast, browser)
    path = f"/programs/{row.id}/turning-off"
    assert press(browser, path, redirect="somewhere").status_code == 422
    assert press(browser, path, redirect="988").status_code == 303
    db.session.refresh(row)
    assert row.turned_off_at is not None
    assert programs.redirect_words(row) == "Partners in Care is closed. Call 988."
    assert "Call 988" in browser.get(f"/programs/{row.id}").text


def test_only_a_steward_sets_up_and_only_who_works_there_sees_it(cast: Cast, signed_in_as: SignIn) -> None:
    row = turn_on(cast, signed_in_as(cast.steward))
    for name, account in cast.everybody.items():
        browser = signed_in_as(account)
        works = name in ("responder", "colleague", "supervisor", "steward")
        seen = browser.get(f"/programs/{row.id}").status_code
        assert (seen == 200) == works, (name, seen)
        for page in ("settings", "districts", "members", "turning-off"):
            assert (browser.get(f"/programs/{row.id}/{page}").status_code == 200) == (name == "steward")
        assert (browser.get("/programs/new").status_code == 200) == (name == "steward")


def test_every_preset_has_a_page_that_says_what_it_is(cast: Cast, signed_in_as: SignIn) -> None:
    browser = signed_in_as(cast.responder)
    shown = browser.get("/programs/presets").text
    for preset in programs.presets().values():
        assert f"/programs/presets/{preset.code}" in shown
        assert browser.get(f"/programs/presets/{preset.code}").status_code == 200
    assert browser.get("/programs/presets/magic").status_code == 404


def test_a_steward_sees_who_changed_what_and_when_old_and_new(cast: Cast, signed_in_as: SignIn) -> None:
    browser = signed_in_as(cast.steward)
    row = turn_on(cast, browser)
    path = f"/programs/{row.id}/settings"
    for within, rank in (("48h", "20"), ("36h", "20")):
        shown = press(browser, path, **{"within.specialist": within, "rank": rank})
        assert press(browser, path, shown.text, step="save").status_code == 303
    places = f"/programs/{row.id}/districts"
    assert press(browser, places, name="North", kind="precinct", since="2026-01-01").status_code == 303
    page = browser.get(f"/programs/{row.id}/history").text
    assert f"/programs/{row.id}/history" in browser.get(path).text
    assert [words for words in re.findall("<h2>([^<]*)</h2>", page) if words[0] in "ATS"] == [
        "A district was added",
        "Settings changed",
        "Settings changed",
        "Turned on",
    ]
    assert page.count(cast.steward.name) >= 4
    told = re.findall(
        r'<th scope="row">([^<]*)</th><td class="lines">([^<]*)</td><td[^>]*><strong>([^<]*)<', page
    )
    assert told == [
        ("The follow-up specialist calls", "within 48 hours, 3 tries", "within 36 hours, 3 tries"),
        ("Place in line", "30", "20"),
        ("The follow-up specialist calls", "within 24 hours, 3 tries", "within 48 hours, 3 tries"),
    ]
    for who in (cast.supervisor, cast.responder, cast.stranger):
        assert signed_in_as(who).get(f"/programs/{row.id}/history").status_code in (403, 404)


def test_a_program_whose_preset_is_gone_still_opens_and_says_so(cast: Cast, signed_in_as: SignIn) -> None:
    row = turned_on(cast, CODE, (cast.responder, "officer"))
    call = programs.record_encounter(acting(cast.responder), row.id, met(reference="A-1"))
    with write() as session:
        session.get_one(ResponseProgram, row.id).preset = "gone-with-the-wind"
    steward, member = signed_in_as(cast.steward), signed_in_as(cast.responder)
    for browser in (steward, member, signed_in_as(cast.supervisor)):
        for page in ("/programs", f"/programs/{row.id}"):
            answer = browser.get(page)
            assert answer.status_code == 200
            assert "has no program \u201cgone-with-the-wind\u201d" in answer.text
        assert browser.get("/tasks").status_code in (200, 403)
    assert member.get(f"/encounters/{call}").status_code == 200
    assert member.get(f"/programs/{row.id}/encounters/new").status_code == 404
    with pytest.raises(Refused, match="Nothing new can be recorded"):
        programs.record_encounter(acting(cast.responder), row.id, met(reference="A-2"))
    programs.tick_tasks(clock.now())
    assert steward.get(f"/programs/{row.id}/settings").status_code == 409
    assert steward.get(f"/programs/{row.id}/history").status_code == 200
    with pytest.raises(Refused):
        programs.turn_on(acting(cast.steward), cast.team.id, "gone-with-the-wind")
    off = f"/programs/{row.id}/turning-off"
    assert press(steward, off).status_code == 303
    assert "Turned off" in steward.get("/programs").text
