"""Break-glass (privacy rule P14): by clinical people for what was put to them, everything written down first, an hour, and the
privacy officer hears of it at once and looks at it. And the first pages of supervisors, dispatchers and privacy officers."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select, text

from portal.accounts.models import Account, Membership
from portal.directory.models import Organization
from portal.messages.models import Message
from portal.referrals.models import BreakGlass, Disclosure, Need
from portal.store import audit, clock, db, write
from tests.people import Cast
from tests.web.forms import SignIn, offer_of, press, refer

START = datetime(2026, 11, 24, 9, 0, 0, tzinfo=UTC)
SAID = {
    "recipient_name": "Dr. Em Ergency",
    "recipient_facility": "County Hospital ER",
    "disclosed_by": "Pat Provider",
    "nature": "Not breathing well after an overdose",
    "reason": "The crew must know who it is",
}
CANARIES = ("Jo Canary", "615-555-0177", "Afraid of dogs")


@pytest.fixture(autouse=True)
def moment() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def need(cast: Cast, signed_in_as: SignIn) -> Need:
    return refer(cast, signed_in_as, safety_notes="Afraid of dogs")


def form_of(need: Need) -> str:
    return f"/offers/{offer_of(need).id}/break-glass"


def opened(browser: FlaskClient, need: Need, **more: str) -> Any:
    return press(browser, form_of(need), **(SAID | more))


def test_p14_the_person_is_opened_for_an_hour_after_everything_is_written_down(
    cast: Cast, signed_in_as: SignIn, need: Need, moment: time_machine.Traveller
) -> None:
    desk = signed_in_as(cast.provider)
    assert desk.get(f"/offers/{offer_of(need).id}/person").status_code == 404, "not before the yes"
    assert form_of(need) in desk.get(f"/offers/{offer_of(need).id}").text
    answer = opened(desk, need)
    assert answer.status_code == 303
    page = desk.get(answer.location)
    assert page.status_code == 200
    for canary in CANARIES:
        assert canary in page.text
    assert "Every look is written down" in page.text
    assert "60 minutes left" in page.text
    assert 'http-equiv="refresh" content="3601"' in page.text
    moment.shift(timedelta(minutes=59, seconds=59))
    assert CANARIES[0] in desk.get(answer.location).text
    moment.shift(timedelta(seconds=1))
    over = desk.get(answer.location)
    assert over.status_code == 410
    assert not any(canary in over.text for canary in CANARIES)
    assert desk.get(form_of(need)).status_code == 200, "and a new opening asks for everything again"


@pytest.mark.sqlite_only
@pytest.mark.parametrize("missing", SAID)
def test_p14_a_missing_item_is_422_with_the_form_filled_and_nothing_opened(
    cast: Cast, signed_in_as: SignIn, need: Need, missing: str
) -> None:
    desk = signed_in_as(cast.provider)
    for empty in ("", "   "):
        answer = opened(desk, need, **{missing: empty})
        assert answer.status_code == 422
        assert "Without it nothing is opened" in answer.text
        for name, words in SAID.items():
            assert (words in answer.text) == (name != missing)
    assert db.session.scalars(select(BreakGlass)).all() == []
    assert (
        db.session.scalars(select(Message).where(Message.letter == "referrals/privacy_officer")).all() == []
    )


@pytest.mark.sqlite_only
def test_p14_police_and_all_others_have_no_such_door(cast: Cast, signed_in_as: SignIn, need: Need) -> None:
    path = form_of(need)
    for name, account in cast.everybody.items():
        if name in ("provider", "privacy_officer"):
            continue
        browser = signed_in_as(account)
        expected = 404 if name == "shelter_worker" else 403
        assert browser.get(path).status_code == expected, name
        sent = press(browser, "/account", to=path, **SAID)
        assert sent.status_code == expected, name
    page = signed_in_as(cast.responder).get(f"/needs/{need.id}").text
    assert "break-glass" not in page
    assert db.session.scalars(select(BreakGlass)).all() == []


@pytest.mark.sqlite_only
def test_p14_a_desk_that_is_not_of_treatment_has_no_such_button(cast: Cast, signed_in_as: SignIn) -> None:
    need = refer(cast, signed_in_as, cast.shelter)
    desk = signed_in_as(cast.shelter_worker)
    assert "break-glass" not in desk.get(f"/offers/{offer_of(need).id}").text
    assert desk.get(form_of(need)).status_code == 403
    assert press(desk, "/account", to=form_of(need), **SAID).status_code == 403
    with write() as session:
        home = cast.shelter.service.organization_id
        session.get_one(Organization, home).kind = "part2_program"
    assert desk.get(form_of(need)).status_code == 200


def test_p14_an_opening_is_in_its_table_the_ledger_and_the_trail_and_every_officer_is_told(
    cast: Cast, signed_in_as: SignIn, need: Need
) -> None:
    with write() as session:
        session.add(Membership(account_id=cast.steward.id, role="privacy_officer", organization_id=None))
        session.get_one(Account, cast.colleague.id).disabled_at = clock.now()
        session.add(Membership(account_id=cast.colleague.id, role="privacy_officer", organization_id=None))
    desk = signed_in_as(cast.provider)
    opened(desk, need)
    row = db.session.scalars(select(BreakGlass)).one()
    assert {name: getattr(row, name) for name in SAID} == SAID
    assert (row.at, row.until) == (START, START + timedelta(minutes=60))
    assert (row.account_id, row.offer_id) == (cast.provider.id, offer_of(need).id)
    ledger = db.session.scalars(select(Disclosure).where(Disclosure.what == "emergency")).all()
    assert [(each.need_id, each.organization_id) for each in ledger] == [
        (need.id, cast.crisis_center.service.organization_id)
    ]
    trail = db.session.scalars(select(audit.AuditEntry.action).order_by(audit.AuditEntry.number)).all()
    assert trail.count("break_glass") == 1
    letters = db.session.scalars(select(Message).where(Message.letter == "referrals/privacy_officer")).all()
    assert {each.to_address for each in letters} == {cast.privacy_officer.email, cast.steward.email}
    for each in letters:
        assert each.subject == "You have a new item in Handrail"
        assert not any(word in each.text + each.html for word in (*CANARIES, *SAID.values(), "emergency"))
    stored = db.session.execute(
        text("SELECT recipient_name, recipient_facility, disclosed_by, nature, reason FROM break_glass")
    ).one()
    assert not any(words in str(value) for words in SAID.values() for value in stored)


@pytest.mark.sqlite_only
def test_p14_every_look_is_in_the_trail_and_a_second_tap_is_the_same_opening(
    cast: Cast, signed_in_as: SignIn, need: Need
) -> None:
    desk = signed_in_as(cast.provider)
    page = desk.get(form_of(need)).text
    one, other = (press(desk, form_of(need), page, **SAID) for _tap in range(2))
    assert one.location == other.location
    assert desk.get(form_of(need)).location == one.location
    for _look in range(3):
        desk.get(one.location)
    trail = db.session.scalars(select(audit.AuditEntry.action)).all()
    assert trail.count("read_break_glass") == 3
    assert trail.count("break_glass") == 1


@pytest.mark.sqlite_only
def test_p14_an_opening_is_its_openers_alone_and_ends_with_their_role(
    cast: Cast, signed_in_as: SignIn, need: Need
) -> None:
    with write() as session:
        session.add(
            Membership(
                account_id=cast.shelter_worker.id,
                role="provider",
                organization_id=cast.crisis_center.service.organization_id,
            )
        )
    desk = signed_in_as(cast.provider)
    path = opened(desk, need).location
    for person in (cast.shelter_worker, cast.privacy_officer):
        assert signed_in_as(person).get(path).status_code == 404
    for person in (cast.responder, cast.admin, cast.supervisor, cast.steward):
        assert signed_in_as(person).get(path).status_code == 403
    with write() as session:
        for row in session.scalars(select(Membership).where(Membership.account_id == cast.provider.id)):
            row.organization_id = cast.shelter.service.organization_id
    assert desk.get(path).status_code == 404


@pytest.mark.sqlite_only
def test_p14_a_sender_learns_nothing_of_it(cast: Cast, signed_in_as: SignIn, need: Need) -> None:
    browser = signed_in_as(cast.responder)

    def page(path: str) -> str:
        return re.sub(r'(nonce|value)="[^"]*"', "", browser.get(path).text)

    before = [page(path) for path in ("/needs", f"/needs/{need.id}")]
    desk = signed_in_as(cast.provider)
    desk.get(opened(desk, need).location)
    assert [page(path) for path in ("/needs", f"/needs/{need.id}")] == before
    letters = db.session.scalars(select(Message.to_address).where(Message.letter != "referrals/desk")).all()
    assert set(letters) == {cast.privacy_officer.email}


def test_p14_the_officer_looks_at_it_and_says_what_they_found(
    cast: Cast, signed_in_as: SignIn, need: Need
) -> None:
    desk, officer = signed_in_as(cast.provider), signed_in_as(cast.privacy_officer)
    assert "Emergency openings to look at (0)" in officer.get("/privacy").text
    opened(desk, need)
    row = db.session.scalars(select(BreakGlass)).one()
    path = f"/privacy/openings/{row.id}"
    assert path in officer.get("/privacy").text
    page = officer.get(path).text
    for words in SAID.values():
        assert words in page
    assert not any(canary in page for canary in CANARIES)
    assert press(officer, path, note=" ").status_code == 422
    before = officer.get(path).text
    assert press(officer, path, before, note="Called the hospital: it was so").status_code == 303
    assert "Emergency openings to look at (0)" in officer.get("/privacy").text
    assert "Called the hospital" in officer.get(path).text
    assert press(officer, path, before, note="Once more").status_code == 409
    assert "review_opening" in db.session.scalars(select(audit.AuditEntry.action)).all()


@pytest.mark.sqlite_only
def test_p14_the_officers_own_opening_is_looked_at_by_another(
    cast: Cast, signed_in_as: SignIn, need: Need
) -> None:
    officer = signed_in_as(cast.privacy_officer)
    found = press(officer, "/privacy", reference=need.id.hex[:6].upper())
    assert form_of(need) in found.text
    answer = opened(officer, need)
    assert CANARIES[0] in officer.get(answer.location).text
    row = db.session.scalars(select(BreakGlass)).one()
    assert row.organization_id is None
    path = f"/privacy/openings/{row.id}"
    assert "Another privacy officer" in officer.get(path).text
    assert press(officer, "/privacy", to=path, note="Fine").status_code == 422
    for typed in ("", "zz", "Jo Canary", "%%%%%%", "0" * 7):
        assert press(officer, "/privacy", reference=typed).status_code == 422, typed


@pytest.mark.sqlite_only
def test_p14_nothing_is_opened_of_a_request_that_was_void_or_taken_back(
    cast: Cast, signed_in_as: SignIn, need: Need
) -> None:
    desk = signed_in_as(cast.provider)
    path = opened(desk, need).location
    offer = f"/offers/{offer_of(need).id}"
    press(signed_in_as(cast.responder), f"{offer}/withdrawal")
    page = desk.get(path)
    assert page.status_code == 200
    assert not any(canary in page.text for canary in CANARIES)
    other = refer(cast, signed_in_as, name="Ann Other", phone="615-555-0178")
    press(signed_in_as(cast.responder), f"/offers/{offer_of(other).id}/void", reason="error")
    assert desk.get(form_of(other)).status_code == 404


@pytest.mark.sqlite_only
def test_the_officers_pages_are_the_officers(cast: Cast, signed_in_as: SignIn, need: Need) -> None:
    opened(signed_in_as(cast.provider), need)
    row = db.session.scalars(select(BreakGlass)).one()
    for name, account in cast.everybody.items():
        browser = signed_in_as(account)
        expected = 200 if name == "privacy_officer" else 403
        for path in ("/privacy", f"/privacy/openings/{row.id}"):
            assert browser.get(path).status_code == expected, (name, path)
    officer = signed_in_as(cast.privacy_officer)
    assert officer.get(f"/privacy/openings/{need.id}").status_code == 404
    for path in re.findall(r'class="button second wide" href="([^"]+)"', officer.get("/privacy").text):
        assert officer.get(path).status_code == 200, path


@pytest.mark.sqlite_only
def test_a_supervisor_sees_counts_and_what_was_escalated_never_a_name(
    cast: Cast, signed_in_as: SignIn, need: Need
) -> None:
    quiet = refer(cast, signed_in_as, cast.shelter, name="Ann Other", phone="615-555-0178", urgency="today")
    browser = signed_in_as(cast.supervisor)
    page = browser.get("/unit").text
    assert "Open in your unit (2)" in page
    assert "Nothing waits for you." in page
    assert str(need.id) not in page
    with write() as session:
        session.get_one(Need, need.id).escalated_at = clock.now()
    page = browser.get("/unit").text
    assert f"/needs/{need.id}" in page
    assert f"/needs/{quiet.id}" not in page
    assert not any(word in page for word in (*CANARIES, "Ann Other"))
    for name, account in cast.everybody.items():
        if name != "supervisor":
            assert signed_in_as(account).get("/unit").status_code == 403, name


@pytest.mark.sqlite_only
def test_a_units_counts_do_not_tell_yes_from_no(cast: Cast, signed_in_as: SignIn) -> None:
    pages = []
    for pressed, more in (("accept", {"by": "Pat"}), ("decline", {"reason": "no_bed_or_slot"})):
        one = refer(cast, signed_in_as, hears_back="y", name=pressed, phone="", confirm_duplicate="y")
        path = f"/offers/{offer_of(one).id}"
        assert (
            press(signed_in_as(cast.provider), path, to=f"{path}/answer", answer=pressed, **more).status_code
            == 303
        )
        page = signed_in_as(cast.supervisor).get("/unit").text
        pages.append(re.search(r"<tbody>(.*?)</tbody>", page, re.DOTALL)[1])  # type: ignore[index]
        press(signed_in_as(cast.responder), f"{path}/void", reason="error")
    assert pages[0] == pages[1]


@pytest.mark.sqlite_only
def test_a_dispatcher_sends_and_sees_the_units_open_needs_by_deadline(
    cast: Cast, signed_in_as: SignIn, need: Need
) -> None:
    with write() as session:
        session.get_one(Account, cast.colleague.id).memberships[0].role = "dispatcher"
    browser = signed_in_as(cast.colleague)
    later = refer(cast, signed_in_as, cast.shelter, name="Ann", phone="615-555-0178", urgency="today")
    page = browser.get("/needs").text
    assert page.index(str(need.id)) < page.index(str(later.id)), "the nearest deadline first"
    sent = press(
        browser, f"/services/{cast.shelter.id}/refer", name="Bo", phone="615-555-0179", basis="verbal_consent"
    )
    assert sent.status_code == 303
    for path in ("/unit", "/inbox", "/people", "/privacy"):
        assert browser.get(path).status_code == 403
