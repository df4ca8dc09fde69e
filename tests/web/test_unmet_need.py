"""The steward's report of unmet need: who reads it, what stands in it, what small numbers it never tells."""

import csv
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.search.models import SearchTally
from portal.store import clock, write
from tests.people import Cast

pytestmark = pytest.mark.sqlite_only
SignIn = Callable[[Any], FlaskClient]


def count(care: str, area: str, nothing: int, found: int, days_ago: int = 3) -> None:
    day = clock.now().date() - timedelta(days=days_ago)
    with write() as session:
        for hit, times in ((False, nothing), (True, found)):
            if times:
                session.add(SearchTally(day=day, care=care, area=area, found=hit, count=times))


def lines_of(browser: FlaskClient) -> dict[tuple[str, str], tuple[str, str, str]]:
    answer = browser.get("/steward/unmet-need.csv")
    assert answer.mimetype == "text/csv"
    rows = csv.DictReader(answer.text.splitlines())
    return {
        (row["care"], row["area"]): (row["found_nothing"], row["searches"], row["suppressed"]) for row in rows
    }


def test_the_steward_alone_reads_it(cast: Cast, client: FlaskClient, signed_in_as: SignIn) -> None:
    for name, account in cast.everybody.items():
        for path in ("/steward/unmet-need", "/steward/unmet-need.csv"):
            assert (name, signed_in_as(account).get(path).status_code) == (
                name,
                200 if name == "steward" else 403,
            )
    assert client.get("/steward/unmet-need").status_code == 303


def test_what_found_nothing_stands_by_kind_and_area_in_the_page_and_the_file(
    cast: Cast, signed_in_as: SignIn
) -> None:
    count("detox", "372", 14, 40)
    count("detox", "372", 6, 0, days_ago=60)
    count("shelter,food", "370", 12, 0)
    count("", "", 30, 100)
    count("legal", "372", 0, 50)  # always found something
    count("transport", "372", 99, 99, days_ago=91)  # too long ago
    browser = signed_in_as(cast.steward)
    assert lines_of(browser) == {
        ("", ""): ("30", "130", "0"),
        ("detox", "372"): ("20", "60", "0"),
        ("food", "370"): ("12", "12", "0"),
        ("shelter", "370"): ("12", "12", "0"),
    }
    page = browser.get("/steward/unmet-need").text
    assert "Detox" in page
    assert "ZIP codes 372" in page
    assert "No place said" in page
    assert "/steward/unmet-need" in browser.get("/steward").text


def test_small_numbers_are_hidden_and_cannot_be_worked_out(cast: Cast, signed_in_as: SignIn) -> None:
    count("detox", "372", 10, 200)
    count("food", "372", 20, 3)
    count("shelter", "372", 2, 2)
    count("housing", "372", 11, 11)
    browser = signed_in_as(cast.steward)
    assert lines_of(browser) == {
        ("detox", "372"): ("", "210", "1"),
        ("food", "372"): ("20", "", "1"),  # 23 would tell the 3
        ("shelter", "372"): ("", "", "1"),
        ("housing", "372"): ("11", "22", "0"),
    }
    page = browser.get("/steward/unmet-need").text
    assert page.count("1 to 10</td>") == 2
    assert ">10<" not in page
    assert ">23<" not in page


def test_today_is_not_told_yet(cast: Cast, signed_in_as: SignIn) -> None:
    count("detox", "372", 50, 0, days_ago=0)
    browser = signed_in_as(cast.steward)
    assert lines_of(browser) == {}
    assert "nobody searched" in browser.get("/steward/unmet-need").text
