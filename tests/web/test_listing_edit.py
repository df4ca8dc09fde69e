"""The edit page and the one-tap doors, through a browser."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from portal import directory, search
from portal.directory import models as d
from portal.directory import parse_time
from portal.store import db, write
from tests.people import Cast
from tests.web.forms import Forms, press

SignIn = Callable[[Any], FlaskClient]


def public(listing_id: UUID) -> directory.Listing:
    """The public listing as a new request would read it."""
    db.session.expire_all()
    found = directory.listing(listing_id)
    assert found is not None
    return found


def path_of(listing: d.ServiceAtLocation) -> str:
    return f"/listings/{listing.id}"


def test_a_provider_edits_on_a_phone_and_the_public_page_says_it(cast: Cast, signed_in_as: SignIn) -> None:
    browser, path = signed_in_as(cast.provider), path_of(cast.crisis_center)
    hours = {f"{day}_all_day": [] for day in ("mo", "tu", "we", "th", "fr", "sa", "su")}
    done = press(
        browser,
        path,
        **hours,
        mo_opens="09:00",
        mo_closes="12:00",
        mo_opens_2="13:00",
        mo_closes_2="5 pm",
        phone="(615) 555-0188 ext 4",
        languages="Spanish",
        alert="<script>alert(1)</script>",
    )
    assert done.status_code == 303, done.text
    page = browser.get(done.location).text
    assert "Saved. Everybody sees it now." in page
    assert "<script>alert(1)" not in page
    seen = public(cast.crisis_center.id)
    assert seen.hours_words.startswith("Monday: 9 am to noon, 1 pm to 5 pm; Tuesday to Sunday: Closed")
    assert [(phone.number, phone.extension) for phone in seen.phones if phone.type == "voice"] == [
        ("(615) 555-0188", "4")
    ]
    assert "9 am to noon" in browser.get(f"/services/{cast.crisis_center.id}").text


def test_saving_an_untouched_page_changes_nothing(cast: Cast, signed_in_as: SignIn) -> None:
    browser, path = signed_in_as(cast.provider), path_of(cast.crisis_center)
    before = public(cast.crisis_center.id)
    done = press(browser, path)
    assert done.status_code == 303
    assert "Nothing was changed." in browser.get(done.location).text
    assert public(cast.crisis_center.id).version == before.version


@pytest.mark.sqlite_only
def test_hours_nobody_touched_survive_an_edit_of_something_else(cast: Cast, signed_in_as: SignIn) -> None:
    with write() as session:
        session.query(d.Schedule).filter_by(service_at_location_id=cast.crisis_center.id).delete()
        for opens, closes in (("08:00", "09:00"), ("10:00", "11:00"), ("12:00", "13:00")):
            day = {"opens_at": parse_time(opens), "closes_at": parse_time(closes)}
            session.add(d.Schedule(service_at_location_id=cast.crisis_center.id, byday="MO", **day))
    assert press(signed_in_as(cast.provider), path_of(cast.crisis_center), alert="Hello").status_code == 303
    seen = public(cast.crisis_center.id)
    assert (seen.alert, seen.hours[0].words) == ("Hello", "8 am to 9 am, 10 am to 11 am, noon to 1 pm")


@pytest.mark.sqlite_only
def test_every_fault_is_told_at_once_and_nothing_typed_is_lost(cast: Cast, signed_in_as: SignIn) -> None:
    wrong = press(
        signed_in_as(cast.provider),
        path_of(cast.crisis_center),
        phone="call us",
        url="javascript:alert(1)",
        languages="Klingonish",
        tu_all_day=[],
        tu_opens="09:00",
        description="Kept words",
    )
    assert wrong.status_code == 422
    assert "<title>Error: " in wrong.text
    for words in (
        "Write the phone like",
        "Write the website like",
        "We do not know this language",
        "when it closes",
    ):
        assert wrong.text.count(words) == 2  # in the summary and beside the field
    for kept in ("call us", "javascript:alert(1)", "Klingonish", "Kept words", 'value="09:00"'):
        assert kept in wrong.text
    assert 'href="javascript' not in wrong.text
    seen = public(cast.crisis_center.id)
    assert seen.description == ""


def test_a_stale_page_shows_both_texts_side_by_side_and_saves_on_the_second_press(
    cast: Cast, signed_in_as: SignIn
) -> None:
    path = path_of(cast.crisis_center)
    desk, steward = signed_in_as(cast.provider), signed_in_as(cast.steward)
    opened = desk.get(path).text
    assert (
        press(steward, path, description="The steward wrote this", fees_description="Free").status_code == 303
    )
    stale = press(desk, path, opened, description="The desk wrote this", alert="Mine too")
    assert stale.status_code == 409
    for words in (
        "What stands now",
        "The <del>steward</del> wrote this",
        "What you typed",
        "The <ins>desk</ins> wrote this",
        "Mine too",
    ):
        assert words in stale.text
    seen = public(cast.crisis_center.id)
    assert (seen.description, seen.alert) == ("The steward wrote this", "")
    assert press(desk, path, stale.text).status_code == 303
    seen = public(cast.crisis_center.id)
    assert (seen.description, seen.alert, seen.fees) == ("The desk wrote this", "Mine too", "Free")


@pytest.mark.sqlite_only
def test_a_forged_mark_or_version_is_no_way_around(cast: Cast, signed_in_as: SignIn) -> None:
    browser, path = signed_in_as(cast.provider), path_of(cast.crisis_center)
    page = browser.get(path).text
    for version in ("", "x", "-1", "9" * 30, "٣"):
        assert press(browser, path, page, version=version, alert="Forged").status_code == 409
    for number, base in enumerate(["", "{", "[1]", "[" * 3000, '"x"', json.dumps({"alert": 5})]):
        assert press(browser, path, base=base, alert=f"Fine {number}").status_code == 303


@pytest.mark.sqlite_only
def test_a_field_that_is_not_sent_is_not_emptied(cast: Cast, signed_in_as: SignIn) -> None:
    browser, path = signed_in_as(cast.provider), path_of(cast.crisis_center)
    page = browser.get(path).text
    sent = next(values for action, values in Forms(page).forms if action == path)
    only = {name: values for name, values in sent.items() if name in ("csrf_token", "version")}
    assert browser.post(path, data=only | {"alert": "Alone"}).status_code == 303
    seen = public(cast.crisis_center.id)
    assert (seen.alert, seen.name, len(seen.phones), seen.open.open) == ("Alone", "Crisis Receiving", 1, True)


def test_crisis_phone_and_address_wait_and_the_page_says_so(cast: Cast, signed_in_as: SignIn) -> None:
    browser, path = signed_in_as(cast.provider), path_of(cast.crisis_center)
    done = press(browser, path, crisis_phone="615-555-0911", address="9 New St\r\nNashville, TN 37211")
    page = browser.get(done.location).text
    assert "Waits for a steward, the old one stays until then: Crisis phone, Address." in page
    assert "Waits for a steward: 615-555-0911" in page
    public = browser.get(f"/services/{cast.crisis_center.id}").text
    assert "615-555-0911" not in public
    assert "9 New St" not in public
    assert "1 Main St" in public


@pytest.mark.parametrize(
    ("field", "typed"), [("description", "Ring at 412 Canary St"), ("alert", "Moved to 37203")]
)
@pytest.mark.sqlite_only
def test_an_address_in_a_confidential_listing_is_refused(
    cast: Cast, signed_in_as: SignIn, field: str, typed: str
) -> None:
    browser, path = signed_in_as(cast.steward), path_of(cast.victim_service)
    page = browser.get(path).text
    assert 'name="address"' not in page
    assert press(browser, path, page, **{field: typed}).status_code == 422
    assert press(browser, path, page, address="412 Canary St\nNashville, TN 37203").status_code in (303, 422)
    assert typed not in browser.get(f"/services/{cast.victim_service.id}").text
    assert "Canary" not in browser.get(path).text


@pytest.mark.parametrize("text", ["a\x00b", "a\x1bb", "\u202eneh", "a\ufffeb", "x" * 5000, "\ud800"])
@pytest.mark.sqlite_only
def test_broken_text_is_told_not_stored(cast: Cast, signed_in_as: SignIn, text: str) -> None:
    browser, path = signed_in_as(cast.steward), path_of(cast.crisis_center)
    sendable = text.encode("utf-8", "surrogatepass")
    page = browser.get(path).text
    sent = next(values for action, values in Forms(page).forms if action == path)
    answer = browser.post(path, data=sent | {"name": [sendable.decode("utf-8", "replace")]})
    assert answer.status_code in (303, 422)
    assert browser.get(path).status_code == 200


def test_availability_by_one_tap_goes_back_where_it_came_from(cast: Cast, signed_in_as: SignIn) -> None:
    browser, path = signed_in_as(cast.provider), path_of(cast.crisis_center)
    done = press(browser, path, to=f"{path}/availability", availability="limited")
    assert (done.status_code, done.location) == (303, path)
    assert "Limited room, as of just now by the desk" in browser.get(path).text
    for back, where in (("inbox", "/inbox"), ("listings", "/listings"), ("https://evil.invalid/", path)):
        done = press(browser, path, to=f"{path}/availability", availability="yes", back=back)
        assert done.location == where
    assert press(browser, path, to=f"{path}/availability", availability="maybe").status_code == 422


def test_still_right_by_one_tap(cast: Cast, signed_in_as: SignIn) -> None:
    with write() as session:
        session.get_one(d.Service, cast.crisis_center.service.number).assured_date = None
    browser, path = signed_in_as(cast.provider), path_of(cast.crisis_center)
    assert "Never confirmed: call first" in browser.get("/listings").text
    done = press(browser, "/listings", to=f"{path}/confirmation")
    assert (done.status_code, done.location) == (303, "/listings")
    assert "Confirmed today" in browser.get("/listings").text
    assert press(browser, path, to=f"{path}/confirmation").status_code == 303


def test_only_the_own_organization_and_the_steward_get_in(
    cast: Cast, signed_in_as: SignIn, client: FlaskClient
) -> None:
    path = path_of(cast.crisis_center)
    expected = {"provider": 200, "steward": 200, "shelter_worker": 404}
    for name, account in cast.everybody.items():
        browser, status = signed_in_as(account), expected.get(name, 403)
        assert browser.get(path).status_code == status, name
        if status != 200:
            page = browser.get("/").text if "csrf_token" in browser.get("/").text else None
            for target in (path, f"{path}/availability", f"{path}/confirmation"):
                if page:
                    refused = press(browser, "/", page, to=target, availability="no", alert="x")
                    assert refused.status_code == status, (name, target)
    assert client.get(path).status_code == 303
    assert client.get(path).location.startswith("/sign-in")
    assert signed_in_as(cast.provider).get(f"/listings/{uuid4()}").status_code == 404
    own = signed_in_as(cast.shelter_worker).get("/listings").text
    assert "Family Shelter" in own
    assert "Crisis Receiving" not in own
    seen = public(cast.crisis_center.id)
    assert (seen.alert, seen.availability.value) == ("", "unknown")


@pytest.mark.sqlite_only
def test_a_steward_looks_for_a_listing_by_name(cast: Cast, signed_in_as: SignIn) -> None:
    browser = signed_in_as(cast.steward)
    found = browser.get("/listings?q=detox").text
    assert "Withdrawal Unit" in found
    assert "Crisis Receiving" not in found
    for strange in ("?page=-5", "?page=x", "?page=" + "9" * 40, "?q=%00%ff", "?q=" + "%25" * 200):
        assert browser.get("/listings" + strange).status_code == 200


def test_the_public_finds_the_edit_at_the_worker_s_next_beat(
    cast: Cast, signed_in_as: SignIn, client: FlaskClient
) -> None:
    search.catch_up()
    before = client.get("/search.json?q=accordion").get_json()
    assert str(cast.crisis_center.id) not in [hit["id"] for hit in before["hits"]]
    browser, path = signed_in_as(cast.provider), path_of(cast.crisis_center)
    assert press(browser, path, description="We play the accordion").status_code == 303
    search.catch_up()  # the worker does this every second
    after = client.get("/search.json?q=accordion").get_json()
    assert after["hits"][0]["id"] == str(cast.crisis_center.id)


def test_a_steward_pastes_a_map_area_of_the_largest_size_and_a_provider_is_told_no(
    cast: Cast, signed_in_as: SignIn
) -> None:
    ring = [[-87 + step / 4000, 36.123456 + (step % 2)] for step in range(1999)]
    drawn = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    text = json.dumps({"type": "Feature", "properties": {"note": "x" * 50_000}, "geometry": drawn})
    assert 95_000 < len(text) < 100_000
    path = path_of(cast.crisis_center)
    refused = press(signed_in_as(cast.provider), path, service_areas=text)
    assert refused.status_code == 422
    assert "Only a steward can paste a map area" in refused.text
    steward = signed_in_as(cast.steward)
    assert press(steward, path, service_areas=f"North side {text}").status_code == 303
    assert public(cast.crisis_center.id).service_areas == ("North side",)
    assert ": North side</textarea>" in steward.get(path).text
    assert "North side" in steward.get(f"/services/{cast.crisis_center.id}").text
    for wrong in ("37203", "{", "Nowhere, TN", text + " " * 60_000 + text):
        answer = press(steward, path, service_areas=wrong)
        assert answer.status_code == 422, wrong[:20]
        assert 'href="#service_areas"' in answer.text


@pytest.mark.sqlite_only
def test_a_confidential_listings_editor_is_told_why_no_zip_is_taken(cast: Cast, signed_in_as: SignIn) -> None:
    steward, path = signed_in_as(cast.steward), path_of(cast.victim_service)
    answer = press(steward, path, service_areas="37203")
    assert answer.status_code == 422
    assert "a ZIP or a map says too much" in answer.text
