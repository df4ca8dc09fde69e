"""The take-along list, the sheet, the organization and its others: what they show, and what they keep to themselves."""

import re
from html import unescape
from typing import Any
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.directory import models as d
from portal.geo.models import Place
from portal.search import rebuild
from portal.store import write
from portal.web.take_along import MOST, pack, unpack
from tests.people import Cast
from tests.web.forms import Forms, told

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def nashville(app: Flask) -> None:
    with write() as session:
        session.add(
            Place(kind="zip", code="37203", folded="nashville", county="Davidson", state="TN",
                  latitude=36.15, longitude=-86.79, time_zone="America/Chicago")
        )  # fmt: skip


def sent_text(page: str) -> str:
    found = re.search(r'href="(sms:\?[^"]*)"', page)
    return unquote(unescape(found[1])) if found else ""


def add(client: FlaskClient, *listings: Any, of: str = "", **more: str) -> str:
    """The page after pressing "Save" for each, one after the other, the list standing in the page alone."""
    page = ""
    for listing in listings:
        answer = client.post("/list", data={"of": of, "add": str(listing.id), **more})
        assert answer.status_code == 200
        page = answer.text
        of = Forms(page).forms[-1][1]["of"][0]
    return page


def test_a_list_grows_and_shrinks_without_a_script_a_cookie_or_an_address(
    cast: Cast, client: FlaskClient
) -> None:
    listing = client.get(f"/services/{cast.crisis_center.id}").text
    assert any(action == "/list" for action, _values in Forms(listing).forms)
    page = add(client, cast.crisis_center, cast.shelter)
    for words in ("Crisis Receiving", "Family Shelter", "615-555-0123", "1 Main St", "Open 24 hours"):
        assert words in page
    of = pack([cast.crisis_center.id, cast.shelter.id])
    fewer = client.post("/list", data={"of": of, "drop": str(cast.crisis_center.id)})
    assert "Crisis Receiving" not in fewer.text
    assert "Family Shelter" in fewer.text
    assert "Set-Cookie" not in fewer.headers
    assert fewer.headers["Cache-Control"] == "no-store"


def test_the_same_service_stands_on_a_list_once(cast: Cast, client: FlaskClient) -> None:
    page = add(client, cast.shelter, cast.shelter)
    assert page.count(f'name="drop" value="{cast.shelter.id}"') == 1


def test_the_link_holds_ids_and_no_word_and_opens_the_same_list(cast: Cast, client: FlaskClient) -> None:
    page = add(client, cast.crisis_center, cast.shelter)
    link = re.findall(r'id="link"[^>]*value="([^"]*)"', page)[0]
    assert link.startswith("http://localhost/list?of=")
    assert set(link.partition("=")[2].split(".")) == {pack([cast.crisis_center.id]), pack([cast.shelter.id])}
    opened = client.get(link.removeprefix("http://localhost"))
    assert "Crisis Receiving" in opened.text
    assert "Somebody sent you this list." in opened.text
    assert "data-list-kept" not in opened.text  # what was sent is not kept by the browser of who opens it
    assert "<title>List - Handrail</title>" in opened.text


def test_the_text_says_where_to_go_and_names_no_receiver(cast: Cast, client: FlaskClient) -> None:
    text = sent_text(add(client, cast.shelter))
    assert text.startswith("sms:?&body=Family Shelter\n")
    for words in (
        "615-555-0123",
        "1 Main St, Nashville, TN 37203",
        "Open 24 hours",
        "http://localhost/list?of=",
    ):
        assert words in text


def test_help_after_abuse_is_in_no_text_link_or_store_until_the_warning_was_read(
    cast: Cast, client: FlaskClient
) -> None:
    haven, haven_id = "Haven House", pack([cast.victim_service.id])
    page = add(client, cast.victim_service, cast.shelter)
    assert "data-quiet" in page
    assert "<title>List - Handrail</title>" in page
    assert "This browser does not keep that part." in page
    assert re.findall(r'data-list-kept="([^"]*)"', page) == [pack([cast.shelter.id])]
    text, link = sent_text(page), re.findall(r'id="link"[^>]*value="([^"]*)"', page)[0]
    assert haven not in text
    assert haven_id not in text + link
    assert "who can look at that phone?" in page

    of = pack([cast.victim_service.id, cast.shelter.id])
    read = client.post("/list", data={"of": of, "send_all": "1"}).text
    text = sent_text(read)
    assert haven not in text
    assert "37203" not in told(text).split("Family Shelter")[0]
    assert text.count("615-555-0123") == 2  # its number, without its name
    assert haven_id in text
    assert re.findall(r'data-list-kept="([^"]*)"', read) == [pack([cast.shelter.id])]


def test_a_list_of_help_after_abuse_alone_has_nothing_to_send(cast: Cast, client: FlaskClient) -> None:
    page = add(client, cast.victim_service)
    assert "sms:?" not in page
    assert 'id="link"' not in page
    assert 'data-list-kept=""' in page
    assert "Haven House" in page
    for words in ("37203", "Main St", "36.1"):
        assert words not in told(page)


def test_the_list_can_be_searched_into_and_the_words_stand_in_no_address(
    cast: Cast, client: FlaskClient, nashville: None
) -> None:
    rebuild()
    of = pack([cast.shelter.id])
    page = client.post("/list", data={"of": of, "find": "1", "words": "detox", "near": "37203"}).text
    assert f'name="add" value="{cast.detox.id}"' in page
    assert "miles away" in page
    assert "Family Shelter" in page
    wrong = client.post("/list", data={"of": of, "find": "1", "words": "detox", "near": "nashvile 9"})
    assert wrong.status_code == 422
    assert "Family Shelter" in wrong.text
    assert 'value="nashvile 9"' in wrong.text


def test_a_damaged_link_says_so(cast: Cast, client: FlaskClient) -> None:
    whole = pack([cast.shelter.id])
    partly = client.get(f"/list?of={whole}.{whole[:-3]}")
    assert partly.status_code == 200
    assert "A part of this link could not be read." in partly.text
    assert "Family Shelter" in partly.text
    for of in ("x", "....x", "é", "%00", "A" * 3000, f"{whole[:-1]}!"):
        answer = client.get("/list", query_string={"of": of})
        assert answer.status_code == 422, of
        assert "This link is not whole." in answer.text
    gone = client.get("/list?of=" + pack([cast.community.id]))
    assert gone.status_code == 200
    assert "no longer here" in gone.text


def test_a_list_has_an_end(cast: Cast, client: FlaskClient) -> None:
    ids = [cast.community.id, *(cast.everybody[name].id for name in cast.everybody)]
    ids = (ids + [cast.detox.id, cast.hotline.id, cast.shelter.id, cast.team.id])[:MOST]
    assert len(ids) == MOST
    answer = client.post("/list", data={"of": pack(ids), "add": str(cast.crisis_center.id)})
    assert answer.status_code == 422
    assert "A list holds 12 services." in answer.text
    assert client.post("/list", data={"of": "A" * 5000}).status_code == 422
    assert client.post("/list", data={"of": "", "add": "x", "drop": "'--"}).status_code == 200


def test_what_is_packed_is_unpacked(cast: Cast) -> None:
    ids = [cast.shelter.id, cast.detox.id]
    assert unpack(pack(ids)) == (ids, False)
    assert unpack("") == ([], False)


def test_after_leaving_the_list_is_not_shown_again(cast: Cast, client: FlaskClient) -> None:
    of = pack([cast.victim_service.id])
    client.get("/exit")
    for page in (client.post("/list", data={"of": of}), client.get(f"/list?of={of}"),
                 client.post("/search/ask", data={"care": "victim_service"})):  # fmt: skip
        assert page.status_code == 200
        assert "This page is empty" in page.text
        assert "Haven" not in page.text


def test_the_sheet_has_all_that_is_needed_to_get_there_and_a_square(cast: Cast, client: FlaskClient) -> None:
    with write() as session:
        session.add(d.RequiredDocument(service_id=cast.shelter.service_id, document="Photo ID"))
    page = client.get(f"/services/{cast.shelter.id}/sheet").text
    for words in ("Family Shelter", "615-555-0123", "1 Main St", "Photo ID", "Open 24 hours", "<svg"):
        assert words in page
    assert f"http://localhost/services/{cast.shelter.id}" in page
    assert client.get(f"/services/{cast.team.id}/sheet").status_code == 404


def test_a_quiet_sheet_says_nothing_in_its_title_and_no_address(cast: Cast, client: FlaskClient) -> None:
    page = client.get(f"/services/{cast.victim_service.id}/sheet").text
    assert "<title>Service - Handrail</title>" in page
    assert "data-quiet" in page
    for words in ("37203", "Main St", "36.1"):
        assert words not in told(page)


def test_an_organization_s_page_names_its_services_and_its_own_numbers_alone(
    cast: Cast, client: FlaskClient
) -> None:
    owner = cast.crisis_center.service.organization
    with write() as session:
        owner.website = "https://center.example/"
        owner.description = "Open since 1990."
        session.add(d.Phone(organization_id=owner.id, number="615-555-0170"))
        session.add(d.Phone(contact_id=cast.crisis_center.desk_id, number="615-555-0171"))
    path = f"/organizations/{owner.id}"
    assert f'href="{path}"' in client.get(f"/services/{cast.crisis_center.id}").text
    page = client.get(path).text
    for words in ("Test Crisis Center", "Open since 1990.", "615-555-0170", "https://center.example/"):
        assert words in page
    assert f'href="/services/{cast.crisis_center.id}"' in page
    for words in ("615-555-0171", "test.invalid", "desk"):
        assert words not in told(page)
    with write():
        cast.crisis_center.service.status = "defunct"
    assert client.get(path).status_code == 404


def test_who_only_sends_has_no_public_page(cast: Cast, client: FlaskClient) -> None:
    assert client.get(f"/organizations/{cast.team.id}").status_code == 404
    assert client.get("/organizations/6b1f3a52-0000-4000-8000-000000000000").status_code == 404
    owner = cast.crisis_center.service.organization_id
    for page in ("0", "2", "-1", "9" * 30):
        assert client.get(f"/organizations/{owner}?page={page}").status_code == 404, page


def test_an_organization_for_help_after_abuse_is_quiet(cast: Cast, client: FlaskClient) -> None:
    page = told(client.get(f"/organizations/{cast.victim_service.service.organization_id}").text)
    assert "<title>Organization - Handrail</title>" in page
    assert "data-quiet" in page
    for words in ("37203", "Main St", "36.1", "sms:?"):
        assert words not in page


def test_a_listing_names_others_of_its_kind_nearby_but_none_that_says_no_and_none_that_is_quiet(
    cast: Cast, client: FlaskClient
) -> None:
    rebuild()
    path = f"/services/{cast.shelter.id}"
    assert "Others" not in client.get(path).text.split("<main")[1]
    again = _twin(cast, "Night Shelter")
    hidden = _twin(cast, "Quiet House", confidential=True)
    rebuild()
    page = client.get(path).text
    others = page.partition('id="others"')[2]
    assert f'href="/services/{again.id}"' in others
    assert str(hidden.id) not in page
    with write():
        again.availability, again.availability_source = "no", "desk"
        again.availability_at = cast.shelter.service.last_modified
    rebuild()
    assert str(again.id) not in client.get(path).text


def _twin(cast: Cast, name: str, confidential: bool = False) -> d.ServiceAtLocation:
    """Another service of the same kind, a mile away."""
    old = cast.shelter.service
    with write() as session:
        service = d.Service(organization_id=old.organization_id, name=name, last_modified=old.last_modified)
        place = d.Location(
            organization_id=old.organization_id, location_type="physical", point_kind="none" if confidential else "exact",
            latitude=None if confidential else 36.17, longitude=None if confidential else -86.78,
            address_confidential=confidential, area_text="Davidson County" if confidential else "",
        )  # fmt: skip
        session.add_all([service, place])
        session.flush()
        made = d.ServiceAtLocation(service_id=service.id, location_id=place.id)
        session.add(made)
        for pair in session.query(d.ServiceTerm).filter_by(service_number=old.number).all():
            session.add(d.ServiceTerm(service_number=service.number, term_number=pair.term_number))
    return made


def test_what_was_merged_leads_on_from_old_links_lists_and_pages(cast: Cast, client: FlaskClient) -> None:
    gone, stands = cast.detox, cast.shelter
    owner, other = gone.service.organization, stands.service.organization
    with write():
        gone.merged_into_id, gone.service.merged_into_id, owner.merged_into_id = (
            stands.id,
            stands.service_id,
            other.id,
        )
    page = client.get(f"/list?of={pack([gone.id, stands.id])}").text
    assert page.count("Family Shelter</a></h2>") == 1
    assert "no longer here" not in page
    assert client.get(f"/services/{gone.id}/sheet").headers["Location"] == f"/services/{stands.id}/sheet"
    led = client.get(f"/organizations/{owner.id}")
    assert (led.status_code, led.headers["Location"]) == (301, f"/organizations/{other.id}")
    assert str(gone.id) not in client.get(f"/organizations/{other.id}").text
