"""Counts of 1-10 are not shown and cannot be worked out; a zero is shown."""

from dataclasses import fields, replace

import pytest

from portal.outcomes.cubes import hide, show
from portal.outcomes.definitions import DEFINITIONS
from portal.outcomes.lines import Line
from portal.outcomes.measures.rows import Block, Row, share_row
from portal.outcomes.small import small


def row(numerator: int, denominator: int, label: str = "x", immature: int = 0, unknown: int = 0) -> Row:
    return share_row(DEFINITIONS["M07"], label, numerator, denominator, immature, unknown, bounds=True)


def as_outsider(block: Block, *own: Block) -> list[Line]:
    """The lines of one block for somebody who has `own` in full."""
    (table,) = hide([block], known=own)
    return list(table.lines)


def alone(only: Row) -> Line:
    (line,) = as_outsider(Block("M07", "x", (only,)))
    return line


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
        line = alone(hidden)
        assert line.suppressed
        assert numbers(line) == []


@pytest.mark.parametrize("numerator", [0, 20, 40])
def test_zero_and_large_counts_are_shown(numerator: int) -> None:
    line = alone(row(numerator, 40))
    assert (line.numerator, line.denominator, line.suppressed) == (numerator, 40, False)


def test_a_small_unknown_is_hidden_with_the_bounds_that_would_tell_it() -> None:
    line = alone(row(20, 40, unknown=3))
    assert (line.unknown, line.worst, line.best) == (None, None, None)
    assert line.suppressed
    assert line.numerator == 20


def test_a_single_hidden_reason_takes_a_second_one_with_it() -> None:
    reasons = (row(60, 100, "a"), row(37, 100, "b"), row(3, 100, "c"))
    lines = as_outsider(Block("M10", "x", reasons, adds_up=True))
    assert [line.suppressed for line in lines] == [False, True, True]


def test_reasons_that_overlap_and_leave_few_over_do_not_tell_of_the_few() -> None:
    """97 of 100 gave the first two at most; the third is known to be 3 at least, and may be no smaller."""
    reasons = (row(60, 100, "a"), row(37, 100, "b"), row(3, 100, "c"))
    lines = as_outsider(Block("M10", "x", reasons, covers=True))
    assert [line.numerator for line in lines] == [60, None, None]


def test_a_small_number_of_unrecorded_handoffs_is_not_left_over_by_subtraction() -> None:
    kinds = (("warm", 50), ("lukewarm", 26), ("cold", 20), ("none was recorded", 4))
    lines = as_outsider(Block("M11", "x", tuple(row(n, 100, kind) for kind, n in kinds), adds_up=True))
    assert [line.numerator for line in lines] == [50, 26, None, None]


def test_a_small_step_from_one_window_to_the_next_is_hidden() -> None:
    """64 less 60 is 4."""
    windows = tuple(row(n, 100, key) for key, n in (("1 day", 30), ("7 days", 60), ("30 days", 64)))
    lines = as_outsider(Block("M12", "x", windows, chains=((0, 1, 2),)))
    assert [line.numerator for line in lines] == [None, None, 64]  # the hidden 60 could be 1: the 30 goes too


def test_a_small_step_from_one_group_to_the_one_around_it_is_hidden() -> None:
    """40 of the 100 who matured for 7 days, of the 95 who matured for 30: five are in between."""
    windows = (row(40, 100, "7 days", immature=20), row(52, 95, "30 days", immature=25))
    lines = as_outsider(Block("M12", "x", windows, chains=((0, 1),)))
    assert None in [line.denominator for line in lines]


def test_what_is_left_after_taking_away_ones_own_is_guarded_too() -> None:
    own = Block("M07", "own", (replace(row(45, 60), unit="count", denominator=45),), parts=("own",))
    line, rest = as_outsider(
        Block(
            "M07",
            "x",
            (row(50, 100, "all"), row(5, 40, "others")),
            sums=(("all", ("own", "others")),),
            parts=("all", "others"),
        ),
        own,
    )
    assert numbers(line) == numbers(rest) == []


def test_the_own_organization_is_shown_in_full() -> None:
    ((line,),) = [table.lines for table in show([Block("M07", "x", (row(3, 7, unknown=2),))])]
    assert (line.numerator, line.denominator, line.unknown, line.suppressed) == (3, 7, 2, False)


def test_p22_no_small_number_survives_in_any_combination() -> None:
    for numerator in range(30):
        for denominator in range(numerator, 40):
            line = alone(row(numerator, denominator, immature=numerator % 13, unknown=denominator % 13))
            counts = (line.numerator, line.denominator, line.immature, line.unknown)
            assert not any(count is not None and small(count) for count in counts)
            if line.numerator is not None and line.denominator is not None:
                assert not small(line.denominator - line.numerator)
