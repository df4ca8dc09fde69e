"""The search door: what it shows, what it says when it cannot, and what it keeps out of addresses."""

import re
from collections.abc import Callable
from typing import Any

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.geo.models import Place
from portal.search.models import SearchTally
from portal.store import db, write
from tests.people import Cast

pytestmark = pytest.mark.sqlite_only


@pytest.fixture(autouse=True)
def places(app: Flask) -> None:
    """The few places that these tests name; the whole gazetteer is tests/geo's."""
    with write() as session:
        session.add_all(
            [
                Place(kind="zip", code="37203", folded="nashville", county="Davidson", state="TN",
                      latitude=36.15, longitude=-86.79, time_zone="America/Chicago"),
                *(
                    Place(kind="city", code=name, folded=name.lower(), county="", state=state, latitude=lat, longitude=lon,
                          time_zone="America/Chicago")
                    for name, state, lat, lon in (
                        ("Nashville", "TN", 36.16, -86.78),
                        ("Boston", "MA", 42.36, -71.06),
                        ("Boston", "GA", 30.79, -83.79),
                    )
                ),
            ]
        )  # fmt: skip


def token(page: str) -> str:
    return re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]


def test_a_hit_says_why_and_can_be_called_at_once(cast: Cast, client: FlaskClient) -> None:
    page = client.get("/search?q=detox&near=37203")
    assert page.status_code == 200
    assert f'href="/services/{cast.detox.id}"' in page.text
    assert 'href="tel:6155550123"' in page.text
    assert "Why it is here:" in page.text
    assert "miles away" in page.text
    assert "<title>Services - Handrail</title>" in page.text


def test_a_responder_refers_from_the_list_with_the_need_filled_in(
    cast: Cast, client: FlaskClient, signed_in_as: Callable[[Any], FlaskClient]
) -> None:
    address = "/search?q=crisis+center&near=37203"
    refer = f'href="/services/{cast.crisis_center.id}/refer?need=crisis"'
    assert refer in signed_in_as(cast.responder).get(address).text
    assert "/refer" not in client.get(address).text
    assert "/refer" not in signed_in_as(cast.provider).get(address).text


def test_a_need_of_the_start_page_stands_for_its_kinds_of_care(cast: Cast, client: FlaskClient) -> None:
    page = client.get("/search?q=&near=&need=shelter").text
    assert "Family Shelter" in page
    assert "Withdrawal Unit" not in page


def test_what_was_understood_can_be_taken_away_by_a_link(cast: Cast, client: FlaskClient) -> None:
    page = client.get("/search?q=&care=detox&open=now").text
    links = re.findall(r'class="tag" href="(/search\?[^"]*)"', page)
    assert any("care=detox" in link and "open=now" not in link for link in links)
    assert any("care=detox" not in link and "open=now" in link for link in links)
    for link in links:
        assert client.get(link.replace("&amp;", "&")).status_code == 200


def test_nothing_found_says_what_to_leave_out_and_whom_to_call(cast: Cast, client: FlaskClient) -> None:
    page = client.get("/search?q=&care=detox&pay=military").text
    assert "0 services" in page
    assert "Leave something out" in page
    assert re.search(r'href="/search\?care=detox">Without: Military insurance or VA: 1 service<', page)
    assert page.split("<main", 1)[1].count('href="tel:988"') == 1


def test_an_unknown_place_is_422_with_suggestions_and_the_words_kept(cast: Cast, client: FlaskClient) -> None:
    page = client.get("/search?q=detox&near=nashvile,+tn")
    assert page.status_code == 422
    assert page.text.count("<title>Error: ") == 1
    assert 'href="/search?q=detox&amp;near=Nashville%2C+TN"' in page.text
    assert 'value="detox"' in page.text
    assert 'aria-invalid="true"' in page.text


def test_a_place_that_there_is_twice_asks_which(cast: Cast, client: FlaskClient) -> None:
    page = client.get("/search?q=detox&near=Boston")
    assert page.status_code == 422
    assert len(re.findall(r'class="tag" href="/search\?q=detox&amp;near=', page.text)) > 1


def test_json_is_the_same_answer(cast: Cast, client: FlaskClient) -> None:
    found = client.get("/search.json?q=detox&near=37203").json
    assert found["total"] >= 1
    assert found["place"]["kind"] == "zip"
    hit = found["hits"][0]
    assert hit["id"] == str(cast.detox.id)
    assert {
        "id",
        "service_id",
        "name",
        "organization",
        "distance_miles",
        "open",
        "availability",
        "assured_date",
        "why",
    } <= set(hit)
    unknown = client.get("/search.json?near=nashvile,+tn")
    assert unknown.status_code == 422
    assert unknown.json["error"] == "place_unknown"
    assert "Nashville, TN" in unknown.json["did_you_mean"]


@pytest.mark.parametrize(
    "args", ["care=nonsense", "within=0", "within=abc", "page=0", "open=maybe", "language=%3Cx%3E"]
)
def test_what_cannot_be_asked_is_422_on_the_page_and_in_json(
    cast: Cast, client: FlaskClient, args: str
) -> None:
    page = client.get(f"/search?q=detox&{args}")
    assert page.status_code == 422
    assert 'value="detox"' in page.text
    assert client.get(f"/search.json?q=detox&{args}").status_code == 422


@pytest.mark.parametrize(
    "words",
    ["<script>alert(1)</script>", '"><svg/onload=x>', "{{7*7}}", "%00", "[a TO z]", "(" * 300, "a" * 9000],
)
def test_strange_words_are_shown_as_text(cast: Cast, client: FlaskClient, words: str) -> None:
    page = client.get("/search", query_string={"q": words})
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "<svg/onload" not in page.text


def test_a_posted_search_answers_without_any_word_in_an_address(cast: Cast, client: FlaskClient) -> None:
    start = client.get("/").text
    page = client.post("/search", data={"csrf_token": token(start), "q": "haven", "care": "victim_service"})
    assert page.status_code == 200
    assert "Haven House" in page.text
    assert "data-quiet" in page.text
    assert "/search?" not in page.text
    assert "<title>Services - Handrail</title>" in page.text
    assert "Set-Cookie" not in page.headers


def test_an_answer_about_abuse_goes_on_without_words_in_addresses(cast: Cast, client: FlaskClient) -> None:
    page = client.get("/search?q=domestic+violence").text
    assert "data-quiet" in page
    assert "/search?" not in page
    assert 'method="post"' in page


def test_a_hidden_place_has_no_miles(cast: Cast, client: FlaskClient) -> None:
    found = client.get("/search.json?q=haven+house&near=37203").json
    assert [hit["distance_miles"] for hit in found["hits"] if hit["name"] == "Haven House"] == [None]


def test_a_search_is_counted_without_its_words(cast: Cast, client: FlaskClient) -> None:
    client.get("/search?q=detox&near=37203")
    row = db.session.query(SearchTally).one()
    assert (row.care, row.area, row.found) == ("detox", "372", True)


def test_a_page_of_twenty_hits_and_its_files_fits_one_window(cast: Cast, client: FlaskClient) -> None:
    page = client.get("/search?q=crisis&near=37203", headers={"Accept-Encoding": "br"})
    text = brotli.decompress(page.data).decode()
    cards = re.findall(r'<li class="card">.*?</li>\s*(?=<li class="card">|</ol>)', text, re.DOTALL)
    assert cards
    # The cast is small: twenty cards made of the first, each told apart by noise as long as its own words.
    many = "".join(
        card.replace(card[200:260], f"{number:>060x}") for number, card in enumerate(cards[:1] * 20)
    )
    whole = len(brotli.compress(text.replace("".join(cards), many).encode(), quality=5))
    for address in re.findall(r'src="(/static/[^"]+)"', text):
        whole += len(client.get(address, headers={"Accept-Encoding": "br"}).data)
    assert whole <= 14 * 1024
