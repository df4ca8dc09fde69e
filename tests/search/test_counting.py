"""Searches are counted together, later, in one write; what could not be written waits; a fork begins anew."""

import os
from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from portal.geo import Located
from portal.search import Answer, Question, counting, tally, write_tallies
from portal.search.models import SearchTally
from portal.store import db


def looked(care: str = "detox", total: int = 1, zip_code: str = "37203") -> None:
    place = Located(text="x", lat=None, lon=None, kind="zip", zip=zip_code, city="Nashville", county="", state="TN",
                    time_zone="America/Chicago", approximate=True)  # fmt: skip
    question = Question(words="John Smith 615-555-0123")
    tally(question, Answer(question, total, place, (), (), care=(care,)))


def rows() -> list[tuple[str, str, bool, int]]:
    found = db.session.query(SearchTally).order_by(SearchTally.care, SearchTally.area)
    return [(row.care, row.area, row.found, row.count) for row in found]


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    said: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield said
    event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.sqlite_only
def test_a_search_writes_nothing_itself(statements: list[str]) -> None:
    looked()
    assert statements == []


def test_what_waited_is_written_once_and_added_to_what_stands(app: Flask) -> None:
    for _time in range(3):
        looked()
    looked(care="moud", total=0)
    assert write_tallies() == 4
    assert write_tallies() == 0
    looked()
    assert write_tallies() == 1
    assert rows() == [("detox", "372", True, 4), ("moud", "372", False, 1)]


@pytest.mark.sqlite_only
def test_only_day_care_and_coarse_area_wait(app: Flask) -> None:
    looked()
    (only,) = counting._counts.waiting
    assert only._fields == ("day", "care", "area", "found")
    assert (type(only.day), only.care, only.area, only.found) == (date, "detox", "372", True)


@pytest.mark.sqlite_only
def test_what_could_not_be_written_waits(app: Flask) -> None:
    def broken(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "search_tally" in statement:
            raise OperationalError(statement, {}, Exception("database is locked"))

    looked()
    event.listen(db.engine, "before_cursor_execute", broken)
    try:
        assert write_tallies() == 0
    finally:
        event.remove(db.engine, "before_cursor_execute", broken)
    looked()
    assert write_tallies() == 2
    assert rows() == [("detox", "372", True, 2)]


@pytest.mark.sqlite_only
def test_too_many_different_ones_are_counted_without_care_and_area(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "MOST_KEPT", 2)
    for first in ("100", "200", "300", "400"):
        looked(zip_code=f"{first}01")
    assert write_tallies() == 4
    assert [(care, area, count) for care, area, _found, count in rows()] == [
        ("", "", 2),
        ("detox", "100", 1),
        ("detox", "200", 1),
    ]


@pytest.mark.sqlite_only
def test_a_forked_process_leaves_the_parents_counts_to_the_parent(app: Flask) -> None:
    looked()
    child = os.fork()
    if child == 0:
        os._exit(0 if not counting._counts.waiting else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert write_tallies() == 1
