"""The page of definitions is made from what the reports are counted by; the quarter's page shows every measure of it."""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from random import Random
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from portal.outcomes import catalog
from portal.outcomes.measures import measures
from portal.outcomes.program import METRICS
from tests.outcomes import simulating as sim
from tests.people import Cast

SignIn = Callable[[Any], FlaskClient]
pytestmark = pytest.mark.sqlite_only


def test_anybody_reads_what_is_counted_and_from_which_source(cast: Cast, client: FlaskClient) -> None:
    answer = client.get("/definitions")
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    for words in (
        "M12-30 Connected within 30 days",
        "HEDIS",
        "portal.outcomes.measures.curves:cumulative_incidence",
    ):
        assert words in answer.text


def test_every_measure_says_which_code_counts_it(app: Flask) -> None:
    with app.test_request_context():
        entries = catalog()
    assert set(METRICS) <= {entry.id.partition("-")[0] for entry in entries} | {entry.id for entry in entries}
    for entry in entries:
        module, _colon, name = entry.code.partition(":")
        assert hasattr(import_module(module), name.partition(".")[0]), entry
        assert entry.numerator
        assert entry.denominator


def test_a_change_of_meaning_is_a_new_version_and_a_break(cast: Cast, client: FlaskClient) -> None:
    page = client.get("/definitions").text
    assert "Until Jan 1, 2027: the series breaks there." in page
    assert 'id="M10-1"' in page
    assert 'id="M10-2"' in page


def test_the_quarters_page_and_its_file_show_every_measure(cast: Cast, signed_in_as: SignIn) -> None:
    sim.store(cast, sim.histories(Random(5), 300, silent=0.05))
    with time_machine.travel(sim.PUBLISHED + timedelta(days=3), tick=False):
        browser = signed_in_as(cast.evaluator)
        page, table = browser.get("/reports/2026-q3"), browser.get("/reports/2026-q3.csv")
    assert page.status_code == 200
    for one in measures(sim.START.date()):
        if one.definition.measure not in ("M07", "M08", "M10", "M11"):
            assert f'id="more-{one.definition.measure}"' in page.text
    found = {line.partition(",")[0] for line in table.text.splitlines()[1:]}
    assert found >= {one.definition.measure for one in measures(sim.START.date())} - {"M15"}
    head = "measure,version,label,numerator,denominator,value,low,high,immature,unknown,suppressed"
    assert table.text.splitlines()[0] == head
