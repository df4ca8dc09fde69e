"""Signing on the phone: the refer form opens a second step only where the law asks for it, in two languages, and it is quick."""

import pytest
from sqlalchemy import select

from portal.referrals.consent_terms import NOTICE
from portal.referrals.models import Consent, Need
from portal.store import db
from tests.people import Cast
from tests.referrals.test_privacy_rules_consent import kind_of
from tests.web.forms import SignIn, offer_of, press

PERSON = {"name": "J.D.", "phone": "615-555-0177", "basis": "written_consent"}


def signed() -> list[Consent]:
    return list(db.session.scalars(select(Consent).where(Consent.kind == "signed")))


def test_the_second_step_asks_for_the_signature_with_everything_still_filled_in(
    cast: Cast, signed_in_as: SignIn
) -> None:
    kind_of(cast.crisis_center, "part2_program")
    browser, path = signed_in_as(cast.responder), f"/services/{cast.crisis_center.id}/refer"
    step = press(browser, path, **PERSON)
    assert step.status_code == 200
    assert 'class="signing open"' in step.text
    assert 'value="J.D."' in step.text
    assert "I say that Test Crisis Center may tell Test County Mobile Crisis about me." in step.text
    assert 'lang="es"' in step.text
    assert db.session.scalars(select(Need)).all() == []
    unsigned = press(browser, path, step.text)
    assert unsigned.status_code == 422
    assert "Type the initials" in unsigned.text
    sent = press(browser, path, unsigned.text, initials="JD", consent_language="es")
    assert sent.status_code == 303
    (row,) = signed()
    assert (row.signature, row.language, row.signer) == ("JD", "es", "person")


@pytest.mark.sqlite_only
def test_nobody_signs_what_the_page_did_not_show(cast: Cast, signed_in_as: SignIn) -> None:
    """A service that was ticked to be asked next is a Part 2 program: its text stands on the second step."""
    for one in (cast.crisis_center, cast.shelter):
        kind_of(one, "part2_program")
    browser, path = signed_in_as(cast.responder), f"/services/{cast.crisis_center.id}/refer?need=shelter"
    page = browser.get(path).text
    more = {"fallbacks": str(cast.shelter.id), "need": "shelter", "initials": "JD"}
    to = f"/services/{cast.crisis_center.id}/refer"
    if f'value="{cast.shelter.id}"' not in page:
        pytest.skip("the shelter is not offered next here")
    step = press(browser, path, page, to, **PERSON, **more)
    assert step.status_code == 200
    assert "Test Family Shelter may tell" in step.text
    assert press(browser, path, step.text, to).status_code == 303
    assert len(signed()) == 2


@pytest.mark.sqlite_only
def test_where_the_law_asks_for_nothing_the_form_is_as_short_as_before(
    cast: Cast, signed_in_as: SignIn
) -> None:
    browser, path = signed_in_as(cast.responder), f"/services/{cast.crisis_center.id}/refer"
    page = browser.get(path).text
    assert 'name="initials"' not in page
    assert press(browser, path, page, **PERSON).status_code == 303
    assert signed() == []


@pytest.mark.sqlite_only
def test_the_person_agrees_later_on_the_page_of_the_request(cast: Cast, signed_in_as: SignIn) -> None:
    kind_of(cast.crisis_center, "part2_program")
    sender, desk = signed_in_as(cast.responder), signed_in_as(cast.provider)
    press(sender, f"/services/{cast.crisis_center.id}/refer", **(PERSON | {"basis": "verbal_consent"}))
    need = db.session.scalars(select(Need)).one()
    page = sender.get(f"/needs/{need.id}").text
    path = f"/needs/{need.id}/consents"
    assert path in page
    assert press(sender, path).status_code == 422
    assert press(sender, path, initials="JD", shown="other words").status_code == 409
    assert press(sender, path, initials="JD").status_code == 303
    assert NOTICE in sender.get(f"/needs/{need.id}").text
    assert "In force" in sender.get(path).text
    offer = offer_of(need)
    assert "In force" in desk.get(f"/offers/{offer.id}/consents").text
    for who in (cast.stranger, cast.shelter_worker):
        other = signed_in_as(who)
        assert other.get(path).status_code in (403, 404)
        assert other.get(f"/offers/{offer.id}/consents").status_code in (403, 404)
