"""A program's quarter: who reads it, as known when, and that it shows what was recorded."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
import time_machine
from flask import Flask

from portal import programs
from portal.accounts.models import Account
from portal.outcomes import ProgramReport, program_report
from portal.outcomes.lines import Line
from portal.outcomes.program import _STORIES, METRICS
from portal.outcomes.statistics import newcombe
from portal.programs import presets
from portal.programs.models import ResponseProgram
from tests.outcomes.calls import calls
from tests.people import Cast
from tests.programs.acting import met
from tests.referrals.acting import acting
from tests.web.forms import SignIn

NOW = datetime(2026, 11, 21, 15, tzinfo=UTC)
AUGUST = datetime(2026, 8, 12, 18, tzinfo=UTC)
MAY = AUGUST - timedelta(days=90)


@pytest.fixture(autouse=True)
def fixed_time(app: Flask) -> Any:
    with time_machine.travel(NOW, tick=False), app.test_request_context():
        yield


def table(report: ProgramReport, code: str, heading: str = "") -> dict[str, Line]:
    section = next(found for found in report.sections if found.code == code)
    chosen = next(found for found in section.tables if heading in ("", found.heading))
    return {line.label: line for line in chosen.lines}


def read(who: Account, program: ResponseProgram) -> ProgramReport:
    found = program_report(acting(who), program.id, "2026-q3")
    assert found is not None
    return found


def test_the_agencys_supervisor_sees_every_number_and_the_community_none_of_1_to_10(
    cast: Cast, co_response: ResponseProgram
) -> None:
    calls(co_response, 60, AUGUST)
    calls(co_response, 30, AUGUST, "crisis_center")
    calls(co_response, 20, AUGUST, "refused")
    calls(co_response, 3, AUGUST, "arrest")
    arrests = table(read(cast.supervisor, co_response), "M03")["Arrests"]
    assert (arrests.numerator, arrests.denominator) == (3, 113)
    for who in (cast.evaluator, cast.steward, cast.privacy_officer, cast.admin):
        report = read(who, co_response)
        hidden = table(report, "M03")["Arrests"]
        assert (hidden.numerator, hidden.denominator, hidden.value) == (None, None, None)
        assert table(report, "M01")["Calls meeting criteria"].numerator == 113
        ends = table(report, "M02")
        assert ends["Arrest"].numerator is None
        told = sum(line.numerator or 0 for line in ends.values())
        assert told < 100, "a second is hidden, or what is missing of 113 would be the arrests"


def test_who_is_not_of_the_agency_nor_looks_after_the_community_finds_nothing(
    cast: Cast, co_response: ResponseProgram, signed_in_as: SignIn
) -> None:
    for who, status in (
        (cast.stranger, 403),
        (cast.provider, 403),
        (cast.responder, 403),
        (cast.supervisor, 200),
        (cast.evaluator, 200),
    ):
        found = signed_in_as(who).get(f"/programs/{co_response.id}/reports/2026-q3")
        assert found.status_code == status, who.name
    for text in ("2026-q5", "2031-q1", "2026-Q3"):
        page = signed_in_as(cast.supervisor).get(f"/programs/{co_response.id}/reports/{text}")
        assert page.status_code == 404
    assert signed_in_as(cast.supervisor).get(f"/programs/{uuid4()}/reports/2026-q3").status_code == 404


def test_a_correction_after_the_cut_and_what_was_recorded_after_it_are_not_in_what_outsiders_see(
    cast: Cast, co_response: ResponseProgram
) -> None:
    calls(co_response, 30, AUGUST)
    taken = calls(co_response, 20, AUGUST, "hospital")
    before = read(cast.steward, co_response)
    for found in taken[:15]:
        programs.change_encounter(
            acting(cast.responder), found, met(received_at=AUGUST, outcome="refused"), version=1
        )
    calls(co_response, 12, AUGUST, recorded_at=NOW, changed_at=NOW)
    assert read(cast.steward, co_response).sections == before.sections
    now = table(read(cast.supervisor, co_response), "M02")
    assert (now["Taken to a hospital"].numerator, now["Refused help, or left"].numerator) == (5, 15)


def test_a_quarter_stands_beside_its_target_and_the_quarter_before(
    cast: Cast, co_response: ResponseProgram, signed_in_as: SignIn
) -> None:
    for at, settled, arrested in ((AUGUST, 40, 4), (MAY, 38, 2)):
        calls(co_response, settled, at)
        calls(co_response, arrested, at, "arrest")
    report = read(cast.supervisor, co_response)
    section = next(found for found in report.sections if found.code == "M03")
    assert (section.target, section.reached) == (0.04, False)
    assert section.before is not None
    assert section.before.difference == newcombe(4, 44, 2, 40)
    page = signed_in_as(cast.supervisor).get(f"/programs/{co_response.id}/reports/2026-q3").text
    assert "The two quarters cannot be told apart." in page
    assert "not reached" in page


def test_the_csv_and_the_workbook_say_what_the_page_says(
    cast: Cast, co_response: ResponseProgram, signed_in_as: SignIn
) -> None:
    for number, end in ((60, "resolved"), (30, "crisis_center"), (20, "refused"), (3, "arrest")):
        calls(co_response, number, AUGUST, end)
    browser = signed_in_as(cast.evaluator)
    text = browser.get(f"/programs/{co_response.id}/reports/2026-q3.csv").text
    rows = list(csv.DictReader(io.StringIO(text)))
    arrests = next(row for row in rows if (row["measure"], row["table"]) == ("M03", "Arrests"))
    assert (arrests["numerator"], arrests["value"], arrests["suppressed"]) == ("", "", "1")
    total = next(row for row in rows if row["label"] == "Calls meeting criteria")
    assert (total["numerator"], total["suppressed"]) == ("113", "0")
    book = openpyxl.load_workbook(
        io.BytesIO(browser.get(f"/programs/{co_response.id}/reports/2026-q3.xlsx").data)
    )
    assert book.sheetnames == ["About", "Figures", "Measures", "Columns"]
    figures = [[cell.value for cell in row] for row in book["Figures"].iter_rows()]
    assert len(figures) == len(rows) + 1
    assert [row[0].value for row in book["Columns"].iter_rows(min_row=2)] == figures[0]
    assert next(row for row in figures if row[3] == "Calls meeting criteria")[5] == 113


@pytest.mark.sqlite_only
def test_two_measures_never_share_a_name_and_every_preset_asks_for_measures_that_exist() -> None:
    known = [(metric.id, metric.version) for story in _STORIES for metric in story]
    assert len(known) == len(set(known))
    missing = {
        (preset.code, wanted.code)
        for preset in presets().values()
        for wanted in preset.metrics
        if wanted.code not in METRICS
    }
    assert not missing
