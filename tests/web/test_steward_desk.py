"""The steward's page: what waits, decided with both values in sight."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from portal import directory
from portal.directory import models as d
from portal.store import clock, db, write
from tests.people import Cast
from tests.web.forms import Forms, press

SignIn = Callable[[Any], FlaskClient]


def public(listing_id: UUID) -> directory.Listing:
    """The public listing as a new request would read it."""
    db.session.expire_all()
    found = directory.listing(listing_id)
    assert found is not None
    return found


def propose(cast: Cast, signed_in_as: SignIn, **changes: str) -> None:
    assert (
        press(signed_in_as(cast.provider), f"/listings/{cast.crisis_center.id}", **changes).status_code == 303
    )


def decision_path(page: str) -> str:
    return next(action for action, _values in Forms(page).forms if action.startswith("/steward/proposals/"))


def test_old_and_new_stand_side_by_side_and_one_press_approves(cast: Cast, signed_in_as: SignIn) -> None:
    propose(cast, signed_in_as, address="9 New St\r\nNashville, TN 37211")
    browser = signed_in_as(cast.steward)
    page = browser.get("/steward").text
    assert "Edits that wait (1)" in page
    assert "1 Main St" in page
    assert "<ins>9 New</ins> St" in page
    done = press(browser, "/steward", page, to=decision_path(page), decision="approve")
    assert (done.status_code, done.location) == (303, "/steward")
    after = browser.get("/steward").text
    assert "Approved. Everybody sees it now." in after
    assert "Edits that wait (0)" in after
    seen = public(cast.crisis_center.id)
    assert seen.address == ("9 New St", "Nashville, TN 37211")


def test_refused_keeps_the_old_and_a_second_press_is_told(cast: Cast, signed_in_as: SignIn) -> None:
    propose(cast, signed_in_as, crisis_phone="615-555-0911")
    browser = signed_in_as(cast.steward)
    page = browser.get("/steward").text
    path = decision_path(page)
    assert press(browser, "/steward", page, to=path, decision="refuse").status_code == 303
    again = press(browser, "/steward", page, to=path, decision="approve")
    assert again.status_code == 409
    assert "decided or replaced already" in again.text
    assert "615-555-0911" not in browser.get(f"/services/{cast.crisis_center.id}").text


@pytest.mark.sqlite_only
def test_a_value_that_changed_since_is_not_overwritten_unseen(cast: Cast, signed_in_as: SignIn) -> None:
    propose(cast, signed_in_as, crisis_phone="615-555-0911")
    browser = signed_in_as(cast.steward)
    page = browser.get("/steward").text
    listing = f"/listings/{cast.crisis_center.id}"
    assert press(browser, listing, crisis_phone="988").status_code == 303
    late = press(browser, "/steward", page, to=decision_path(page), decision="approve")
    assert late.status_code == 409
    assert "Edits that wait (1)" in late.text
    assert (
        press(browser, "/steward", late.text, to=decision_path(late.text), decision="approve").status_code
        == 303
    )


@pytest.mark.sqlite_only
def test_neither_button_is_told(cast: Cast, signed_in_as: SignIn) -> None:
    propose(cast, signed_in_as, crisis_phone="615-555-0911")
    browser = signed_in_as(cast.steward)
    page = browser.get("/steward").text
    for decision in ("", "delete"):
        assert press(browser, "/steward", page, to=decision_path(page), decision=decision).status_code == 422
    assert (
        press(browser, "/steward", page, to=f"/steward/proposals/{uuid4()}", decision="approve").status_code
        == 404
    )


def test_only_stewards_open_it(cast: Cast, signed_in_as: SignIn, client: FlaskClient) -> None:
    propose(cast, signed_in_as, crisis_phone="615-555-0911")
    path = decision_path(signed_in_as(cast.steward).get("/steward").text)
    for name, account in cast.everybody.items():
        if name == "steward":
            continue
        browser = signed_in_as(account)
        assert browser.get("/steward").status_code == 403, name
    provider = signed_in_as(cast.provider)
    assert press(provider, "/listings", to=path, decision="approve").status_code == 403
    assert client.get("/steward").status_code == 303
    assert "615-555-0911" in signed_in_as(cast.steward).get("/steward").text


def test_imports_show_their_rejected_rows(cast: Cast, signed_in_as: SignIn) -> None:
    with write() as session:
        run = d.ImportRun(source="samhsa", started_at=clock.now(), state="running")
        session.add(run)
        session.flush()
        session.add_all(
            d.RejectedRow(import_run_id=run.id, file="a<b>.xlsx", row=number, reason="no street")
            for number in range(51)
        )
    browser = signed_in_as(cast.steward)
    page = browser.get("/steward").text
    assert "51 rows rejected" in page
    assert "not finished" in page
    first = browser.get(f"/steward/imports/{run.id}").text
    assert "Page 1 of 2" in first
    assert "a&lt;b&gt;.xlsx" in first
    assert "Page 2 of 2" in browser.get(f"/steward/imports/{run.id}?page=99").text
    assert browser.get(f"/steward/imports/{uuid4()}").status_code == 404
    assert signed_in_as(cast.stranger).get(f"/steward/imports/{run.id}").status_code == 403


@pytest.mark.sqlite_only
def test_who_has_not_joined_and_who_is_stale_are_listed(cast: Cast, signed_in_as: SignIn) -> None:
    page = signed_in_as(cast.steward).get("/steward").text
    assert "Organization has not joined (2)" in page
    assert "Withdrawal Unit" in page.split("has not joined")[1].split("Longest not confirmed")[0]
    assert "Haven House" not in page.split("has not joined")[1].split("Longest not confirmed")[0]


def test_a_listing_called_wrong_is_looked_into(cast: Cast, signed_in_as: SignIn) -> None:
    with write() as session:
        for reason in ("hours", "hours", "listing"):
            session.add(d.ListingFlag(service_at_location_id=cast.detox.id, reason=reason, at=clock.now()))
    browser = signed_in_as(cast.steward)
    page = browser.get("/steward").text
    assert "The hours are wrong." in page
    assert "Said 2 times" in page
    path = f"/steward/flags/{cast.detox.id}"
    assert press(signed_in_as(cast.provider), "/listings", to=path).status_code == 403
    assert press(browser, "/steward", page, to=f"/steward/flags/{uuid4()}").status_code == 404
    assert press(browser, "/steward", page, to=path).status_code == 303
    assert "The hours are wrong." not in browser.get("/steward").text
