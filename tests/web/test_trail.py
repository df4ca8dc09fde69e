"""P18: who looked and who was refused is in the trail, without values; the privacy officer's pages of it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import referrals
from portal.store import chain, clock, db
from portal.store.audit import AuditEntry
from tests.people import Cast
from tests.referrals.acting import acting, offer_of, send
from tests.referrals.drive import NOON
from tests.web.forms import SignIn, mailed_link, press

pytestmark = pytest.mark.sqlite_only  # what is stored, tests/store looks at on both
PERSON = ("Quill Canary", "615-555-0177", "Afraid of dogs")


@pytest.fixture
def shift() -> Iterator[Callable[[timedelta], None]]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller.shift


def lines(action: str, subject: str = "") -> list[tuple[Any, str, str]]:
    db.session.expire_all()
    rows = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.number)
    )
    return [(row.account_id, row.subject, row.subject_id) for row in rows if subject in ("", row.subject)]


def test_p18_a_look_at_a_request_is_written_down_once_in_ten_minutes(
    shift: Callable[[timedelta], None], cast: Cast, signed_in_as: SignIn
) -> None:
    need = send(cast)
    offer, sender, desk = offer_of(need), signed_in_as(cast.responder), signed_in_as(cast.provider)
    for _time in range(3):
        assert sender.get(f"/needs/{need.id}").status_code == 200
        assert desk.get(f"/offers/{offer.id}").status_code == 200
    seen = [(cast.responder.id, "need", str(need.id)), (cast.provider.id, "offer", str(offer.id))]
    assert lines("look") == seen
    shift(timedelta(minutes=11))
    sender.get(f"/needs/{need.id}")
    assert lines("look") == [*seen, seen[0]]


def test_p18_an_answer_link_that_is_opened_is_a_look_of_the_link(
    cast: Cast, client: FlaskClient, signed_in_as: SignIn
) -> None:
    offer = offer_of(send(cast))
    path = mailed_link(offer)
    assert client.get(path).status_code == 200
    assert lines("look") == [(None, "offer", str(offer.id))]
    row = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "look")).one()
    assert row.actor_kind == "link"


def test_p18_every_denial_of_p11_is_written_down(cast: Cast, signed_in_as: SignIn) -> None:
    """Strangers, other units, and police who ask for what is not theirs: by every address of a need and an offer."""
    need = send(cast)
    offer = offer_of(need)
    tried = 0
    for name in ("stranger", "shelter_worker", "evaluator", "steward", "privacy_officer", "admin"):
        browser = signed_in_as(getattr(cast, name))
        for path in (f"/needs/{need.id}", f"/offers/{offer.id}", f"/offers/{offer.id}/withdrawal"):
            answer = browser.get(path)
            assert answer.status_code in (403, 404), (name, path)
            tried += 1
    denied = lines("denied")
    # one line a person and thing: two of the addresses name the offer
    people = {account for account, _subject, _id in denied}
    assert len(people) == 6
    assert {(subject, found) for _account, subject, found in denied} == {
        ("need", str(need.id)),
        ("offer", str(offer.id)),
    }
    assert len(denied) == tried // 3 * 2
    posted = press(signed_in_as(cast.stranger), "/needs", to=f"/offers/{uuid4()}/withdrawal")
    assert posted.status_code == 404
    assert len(lines("denied")) == len(denied) + 1
    assert signed_in_as(cast.responder).get("/privacy/audit").status_code == 403
    assert lines("denied")[-1] == (cast.responder.id, "page", "trail.trail")


def test_p18_a_report_is_a_look_at_its_quarter(cast: Cast, signed_in_as: SignIn) -> None:
    signed_in_as(cast.evaluator).get("/reports/2026-q1.csv")
    assert lines("look") == [(cast.evaluator.id, "report", "2026-q1")]


def test_p18_no_value_of_a_person_is_in_the_trail(cast: Cast, signed_in_as: SignIn) -> None:
    need = send(cast)
    offer = offer_of(need)
    desk = acting(cast.provider)
    referrals.accept_offer(desk, offer.id, version=offer.version, answered_by="Pat")
    referrals.reveal_person(desk, offer.id)
    signed_in_as(cast.responder).get(f"/needs/{need.id}")
    assert len(lines("reveal_person")) == 1
    rows = db.session.scalars(select(AuditEntry)).all()
    written = " ".join(str(value) for row in rows for value in vars(row).values())
    assert not [value for value in PERSON if value in written]


def test_the_officer_finds_a_row_by_day_account_and_request(cast: Cast, signed_in_as: SignIn) -> None:
    need, other = send(cast), send(cast, duplicate_confirmed=True)
    officer = signed_in_as(cast.privacy_officer)
    chain.extend()
    page = officer.get("/privacy/audit").text
    assert "Rae Responder" in page
    assert str(need.id) in page
    assert "Not chained yet: 1" in page or "Not chained yet: 0" in page
    moved = press(officer, "/privacy/audit", subject=need.id.hex[:6], account="Responder@test.invalid")
    assert moved.status_code == 303
    assert "test.invalid" not in moved.headers["Location"], "no e-mail in an address"
    found = officer.get(moved.headers["Location"]).text
    assert str(need.id) in found
    assert str(other.id) not in found
    assert "Nothing." in officer.get("/privacy/audit?day=2001-01-01").text
    assert press(officer, "/privacy/audit", day="soon").status_code == 422
    assert press(officer, "/privacy/audit", account="nobody@test.invalid").status_code == 422
    for wrong in ("day=soon", "page=-1", "page=99999999999999999999", "account=x", "subject=%25"):
        assert officer.get(f"/privacy/audit?{wrong}").status_code in (200, 404)
    assert lines("look", "audit_entry"), "to read the trail is in the trail"


def test_the_officer_holds_a_request_and_lifts_the_hold(cast: Cast, signed_in_as: SignIn) -> None:
    need = send(cast)
    officer = signed_in_as(cast.privacy_officer)
    wrong = press(officer, "/privacy/holds", which="zz", reason="Order of the court")
    assert wrong.status_code == 422
    assert "Order of the court" in wrong.text
    assert press(officer, "/privacy/holds", which=need.id.hex[:6], reason="").status_code == 422
    assert (
        press(officer, "/privacy/holds", which=need.id.hex[:6], reason="Order of the court").status_code
        == 303
    )
    assert press(officer, "/privacy/holds", which=need.id.hex[:6], reason="Again").status_code == 409
    assert referrals.held(db.session(), need.id)
    hold = referrals.holds_for(acting(cast.privacy_officer))[0]
    lifted = press(officer, "/privacy/holds", to=f"/privacy/holds/{hold.id}/lifting")
    assert lifted.status_code == 303
    assert not referrals.held(db.session(), need.id)
    assert press(officer, "/privacy/holds", to=f"/privacy/holds/{hold.id}/lifting").status_code == 409
    assert press(officer, "/privacy/holds", to=f"/privacy/holds/{uuid4()}/lifting").status_code == 404


def test_the_clocks_can_be_read(cast: Cast, signed_in_as: SignIn, app: Flask) -> None:
    page = signed_in_as(cast.privacy_officer).get("/privacy/retention").text
    assert "offer_event" in page
    assert ">30<" in page
    assert clock.now()
