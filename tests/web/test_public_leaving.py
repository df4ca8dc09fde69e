"""Leaving fast, through the server alone."""

import pytest
from flask.testing import FlaskClient

from portal.store import write
from tests.people import Cast
from tests.web.forms import told

pytestmark = pytest.mark.sqlite_only


def test_the_exit_goes_to_a_neutral_site_and_leaves_one_word_for_ten_minutes(client: FlaskClient) -> None:
    answer = client.get("/exit")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("https://")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert answer.headers["Cache-Control"] == "no-store"
    cookies = answer.headers.getlist("Set-Cookie")
    assert len(cookies) == 1
    assert cookies[0].startswith("left=1;")
    assert "Max-Age=600" in cookies[0]


def test_the_community_chooses_where_the_exit_leads(cast: Cast, client: FlaskClient) -> None:
    with write():
        cast.community.settings = {"exit_site": "https://news.example/today"}
    assert client.get("/exit").headers["Location"] == "https://news.example/today"


@pytest.mark.parametrize(
    "site", ["javascript:alert(1)", "//evil.example", "http://plain.example/", "https://a@b/", ""]
)
def test_an_exit_that_is_no_plain_https_address_is_not_used(
    cast: Cast, client: FlaskClient, site: str
) -> None:
    with write():
        cast.community.settings = {"exit_site": site}
    assert client.get("/exit").headers["Location"] == "https://www.weather.gov/"


def test_after_leaving_back_shows_an_empty_page_until_the_person_continues(
    cast: Cast, client: FlaskClient
) -> None:
    listing = f"/services/{cast.crisis_center.id}"
    assert "Crisis Receiving" in client.get(listing).text
    client.get("/exit")
    for path in ("/", "/search?q=detox", listing, "/about/safety", "/sign-in"):
        page = client.get(path)
        assert page.status_code == 200
        for word in ("Handrail", "988", "Crisis", "help", "detox"):
            assert word not in told(page.text), (path, word)
        assert page.headers["Cache-Control"] == "no-store"
    token = client.get("/").text.split('name="csrf_token" value="')[1].split('"')[0]
    back = client.post("/return", data={"csrf_token": token})
    assert back.status_code == 303
    assert back.headers["Location"] == "/"
    assert "Handrail" in client.get("/").text


def test_a_search_that_was_posted_is_hidden_too(client: FlaskClient) -> None:
    client.get("/exit")
    page = client.post("/search", data={"q": "shelter"})
    assert page.status_code == 200
    assert "This page is empty" in page.text
    assert "shelter" not in page.text


def test_files_stay_themselves(client: FlaskClient) -> None:
    client.get("/exit")
    assert client.get("/static/exit.js").status_code == 200
    assert client.get("/favicon.svg").status_code == 200
