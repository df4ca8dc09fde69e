"""Counts of 1-10 are not shown and cannot be worked out; a zero is shown."""

from dataclasses import fields, replace

import pytest

from portal.outcomes.definitions import DEFINITIONS
from portal.outcomes.measures import Row, share_row
from portal.outcomes.suppression import Line, closed_lines, open_lines, small


def row(
    numerator: int,
    denominator: int,
    measure: str = "M07",
    label: str = "x",
    immature: int = 0,
    unknown: int = 0,
) -> Row:
    return share_row(DEFINITIONS[measure], label, numerator, denominator, immature, unknown, bounds=True)


def numbers(line: Line) -> list[float]:
    kept = [
        getattr(line, f.name)
        for f in fields(line)
        if f.name not in ("measure", "version", "label", "unit", "suppressed")
    ]
    return [value for value in kept if value is not None]


@pytest.mark.parametrize("count", range(1, 11))
def test_a_small_numerator_its_complement_and_a_small_denominator_are_hidden(count: int) -> None:
    for hidden in (row(count, 100), row(100 - count, 100), row(0, count)):
        (line,) = closed_lines([hidden])
        assert line.suppressed
        assert numbers(line) == []


def test_zero_and_large_counts_are_shown() -> None:
    lines = closed_lines([row(0, 40), row(20, 40), row(40, 40)])
    assert [(line.numerator, line.suppressed) for line in lines] == [(0, False), (20, False), (40, False)]


def test_a_small_unknown_is_hidden_with_the_bounds_that_would_tell_it() -> None:
    (line,) = closed_lines([row(20, 40, unknown=3)])
    assert (line.unknown, line.worst, line.best) == (None, None, None)
    assert line.suppressed
    assert line.numerator == 20


def test_a_single_hidden_reason_takes_a_second_one_with_it() -> None:
    lines = closed_lines([row(60, 100, "M10", "a"), row(30, 100, "M10", "b"), row(3, 100, "M10", "c")])
    assert [line.suppressed for line in lines] == [False, True, True]


def test_a_small_number_of_unrecorded_handoffs_is_not_left_over_by_subtraction() -> None:
    kinds = [
        row(n, 100, "M11", kind, unknown=4) for kind, n in (("warm", 50), ("lukewarm", 26), ("cold", 20))
    ]
    lines = closed_lines(kinds)
    assert [line.numerator for line in lines] == [50, 26, None]
    assert [line.unknown for line in lines] == [None, None, None]


def test_minutes_of_many_are_shown_without_the_counts_that_would_tell_of_few() -> None:
    many = replace(row(40, 44, "M08", unknown=4), unit="minutes", value=12.0)
    few = replace(row(9, 44, "M08"), unit="minutes", value=12.0)
    shown, hidden = closed_lines([many, few])
    assert (shown.value, shown.numerator, shown.denominator, shown.unknown) == (12.0, None, None, None)
    assert hidden.value is None


def test_a_small_step_from_one_window_to_the_next_is_hidden() -> None:
    windows = [row(n, 100, key, key) for key, n in (("M12-1", 30), ("M12-7", 60), ("M12-30", 64))]
    assert [line.numerator for line in closed_lines(windows)] == [30, 60, None]


def test_what_is_left_after_taking_away_ones_own_is_guarded_too() -> None:
    community, without_own = row(50, 100), row(5, 40)
    (line,) = closed_lines([community], [without_own])
    assert line.suppressed
    assert numbers(line) == []


def test_the_own_organization_is_shown_in_full() -> None:
    (line,) = open_lines([row(3, 7, unknown=2)])
    assert (line.numerator, line.denominator, line.unknown, line.suppressed) == (3, 7, 2, False)


def test_p22_no_small_number_survives_in_any_combination() -> None:
    for numerator in range(30):
        for denominator in range(numerator, 40):
            (line,) = closed_lines(
                [row(numerator, denominator, immature=numerator % 13, unknown=denominator % 13)]
            )
            counts = (line.numerator, line.denominator, line.immature, line.unknown)
            assert not any(count is not None and small(count) for count in counts)
            if line.numerator is not None and line.denominator is not None:
                assert not small(line.denominator - line.numerator)
