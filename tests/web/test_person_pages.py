"""The person on pages: how to contact them where one calls, their card, `/receipt`, and requests about their own data."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.referrals.models import Need, RightsRequest
from portal.referrals.rules import SAFE_CONTACTS
from portal.store import db
from portal.store.audit import AuditEntry
from portal.web.words import CONTACT_ADVICE, SAFE_CONTACT_WORDS
from tests.people import Cast
from tests.web.forms import mailed_link, offer_of, press, refer

pytestmark = pytest.mark.sqlite_only
SignIn = Callable[[Any], FlaskClient]
PHONE, DIAL = "615-555-0166", "tel:+16155550166"


def card_of(browser: FlaskClient, need: Need) -> tuple[str, str]:
    """The long and the short code, as they are printed."""
    page = press(browser, f"/needs/{need.id}", to=f"/needs/{need.id}/card")
    assert page.status_code == 200, page.text
    long, short = re.findall(r'<p class="code">([A-Z2-7 ]+)</p>', page.text)
    return long, short


def test_every_way_to_contact_has_its_words_in_the_form_and_where_one_calls() -> None:
    assert set(SAFE_CONTACT_WORDS) == set(CONTACT_ADVICE) == set(SAFE_CONTACTS)


@pytest.mark.parametrize(
    ("code", "says", "link"),
    [
        ("unknown", "It was not asked how to contact the person safely", DIAL),
        ("call", "Calling is safe", DIAL),
        ("call_day", "Call from 8 to 5 only", DIAL),
        ("call_evening", "Call in the evening only", DIAL),
        ("call_quiet", "do not say who you are", DIAL),
        ("text", "Text only. Do not call", "sms:+16155550166"),
        ("no_contact", "Do not contact the person", ""),
    ],
)
def test_how_to_contact_stands_beside_the_number_for_desk_link_and_sender(
    app: Flask, cast: Cast, signed_in_as: SignIn, code: str, says: str, link: str
) -> None:
    need = refer(cast, signed_in_as, phone=PHONE, safe_contact=code, hears_back="y")
    letter = mailed_link(offer_of(need))
    desk, sender = signed_in_as(cast.provider), signed_in_as(cast.responder)
    press(
        desk,
        f"/offers/{offer_of(need).id}",
        to=f"/offers/{offer_of(need).id}/answer",
        answer="accept",
        by="Pat",
    )
    offer = offer_of(need)
    pages = [browser.get(f"/offers/{offer.id}/person").text for browser in (desk, sender)]
    assert letter
    for page in pages:
        assert says in page
        links = re.findall(r'href="((?:tel|sms):\+?1?6155550166)"', page)
        assert links == ([link] if link else [])
        assert (PHONE in page) == (code != "no_contact")
    attempt = desk.get(f"/offers/{offer.id}/attempts").text
    assert says in attempt
    assert PHONE not in attempt
    assert str(SAFE_CONTACT_WORDS[code]) in sender.get(f"/needs/{need.id}").text


def test_by_link_too_the_words_stand_before_the_number(app: Flask, cast: Cast, signed_in_as: SignIn) -> None:
    need = refer(cast, signed_in_as, phone=PHONE, safe_contact="no_contact", hears_back="y")
    page = signed_in_as(cast.responder).get(f"/needs/{need.id}").text
    spoken = re.search(r'<strong class="code">(\d{6})</strong>', page)
    assert spoken
    desk = app.test_client()
    done = press(desk, mailed_link(offer_of(need)), answer="accept", by="Pat")
    link = done.headers["Location"]
    shown = press(desk, link, to=f"{link}/person", code=spoken[1])
    assert "Do not contact the person" in shown.text
    assert DIAL not in shown.text
    assert PHONE not in shown.text


def test_a_date_of_birth_is_optional_and_a_mistake_keeps_it_as_typed(
    cast: Cast, signed_in_as: SignIn
) -> None:
    need = refer(cast, signed_in_as, date_of_birth="1990-05-17")
    assert need.person is not None
    assert (need.person.date_of_birth, need.age_band) == ("1990-05-17", "25_64")
    shown = signed_in_as(cast.responder).get(f"/offers/{offer_of(need).id}/person").text
    assert "May 17, 1990" in shown
    path = f"/services/{cast.shelter.id}/refer"
    assert refer(cast, signed_in_as, listing=cast.shelter, date_of_birth="5/17/1990").person is not None
    for wrong in ("17.5.1990", "2999-01-01", "1899-12-31", "yesterday", "0000-00-00", "1" * 300):
        answer = press(
            signed_in_as(cast.responder), path, name="Jo Other", basis="verbal_consent", date_of_birth=wrong
        )
        assert answer.status_code == 422, wrong
        assert wrong in answer.text, "what was typed stays in the field"
        assert "<details open>" in answer.text


def test_the_card_has_codes_and_numbers_and_no_name_in_two_languages(
    cast: Cast, signed_in_as: SignIn
) -> None:
    need = refer(cast, signed_in_as, name="Quillon Canaryname", phone=PHONE)
    browser = signed_in_as(cast.responder)
    page = press(browser, f"/needs/{need.id}", to=f"/needs/{need.id}/card")
    assert page.headers["Cache-Control"] == "no-store"
    for never in ("Quillon", PHONE, "Crisis Receiving", "Test Crisis Center", "Mental health"):
        assert never not in page.text
    for always in (
        "615-555-0100",
        "http://localhost/receipt",
        'lang="es"',
        "Handrail es como",
        "<svg",
        "988",
        "911",
    ):
        assert always in page.text
    assert "#" + "".join(card_of(browser, need)[0].split()) not in page.text, "a new press, a new card"
    for account in (cast.stranger, cast.supervisor):
        assert press(signed_in_as(account), "/needs", to=f"/needs/{need.id}/card").status_code == 404
    assert press(signed_in_as(cast.provider), "/inbox", to=f"/needs/{need.id}/card").status_code == 403
    assert browser.get(f"/needs/{need.id}/card").status_code == 405


def test_with_the_code_somebody_without_account_or_cookie_learns_two_things_and_may_stop_it(
    app: Flask, cast: Cast, signed_in_as: SignIn
) -> None:
    need = refer(cast, signed_in_as, name="Quillon Canaryname", phone=PHONE, hears_back="y")
    long, _short = card_of(signed_in_as(cast.responder), need)
    nobody = app.test_client()
    found = press(nobody, "/receipt", code=long)
    assert found.status_code == 200
    assert "there is a request" in found.text
    assert "tel:+16155550100" in found.text
    told = found.text.partition("<main")[2].partition("</main>")[0]
    for never in (
        "Quillon",
        PHONE,
        "Crisis Receiving",
        "Mobile Crisis",
        "Mental health crisis",
        str(need.id),
        "sent",
    ):
        assert never not in told
    unsure = press(nobody, "/receipt", found.text, to="/receipt/withdrawal", what="all")
    assert unsure.status_code == 422
    assert offer_of(need).state == "sent"
    done = press(nobody, "/receipt", found.text, to="/receipt/withdrawal", what="all", sure="y")
    assert done.status_code == 200
    assert "The request is stopped" in done.text
    assert offer_of(need).state == "withdrawn"
    for answer in (found, unsure, done):
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
    row = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "withdraw_all_by_receipt")).one()
    assert (row.actor_kind, row.account_id) == ("link", None)


def test_all_around_the_card_is_said_in_spanish_too_and_marked_as_such(
    app: Flask, cast: Cast, signed_in_as: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.web.guesses.CODE_MISSES", 1)
    long, _short = card_of(signed_in_as(cast.responder), refer(cast, signed_in_as, hears_back="y"))
    nobody = app.test_client()
    found = press(nobody, "/receipt", code=long)
    unsure = press(nobody, "/receipt", found.text, to="/receipt/withdrawal", what="all")
    wrong = press(nobody, "/receipt", code="AAAA")
    frame = ("Llame al 988, oprima 2", "Mande AYUDA al 988", "Salir rápido", "Su seguridad aquí")
    for page, own in (
        (nobody.get("/receipt"), "El código largo de su tarjeta"),
        (found, "Detener todo. Borrar mi nombre y teléfono"),
        (unsure, "Marque que es lo que quiere."),
        (wrong, "No conocemos este código."),
        (press(nobody, "/receipt", code="AAAA"), "Espere unos minutos y pruebe de nuevo"),
    ):
        for words in (*frame, own):
            at = page.text.index(words)
            assert page.text.rfind('lang="es"', 0, at) > page.text.rfind("</ul>", 0, at) or (
                'lang="es">' + words in page.text
            ), words
        assert "&lt;span" not in page.text
    for problem in (unsure, wrong):
        assert "Hay un problema" in problem.text
    assert "Llame al 988" not in nobody.get("/").text


@pytest.mark.parametrize("code", ["AAAA", "A" * 26, "x" * 80, "é" * 26, "  "])
def test_any_other_code_gets_the_same_answer_and_too_many_are_told_to_wait(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    monkeypatch.setattr("portal.web.guesses.CODE_MISSES", 3)
    nobody = app.test_client()
    answers = [press(nobody, "/receipt", code=code) for _ in range(5)]
    assert [one.status_code for one in answers] == [422] * 3 + [429] * 2
    assert all("Set-Cookie" not in one.headers for one in answers)
    wrong = press(nobody, "/receipt", to="/receipt/withdrawal", code=code, what="all", sure="y")
    assert wrong.status_code in (422, 429)


def test_a16_a_good_card_still_works_beside_somebody_who_guesses(
    app: Flask, cast: Cast, signed_in_as: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.web.guesses.CODE_MISSES", 2)
    long, short = card_of(signed_in_as(cast.responder), refer(cast, signed_in_as))
    nobody = app.test_client()
    assert [press(nobody, "/receipt", code=short).status_code for _ in range(3)] == [422, 422, 429]
    assert press(nobody, "/receipt", code=long).status_code == 200


def test_a_request_about_own_data_from_the_desk_to_its_end(cast: Cast, signed_in_as: SignIn) -> None:
    need = refer(cast, signed_in_as, name="Quillon Canaryname", phone=PHONE)
    _long, short = card_of(signed_in_as(cast.responder), need)
    desk, officer = signed_in_as(cast.provider), signed_in_as(cast.privacy_officer)
    missing = press(desk, "/privacy/requests", code=short)
    assert missing.status_code == 422
    assert "Choose how you made sure who it is" in missing.text
    assert (
        press(desk, "/privacy/requests", code="ABCD EFGH", identity_check="photo_document").status_code == 422
    )
    taken = press(desk, "/privacy/requests", code=short, identity_check="photo_document")
    path = taken.headers["Location"]
    assert "The privacy officer has it" in desk.get(path).text
    assert (
        "30 days left" in officer.get("/privacy/requests").text
        or "29 days left" in officer.get("/privacy/requests").text
    )
    for step in ("copy", "correction", "restriction", "deletion", "end"):
        assert (
            press(desk, path, to=f"{path}/{step}", page=desk.get("/privacy/requests").text).status_code == 403
        )
    shown = press(officer, path, to=f"{path}/copy")
    assert "Quillon Canaryname" in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    page = officer.get(path).text
    file = officer.post(f"{path}/copy", data={"as": "json"})
    assert file.mimetype == "application/json"
    assert file.headers["Content-Disposition"] == 'attachment; filename="handrail-copy.json"'
    assert json.loads(file.text)["tables"]["person"][0]["name"] == "Quillon Canaryname"
    assert press(officer, path, page, to=f"{path}/correction", note="").status_code == 422
    assert press(officer, path, page, to=f"{path}/correction", note="It is Quillan").status_code == 303
    assert press(officer, path, page, to=f"{path}/restriction").status_code == 422
    assert press(officer, path, page, to=f"{path}/restriction", **{"restrict-sure": "y"}).status_code == 303
    assert press(officer, path, page, to=f"{path}/deletion").status_code == 422
    assert press(officer, path, page, to=f"{path}/deletion", **{"delete-sure": "y"}).status_code == 303
    assert "Deleted" in officer.get(path).text
    assert "Delete now" not in officer.get(path).text
    assert press(officer, path, page, to=f"{path}/end", ended_as="done").status_code == 409
    assert press(officer, path, page, to=f"{path}/copy").status_code == 409
    assert offer_of(need).state == "withdrawn"
    assert db.session.scalars(select(RightsRequest)).one().ended_as == "done"


def test_who_may_not_is_told_so_and_learns_nothing(app: Flask, cast: Cast, signed_in_as: SignIn) -> None:
    need = refer(cast, signed_in_as)
    _long, short = card_of(signed_in_as(cast.responder), need)
    officer = signed_in_as(cast.privacy_officer)
    path = press(officer, "/privacy/requests", code=short, identity_check="known_to_staff").headers[
        "Location"
    ]
    assert signed_in_as(cast.provider).get(path).status_code == 404, "another desk took it"
    for account in (cast.responder, cast.stranger, cast.supervisor, cast.steward, cast.evaluator, cast.admin):
        assert signed_in_as(account).get(path).status_code == 403
        assert signed_in_as(account).get("/privacy/requests").status_code == 403
    assert app.test_client().get(path).status_code == 303


def test_the_next_service_of_a_restricted_need_wants_a_tick_that_the_person_agreed(
    cast: Cast, signed_in_as: SignIn
) -> None:
    need = refer(cast, signed_in_as, need="shelter", hears_back="y")
    _long, short = card_of(signed_in_as(cast.responder), need)
    officer, sender = signed_in_as(cast.privacy_officer), signed_in_as(cast.responder)
    path = press(officer, "/privacy/requests", code=short, identity_check="known_to_staff").headers[
        "Location"
    ]
    press(officer, path, to=f"{path}/restriction", **{"restrict-sure": "y"})
    offer = offer_of(need)
    press(
        signed_in_as(cast.provider),
        f"/offers/{offer.id}",
        to=f"/offers/{offer.id}/answer",
        answer="decline",
        reason="age",
    )
    following = f"/needs/{need.id}/next-service"
    page = sender.get(following).text
    assert "wants to be asked before each further service" in page
    refused = press(sender, following, page, listing=str(cast.shelter.id))
    assert refused.status_code == 422
    asked = press(sender, following, page, listing=str(cast.shelter.id), person_asked="y")
    assert asked.status_code == 303
    assert offer_of(need).service_at_location_id == cast.shelter.id
