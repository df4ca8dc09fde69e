"""The listing's page and what stands around it, as anybody sees them."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.directory import models as d
from portal.store import clock, write
from tests.people import Cast
from tests.web.forms import told


def test_a_listing_shows_how_to_reach_it_when_and_for_whom(cast: Cast, client: FlaskClient) -> None:
    page = client.get(f"/services/{cast.crisis_center.id}")
    assert page.status_code == 200
    for words in (
        "Crisis Receiving",
        "Test Crisis Center",
        "1 Main St",
        "Nashville, TN 37203",
        "Open 24 hours",
        "Adults",
    ):
        assert words in page.text
    assert 'href="tel:6155550123"' in page.text
    assert "<title>Crisis Receiving - Handrail</title>" in page.text


@pytest.mark.sqlite_only
def test_an_extension_is_dialed_after_a_pause_and_written_out(cast: Cast, client: FlaskClient) -> None:
    with write() as session:
        session.add(
            d.Phone(service_at_location_id=cast.detox.id, number="615-555-0144", extension="22", ordinal=-1)
        )
    page = client.get(f"/services/{cast.detox.id}").text
    assert 'href="tel:6155550144,22"' in page
    assert "ext. 22" in page


@pytest.mark.sqlite_only
def test_availability_is_shown_with_its_age_and_fades(cast: Cast, client: FlaskClient) -> None:
    with write():
        cast.crisis_center.availability = "yes"
        cast.crisis_center.availability_at = clock.now() - timedelta(minutes=14)
        cast.crisis_center.availability_source = "desk"
    address = f"/services/{cast.crisis_center.id}"
    assert "Yes, as of 14 min ago by the desk" in client.get(address).text
    with write():
        cast.crisis_center.availability_at = clock.now() - timedelta(days=2)
    page = client.get(address).text
    assert "Not confirmed for 2 days: call first" in page
    assert "as of" not in page


def test_only_a_responder_is_offered_to_refer(
    cast: Cast, client: FlaskClient, signed_in_as: Callable[[Any], FlaskClient]
) -> None:
    address = f"/services/{cast.crisis_center.id}"
    refer = f'href="{address}/refer'
    assert refer not in client.get(address).text
    assert refer in signed_in_as(cast.responder).get(address).text
    for account in (cast.provider, cast.steward, cast.evaluator, cast.admin):
        assert refer not in signed_in_as(account).get(address).text, account.name


@pytest.mark.sqlite_only
def test_who_has_not_joined_and_who_helps_victims_can_only_be_called(
    cast: Cast, signed_in_as: Callable[[Any], FlaskClient]
) -> None:
    browser = signed_in_as(cast.responder)
    for listing in (cast.detox, cast.victim_service):
        page = browser.get(f"/services/{listing.id}").text
        assert f"/services/{listing.id}/refer" not in page
        assert f'href="/services/{listing.id}/call"' in page
        assert 'href="tel:' in page


def test_a_hidden_place_says_its_area_and_no_more(cast: Cast, client: FlaskClient) -> None:
    page = told(client.get(f"/services/{cast.victim_service.id}").text)
    assert "<title>Service - Handrail</title>" in page
    assert "Davidson County" in page
    assert "The address is not public." in page
    assert "data-quiet" in page
    for words in ("37203", "Main St", "36.1", "sms:?"):
        assert words not in page


def test_who_looks_around_gets_no_cookie(cast: Cast, client: FlaskClient) -> None:
    for path in (
        "/",
        f"/services/{cast.crisis_center.id}",
        f"/services/{cast.victim_service.id}",
        "/search?q=crisis",
    ):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "path", ["/services/6b1f3a52-0000-4000-8000-000000000000", "/services/1", "/services/x'--"]
)
def test_a_listing_that_is_not_there_is_404(cast: Cast, client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.sqlite_only
def test_a_service_that_no_longer_exists_is_404(cast: Cast, client: FlaskClient) -> None:
    with write():
        cast.detox.service.status = "defunct"
    assert client.get(f"/services/{cast.detox.id}").status_code == 404


EVIL = """<script>alert(1)</script>"onmouseover="x"{{7*7}}</title>${7*7}%(x)s"""


@pytest.mark.sqlite_only
def test_what_a_provider_types_is_shown_as_text(cast: Cast, client: FlaskClient) -> None:
    with write():
        service = cast.crisis_center.service
        for field in (
            "name",
            "description",
            "eligibility_description",
            "fees_description",
            "application_process",
            "alert",
        ):
            setattr(service, field, EVIL)
        service.organization.name = EVIL
    page = told(client.get(f"/services/{cast.crisis_center.id}").text)
    assert "<script>alert" not in page
    assert '"onmouseover' not in page
    assert page.count("</title>") == 1
    assert "{{7*7}}" in page
    assert not re.search(r"(?<!\d)49(?!\d)", page.split("<main", 1)[1])


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", " jAvascript:alert(1)", "data:text/html,x", "vbscript:x", "//evil"]
)
def test_a_website_that_is_no_web_address_is_no_link(cast: Cast, client: FlaskClient, url: str) -> None:
    with write():
        cast.crisis_center.service.url = url
    assert "alert(1)" not in client.get(f"/services/{cast.crisis_center.id}").text
    assert f'href="{url}' not in client.get(f"/services/{cast.crisis_center.id}").text


@pytest.mark.sqlite_only
def test_the_community_s_own_crisis_lines_stand_beside_988_on_every_page(
    cast: Cast, client: FlaskClient
) -> None:
    with write():
        cast.community.crisis_lines = [{"name": "County crisis team", "number": "615-555-0177"}]
    for path in ("/", "/nowhere", f"/services/{cast.shelter.id}", "/about/safety"):
        page = client.get(path).text
        assert 'href="tel:+16155550177"' in page, path
        assert "County crisis team" in page


@pytest.mark.sqlite_only
def test_a_demonstration_says_so_on_every_page(cast: Cast, client: FlaskClient) -> None:
    banner = "Demonstration. None of these services exist."
    assert banner not in client.get("/").text
    with write():
        cast.community.demonstration = True
    for path in ("/", "/nowhere", f"/services/{cast.shelter.id}", "/about/data"):
        assert banner in client.get(path).text, path


@pytest.mark.sqlite_only
def test_the_header_shows_each_role_its_own_work(
    cast: Cast, signed_in_as: Callable[[Any], FlaskClient]
) -> None:
    expected = {
        cast.responder: {"/needs"},
        cast.provider: {"/inbox", "/listings"},
        cast.steward: {"/listings", "/steward"},
        cast.evaluator: {"/reports"},
    }
    every = {"/needs", "/inbox", "/listings", "/steward", "/reports"}
    for account, paths in expected.items():
        page = signed_in_as(account).get("/about/data").text
        assert {path for path in every if f'href="{path}"' in page} == paths, account.name
        assert 'action="/sign-out"' in page
        assert 'href="/exit"' not in page


@pytest.mark.sqlite_only
def test_a_stranger_sees_no_role_s_links(cast: Cast, client: FlaskClient) -> None:
    page = client.get("/about/data").text
    for path in ("/needs", "/inbox", "/listings", "/steward", "/reports", "/sign-out"):
        assert f'"{path}"' not in page


def test_robots_may_read_listings_but_not_what_people_look_for(client: FlaskClient) -> None:
    assert "Disallow: /search" in client.get("/robots.txt").text
