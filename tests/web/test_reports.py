"""The report's doors: who gets in, what is not there, and the same figures as page and CSV."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.people import Cast

SignIn = Callable[[Any], FlaskClient]


@pytest.mark.sqlite_only
def test_the_evaluator_reads_and_the_others_do_not(cast: Cast, signed_in_as: SignIn) -> None:
    allowed = {"evaluator", "supervisor", "privacy_officer", "admin"}
    for name, account in cast.everybody.items():
        answer = signed_in_as(account).get("/reports/2026-q3")
        assert (name, answer.status_code) == (name, 200 if name in allowed else 403)


@pytest.mark.sqlite_only
def test_nobody_reads_without_signing_in(cast: Cast, client: FlaskClient) -> None:
    assert client.get("/reports/2026-q3").status_code == 303
    assert client.get("/reports/2026-q3.csv", headers={"Accept": "application/json"}).status_code == 401


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "path", ["/reports/2026-q9", "/reports/2099-q1", "/reports/2026-q3?scope=x", "/reports/2026-x3.csv"]
)
def test_what_is_not_there_is_404(cast: Cast, signed_in_as: SignIn, path: str) -> None:
    assert signed_in_as(cast.evaluator).get(path).status_code == 404


def test_the_page_says_its_cut_and_the_csv_is_a_file(cast: Cast, signed_in_as: SignIn) -> None:
    browser = signed_in_as(cast.evaluator)
    assert "Data cut:" in browser.get("/reports/2026-q3").text
    table = browser.get("/reports/2026-q3.csv")
    assert table.mimetype == "text/csv"
    assert table.headers["Content-Disposition"] == 'attachment; filename="handrail-2026-q3.csv"'
    assert browser.get("/reports").status_code == 303
