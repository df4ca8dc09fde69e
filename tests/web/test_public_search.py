"""The search door: what it shows, what it says when it cannot, and what it keeps out of addresses."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import brotli
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from portal.directory import set_community
from portal.geo.models import Place
from portal.search import rebuild, write_tallies
from portal.search.models import SearchTally
from portal.store import Refused, clock, db, write
from portal.store.actor import TERMINAL
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
        "open_words",
        "matches_all",
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
    page = client.post("/search", data={"q": "haven", "care": "victim_service"})
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


def test_our_forms_post_and_are_led_to_an_address_that_holds_only_what_was_asked(
    cast: Cast, client: FlaskClient
) -> None:
    for page in ("/", "/search?q=detox"):
        form = client.get(page).text.partition("data-find")[0].rpartition("<form")[2]
        assert 'action="/search/ask" method="post"' in form
    led = client.post(
        "/search/ask", data={"q": "detox", "near": "", "open": "", "open_at": "", "within": "25"}
    )
    assert (led.status_code, led.headers["Location"]) == (303, "/search?q=detox")
    led = client.post(
        "/search/ask", data={"q": "detox", "near": "37203", "open": "now", "pay": ["free", "medicaid"]}
    )
    assert led.headers["Location"] == "/search?q=detox&near=37203&open=now&pay=free&pay=medicaid"
    led = client.post("/search/ask", data={"need": "shelter"})
    assert "care=shelter" in led.headers["Location"]
    assert (
        client.get("/search/ask").headers["Location"] == "/"
    )  # where somebody goes back to it by its address


@pytest.mark.parametrize(
    "asked",
    [
        {"q": "domestic violence"},
        {"q": "he choked me and took my phone"},
        {"q": "mi esposo me golpea"},
        {"q": "shelter", "for": "abuse_survivors"},
        {"care": "victim_service"},
    ],
)
def test_a_question_about_abuse_is_answered_at_once_and_never_has_an_address(
    cast: Cast, client: FlaskClient, asked: dict[str, str]
) -> None:
    page = client.post("/search/ask", data=asked)
    assert page.status_code == 200
    assert "data-quiet" in page.text
    assert "/search?" not in page.text
    assert "Set-Cookie" not in page.headers


def test_what_cannot_be_asked_is_said_on_the_form_that_was_sent(cast: Cast, client: FlaskClient) -> None:
    page = client.post("/search/ask", data={"q": "detox", "near": "nashvile, tn"})
    assert page.status_code == 422
    assert 'value="nashvile, tn"' in page.text
    assert client.post("/search/ask", data={"q": "detox", "within": "far"}).status_code == 422


def test_a_hidden_place_has_no_miles(cast: Cast, client: FlaskClient) -> None:
    found = client.get("/search.json?q=haven+house&near=37203").json
    assert [hit["distance_miles"] for hit in found["hits"] if hit["name"] == "Haven House"] == [None]


def test_a_search_is_counted_without_its_words(cast: Cast, client: FlaskClient) -> None:
    client.get("/search?q=detox&near=37203")
    assert write_tallies() == 1
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


def test_a_number_stands_beside_each_value_and_empty_values_are_left_out(
    cast: Cast, client: FlaskClient
) -> None:
    bare = client.get("/search?q=&near=37203").text
    assert (
        'value="legal"><span>Legal help</span>' in bare
    )  # without an index nothing is counted and nothing left out
    rebuild()
    page = client.get("/search?q=&near=37203").text
    assert re.search(r'value="detox"><span>Detox <small>1<', page)
    assert 'value="legal"' not in page  # nobody near gives it
    assert re.search(r'value="now"><span>Open now <small>\d', page)
    ticked = client.get("/search?q=&near=37203&care=legal").text
    assert re.search(r'value="legal" checked><span>Legal help <small>0<', ticked)
    assert re.search(
        r'value="detox"><span>Detox <small>1<', ticked
    )  # "or": its own group's ticks do not count


def test_filters_stand_in_the_order_in_which_a_responder_asks(cast: Cast, client: FlaskClient) -> None:
    page = client.get("/search?q=").text
    names = re.findall(r'<fieldset class="pick[^"]*" id="(\w+)"', page)
    assert names[:4] == ["open", "room", "care", "for"]
    assert [name for name in names[4:] if name != "language"] == ["access", "pay"]


def test_json_takes_the_same_arguments_and_counts_nothing(cast: Cast, client: FlaskClient) -> None:
    found = client.get("/search.json?care=detox&care=shelter&room=unknown&open=now").json
    assert found["total"] == 3
    assert client.get("/search.json?care=detox&room=yes").json["total"] == 0


def test_a_time_of_ones_own_is_said_in_words_and_taken_back_in_one_tap(
    cast: Cast, client: FlaskClient
) -> None:
    moment = clock.now() + timedelta(days=1)
    page = client.get(
        "/search", query_string={"q": "detox", "open": "at", "open_at": f"{moment:%Y-%m-%d}T21:00"}
    )
    assert page.status_code == 200
    assert f"Open {moment:%A, %b} {moment.day}, 9:00" in page.text
    assert f'type="datetime-local" id="open_at" name="open_at" value="{moment:%Y-%m-%d}T21:00"' in page.text
    assert 'value="at" checked' in page.text
    assert 'class="tag" href="/search?q=detox"' in page.text


@pytest.mark.parametrize(
    "args",
    [
        "lat=NaN&lon=1", "lat=91&lon=1", "lat=1e400&lon=1", "radius=-1", "radius=1e9", "page=-1", "per_page=1e9",
        "open=0000-00-00T00:00", "open=9999-12-31T00:00", "open=2026-02-29T12:00", "open=at&open_at=", "room=many",
        "exact=2", "sort=price", "within=%00", "open=%00", "near=" + "9" * 300,
    ],
)  # fmt: skip
def test_numbers_and_dates_that_cannot_be_are_422_and_the_form_stays_filled(
    cast: Cast, client: FlaskClient, args: str
) -> None:
    page = client.get(f"/search?q=detox&pay=medicaid&{args}")
    assert page.status_code == 422
    assert 'value="detox"' in page.text
    assert 'value="medicaid" checked' in page.text
    assert "There is a problem" in page.text
    assert client.get(f"/search.json?{args}").status_code == 422


def test_what_was_typed_wrong_stands_in_its_field_beside_the_reason(cast: Cast, client: FlaskClient) -> None:
    page = client.get("/search?q=detox&near=37203&within=far").text
    assert 'href="#within"' in page
    assert re.search(
        r'id="within"[^>]* value="far" aria-describedby="within-error" aria-invalid="true"', page
    )
    assert 'value="37203"' in page


def test_a_steward_alone_sees_what_a_score_is_made_of(
    cast: Cast, client: FlaskClient, signed_in_as: Callable[[Any], FlaskClient]
) -> None:
    address = "/search?q=detox&near=37203&explain=1"
    page = signed_in_as(cast.steward).get(address).text
    assert "What each part may add to a score" in page
    assert "Score of Withdrawal Unit" in page
    assert "Its words match" in page
    for other in (client, signed_in_as(cast.responder), signed_in_as(cast.admin)):
        text = other.get(address).text
        assert "Withdrawal Unit" in text
        assert "to a score" not in text
        assert "Why this order?" not in text
    plain = signed_in_as(cast.steward).get("/search?q=detox&near=37203").text
    assert 'href="/search?q=detox&amp;near=37203&amp;explain=1"' in plain
    assert "to a score" not in plain


def test_the_countys_on_call_number_stands_where_nothing_was_found(cast: Cast, client: FlaskClient) -> None:
    assert "on-call" not in client.get("/search?q=zeppelin").text
    set_community(TERMINAL, "on_call", '{"name": "the on-call clinician", "number": "615-555-0170"}')
    page = client.get("/search?q=zeppelin").text
    assert 'href="tel:+16155550170">Call the on-call clinician</a>' in page
    assert "on-call" not in client.get("/search?q=").text  # plenty was found
    with pytest.raises(Refused):
        set_community(TERMINAL, "on_call", '["615-555-0170"]')


def test_the_order_can_be_turned_to_nearest_first_where_there_is_a_place(
    cast: Cast, client: FlaskClient
) -> None:
    assert 'href="/search?near=37203&amp;sort=near">Nearest first' in client.get("/search?q=&near=37203").text
    turned = client.get("/search?q=&near=37203&sort=near").text
    assert 'href="/search?near=37203">Best first' in turned
    assert "Nearest first" not in client.get("/search?q=").text


def test_what_matches_in_part_stands_below_what_to_leave_out(cast: Cast, client: FlaskClient) -> None:
    page = client.get("/search?q=haven+zebra").text
    assert "1 service matches only some of your words" in page
    heads = [
        "Nothing fits all of that",
        "Without “zebra”: 1 service",
        "Haven House",
    ]
    places = [page.index(words) for words in heads]
    assert places == sorted(places)
    assert "These match only some of your words" not in page  # said above already
    assert page.count("Somebody can always be asked") == 1
    assert page.count('<ol class="plain">') == page.count("</ol>") == 1
    page = client.get("/search?q=unit+test").text
    assert "1 service matches all of your words, 4 only some" in page
    places = [
        page.index(words)
        for words in ("Withdrawal Unit", "Few fit all of that", "These match only", "Family Shelter")
    ]
    assert places == sorted(places)
    assert page.count('<ol class="plain">') == page.count("</ol>") == 2
    assert "only some" not in client.get("/search?q=detox").text


def test_at_a_chosen_time_the_cards_say_how_it_is_then(cast: Cast, client: FlaskClient) -> None:
    with time_machine.travel(datetime(2026, 11, 21, 18, 0, tzinfo=UTC), tick=False):
        page = client.get("/search?q=detox&open=2026-11-22T21:00").text
    assert "Open Sunday at 9 pm" in page
    assert "Open 24 hours" not in page
