"""The steward's report of unmet need: who reads it, what stands in it, what small numbers it never tells."""

import csv
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from portal.referrals.models import UnmetTally
from portal.search.models import SearchTally
from portal.store import write
from tests.people import Cast

pytestmark = pytest.mark.sqlite_only
SignIn = Callable[[Any], FlaskClient]


MIDDLE = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
OCTOBER = date(2026, 10, 12)


@pytest.fixture(autouse=True)
def in_november() -> Iterator[None]:
    with time_machine.travel(MIDDLE, tick=False):
        yield


def count(care: str, area: str, nothing: int, found: int, day: date = OCTOBER) -> None:
    with write() as session:
        for hit, times in ((False, nothing), (True, found)):
            if times:
                session.add(SearchTally(day=day, care=care, area=area, found=hit, count=times))


def lines_of(browser: FlaskClient, month: str = "") -> dict[tuple[str, str], tuple[str, str, str]]:
    answer = browser.get("/steward/unmet-need.csv" + (f"?month={month}" if month else ""))
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
    count("detox", "372", 6, 0, date(2026, 10, 31))
    count("shelter,food", "370", 12, 0)
    count("", "", 30, 100)
    count("legal", "372", 0, 50)  # always found something
    count("transport", "372", 99, 99, date(2026, 9, 30))  # of another month
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


def test_only_months_that_have_ended_are_told(cast: Cast, signed_in_as: SignIn) -> None:
    count("detox", "372", 50, 0, date(2026, 11, 1))
    browser = signed_in_as(cast.steward)
    assert lines_of(browser) == {}
    assert "nobody searched" in browser.get("/steward/unmet-need").text
    for month in ("2026-11", "2026-12", "2025-10", "2026-1", "zebra", "0000-00"):
        assert browser.get(f"/steward/unmet-need?month={month}").status_code == 404
    with time_machine.travel(datetime(2026, 12, 1, 12, 0, tzinfo=UTC), tick=False):
        assert lines_of(signed_in_as(cast.steward)) == {}  # what was searched last is still being written
    with time_machine.travel(datetime(2026, 12, 2, 0, 0, 1, tzinfo=UTC), tick=False):
        assert lines_of(signed_in_as(cast.steward)) == {("detox", "372"): ("50", "50", "0")}


def test_no_two_reports_have_a_day_in_common(cast: Cast, signed_in_as: SignIn) -> None:
    """Whatever is read on whichever days, one report less another never tells one search."""
    count("detox", "372", 20, 0)
    browser = signed_in_as(cast.steward)
    before = lines_of(browser, "2026-10")
    count("detox", "372", 1, 0, date(2026, 11, 3))
    count("detox", "372", 1, 0, date(2026, 9, 30))
    spans = set()
    for day in (2, 15, 28):
        with time_machine.travel(datetime(2026, 12, day, 12, 0, tzinfo=UTC), tick=False):
            browser = signed_in_as(cast.steward)
            page = browser.get("/steward/unmet-need").text
            for month in re.findall(r"month=(\d{4}-\d{2})", page):
                rows = list(
                    csv.DictReader(browser.get(f"/steward/unmet-need.csv?month={month}").text.splitlines())
                )
                spans |= {(row["first_day"], row["last_day"]) for row in rows}
            assert lines_of(browser, "2026-10") == before
    assert sorted(spans) == [
        ("2026-09-01", "2026-09-30"),
        ("2026-10-01", "2026-10-31"),
        ("2026-11-01", "2026-11-30"),
    ]


def test_referrals_that_nobody_took_stand_apart_and_small_numbers_stay_hidden(
    cast: Cast, client: FlaskClient, signed_in_as: SignIn
) -> None:
    with write() as session:
        for code, area, day, times in (
            ("detox", "372", OCTOBER, 14),
            ("detox", "372", date(2026, 10, 31), 6),
            ("crisis", "TN", OCTOBER, 3),
            ("crisis", "", date(2026, 11, 1), 40),  # of another month
        ):
            session.add(UnmetTally(day=day, code=code, area=area, count=times))
    browser, path = signed_in_as(cast.steward), "/steward/unmet-need/referrals.csv"
    rows = list(csv.DictReader(browser.get(path).text.splitlines()))
    assert [(row["need"], row["area"], row["came_back"], row["suppressed"]) for row in rows] == [
        ("detox", "372", "20", "0"),
        ("crisis", "TN", "", "1"),
    ]
    assert lines_of(browser) == {}, "searches are told apart"
    section = browser.get("/steward/unmet-need").text.split("Referrals that no service took</h2>")[1]
    assert ">20</td>" in section
    assert "1 to 10</td>" in section
    assert ">3</td>" not in section
    for name, account in cast.everybody.items():
        assert signed_in_as(account).get(path).status_code == (200 if name == "steward" else 403)
    assert client.get(path).status_code == 303
