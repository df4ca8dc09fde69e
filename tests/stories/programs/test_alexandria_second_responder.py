"""Second responder: two taps of an officer, a social worker within one business day, and a missed check-in that is noticed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text

from portal import programs
from portal.messages.models import Message
from portal.programs.models import LoneVisit, PanicContact, ResponseProgram
from portal.store import clock, db
from tests.people import Cast
from tests.programs.acting import turned_on
from tests.programs.working import lines_of, listed, newest, tasks_of, tick, tried
from tests.web.forms import SignIn, press

pytestmark = pytest.mark.sqlite_only
FRIDAY = datetime(2026, 7, 10, 19, tzinfo=UTC)  # 2 in the afternoon


@pytest.fixture(autouse=True)
def moved() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(FRIDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def queue(cast: Cast) -> ResponseProgram:
    """The responder is an officer as all responders of the agency are; the colleague is the social worker, the provider watches as
    the dispatcher."""
    return turned_on(
        cast,
        "alexandria-second-responder",
        (cast.colleague, "social_worker"),
        (cast.provider, "dispatcher"),
    )


def test_two_taps_and_the_social_worker_has_it_until_the_next_business_day(
    app: Flask, cast: Cast, queue: ResponseProgram, signed_in_as: SignIn, moved: time_machine.Traveller
) -> None:
    officer, worker = signed_in_as(cast.responder), signed_in_as(cast.colleague)
    path = f"/programs/{queue.id}/flags"
    assert f'href="{path}"' in officer.get(f"/programs/{queue.id}").text, "the first tap"
    assert press(officer, path).status_code == 422, "what it is about is asked"
    assert press(officer, path, response_type="older_adult").status_code == 303
    call = newest(queue.id).id
    contact = tasks_of(call)["contact"]
    assert contact.due_at == datetime(2026, 7, 13, 19, tzinfo=UTC), (
        "Friday afternoon plus one business day is Monday"
    )
    assert listed(worker) == ["The social worker gets in touch"]
    assert officer.get(f"/tasks/{contact.id}").status_code == 404, "the social worker's, not the officer's"

    moved.move_to(datetime(2026, 7, 13, 15, tzinfo=UTC))
    worker = signed_in_as(cast.colleague)
    tried(worker, contact, "in_person", "reached", ends="contact", given="benefits")
    moved.move_to(FRIDAY + timedelta(days=92))
    worker = signed_in_as(cast.colleague)
    review = tasks_of(call)["calls_90"]
    missing = press(worker, f"/tasks/{review.id}/ending", ask_calls_before="9")
    assert missing.status_code == 422
    assert (
        press(worker, f"/tasks/{review.id}/ending", ask_calls_before="9", ask_calls_after="2").status_code
        == 303
    )

    over = signed_in_as(cast.supervisor)
    third = lines_of(over, queue.id, "2026-q3")
    in_time = third["in_time", "First contact in time", "First contact in time"]
    assert (in_time["numerator"], in_time["denominator"]) == ("1", "1")
    assert third["caseload", "A worker, on average", "July 2026"]["value"] == "1.0000"
    assert third["caseload", "People with an open follow-up", "July 2026"]["numerator"] == "1"
    fourth = lines_of(over, queue.id, "2026-q4")
    address = ("calls_at_address", "Calls to the address, before and after")
    assert [
        fourth[(*address, f"Calls in the 90 days {when}")]["numerator"] for when in ("before", "after")
    ] == ["9", "2"]


def test_a_missed_check_in_alerts_the_dispatcher(
    app: Flask, cast: Cast, queue: ResponseProgram, signed_in_as: SignIn, moved: time_machine.Traveller
) -> None:
    press(
        signed_in_as(cast.responder),
        f"/programs/{queue.id}/flags",
        response_type="mental_health",
        reference="26-0815",
    )
    contact = tasks_of(newest(queue.id).id)["contact"]
    worker = signed_in_as(cast.colleague)
    assert press(worker, "/check-ins/contact", name="Canary Spouse", phone="615-555-0199").status_code == 303
    out = press(worker, f"/check-ins?task={contact.id}", to="", minutes="45", task=str(contact.id))
    assert out.status_code == 303, out.text
    visit = out.headers["Location"]

    moved.shift(timedelta(minutes=44))
    assert tick() == 0
    assert letters(cast.provider.email) == 0
    assert signed_in_as(cast.provider).get(f"{visit}/contact").status_code == 404, "nobody is late yet"
    moved.shift(timedelta(minutes=1))
    tick()
    tick()
    assert letters(cast.provider.email) == 1, "the dispatcher, once"
    assert letters(cast.responder.email) == 0

    dispatcher = signed_in_as(cast.provider)
    assert "Cole League has not checked in" in dispatcher.get("/tasks").text
    page = dispatcher.get(visit).text
    assert "Not heard of in time" in page
    assert 'href="tel:+16155550100"' in page
    assert "26-0815" in page
    assert "Canary Spouse" not in page
    assert "Canary Spouse" in dispatcher.get(f"{visit}/contact").text
    assert "reveal_panic_contact" in db.session.scalars(text("SELECT action FROM audit_entry")).all()
    assert signed_in_as(cast.responder).get(f"{visit}/contact").status_code == 404
    assert signed_in_as(cast.stranger).get(visit).status_code == 404
    assert press(dispatcher, visit, to=f"{visit}/word", word="care").status_code == 303

    worker = signed_in_as(cast.colleague)
    assert "Pat Provider takes care of it" in worker.get(visit).text
    assert press(worker, visit, to=f"{visit}/word", word="back").status_code == 303
    assert db.session.scalars(select(LoneVisit)).one().ended_at is not None
    told = lines_of(signed_in_as(cast.supervisor), queue.id, "2026-q3")
    alone = ("alone", "Visits alone")
    assert [told[(*alone, label)]["numerator"] for label in ("Visits alone", "Not heard of in time", "Calls for help")] == [
        "1", "1", "0"
    ]  # fmt: skip


def test_a_call_for_help_is_told_at_once_and_the_contact_is_kept_ninety_days(
    app: Flask, cast: Cast, queue: ResponseProgram, signed_in_as: SignIn, moved: time_machine.Traveller
) -> None:
    worker = signed_in_as(cast.colleague)
    press(worker, "/check-ins/contact", name="Canary Spouse", phone="615-555-0199")
    stored = " ".join(map(str, db.session.execute(text("SELECT * FROM panic_contact")).one()))
    assert "Canary" not in stored
    assert "0199" not in stored
    visit = press(worker, "/check-ins", minutes="45").headers["Location"]
    assert press(worker, "/check-ins", minutes="45").status_code == 422, "one visit at a time"
    press(worker, visit, to=f"{visit}/word", word="help")
    assert letters(cast.provider.email) == 1
    assert "calls for help" in signed_in_as(cast.provider).get("/tasks").text
    programs.forget_contacts(clock.now() + timedelta(days=89))
    assert db.session.scalars(select(PanicContact)).all()
    programs.forget_contacts(clock.now() + timedelta(days=91))
    assert not db.session.scalars(select(PanicContact)).all()


def letters(address: str) -> int:
    return len(db.session.scalars(select(Message).where(Message.to_address == address)).all())
