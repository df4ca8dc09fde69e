"""Histories whose truth is known are counted as they are: by the sheets, and by the rows and events of the database."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from flask import Flask

from portal.outcomes.log import need_facts
from portal.outcomes.measures import MEASURES, Block, Ground, measure
from tests.outcomes import simulating as sim
from tests.people import Cast


@pytest.fixture(autouse=True)
def words(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def rate(ground: Ground, key: str, label: str) -> float:
    found = next(row for block in measure(key).blocks(ground) for row in block.rows if row.label == label)
    assert found.value is not None
    return found.value


def every_row(ground: Ground) -> list[Block]:
    return [block for one in MEASURES for block in one.blocks(ground)]


@pytest.mark.parametrize("days_after", [-37, -20, 31, 160])
def test_what_the_database_folds_is_what_the_sheets_say_at_every_cut(cast: Cast, days_after: int) -> None:
    made = sim.histories(Random(11), 300, silent=0.1)
    sim.store(cast, made, shuffled=Random(2))  # in whatever order the events were written
    cut = sim.END + timedelta(days=days_after)
    facts = need_facts(cast.community.id, sim.START, sim.END, cut, zone=sim.ZONE)
    assert every_row(sim.ground(facts, cut)) == every_row(sim.grounded(made, cut))


@pytest.mark.sqlite_only
def test_the_order_of_the_needs_changes_nothing() -> None:
    made = sim.histories(Random(12), 400)
    other = Random(13).sample(made, len(made))
    assert every_row(sim.grounded(other, sim.PUBLISHED)) == every_row(sim.grounded(made, sim.PUBLISHED))


@pytest.mark.sqlite_only
def test_needs_that_are_too_young_change_no_share() -> None:
    made = sim.histories(Random(14), 400)
    just_now = sim.PUBLISHED - timedelta(days=6)
    young = sim.histories(Random(15), 60, just_now, sim.PUBLISHED)
    young = [replace(one, number=1000 + one.number) for one in young]
    before, after = (shares(sim.grounded(each, sim.PUBLISHED)) for each in (made, [*made, *young]))
    assert before == after


def shares(ground: Ground) -> list[tuple[str, str, int, int]]:
    """What is a share of needs; times to answer and curves use what they have of those still open."""
    return [
        (block.heading, row.label, row.numerator, row.denominator)
        for one in MEASURES
        if one.ids[0] not in ("M08", "M10", "M13")
        for block in one.blocks(ground)
        for row in block.rows
        if row.unit != "count"
    ]


@pytest.mark.sqlite_only
def test_ten_thousand_histories_are_counted_within_a_point_of_the_truth() -> None:
    ground = sim.grounded(sim.histories(Random(16), 10_000), sim.PUBLISHED)
    assert rate(ground, "M12", "Connected within 30 days") == pytest.approx(
        sim.truth_among_the_others(30), abs=0.01
    )
    assert rate(ground, "M12", "Connected within 7 days") == pytest.approx(
        sim.truth_among_the_others(7), abs=0.01
    )
    assert rate(ground, "M13", "30 days") == pytest.approx(sim.truth(30), abs=0.01)
    assert rate(ground, "M13", "7 days") == pytest.approx(sim.truth(7), abs=0.01)


@pytest.mark.sqlite_only
def test_where_services_fall_silent_the_truth_lies_between_all_no_and_all_yes() -> None:
    ground = sim.grounded(sim.histories(Random(17), 4_000, silent=0.2), sim.PUBLISHED)
    for row in measure("M12").blocks(ground)[0].rows:
        days = {"Connected by the next day": 1, "Connected within 7 days": 7, "Connected within 30 days": 30}
        assert row.worst is not None
        assert row.best is not None
        assert row.worst <= sim.truth_among_the_others(days[row.label]) <= row.best
        assert row.unknown
