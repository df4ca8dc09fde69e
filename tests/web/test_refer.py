"""The sender's form: few fields, nothing lost on a mistake, nothing sent twice, and no form for who only takes calls."""

from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.messages.models import Message
from portal.referrals.models import CallRecord, Need, Offer
from portal.store import db
from tests.people import Cast
from tests.web.forms import SignIn, field_of, offer_of, press, refer

PERSON = {"name": "J.D.", "phone": "615-555-0177", "basis": "verbal_consent"}


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_referral_is_one_form_and_leads_to_its_page(cast: Cast, signed_in_as: SignIn) -> None:
    browser = signed_in_as(cast.responder)
    path = f"/services/{cast.crisis_center.id}/refer"
    sent = press(browser, path, **PERSON)
    assert sent.status_code == 303
    assert sent.headers["Location"].startswith("/needs/")
    page = browser.get(sent.headers["Location"])
    assert page.status_code == 200
    assert "Mental health crisis" in page.text
    assert "J.D." not in page.text
    need = db.session.scalars(select(Need)).one()
    assert (need.code, need.urgency, need.hears_back) == ("crisis", "now", False)
    assert need.person is not None
    assert need.person.name == "J.D."
    assert count(Message) == 1


@pytest.mark.sqlite_only
def test_need_and_urgency_come_from_the_search(cast: Cast, signed_in_as: SignIn) -> None:
    page = (
        signed_in_as(cast.responder)
        .get(f"/services/{cast.shelter.id}/refer?need=shelter&urgency=routine")
        .text
    )
    assert '<option selected value="shelter">' in page
    assert '<option selected value="routine">' in page


@pytest.mark.sqlite_only
def test_words_that_nobody_offered_are_ignored_in_the_address(cast: Cast, signed_in_as: SignIn) -> None:
    answer = signed_in_as(cast.responder).get(f"/services/{cast.shelter.id}/refer?need=%00zz&urgency=soon")
    assert answer.status_code == 200
    assert '<option selected value="now">' in answer.text


@pytest.mark.sqlite_only
def test_no_name_and_no_phone_is_fine(cast: Cast, signed_in_as: SignIn) -> None:
    sent = press(
        signed_in_as(cast.responder), f"/services/{cast.crisis_center.id}/refer", basis="none_needed"
    )
    assert sent.status_code == 303


@pytest.mark.sqlite_only
def test_a_mistake_keeps_what_was_typed(cast: Cast, signed_in_as: SignIn) -> None:
    browser = signed_in_as(cast.responder)
    path = f"/services/{cast.crisis_center.id}/refer"
    missing = press(browser, path, name="J.D.", phone="615-555-0177", safety_notes="dog in the yard")
    assert missing.status_code == 422
    assert "<title>Error: " in missing.text
    assert 'value="J.D."' in missing.text
    assert "dog in the yard" in missing.text
    assert "Choose why you may share this." in missing.text
    assert count(Need) == 0


@pytest.mark.sqlite_only
@pytest.mark.parametrize("notes", ["has a warrant", "SSN 123-45-6789"])
def test_charges_and_numbers_are_refused_beside_the_notes(
    cast: Cast, signed_in_as: SignIn, notes: str
) -> None:
    refused = press(
        signed_in_as(cast.responder), f"/services/{cast.crisis_center.id}/refer", **PERSON, safety_notes=notes
    )
    assert refused.status_code == 422
    assert 'id="safety_notes-error"' in refused.text
    assert count(Need) == 0


def test_pressing_send_twice_sends_once(cast: Cast, signed_in_as: SignIn) -> None:
    browser = signed_in_as(cast.responder)
    path = f"/services/{cast.crisis_center.id}/refer"
    page = browser.get(path).text
    first = press(browser, path, page, **PERSON)
    second = press(browser, path, page, **PERSON)
    assert first.headers["Location"] == second.headers["Location"]
    assert count(Need) == 1


@pytest.mark.sqlite_only
def test_the_same_key_with_other_words_is_refused(cast: Cast, signed_in_as: SignIn) -> None:
    browser = signed_in_as(cast.responder)
    path = f"/services/{cast.crisis_center.id}/refer"
    page = browser.get(path).text
    press(browser, path, page, **PERSON)
    assert press(browser, path, page, **(PERSON | {"name": "A.B."})).status_code in (409, 422)
    assert count(Need) == 1


@pytest.mark.sqlite_only
def test_a_possible_duplicate_is_a_question_with_the_form_kept(cast: Cast, signed_in_as: SignIn) -> None:
    browser = signed_in_as(cast.responder)
    path = f"/services/{cast.crisis_center.id}/refer"
    press(browser, path, **PERSON)
    asked = press(browser, path, **PERSON)
    assert asked.status_code == 409
    assert "Is this the same person?" in asked.text
    assert 'value="J.D."' in asked.text
    assert count(Need) == 1
    sent = press(browser, path, asked.text, **PERSON)
    assert sent.status_code == 303
    assert count(Need) == 2


@pytest.mark.sqlite_only
def test_a_service_that_is_not_on_handrail_has_no_form(cast: Cast, signed_in_as: SignIn) -> None:
    browser = signed_in_as(cast.responder)
    page = browser.get(f"/services/{cast.detox.id}/refer")
    assert page.status_code == 200
    assert "Nobody at this service answers on Handrail yet" in page.text
    assert f"/services/{cast.detox.id}/call" in page.text
    assert 'name="phone"' not in page.text


@pytest.mark.sqlite_only
def test_nobody_is_referred_to_a_victim_service(cast: Cast, signed_in_as: SignIn) -> None:
    browser = signed_in_as(cast.responder)
    path = f"/services/{cast.victim_service.id}/refer"
    assert "takes calls only" in browser.get(path).text
    other = browser.get(f"/services/{cast.crisis_center.id}/refer").text
    forced = press(browser, path, other, **PERSON)
    assert forced.status_code == 422
    assert count(Need) == 0


def test_a_call_to_a_victim_service_has_no_person_in_it(cast: Cast, signed_in_as: SignIn) -> None:
    browser = signed_in_as(cast.responder)
    path = f"/services/{cast.victim_service.id}/call"
    page = browser.get(path).text
    for name in ("name", "phone", "need", "basis", "age_band", "spoke_with"):
        assert f'name="{name}"' not in page
    saved = press(browser, path, answered="yes", name="Jane Canary", phone="615-555-0177")
    assert saved.status_code == 303
    record = db.session.scalars(select(CallRecord)).one()
    assert record.answered is True
    assert count(Need) == count(Offer) == count(Message) == 0


def test_a_call_to_a_service_that_has_not_joined_becomes_an_offer_answered_by_phone(
    cast: Cast, signed_in_as: SignIn
) -> None:
    browser = signed_in_as(cast.responder)
    saved = press(browser, f"/services/{cast.detox.id}/call", result="yes", spoke_with="Lee", need="detox")
    assert saved.status_code == 303
    offer = db.session.scalars(select(Offer)).one()
    assert (offer.channel, offer.state) == ("phone", "accepted")
    assert browser.get(saved.headers["Location"]).status_code == 200


@pytest.mark.sqlite_only
def test_a_no_on_the_phone_with_its_reason(cast: Cast, signed_in_as: SignIn) -> None:
    browser = signed_in_as(cast.responder)
    path = f"/services/{cast.detox.id}/call"
    saved = press(browser, path, result="no", reason="payer", **PERSON)
    assert saved.status_code == 303
    assert db.session.scalars(select(Offer)).one().decline_reason == "payer"


@pytest.mark.sqlite_only
def test_a_second_call_for_the_same_person_is_a_question(cast: Cast, signed_in_as: SignIn) -> None:
    browser = signed_in_as(cast.responder)
    path = f"/services/{cast.detox.id}/call"
    assert press(browser, path, result="yes", **PERSON).status_code == 303
    again = press(browser, path, result="no_answer", **PERSON)
    assert again.status_code == 409
    assert "Is this the same person?" in again.text
    assert press(browser, path, again.text, result="no_answer", **PERSON).status_code == 303
    assert count(Need) == 2


@pytest.mark.sqlite_only
def test_the_next_service_can_be_one_that_is_called(cast: Cast, signed_in_as: SignIn) -> None:
    browser = signed_in_as(cast.responder)
    need = refer(cast, signed_in_as, need="detox", hears_back="y")
    offer = offer_of(need)
    desk = signed_in_as(cast.provider)
    press(
        desk,
        f"/offers/{offer.id}",
        to=f"/offers/{offer.id}/answer",
        answer="decline",
        reason="no_bed_or_slot",
    )
    page = browser.get(f"/needs/{need.id}/next-service").text
    link = f"/services/{cast.detox.id}/call?need=detox&amp;urgency=now&amp;for={need.id}"
    assert link in page
    form = browser.get(link.replace("&amp;", "&")).text
    saved = press(browser, f"/services/{cast.detox.id}/call", form, result="yes", spoke_with="Lee")
    assert saved.headers["Location"] == f"/needs/{need.id}"
    assert (offer_of(need).channel, offer_of(need).state) == ("phone", "accepted")
    assert count(Need) == 1


@pytest.mark.sqlite_only
def test_a_call_without_its_answer_is_asked_for_it(cast: Cast, signed_in_as: SignIn) -> None:
    asked = press(signed_in_as(cast.responder), f"/services/{cast.detox.id}/call", spoke_with="Lee")
    assert asked.status_code == 422
    assert 'value="Lee"' in asked.text


@pytest.mark.sqlite_only
@pytest.mark.parametrize("noun", ["refer", "call"])
def test_only_senders_open_it(cast: Cast, signed_in_as: SignIn, app: Flask, noun: str) -> None:
    path = f"/services/{cast.crisis_center.id}/{noun}"
    assert app.test_client().get(path).status_code == 303
    assert signed_in_as(cast.evaluator).get(path).status_code == 403
    assert signed_in_as(cast.provider).get(path).status_code == 403
    assert signed_in_as(cast.responder).get(f"/services/{uuid4()}/{noun}").status_code == 404


@pytest.mark.sqlite_only
def test_the_form_holds_at_most_twelve_fields(cast: Cast, signed_in_as: SignIn) -> None:
    page = signed_in_as(cast.responder).get(f"/services/{cast.crisis_center.id}/refer").text
    names = {part.split('"')[0] for part in page.split(' name="')[1:]} - {
        "csrf_token",
        "idempotency_key",
        "viewport",
        "color-scheme",
    }
    assert len(names) <= 12
    assert field_of(page, "idempotency_key")


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "junk",
    [
        {"need": "\x00", "urgency": "soon", "basis": "x", "fallbacks": ["x", "y", "z", "q"]},
        {"name": "\x00", "basis": "emergency"},
        {"name": "n" * 9000, "basis": "emergency"},
        {"idempotency_key": "k" * 9000, "basis": "emergency"},
        {"called_at": "9999-12-31T23:59", "result": "yes"},
        {"called_at": "0001-01-01T00:00", "result": "yes"},
        {"need_id": "x", "version": "-1", "result": "yes"},
        {"need_id": str(uuid4()), "version": "99999999999999999999", "result": "no"},
        {"need_id": str(uuid4()), "version": "1", "result": "no"},
    ],
)
def test_junk_never_breaks_a_form(cast: Cast, signed_in_as: SignIn, junk: dict[str, object]) -> None:
    browser = signed_in_as(cast.responder)
    for path in (f"/services/{cast.crisis_center.id}/refer", f"/services/{cast.detox.id}/call"):
        assert press(browser, path, **junk).status_code in (303, 404, 409, 422)
        assert browser.post(path, data=junk).status_code in (303, 404, 409, 422)
