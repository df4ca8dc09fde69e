"""The pages of the handoff: questions and script, transport, appointment and card, and the code for a victim service."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.referrals.models import ArrivalTally, CallRecord, QuestionList, ScriptAnswers, Transport
from portal.store import db
from tests.people import Cast
from tests.referrals.drive import today
from tests.referrals.test_arrival_codes import haven_worker
from tests.web.forms import field_of, offer_of, press, refer

pytestmark = pytest.mark.sqlite_only
SignIn = Callable[[Any], FlaskClient]


def accepted(cast: Cast, signed_in_as: SignIn, **more: Any) -> Any:
    """A referral to which the crisis center's desk, signed in, said yes."""
    offer = offer_of(refer(cast, signed_in_as, **more))
    path = f"/offers/{offer.id}"
    done = press(signed_in_as(cast.provider), path, to=f"{path}/answer", answer="accept", by="Pat")
    assert done.status_code == 303
    return offer_of(offer.need)


def test_a_service_writes_its_questions_and_the_sender_reads_them_out(
    cast: Cast, signed_in_as: SignIn
) -> None:
    desk, sender = signed_in_as(cast.provider), signed_in_as(cast.responder)
    path = f"/listings/{cast.crisis_center.id}/questions"
    asked = {
        "question_1": "Can the person walk?",
        "needed_1": "y",
        "question_3": "How did they come?",
        "kind_3": "choice",
        "choices_3": "on foot, by car",
    }
    assert press(desk, path, **asked).status_code == 303
    assert "Can the person walk?" in desk.get(path).text
    need = refer(cast, signed_in_as, hears_back="y")
    assert "They will ask you" not in sender.get(f"/needs/{need.id}").text, "not before the yes"
    offer = offer_of(need)
    press(desk, f"/offers/{offer.id}", to=f"/offers/{offer.id}/answer", answer="accept", by="Pat")
    page = sender.get(f"/needs/{need.id}").text
    assert page.index("They will ask you") < page.index("Can the person walk?")
    saved = press(sender, f"/offers/{offer.id}/answers", answer_2="by car")
    assert saved.status_code == 303
    assert "They still need: Can the person walk?" in sender.get(f"/needs/{need.id}").text
    told = desk.get(f"/offers/{offer.id}/answers").text
    assert "by car" in told
    assert "not said" in told
    assert "checked" in sender.get(f"/offers/{offer.id}/answers").text
    stranger = signed_in_as(cast.stranger)
    for browser in (stranger, signed_in_as(cast.supervisor), signed_in_as(cast.shelter_worker)):
        assert browser.get(f"/offers/{offer.id}/answers").status_code == 404


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"question_1": "Which diagnosis?"}, "Do not ask for a name"),
        ({"question_1": "Which?", "kind_1": "choice", "choices_1": "one"}, "two to six"),
        ({"question_8": "x" * 200}, "120 characters"),
        ({"question_2": "\x00"}, "cannot be stored"),
        ({"question_1": "Walks?", "kind_1": "magic"}, "Not a valid choice"),
        ({"question_1": "Walks?", "version": "²"}, "This page is old"),
    ],
)
def test_a_bad_question_is_said_beside_it_and_the_form_stays_filled(
    cast: Cast, signed_in_as: SignIn, typed: dict[str, str], words: str
) -> None:
    answered = press(signed_in_as(cast.provider), f"/listings/{cast.crisis_center.id}/questions", **typed)
    assert answered.status_code == 422
    assert words in answered.text
    assert db.session.query(QuestionList).count() == 0


def test_two_people_edit_the_questions_at_once(cast: Cast, signed_in_as: SignIn) -> None:
    path = f"/listings/{cast.crisis_center.id}/questions"
    one, two = signed_in_as(cast.provider), signed_in_as(cast.steward)
    opened = two.get(path).text
    assert press(one, path, question_1="Can they walk?").status_code == 303
    late = press(two, path, page=opened, question_1="Any pets?")
    assert (late.status_code, "Any pets?" in late.text) == (409, True)
    for account, status in ((cast.responder, 403), (cast.shelter_worker, 404)):
        assert signed_in_as(account).get(path).status_code == status


def test_the_call_page_holds_the_script_and_keeps_the_answers(cast: Cast, signed_in_as: SignIn) -> None:
    press(signed_in_as(cast.steward), f"/listings/{cast.detox.id}/questions", question_1="Can they walk?")
    sender = signed_in_as(cast.responder)
    path = f"/services/{cast.detox.id}/call"
    assert "Can they walk?" in sender.get(path).text
    saved = press(sender, path, result="yes", answer_1="yes", need="detox", spoke_with="Dee")
    assert saved.status_code == 303
    assert db.session.query(ScriptAnswers).count() == 1


def test_a_handoff_is_recorded_with_its_times_filled_in_and_says_why_it_is_cold(
    cast: Cast, signed_in_as: SignIn
) -> None:
    offer = accepted(cast, signed_in_as, hears_back="y")
    sender = signed_in_as(cast.responder)
    page = sender.get(f"/offers/{offer.id}/handoff").text
    assert field_of(page, "started_at")
    assert field_of(page, "ended_at")
    saved = press(sender, f"/offers/{offer.id}/handoff", method="three_way_call", spoke_with_role="nurse")
    assert saved.status_code == 303
    told = sender.get(f"/needs/{offer.need_id}").text
    assert "Cold: nobody answered" in told
    warm = dict.fromkeys(("answered", "person_present", "person_agreed", "receiver_took_over"), "y")
    put_right = press(
        sender, f"/offers/{offer.id}/handoff-correction", spoke_with_name="Dee", person_spoke="y", **warm
    )
    assert put_right.status_code == 303
    told = sender.get(f"/needs/{offer.need_id}").text
    assert "Warm: all three were live together" in told
    assert "Dee, Nurse" in told
    assert "Handoff corrected" in told


def test_the_way_there_is_recorded_in_steps(cast: Cast, signed_in_as: SignIn) -> None:
    offer = accepted(cast, signed_in_as, hears_back="y")
    sender, path = signed_in_as(cast.responder), f"/offers/{offer.id}/transport"
    assert press(sender, path).status_code == 422
    assert press(sender, path, means="police", voluntary="yes").status_code == 303
    future = press(sender, path, means="police", voluntary="yes", departed_at="2099-01-01T10:00")
    assert (future.status_code, "Give a time between" in future.text) == (422, True)
    assert "Police" in sender.get(f"/needs/{offer.need_id}").text
    assert "Police" in signed_in_as(cast.provider).get(f"/offers/{offer.id}").text
    assert db.session.query(Transport).one().voluntary
    assert signed_in_as(cast.stranger).get(path).status_code == 404


def test_an_appointment_goes_into_the_hand_of_the_person_and_not_to_the_sender(
    cast: Cast, signed_in_as: SignIn
) -> None:
    offer = accepted(cast, signed_in_as, hears_back="y")
    desk, sender = signed_in_as(cast.provider), signed_in_as(cast.responder)
    day = today() + timedelta(days=2)
    nine = datetime.combine(day, time(9), ZoneInfo("America/Chicago"))
    made = press(desk, f"/offers/{offer.id}/appointment", appointment_at=f"{day}T09:00")
    assert made.status_code == 303
    card = desk.get(f"/offers/{offer.id}/card")
    assert f"{day:%A, %B} {day.day}, {day.year}" in card.text
    assert "1 Main St" in card.text
    body = card.text[card.text.index("<main") :]
    for word in ("risis", "Canary", "Receiving"):
        assert word not in body
    file = desk.get(f"/offers/{offer.id}/appointment.ics")
    assert (file.mimetype, file.status_code) == ("text/calendar", 200)
    assert f"DTSTART:{nine.astimezone(UTC):%Y%m%dT%H%M%SZ}" in file.text
    for path in ("card", "appointment.ics"):
        for account, status in ((cast.shelter_worker, 404), (cast.responder, 403), (cast.admin, 403)):
            assert signed_in_as(account).get(f"/offers/{offer.id}/{path}").status_code == status
    assert "ppointment" not in sender.get(f"/needs/{offer.need_id}").text
    assert f"9:00\u202fAM on {day:%b} {day.day}" not in sender.get(f"/needs/{offer.need_id}").text


def test_services_are_shown_again_when_the_sender_asks(cast: Cast, signed_in_as: SignIn) -> None:
    need = refer(cast, signed_in_as, hears_back="y")
    offer = offer_of(need)
    path = f"/offers/{offer.id}"
    press(signed_in_as(cast.provider), path, to=f"{path}/answer", answer="decline", reason="left")
    sender = signed_in_as(cast.responder)
    shown = sender.get(f"/needs/{need.id}/next-service").text
    assert "Show services again" in shown
    again = re.search(r'href="([^"]+again=y)"', shown)
    assert again is not None
    assert "Show services again" not in sender.get(again[1]).text


def test_a_request_that_is_there_twice_is_offered_to_be_voided(cast: Cast, signed_in_as: SignIn) -> None:
    need = refer(cast, signed_in_as, hears_back="y")
    offer = offer_of(need)
    path = f"/offers/{offer.id}"
    press(signed_in_as(cast.provider), path, to=f"{path}/answer", answer="decline", reason="duplicate")
    page = signed_in_as(cast.responder).get(f"/needs/{need.id}").text
    assert "this request is there twice" in page
    dark = offer_of(refer(cast, signed_in_as, confirm_duplicate="y"))
    path = f"/offers/{dark.id}"
    press(signed_in_as(cast.provider), path, to=f"{path}/answer", answer="decline", reason="duplicate")
    assert "twice" not in signed_in_as(cast.responder).get(f"/needs/{dark.need_id}").text


def test_a_call_to_a_victim_service_gives_a_code_once(app: Flask, cast: Cast, signed_in_as: SignIn) -> None:
    haven = cast.victim_service
    browser = signed_in_as(cast.responder)
    path = f"/services/{haven.id}/call"
    opened = browser.get(path).text
    given = press(browser, path, page=opened, answered="yes", code="y")
    assert given.status_code == 200
    assert given.headers["Cache-Control"] == "no-store"
    code = re.search(r'class="code big">([a-z]+ [a-z]+ \d\d)<', given.text)
    assert code is not None
    again = press(browser, path, page=opened, answered="yes", code="y")
    assert (again.status_code, again.headers["Location"]) == (303, "/needs")
    assert db.session.query(CallRecord).count() == 1
    plain = press(browser, path, answered="no")
    assert plain.status_code == 303

    worker = signed_in_as(haven_worker(cast))
    page = f"/listings/{haven.id}/arrivals"
    assert f'href="{page}"' in worker.get(f"/listings/{haven.id}").text
    right = press(worker, page, code=code[1])
    wrong = press(worker, page, code="apple apple 22")
    assert (right.status_code, right.headers["Location"]) == (wrong.status_code, wrong.headers["Location"])
    assert press(worker, page, code=" ").status_code == 422
    assert [(row.handed, row.arrived) for row in db.session.query(ArrivalTally)] == [(1, 1)]
    for account, status in ((cast.steward, 404), (cast.provider, 404), (cast.responder, 403)):
        assert signed_in_as(account).get(page).status_code == status
    assert signed_in_as(cast.evaluator).get("/reports/arrivals").status_code == 200
    assert signed_in_as(cast.supervisor).get("/reports/arrivals").status_code == 403
    for name in ("/needs", f"/services/{haven.id}", path):
        assert code[1] not in browser.get(name).text
