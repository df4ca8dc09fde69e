"""Privacy rules P3, P4, P5, P7: a signed consent has every element, opens one way for one purpose, and ends at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal import referrals
from portal.directory.models import Organization, ServiceAtLocation
from portal.messages.models import Message
from portal.referrals.consent_terms import LANGUAGES, NOTICE, ORDER, text_parts, versions
from portal.referrals.models import Consent, Disclosure, Need
from portal.referrals.models.consent import ELEMENTS
from portal.store import Refused, clock, db, write
from tests.people import Cast
from tests.referrals.acting import acting, fresh, offer_of, request_to, send
from tests.web.forms import SignIn, press

Move = Callable[[timedelta], None]
SIGNED = referrals.ConsentTerms("Q. C.")
SECOND = timedelta(seconds=1)


def kind_of(listing: ServiceAtLocation, kind: str) -> None:
    """The organization of this listing becomes one of that kind."""
    db.session.get_one(Organization, listing.service.organization_id).kind = kind
    db.session.commit()


def under_part2(organization: Organization) -> None:
    db.session.get_one(Organization, organization.id).part2_program = True
    db.session.commit()


def signed(cast: Cast, **more: Any) -> Need:
    """A request to a Part 2 program, signed on the form, and accepted there."""
    kind_of(cast.crisis_center, "part2_program")
    need = send(cast, basis="written_consent", consent=replace(SIGNED, **more), hears_back=False)
    referrals.accept_offer(acting(cast.provider), offer_of(need).id, version=1)
    return need


def seen(cast: Cast, need: Need) -> referrals.NeedView:
    view = referrals.need_for(acting(cast.responder), need.id)
    assert view is not None
    return view


def consent_of(need: Need) -> Consent:
    return next(row for row in fresh(need).consents if row.kind == "signed")


@pytest.mark.sqlite_only
def test_p03_a_signed_consent_in_force_opens_the_answer_and_nothing_else_does(
    move_time: Move, cast: Cast
) -> None:
    need = signed(cast)
    view = seen(cast, need)
    assert (view.state, view.redisclosure_notice) == ("accepted", NOTICE)
    row = consent_of(need)
    assert (row.discloser_id, row.recipient_id) == (cast.crisis_center.service.organization_id, cast.team.id)
    assert (row.signature, row.signature_kind, row.signer) == ("Q. C.", "electronic", "person")
    assert row.recorded_by == cast.responder.id
    assert row.person_id == fresh(need).person_id
    assert "Quill" not in str(row.text)


@pytest.mark.parametrize("element", [*ELEMENTS, "expires_at"])
def test_p03_the_database_refuses_a_signed_consent_without(move_time: Move, cast: Cast, element: str) -> None:
    row = consent_of(signed(cast))
    values = {column.key: getattr(row, column.key) for column in Consent.__table__.columns}
    with pytest.raises(IntegrityError), write() as session:
        session.add(Consent(**values | {"id": uuid4(), element: None}))


@pytest.mark.sqlite_only
def test_p03_a_consent_for_treatment_owes_two_statements_and_may_have_no_end(
    move_time: Move, cast: Cast
) -> None:
    under_part2(cast.team)
    need = send(cast, basis="written_consent", consent=replace(SIGNED, lasts="no_end"))
    row = consent_of(need)
    assert (row.scope, row.purpose, row.expires_at) == ("request", "treatment", None)
    assert "HIPAA" in row.statements
    assert "do not have to sign" in row.statements
    values = {column.key: getattr(row, column.key) for column in Consent.__table__.columns}
    with pytest.raises(IntegrityError), write() as session:
        session.add(Consent(**values | {"id": uuid4(), "statements": ""}))


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"initials": " . "}, "initials"),
        ({"signer": "neighbor"}, "signer"),
        ({"signer": "parent_guardian"}, "signer"),
        ({"language": "fr"}, "consent_language"),
        ({"lasts": "forever"}, "lasts"),
        ({"lasts": "no_end"}, "lasts"),
        ({"signature_kind": "spoken"}, "signature_kind"),
        ({"signature_kind": "paper"}, "signed_on"),
        ({"signature_kind": "paper", "signed_on": date(2026, 9, 17)}, "signed_on"),
        ({"signature_kind": "paper", "signed_on": date(2026, 8, 1)}, "signed_on"),
        ({"version": "2020-01"}, "initials"),
    ],
)
def test_p03_what_a_consent_must_not_lack_is_asked_for_and_nothing_is_sent(
    move_time: Move, cast: Cast, change: dict[str, Any], field: str
) -> None:
    kind_of(cast.crisis_center, "part2_program")
    with pytest.raises(Refused) as refused:
        send(cast, basis="written_consent", consent=replace(SIGNED, **change))
    assert refused.value.field == field
    assert db.session.scalars(select(Need)).all() == []


@pytest.mark.sqlite_only
def test_p03_a_consent_names_the_person(move_time: Move, cast: Cast) -> None:
    kind_of(cast.crisis_center, "part2_program")
    with pytest.raises(Refused) as refused:
        send(cast, basis="written_consent", name="", consent=SIGNED)
    assert refused.value.field == "name"


def test_p03_one_second_after_its_end_it_is_locked(move_time: Move, cast: Cast) -> None:
    need = signed(cast, lasts="30_days")
    last = consent_of(need).expires_at
    assert last is not None
    move_time(last - clock.now())
    listed = referrals.needs_for(acting(cast.responder))
    assert (seen(cast, need).state, listed[0].state) == ("accepted", "accepted")
    move_time(SECOND)
    listed = referrals.needs_for(acting(cast.responder))
    assert (seen(cast, need).state, listed[0].state) == ("sent", "sent")
    assert seen(cast, need).redisclosure_notice == ""
    assert [line.words for line in seen(cast, need).timeline] == ["Sent"]
    assert (referrals.lapse_consents(clock.now()), referrals.lapse_consents(clock.now())) == (1, 0)
    assert fresh(need).deadline is not None


@pytest.mark.sqlite_only
@pytest.mark.parametrize("column", ["recipient_id", "discloser_id", "purpose", "at", "person_id", "scope"])
def test_p03_a_consent_for_another_organization_purpose_person_or_time_opens_nothing(
    move_time: Move, cast: Cast, column: str
) -> None:
    need = signed(cast)
    elsewhere = cast.shelter.service.organization_id
    other = {
        "recipient_id": elsewhere,
        "discloser_id": elsewhere,
        "purpose": "treatment",
        "at": clock.now() + timedelta(hours=1),
        "person_id": uuid4(),
        "scope": "request",
    }[column]
    with write() as session:
        setattr(session.get_one(Consent, consent_of(need).id), column, other)
    assert seen(cast, need).state == "sent"


@pytest.mark.sqlite_only
def test_p03_it_opens_from_now_on_when_the_person_agrees_later(move_time: Move, cast: Cast) -> None:
    kind_of(cast.crisis_center, "part2_program")
    need = send(cast)
    referrals.accept_offer(acting(cast.provider), offer_of(need).id, version=1)
    assert seen(cast, need).state == "sent"
    assert "record_consent" in seen(cast, need).actions
    move_time(timedelta(hours=1))
    desk = referrals.offer_for(acting(cast.provider), offer_of(need).id)
    assert desk is not None
    assert "record_consent" in desk.actions
    referrals.record_consent(acting(cast.provider), SIGNED, offer_id=offer_of(need).id)
    assert seen(cast, need).state == "accepted"
    told = db.session.scalars(select(Disclosure).where(Disclosure.what == "status")).one()
    assert told.at == clock.now()
    assert told.consent_id == consent_of(need).id
    with pytest.raises(Refused):
        referrals.record_consent(acting(cast.responder), SIGNED, need_id=need.id)
    for who in (cast.stranger, cast.shelter_worker, cast.admin, cast.provider):
        with pytest.raises(referrals.NotHere):
            referrals.record_consent(acting(who), SIGNED, need_id=need.id)


def test_p03_every_text_says_the_same_parts_in_every_language() -> None:
    for version in versions():
        english = text_parts(version, "en")
        for language in LANGUAGES:
            parts = text_parts(version, language)
            assert list(parts) == list(english)
            for name, words in parts.items():
                holes = {hole for hole in ("{discloser}", "{recipient}", "{until}") if hole in words}
                assert holes == {
                    hole for hole in ("{discloser}", "{recipient}", "{until}") if hole in english[name]
                }
    wanted = {key.format(scope=scope, purpose=purpose) for key in ORDER for scope, purpose in
              (("status", "handoff"), ("request", "handoff"), ("request", "treatment"))}  # fmt: skip
    assert wanted <= set(english)


@pytest.mark.sqlite_only
def test_p03_the_spanish_text_is_kept_as_it_was_read(move_time: Move, cast: Cast) -> None:
    row = consent_of(signed(cast, language="es"))
    assert row.language == "es"
    assert "Doy permiso a Test Crisis Center" in str(row.text)
    assert "15 de diciembre de 2026" in str(row.text)
    assert "por escrito" in str(row.revoke_how)


@pytest.mark.sqlite_only
def test_p03_an_intermediary_is_named_with_its_members(move_time: Move, cast: Cast) -> None:
    with write():
        cast.community.settings = {"intermediary": "County Exchange"}
    row = consent_of(signed(cast))
    assert (row.intermediary, row.members) == ("County Exchange", "Test County Mobile Crisis")
    assert "County Exchange passes it on, and only to: Test County Mobile Crisis." in str(row.text)


@pytest.mark.sqlite_only
def test_p03_a_program_may_not_write_back_without_a_consent(move_time: Move, cast: Cast) -> None:
    kind_of(cast.crisis_center, "part2_program")
    need = send(cast)
    offer = referrals.offer_for(acting(cast.provider), offer_of(need).id)
    assert offer is not None
    assert "ask_information" not in offer.actions
    with pytest.raises(Refused):
        referrals.ask_information(acting(cast.provider), offer.id, "How old?", version=1)
    assert seen(cast, need).state == "sent"


@pytest.mark.sqlite_only
def test_p04_every_output_of_a_part_2_answer_carries_the_notice(
    move_time: Move, cast: Cast, signed_in_as: SignIn
) -> None:
    need = signed(cast)
    offer = offer_of(need)
    sender, desk = signed_in_as(cast.responder), signed_in_as(cast.provider)
    for browser, path in ((sender, f"/needs/{need.id}"), (desk, f"/offers/{offer.id}")):
        page = browser.get(path).text
        assert NOTICE in page
        assert "said yes or no to this request, and if I got there" in page
        record = browser.get(f"{path}.json").json
        assert record["redisclosureNotice"] == NOTICE
        assert "Test Crisis Center may tell" in record["consentScope"]
    letters = db.session.scalars(select(Message).where(Message.state == "queued")).all()
    assert letters
    for letter in letters:
        assert NOTICE in letter.text
        assert NOTICE in letter.html


@pytest.mark.sqlite_only
def test_p04_no_notice_where_nothing_went_out_on_a_consent(
    move_time: Move, cast: Cast, signed_in_as: SignIn
) -> None:
    need = send(cast)
    assert NOTICE not in signed_in_as(cast.responder).get(f"/needs/{need.id}").text


def test_p05_revoked_between_the_letter_and_its_sending_nothing_is_sent(move_time: Move, cast: Cast) -> None:
    need = signed(cast)
    waiting = select(Message).where(Message.letter == "referrals/sender", Message.state == "queued")
    assert db.session.scalars(waiting).all()
    referrals.revoke_consent(acting(cast.responder), consent_of(need).id)
    assert db.session.scalars(waiting).all() == []


@pytest.mark.sqlite_only
@pytest.mark.parametrize("holder", ["responder", "colleague", "provider", "privacy_officer"])
def test_p05_any_holder_takes_it_back_at_once_and_the_care_goes_on(
    move_time: Move, cast: Cast, signed_in_as: SignIn, holder: str
) -> None:
    need = signed(cast)
    path = f"/consents/{consent_of(need).id}/revocation"
    before = [row.number for row in db.session.scalars(select(Disclosure))]
    browser = signed_in_as(getattr(cast, holder))
    assert browser.get(path).status_code == 200
    assert press(browser, path).status_code == 303
    assert (seen(cast, need).state, offer_of(need).state) == ("sent", "accepted")
    assert NOTICE not in signed_in_as(cast.responder).get(f"/needs/{need.id}").text
    assert [row.number for row in db.session.scalars(select(Disclosure))] == before
    assert fresh(need).person_id is not None
    assert press(browser, path).status_code == 404
    connected = offer_of(need)
    referrals.confirm_connected(
        acting(cast.provider), connected.id, clock.now().date(), version=connected.version
    )
    assert seen(cast, need).state == "sent"


@pytest.mark.sqlite_only
def test_p05_a_stranger_cannot_take_it_back(move_time: Move, cast: Cast, signed_in_as: SignIn) -> None:
    need = signed(cast)
    for who in (cast.stranger, cast.shelter_worker):
        browser = signed_in_as(who)
        path = f"/consents/{consent_of(need).id}/revocation"
        assert browser.get(path).status_code == 404
        assert press(browser, path, browser.get("/account").text).status_code == 404
    assert seen(cast, need).state == "accepted"


@pytest.mark.sqlite_only
def test_p05_a_withdrawal_ends_every_consent(move_time: Move, cast: Cast) -> None:
    need = signed(cast)
    referrals.withdraw_consent(acting(cast.responder), offer_of(need).id)
    assert consent_of(need).withdrawn_at is not None


def test_p07_a_sender_under_part_2_sends_a_person_only_with_a_signed_consent(
    move_time: Move, cast: Cast
) -> None:
    under_part2(cast.team)
    for basis in ("verbal_consent", "written_consent", "emergency"):
        with pytest.raises(Refused) as refused:
            send(cast, basis=basis)
        assert (refused.value.field, "part 2" in refused.value.reason) == ("basis", True)
    assert db.session.scalars(select(Need)).all() == []
    plain = send(cast, basis="none_needed", name="", phone="", safety_notes="")
    assert offer_of(plain).state == "sent"
    with pytest.raises(Refused):
        send(cast, basis="written_consent", consent=SIGNED, fallbacks=(cast.shelter.id,), name="")
    need = send(
        cast, basis="written_consent", consent=SIGNED, fallbacks=(cast.shelter.id,), duplicate_confirmed=True
    )
    assert sorted(str(row.recipient_id) for row in fresh(need).consents if row.kind == "signed") == sorted(
        str(one.service.organization_id) for one in (cast.crisis_center, cast.shelter)
    )
    assert [row.consent_id is not None for row in db.session.scalars(select(Disclosure))][-1]


@pytest.mark.sqlite_only
def test_p07_after_it_is_taken_back_the_name_goes_to_nobody(move_time: Move, cast: Cast) -> None:
    under_part2(cast.team)
    need = send(cast, basis="written_consent", consent=SIGNED, fallbacks=(cast.shelter.id,))
    desk, offer = acting(cast.provider), offer_of(need)
    referrals.accept_offer(desk, offer.id, version=1)
    assert referrals.reveal_person(desk, offer.id) is not None
    for row in [row for row in fresh(need).consents if row.kind == "signed"]:
        referrals.revoke_consent(acting(cast.responder), row.id)
    assert referrals.reveal_person(desk, offer.id) is None
    offer = offer_of(need)
    referrals.mark_not_connected(desk, offer.id, "left", version=offer.version)
    view = seen(cast, need)
    with pytest.raises(Refused):
        referrals.ask_next(acting(cast.responder), need.id, cast.shelter.id, version=view.version)


@pytest.mark.sqlite_only
def test_p07_the_mark_is_set_by_a_privacy_officer_alone(
    move_time: Move, cast: Cast, signed_in_as: SignIn
) -> None:
    officer = signed_in_as(cast.privacy_officer)
    path = f"/privacy/units/{cast.team.id}"
    assert "Test County Mobile Crisis" in officer.get("/privacy/units").text
    assert press(officer, "/privacy/units", to=path).status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Organization, cast.team.id).part2_program
    with pytest.raises(Refused):
        referrals.send_offer(acting(cast.responder), request_to(cast.crisis_center.id))
    assert signed_in_as(cast.responder).get("/privacy/units").status_code == 403
    with pytest.raises(referrals.NotHere):
        referrals.set_part2(acting(cast.responder), cast.team.id, False)
