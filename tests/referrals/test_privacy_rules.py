"""Privacy rules P2, P7 (schools' side), P8, P13, P15, P16, P22, P23: what is asked, refused, or has no door at all.

Where the others are tested: P1, P11, P24 in test_privacy_rules_matrix.py; P3, P4, P5, P7 in test_privacy_rules_consent.py; P6
in test_privacy_rules_ledger.py; P10 in test_privacy_rules_wording.py; P12, P19, P23 in test_privacy_person*.py; P14 in
tests/web/test_break_glass.py; P17 in test_purge.py; P18 in tests/store/test_chain.py; P20 in test_privacy_rules_messages.py.
"""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

import portal
from portal import referrals
from portal.accounts.permissions import PERMISSIONS
from portal.directory.models import Organization
from portal.referrals import rules
from portal.referrals.grounds import OTHERS, SCHOOL
from portal.referrals.models import Need, Person
from portal.store import Base, Refused, db, write
from tests.people import Cast
from tests.referrals.acting import acting, fresh, offer_of, send
from tests.referrals.test_privacy_rules_consent import SIGNED, consent_of, kind_of
from tests.web.forms import SignIn, press

Move = Callable[[timedelta], None]
TEMPLATES = Path(portal.__file__).parent / "templates"


def team_is(cast: Cast, kind: str) -> None:
    db.session.get_one(Organization, cast.team.id).kind = kind
    db.session.commit()


@pytest.mark.sqlite_only
def test_p02_a_request_without_any_identifier_goes_to_its_end(
    move_time: Move, cast: Cast, signed_in_as: SignIn
) -> None:
    path = f"/services/{cast.crisis_center.id}/refer"
    sent = press(signed_in_as(cast.responder), path, basis="none_needed", hears_back="y")
    assert sent.status_code == 303
    need = db.session.scalars(select(Need)).one()
    desk = acting(cast.provider)
    moved = referrals.accept_offer(desk, offer_of(need).id, version=1)
    referrals.confirm_connected(desk, offer_of(need).id, fresh(need).sent_at.date(), version=moved.version)
    assert fresh(need).close_reason == "connected"
    assert db.session.scalars(select(Person)).all() == []
    assert referrals.reveal_person(desk, offer_of(need).id) is None


@pytest.mark.sqlite_only
def test_p02_no_table_has_a_place_for_a_diagnosis_charges_or_a_social_security_number() -> None:
    never = re.compile(
        r"diagnos|clinical|charge|warrant|offen[cs]e|criminal|ssn|social_security|statute|certificate"
    )
    found = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if never.search(f"{table.name}.{column.name}")
    ]
    assert not found


@pytest.mark.sqlite_only
def test_p08_nothing_of_a_person_reaches_a_victim_service_by_any_way_of_sending(
    move_time: Move, cast: Cast
) -> None:
    haven = cast.victim_service
    with pytest.raises(Refused):
        send(cast, listing=haven)
    with pytest.raises(Refused):
        send(cast, fallbacks=(haven.id,))
    assert referrals.consents_to_sign(acting(cast.responder), [haven.id]) == ()
    need = send(cast)
    with pytest.raises(Refused):
        referrals.ask_next(acting(cast.responder), need.id, haven.id, version=fresh(need).version)
    assert haven.service.organization_id not in {line.recipient for line in referrals.disclosures_of(need.id)}


@pytest.mark.sqlite_only
def test_p13_no_door_serves_a_legal_request(app: Flask, cast: Cast, signed_in_as: SignIn) -> None:
    """There is no self-service for subpoenas, warrants or police requests: such a letter goes to the privacy officer."""
    words = re.compile(r"legal-request|subpoena|warrant|court|police-request|discovery")
    doors = [rule.rule for rule in app.url_map.iter_rules()]
    assert not [path for path in doors if words.search(path)]
    browser = signed_in_as(cast.stranger)
    for path in ("/legal-requests", "/subpoenas", "/privacy/legal-requests", "/police-requests"):
        assert browser.get(path).status_code == 404
        assert browser.post(path).status_code in (400, 403, 404)


@pytest.mark.sqlite_only
@pytest.mark.parametrize("basis", ["verbal_consent", "emergency"])
def test_p15_a_school_without_its_ground_is_422(
    move_time: Move, cast: Cast, signed_in_as: SignIn, basis: str
) -> None:
    team_is(cast, "school")
    path = f"/services/{cast.crisis_center.id}/refer"
    browser = signed_in_as(cast.responder)
    page = browser.get(path).text
    assert 'value="health_or_safety"' in page
    assert f'value="{basis}"' not in page
    assert press(browser, path, page, name="J.D.", basis=basis).status_code == 422
    with pytest.raises(Refused) as refused:
        send(cast, basis=basis)
    assert refused.value.field == "basis"
    assert db.session.scalars(select(Need)).all() == []


@pytest.mark.sqlite_only
def test_p15_a_school_sends_on_its_own_grounds_and_nobody_else_on_them(move_time: Move, cast: Cast) -> None:
    with pytest.raises(Refused):
        send(cast, basis="health_or_safety")
    team_is(cast, "school")
    for basis in SCHOOL:
        plain = {"name": "", "phone": "", "safety_notes": ""} if basis == "none_needed" else {}
        assert send(cast, basis=basis, duplicate_confirmed=True, **plain).basis == basis
    assert set(SCHOOL) | set(OTHERS) == set(rules.BASES)


@pytest.mark.sqlite_only
@pytest.mark.parametrize("signer", ["person", "person_and_parent", "parent_guardian"])
def test_p15_who_signed_for_a_minor_is_recorded(move_time: Move, cast: Cast, signer: str) -> None:
    kind_of(cast.crisis_center, "part2_program")
    terms = referrals.ConsentTerms(SIGNED.initials, signer=signer)
    need = send(cast, basis="written_consent", age_band="13_17", consent=terms)
    assert consent_of(need).signer == signer


@pytest.mark.sqlite_only
def test_p15_a_police_unit_s_list_leaves_minors_out_until_they_are_asked_for(
    move_time: Move, cast: Cast, signed_in_as: SignIn
) -> None:
    need = send(cast, age_band="13_17")
    browser = signed_in_as(cast.responder)
    assert str(need.id) in browser.get("/needs").text
    team_is(cast, "law_enforcement")
    listed = browser.get("/needs").text
    assert str(need.id) not in listed
    assert "somebody under 18 (1)" in listed
    assert str(need.id) in browser.get("/needs?minors=show").text
    grown = send(cast, age_band="25_64", duplicate_confirmed=True)
    assert str(grown.id) in browser.get("/needs").text
    referrals.decline_offer(acting(cast.provider), offer_of(need).id, "age", version=1)
    assert "1 wait for you" in browser.get("/needs").text


@pytest.mark.sqlite_only
def test_p15_no_figure_of_a_report_is_by_age_so_that_no_few_minors_stand_in_one(
    move_time: Move, cast: Cast, signed_in_as: SignIn
) -> None:
    for _each in range(3):
        send(cast, age_band="13_17", duplicate_confirmed=True)
    for path in ("/reports/2026-q3", "/reports/2026-q3.csv"):
        page = signed_in_as(cast.evaluator).get(path).text
        assert not re.search(r"13[ _]?(to|-|_) ?17|under.?1[38]|minors?\b", page, re.IGNORECASE)


@pytest.mark.sqlite_only
def test_p16_no_door_of_a_request_takes_a_file(app: Flask, cast: Cast, signed_in_as: SignIn) -> None:
    """Which doors take one at all is listed beside the handoff's rules; the directory's are shut to who has to do with people."""
    for gate in ("table.import", "taxonomy.manage"):
        assert set(PERMISSIONS[gate]) <= {"steward", "admin"}
    browser = signed_in_as(cast.responder)
    path = f"/services/{cast.crisis_center.id}/refer"
    file = (io.BytesIO(b"%PDF certificate"), "certificate.pdf")
    sent = press(browser, path, name=file, basis="none_needed", safety_notes=file)
    assert sent.status_code in (303, 422)
    assert db.session.scalars(select(Person)).all() == []
    assert browser.post("/uploads", data={"file": (io.BytesIO(b"x"), "x.pdf")}).status_code in (400, 403, 404)


@pytest.mark.sqlite_only
def test_p16_every_end_of_a_request_is_of_a_closed_list(move_time: Move, cast: Cast) -> None:
    need = send(cast)
    desk, offer = acting(cast.provider), offer_of(need)
    for free in ("form 6401", "5150 hold", ""):
        with pytest.raises(Refused):
            referrals.decline_offer(desk, offer.id, free, version=1)
        with pytest.raises(Refused):
            referrals.mark_not_connected(desk, offer.id, free, version=1)
        with pytest.raises(Refused):
            referrals.cancel_offer(acting(cast.responder), offer.id, free, version=1)
    with pytest.raises(IntegrityError), write() as session:
        session.get_one(Need, need.id).basis = "5150 hold"
