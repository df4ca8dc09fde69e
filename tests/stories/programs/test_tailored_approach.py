"""A tailored approach: CIT, co-response and case management at one agency; one call has one owner of what follows, not three."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.programs.models import Encounter, ProgramTask, ResponseProgram
from portal.store import db
from tests.people import Cast
from tests.programs.figures import figures
from tests.web.forms import SignIn, press

DAY = datetime(2026, 8, 12, 18, tzinfo=UTC)


@pytest.fixture(autouse=True)
def moved() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(DAY, tick=False) as traveller:
        yield traveller


def turn_on(cast: Cast, steward: FlaskClient, code: str, *members: tuple[Any, str]) -> ResponseProgram:
    """A steward turns it on through the pages, and says who works in it."""
    shown = press(steward, "/programs/new", preset=code, organization_id=str(cast.team.id))
    assert shown.status_code == 200, shown.text
    assert press(steward, "/programs/new", shown.text, step="save").status_code == 303
    row = db.session.scalars(select(ResponseProgram).where(ResponseProgram.preset == code)).one()
    for account, role in members:
        added = press(steward, f"/programs/{row.id}/members", account_id=str(account.id), role=role)
        assert added.status_code == 303, added.text
    return row


def record(browser: FlaskClient, program: ResponseProgram, **data: Any) -> Encounter:
    given = {"source": "911", "outcome": "resolved", "contact_consent": "yes"} | data
    sent = press(browser, f"/programs/{program.id}/encounters/new", **given)
    assert sent.status_code == 303, sent.text
    found = sent.headers["Location"].rsplit("/", 1)[-1]
    return next(row for row in db.session.scalars(select(Encounter)) if str(row.id) == found)


def owners(encounter: Encounter) -> set[str]:
    """The programs that still owe this call something."""
    db.session.expire_all()
    tasks = db.session.scalars(select(ProgramTask).where(ProgramTask.encounter_id == encounter.id))
    return {task.program.preset for task in tasks if task.state == "open"}


def test_one_call_has_one_owner_and_not_three(cast: Cast, signed_in_as: SignIn) -> None:
    steward, browser = signed_in_as(cast.steward), signed_in_as(cast.responder)
    co_response = turn_on(cast, steward, "co-responder", (cast.colleague, "clinician"))
    pic = turn_on(cast, steward, "partners-in-care-nashville", (cast.responder, "officer"))
    cit = turn_on(cast, steward, "cit-memphis", (cast.responder, "cit_officer"))
    mobile = turn_on(cast, steward, "mobile-crisis-team", (cast.colleague, "clinician"))
    before = record(browser, pic, reference="23-0001")
    assert owners(before) == {"partners-in-care-nashville"}, "each its own, as long as nothing composes them"

    shown = press(steward, "/programs/new", preset="tailored-approach", organization_id=str(cast.team.id))
    assert "There is one owner, never two." in shown.text
    tailored = turn_on(cast, steward, "tailored-approach", (cast.supervisor, "liaison"))
    call = record(browser, cit, reference="23-0002")
    assert owners(call) == {"mobile-crisis-team"}, "the first in line"
    assert len(db.session.scalars(select(ProgramTask)).all()) == 2

    path = f"/programs/{mobile.id}/settings"
    effect = press(steward, path, rank="200")
    assert press(steward, path, effect.text, step="save").status_code == 303
    assert owners(call) == {"mobile-crisis-team"}, "who has it keeps it"
    later = record(browser, cit, reference="23-0003")
    assert owners(later) == {"partners-in-care-nashville"}

    liaison = signed_in_as(cast.supervisor)
    inbox = f"/programs/{tailored.id}/inbox"
    page = liaison.get(inbox).text
    assert "Waiting (3)" in page
    assert "23-0002" in page
    assert browser.get(inbox).status_code == 404, "not the liaison"
    given = press(liaison, inbox, page, f"{inbox}/{call.id}", owner=str(co_response.id))
    assert given.status_code == 303, given.text
    assert owners(call) == {"co-responder"}
    task = db.session.scalars(
        select(ProgramTask).where(ProgramTask.program_id == co_response.id, ProgramTask.state == "open")
    ).one()
    assert task.due_at - call.recorded_at == timedelta(days=3), "nobody waits longer for it"
    refused = press(liaison, inbox, liaison.get(inbox).text, f"{inbox}/{call.id}", owner=str(cit.id))
    assert refused.status_code == 422
    assert "owes this call nothing" in refused.text

    report = figures(liaison, tailored, "2026-q3")
    had = {label: row["numerator"] for (measure, label), row in report.items() if measure == "one_owner"}
    assert (had["Partners in Care"], had[co_response.name], had["More than one program"]) == (
        "2",
        "1",
        "0",
    )
    assert report["agency_calls", "Calls of all programs"]["numerator"] == "3"


@pytest.mark.sqlite_only
def test_who_follows_the_person_every_week_follows_their_calls_and_nobody_else(
    cast: Cast, signed_in_as: SignIn, moved: time_machine.Traveller
) -> None:
    steward = signed_in_as(cast.steward)
    turn_on(cast, steward, "cit-memphis", (cast.responder, "cit_officer"))
    turn_on(cast, steward, "co-responder", (cast.colleague, "clinician"))
    cases = turn_on(
        cast, steward, "case-management", (cast.responder, "officer"), (cast.colleague, "case_manager")
    )
    turn_on(cast, steward, "tailored-approach", (cast.supervisor, "liaison"))
    for day in range(5):
        moved.move_to(DAY + timedelta(days=day))
        browser = signed_in_as(cast.responder)
        call = record(browser, cases, reference=f"C-{day}")
        assert owners(call) == {"co-responder"}
        named = press(browser, f"/encounters/{call.id}/person", name="Jo Canary", phone="615-555-0177")
        assert named.status_code == 303, named.text
        assert owners(call) == ({"co-responder"} if day < 4 else set()), (
            "the fifth opens a case, which has the call"
        )
    kept = db.session.scalars(select(ProgramTask).where(ProgramTask.close_reason != "")).one()
    assert kept.close_reason == "given_to_another_program"


@pytest.mark.sqlite_only
def test_a_program_may_keep_to_its_own_calls(cast: Cast, signed_in_as: SignIn) -> None:
    steward, browser = signed_in_as(cast.steward), signed_in_as(cast.responder)
    turn_on(cast, steward, "tailored-approach", (cast.supervisor, "liaison"))
    pic = turn_on(cast, steward, "partners-in-care-nashville", (cast.responder, "officer"))
    cit = turn_on(cast, steward, "cit-memphis", (cast.responder, "cit_officer"))
    path = f"/programs/{pic.id}/settings"
    effect = press(steward, path, own_calls_only="y")
    assert press(steward, path, effect.text, step="save").status_code == 303
    assert owners(record(browser, cit, reference="A-1")) == set()
    assert owners(record(browser, pic, reference="A-2")) == {"partners-in-care-nashville"}
