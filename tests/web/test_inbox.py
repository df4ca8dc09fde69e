"""The desk's own pages: what is asked, the answer, and the person only after the yes."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from flask import Flask

from portal.referrals.models import Offer
from portal.store import clock
from tests.people import Cast
from tests.web.forms import SignIn, field_of, offer_of, press, refer


@pytest.fixture
def asked(cast: Cast, signed_in_as: SignIn) -> Offer:
    return offer_of(refer(cast, signed_in_as, safety_notes="big dog"))


def accept(cast: Cast, signed_in_as: SignIn, offer: Offer) -> None:
    browser = signed_in_as(cast.provider)
    done = press(browser, f"/offers/{offer.id}", to=f"/offers/{offer.id}/answer", answer="accept", by="Pat")
    assert done.status_code == 303, done.text


@pytest.mark.sqlite_only
def test_the_inbox_lists_what_waits_with_its_clock(cast: Cast, signed_in_as: SignIn, asked: Offer) -> None:
    page = signed_in_as(cast.provider).get("/inbox")
    assert page.status_code == 200
    assert "Waiting for an answer (1)" in page.text
    assert f"/offers/{asked.id}" in page.text
    assert "left</span>" in page.text
    assert "Canary" not in page.text
    assert 'http-equiv="refresh"' in page.text
    assert 'http-equiv="refresh"' not in signed_in_as(cast.provider).get("/inbox?pause=1").text


@pytest.mark.sqlite_only
def test_the_most_urgent_stands_first(cast: Cast, signed_in_as: SignIn) -> None:
    slow = offer_of(refer(cast, signed_in_as, urgency="routine", name="A"))
    fast = offer_of(refer(cast, signed_in_as, urgency="now", name="B", phone=""))
    page = signed_in_as(cast.provider).get("/inbox").text
    assert page.index(str(fast.id)) < page.index(str(slow.id))


@pytest.mark.sqlite_only
def test_availability_buttons_stand_on_top(cast: Cast, signed_in_as: SignIn) -> None:
    page = signed_in_as(cast.provider).get("/inbox").text
    assert f'action="/listings/{cast.crisis_center.id}/availability"' in page
    assert str(cast.shelter.id) not in page


def test_yes_opens_the_person_to_the_desk(cast: Cast, signed_in_as: SignIn, asked: Offer) -> None:
    browser = signed_in_as(cast.provider)
    before = browser.get(f"/offers/{asked.id}")
    assert "Canary" not in before.text
    assert browser.get(f"/offers/{asked.id}/person").status_code == 404
    accept(cast, signed_in_as, asked)
    page = browser.get(f"/offers/{asked.id}").text
    assert offer_of(asked.need).code in page
    assert "taken by Pat" in browser.get("/inbox").text
    person = browser.get(f"/offers/{asked.id}/person")
    for words in ("Jo Canary", "615-555-0177", "big dog"):
        assert words in person.text
    assert person.headers["Cache-Control"] == "no-store"


@pytest.mark.sqlite_only
def test_no_with_a_reason_ends_it_here(cast: Cast, signed_in_as: SignIn, asked: Offer) -> None:
    browser = signed_in_as(cast.provider)
    path = f"/offers/{asked.id}"
    missing = press(browser, path, to=f"{path}/answer", answer="decline")
    assert missing.status_code == 422
    assert "Choose why not." in missing.text
    done = press(browser, path, to=f"{path}/answer", answer="decline", reason="no_bed_or_slot")
    assert done.status_code == 303
    assert offer_of(asked.need).decline_reason == "no_bed_or_slot"


def test_somebody_was_faster(cast: Cast, signed_in_as: SignIn, asked: Offer) -> None:
    browser = signed_in_as(cast.provider)
    path = f"/offers/{asked.id}"
    old = browser.get(path).text
    accept(cast, signed_in_as, asked)
    late = press(browser, path, old, to=f"{path}/answer", answer="decline", reason="no_bed_or_slot")
    assert late.status_code == 409
    assert 'role="alert"' in late.text
    assert offer_of(asked.need).state == "accepted"


def test_the_way_to_connected(cast: Cast, signed_in_as: SignIn, asked: Offer) -> None:
    browser = signed_in_as(cast.provider)
    path = f"/offers/{asked.id}"
    accept(cast, signed_in_as, asked)
    page = browser.get(f"{path}/handoff").text
    facts = dict.fromkeys(
        ("answered", "person_present", "person_spoke", "person_agreed", "receiver_took_over"), "y"
    )
    handed = press(
        browser,
        f"{path}/handoff",
        page,
        method="in_person",
        started_at=field_of(page, "started_at"),
        spoke_with_name="Pat",
        **facts,
    )
    assert handed.status_code == 303, handed.text
    assert "Warm" in browser.get(path).text
    assert offer_of(asked.need).state == "handoff"
    page = browser.get(f"{path}/connected").text
    done = press(browser, f"{path}/connected", page, connected_on=field_of(page, "connected_on"))
    assert done.status_code == 303, done.text
    assert offer_of(asked.need).state == "connected"


@pytest.mark.sqlite_only
def test_an_appointment_missed_and_made_again(cast: Cast, signed_in_as: SignIn, asked: Offer) -> None:
    browser = signed_in_as(cast.provider)
    path = f"/offers/{asked.id}"
    accept(cast, signed_in_as, asked)
    tomorrow = (clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT10:00")
    assert press(browser, f"{path}/appointment", appointment_at=tomorrow).status_code == 303
    assert "Appointment: 10:00" in browser.get(path).text
    assert press(browser, f"{path}/no-show").status_code == 422
    with time_machine.travel(clock.now() + timedelta(days=2), tick=False):
        browser = signed_in_as(cast.provider)
        assert press(browser, f"{path}/no-show").status_code == 303
        assert offer_of(asked.need).state == "no_show"
        assert press(browser, f"{path}/attempts", means="phone", result="no_answer").status_code == 303
        version = str(offer_of(asked.need).version)
        early = press(browser, path, to=f"{path}/unable-to-reach", version=version)
        assert early.status_code == 422
        assert "Try three times, on three days, and record each try." in early.text
        assert press(browser, f"{path}/not-connected", reason="left").status_code == 303
        assert offer_of(asked.need).state == "not_connected"


@pytest.mark.sqlite_only
def test_the_person_said_no_after_all(cast: Cast, signed_in_as: SignIn, asked: Offer) -> None:
    browser = signed_in_as(cast.provider)
    accept(cast, signed_in_as, asked)
    assert press(browser, f"/offers/{asked.id}/withdrawal").status_code == 303
    assert offer_of(asked.need).state == "withdrawn"
    assert browser.get(f"/offers/{asked.id}/person").status_code == 404


@pytest.mark.sqlite_only
def test_a_follow_up_is_recorded_when_it_is_due(cast: Cast, signed_in_as: SignIn, asked: Offer) -> None:
    accept(cast, signed_in_as, asked)
    with time_machine.travel(clock.now() + timedelta(hours=25), tick=False):
        browser = signed_in_as(cast.provider)
        page = browser.get(f"/offers/{asked.id}").text
        assert page.count("/follow-ups/") == 1
        task = (
            "/offers/"
            + page.split("/follow-ups/")[0].split("/offers/")[-1]
            + "/follow-ups/"
            + page.split("/follow-ups/")[1].split('"')[0]
        )
        assert press(browser, task).status_code == 422
        assert press(browser, task, result="in_service", means="phone").status_code == 303
        assert "Is getting the service" in browser.get(f"/offers/{asked.id}").text
        assert browser.get(f"/offers/{asked.id}/follow-ups/{uuid4()}").status_code == 404


@pytest.mark.sqlite_only
@pytest.mark.parametrize("noun", ["handoff", "connected", "appointment", "no-show", "withdrawal", "attempts"])
def test_strangers_find_nothing(
    cast: Cast, signed_in_as: SignIn, asked: Offer, app: Flask, noun: str
) -> None:
    for account in (cast.stranger, cast.shelter_worker):
        browser = signed_in_as(account)
        assert browser.get(f"/offers/{asked.id}/{noun}").status_code == 404
        assert browser.get(f"/offers/{asked.id}").status_code == 404
        assert browser.get(f"/offers/{asked.id}/person").status_code == 404
    for account in (cast.steward, cast.evaluator):
        assert signed_in_as(account).get(f"/offers/{asked.id}/{noun}").status_code == 403
    assert app.test_client().get(f"/offers/{asked.id}/{noun}").status_code == 303


@pytest.mark.sqlite_only
def test_yours_but_not_your_role_is_403(cast: Cast, signed_in_as: SignIn, asked: Offer) -> None:
    sender, desk = signed_in_as(cast.responder), signed_in_as(cast.provider)
    assert sender.get("/inbox").status_code == 403
    assert sender.get(f"/offers/{asked.id}/appointment").status_code == 403
    assert desk.get(f"/offers/{asked.id}/cancellation").status_code == 403
    assert desk.get("/needs").status_code == 403
    page = sender.get("/needs").text
    assert press(sender, "", page or "", to=f"/offers/{asked.id}/answer", answer="see").status_code == 403


@pytest.mark.sqlite_only
def test_a_shelter_worker_cannot_answer_for_the_center(
    cast: Cast, signed_in_as: SignIn, asked: Offer
) -> None:
    browser = signed_in_as(cast.shelter_worker)
    page = browser.get("/inbox").text
    assert str(asked.id) not in page
    forced = press(
        browser, "/inbox", page, to=f"/offers/{asked.id}/answer", answer="accept", by="S", version="1"
    )
    assert forced.status_code == 404
    assert offer_of(asked.need).state == "sent"


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "junk",
    [
        {},
        {"version": "x", "answer": "see"},
        {"version": "9" * 40, "answer": "accept", "by": "P"},
        {"answer": "waitlist", "answer_by": "9999-12-31"},
        {"answer": "decline", "reason": "made up"},
        {"answer": "decline", "reason": "age", "who_could": "not an id"},
        {"answer": "question", "question": "\x00"},
        {"started_at": "9999-12-31T23:59", "method": "call"},
        {"appointment_at": "9999-12-31T23:59"},
        {"connected_on": "9999-12-31"},
    ],
)
def test_junk_never_breaks_a_step(
    cast: Cast, signed_in_as: SignIn, asked: Offer, junk: dict[str, str]
) -> None:
    browser = signed_in_as(cast.provider)
    for noun in ("answer", "handoff", "appointment", "connected", "attempts", "not-connected"):
        data = {"version": "1"} | junk
        assert browser.post(f"/offers/{asked.id}/{noun}", data=data).status_code in (303, 409, 422)
