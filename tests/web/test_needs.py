"""The sender's own pages: how a referral stands, as far as the person allowed it, and what comes next."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from flask import Flask

from portal.referrals import tick
from portal.referrals.models import Need
from portal.store import clock
from tests.people import Cast
from tests.web.forms import SignIn, field_of, offer_of, press, refer


def answer(cast: Cast, signed_in_as: SignIn, need: Need, pressed: str, **more: str) -> None:
    """The crisis center's desk answers."""
    path = f"/offers/{offer_of(need).id}"
    done = press(signed_in_as(cast.provider), path, to=f"{path}/answer", answer=pressed, **more)
    assert done.status_code == 303, done.text


def same_for_all(page: str, need: Need) -> str:
    """A page without what differs from request to request: nonce, token, the need's own id and codes."""
    page = (
        re.sub(r'(nonce|value)="[^"]*"', "", page)
        .replace(str(need.id), "")
        .replace(str(offer_of(need).id), "")
    )
    page = page.replace(need.id.hex[:6].upper(), "")
    return re.sub(r'class="code">\d{6}<', "", page)


@pytest.mark.sqlite_only
def test_my_referrals_with_state_and_clock(cast: Cast, signed_in_as: SignIn) -> None:
    need = refer(cast, signed_in_as)
    page = signed_in_as(cast.responder).get("/needs")
    assert page.status_code == 200
    assert f"/needs/{need.id}" in page.text
    assert "Crisis Receiving" in page.text
    assert "left</span>" in page.text
    assert "Canary" not in page.text
    assert 'http-equiv="refresh"' in page.text
    assert 'http-equiv="refresh"' not in signed_in_as(cast.responder).get("/needs?pause=1").text


@pytest.mark.sqlite_only
def test_no_page_says_that_help_is_coming_before_the_yes(cast: Cast, signed_in_as: SignIn) -> None:
    need = refer(cast, signed_in_as, hears_back="y")
    page = signed_in_as(cast.responder).get(f"/needs/{need.id}").text.lower()
    assert "help is" not in page
    assert "accepted" not in page
    assert "on the way" not in page


def test_without_permission_yes_and_no_look_the_same(cast: Cast, signed_in_as: SignIn) -> None:
    with time_machine.travel(clock.now(), tick=False):
        yes = refer(cast, signed_in_as, name="A", phone="615-555-0171")
        no = refer(cast, signed_in_as, name="B", phone="615-555-0172")
        answer(cast, signed_in_as, yes, "accept", by="Pat")
        answer(cast, signed_in_as, no, "decline", reason="no_bed_or_slot")
        for path in ("/needs/{}", "/needs/{}/next-service"):
            browser = signed_in_as(cast.responder)
            one, other = (same_for_all(browser.get(path.format(need.id)).text, need) for need in (yes, no))
            assert one == other
            assert "accepted" not in one.lower()
            assert "declined" not in one.lower()


@pytest.mark.sqlite_only
def test_with_permission_the_answer_is_shown(cast: Cast, signed_in_as: SignIn) -> None:
    need = refer(cast, signed_in_as, hears_back="y")
    answer(cast, signed_in_as, need, "accept", by="Pat")
    page = signed_in_as(cast.responder).get(f"/needs/{need.id}").text
    assert "Accepted" in page
    assert offer_of(need).code in page


@pytest.mark.sqlite_only
def test_with_permission_a_no_shows_its_group_alone(cast: Cast, signed_in_as: SignIn) -> None:
    need = refer(cast, signed_in_as, hears_back="y")
    answer(cast, signed_in_as, need, "decline", reason="prior_exclusion")
    page = signed_in_as(cast.responder).get(f"/needs/{need.id}").text
    assert "Not the right place" in page
    assert "Cannot come back" not in page


@pytest.mark.sqlite_only
def test_a_question_is_answered_on_a_page_of_its_own(cast: Cast, signed_in_as: SignIn) -> None:
    need = refer(cast, signed_in_as)
    answer(cast, signed_in_as, need, "question", question="Can they walk?")
    browser = signed_in_as(cast.responder)
    page = browser.get(f"/needs/{need.id}").text
    assert "Can they walk?" in page
    path = f"/offers/{offer_of(need).id}/information"
    assert press(browser, path, text=" ").status_code == 422
    assert press(browser, path, text="Yes, with a cane.").status_code == 303
    assert offer_of(need).state == "seen"
    assert "Yes, with a cane." in browser.get(f"/needs/{need.id}").text


def test_after_a_no_the_sender_asks_the_next_service(cast: Cast, signed_in_as: SignIn) -> None:
    need = refer(cast, signed_in_as, need="shelter", hears_back="y")
    answer(cast, signed_in_as, need, "decline", reason="no_bed_or_slot")
    browser = signed_in_as(cast.responder)
    path = f"/needs/{need.id}/next-service"
    assert path in browser.get(f"/needs/{need.id}").text
    assert press(browser, path).status_code == 422
    page = browser.get(path).text
    assert str(cast.shelter.id) in page
    assert str(cast.victim_service.id) not in page
    assert press(browser, path, page, listing="not-an-id").status_code == 422
    assert press(browser, path, page, listing=str(cast.shelter.id)).status_code == 303
    assert offer_of(need).service_at_location_id == cast.shelter.id
    assert press(browser, path, page, listing=str(cast.shelter.id)).status_code == 409


@pytest.mark.sqlite_only
def test_cancel_with_a_reason(cast: Cast, signed_in_as: SignIn) -> None:
    need = refer(cast, signed_in_as, hears_back="y")
    browser = signed_in_as(cast.responder)
    path = f"/offers/{offer_of(need).id}/cancellation"
    assert press(browser, path).status_code == 422
    assert press(browser, path, reason="ask_another").status_code == 303
    assert offer_of(need).state == "cancelled"
    assert press(browser, f"/needs/{need.id}/closing", reason="nothing_found").status_code == 303
    page = browser.get("/needs").text
    assert "Closed (1)" in page


@pytest.mark.sqlite_only
def test_the_person_withdraws_at_once(cast: Cast, signed_in_as: SignIn) -> None:
    need = refer(cast, signed_in_as)
    browser = signed_in_as(cast.responder)
    path = f"/offers/{offer_of(need).id}/withdrawal"
    page = browser.get(path).text
    answer(cast, signed_in_as, need, "see")  # the desk was faster: it still counts at once
    assert press(browser, path, page).status_code == 303
    assert offer_of(need).state == "withdrawn"


@pytest.mark.sqlite_only
def test_a_step_on_what_has_changed_is_409_with_the_page(cast: Cast, signed_in_as: SignIn) -> None:
    need = refer(cast, signed_in_as)
    browser = signed_in_as(cast.responder)
    path = f"/offers/{offer_of(need).id}/cancellation"
    page = browser.get(path).text
    answer(cast, signed_in_as, need, "see")
    late = press(browser, path, page, reason="ask_another")
    assert late.status_code == 409
    assert 'role="alert"' in late.text
    assert offer_of(need).state == "seen"


@pytest.mark.sqlite_only
def test_a_witnessed_arrival(cast: Cast, signed_in_as: SignIn) -> None:
    need = refer(cast, signed_in_as, hears_back="y")
    answer(cast, signed_in_as, need, "accept", by="Pat")
    browser = signed_in_as(cast.responder)
    path = f"/offers/{offer_of(need).id}/connected"
    page = browser.get(path).text
    day = field_of(page, "connected_on")
    assert press(browser, path, page, connected_on=day).status_code == 422
    assert press(browser, path, page, connected_on=day, receiver_name="Pat").status_code == 303
    assert offer_of(need).connected_by == "sender"


def test_a_supervisor_sees_what_is_escalated_and_no_name(cast: Cast, signed_in_as: SignIn) -> None:
    need = refer(cast, signed_in_as)
    browser = signed_in_as(cast.supervisor)
    assert browser.get(f"/needs/{need.id}").status_code == 404
    later = clock.now() + timedelta(minutes=11)
    with time_machine.travel(later, tick=False):
        tick(later)
        page = signed_in_as(cast.supervisor).get("/needs").text
        assert f"/needs/{need.id}" in page
        one = signed_in_as(cast.supervisor).get(f"/needs/{need.id}").text
        assert "Mental health crisis" in one
        assert "Canary" not in one
        person = signed_in_as(cast.supervisor).get(f"/offers/{offer_of(need).id}/person")
        assert person.status_code == 404


@pytest.mark.sqlite_only
def test_the_sender_can_read_what_was_entered(cast: Cast, signed_in_as: SignIn) -> None:
    need = refer(cast, signed_in_as)
    browser = signed_in_as(cast.responder)
    path = f"/offers/{offer_of(need).id}/person"
    assert path in browser.get(f"/needs/{need.id}").text
    assert "Jo Canary" in browser.get(path).text


@pytest.mark.sqlite_only
def test_a_name_is_in_no_address_and_no_list(cast: Cast, signed_in_as: SignIn) -> None:
    need = refer(cast, signed_in_as, hears_back="y")
    answer(cast, signed_in_as, need, "accept", by="Pat")
    for account, paths in (
        (cast.responder, ("/needs", f"/needs/{need.id}", f"/offers/{offer_of(need).id}/handoff")),
        (cast.provider, ("/inbox", f"/offers/{offer_of(need).id}", f"/offers/{offer_of(need).id}/handoff")),
    ):
        for path in paths:
            page = signed_in_as(account).get(path)
            assert page.status_code == 200
            assert "Canary" not in page.text


@pytest.mark.sqlite_only
@pytest.mark.parametrize("tail", ["", "/next-service", "/closing"])
def test_strangers_find_nothing(cast: Cast, signed_in_as: SignIn, app: Flask, tail: str) -> None:
    need = refer(cast, signed_in_as)
    path = f"/needs/{need.id}{tail}"
    assert signed_in_as(cast.stranger).get(path).status_code == 404
    assert signed_in_as(cast.responder).get(f"/needs/{uuid4()}{tail}").status_code == 404
    assert signed_in_as(cast.provider).get(path).status_code == 403
    assert app.test_client().get(path).status_code == 303
    if tail:
        page = signed_in_as(cast.responder).get(path).text
        stranger = signed_in_as(cast.stranger)
        own = stranger.get("/sign-in", follow_redirects=True).text
        assert press(stranger, path, own, reason="nothing_found", version="1").status_code == 404
        assert page
