"""Charts: what is drawn lies on the page, what is hidden is not drawn, and a line breaks where the meaning changed."""

import re
from typing import Any

import pytest
from flask import Flask

from portal.outcomes.charts import Point, draw, trend
from portal.outcomes.charts.drawn import WIDTH, Drawn
from portal.outcomes.cubes import Table
from portal.outcomes.lines import Line

pytestmark = pytest.mark.sqlite_only


@pytest.fixture(autouse=True)
def words(migrated: Flask) -> Any:
    with migrated.test_request_context():
        yield


def line(label: str, value: float | None, unit: str = "share", *, hidden: bool = False) -> Line:
    low, high = (
        (None, None)
        if value is None
        else (value * 0.8, min(1.0, value * 1.2) if unit == "share" else value * 1.2)
    )
    return Line("M01", 1, label, unit, None, None, value, low, high, 0, 0, None, None, hidden)


def table(drawing: Any, *lines: Line) -> Table:
    return Table("M01", "Heading", lines, drawing=drawing)


def within(chart: Drawn | None) -> Drawn:
    assert chart is not None
    for mark in chart.marks:
        numbers = [mark.x, mark.x + mark.width if mark.shape == "rect" else mark.x]
        numbers += [float(x) for x in re.findall(r"[ML]([\d.]+) ", mark.path)]
        assert all(-1 <= x <= WIDTH + 1 for x in numbers), mark
        assert -1 <= mark.y <= chart.height + 4, mark
    return chart


@pytest.mark.parametrize("drawing", ["", "bars", "stack", "pareto", "curve"])
def test_what_is_drawn_lies_on_the_page_and_has_a_title(drawing: str) -> None:
    shares = (
        line("Day 0", 0.1),
        line("Day 7 with words that go on and on and on and on", 0.4),
        line("Day 30", 0.5),
    )
    chart = within(draw(table(drawing, *shares), "Connected", 0.04))
    assert "Connected" in chart.title


def test_times_are_boxes_and_differences_are_dots_around_none() -> None:
    within(draw(table("", line("Door", 8.0, "minutes"), line("Other", 30.0, "minutes")), "Time", 10))
    dots = within(
        draw(table("", line("Spanish", -0.2, "difference"), line("English", 0.1, "difference")), "Gap")
    )
    assert [mark.x < WIDTH / 2 for mark in dots.marks if mark.shape == "circle"] == [True, False]


def test_what_is_hidden_is_not_drawn_and_said_in_words() -> None:
    stack = within(draw(table("stack", line("Settled", 0.9), line("Arrest", None, hidden=True)), "Ends"))
    words = " ".join(mark.words for mark in stack.marks)
    assert "Arrest" not in words
    assert "Striped: hidden" in words
    bars = within(draw(table("bars", line("Settled", 0.9), line("Arrest", None, hidden=True)), "Ends"))
    assert sum(mark.look == "part" for mark in bars.marks) == 1
    assert any(mark.words == "Arrest: hidden" for mark in bars.marks)
    assert draw(table("", line("Arrest", None, hidden=True)), "Ends") is None
    assert draw(table("none", line("Settled", 0.9)), "Ends") is None


def test_a_line_breaks_where_the_meaning_changed_and_where_a_number_is_hidden() -> None:
    points = [
        Point(f"2026-q{i}", 0.04, 0.03, 0.06, version) for i, version in ((1, 1), (2, 1), (3, 2), (4, 2))
    ]
    whole = within(trend(points[:2], "Arrests", 0.04))
    assert sum(mark.look == "curve" for mark in whole.marks) == 1
    broken = within(trend(points, "Arrests"))
    assert sum(mark.look == "curve" for mark in broken.marks) == 2
    assert sum(mark.look == "break" for mark in broken.marks) == 1
    gap = [*points[:2], Point("2026-q3", None, None, None, 1), Point("2026-q4", 0.05, 0.03, 0.07, 1)]
    assert sum(mark.look == "curve" for mark in within(trend(gap, "Arrests")).marks) == 2
    assert trend(points[:1], "Arrests") is None
