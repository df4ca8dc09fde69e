"""Hidden counts stay hidden: whoever knows every other number and every sum can still take each for any of 1-10."""

import random

import pytest

from portal.outcomes.cells import protect
from portal.outcomes.small import small
from tests.outcomes.tables import could_not_be, crossed


def test_a_single_small_part_takes_the_smallest_other_with_it() -> None:
    counts = {"a": 60, "b": 30, "c": 3, "all": 93}
    assert protect(counts, [{"a": 1, "b": 1, "c": 1, "all": -1}]) == {"b", "c"}


def test_two_small_parts_that_are_few_together_take_a_third_with_them() -> None:
    counts = {"a": 60, "b": 3, "c": 2, "all": 65}  # 5 together: neither could be 10
    assert protect(counts, [{"a": 1, "b": 1, "c": 1, "all": -1}]) == {"a", "b", "c"}


def test_two_small_parts_that_are_enough_together_hide_each_other() -> None:
    counts = {"a": 60, "b": 9, "c": 8, "all": 77}
    assert protect(counts, [{"a": 1, "b": 1, "c": 1, "all": -1}]) == {"b", "c"}


def test_zeros_and_large_counts_are_shown() -> None:
    assert protect({"a": 0, "b": 11, "all": 11}, [{"a": 1, "b": 1, "all": -1}]) == frozenset()


def test_a_small_rest_hides_what_it_would_follow_from() -> None:
    share = [{"yes": 1, "no": 1, "asked": -1}]
    assert protect({"yes": 95, "no": 5, "asked": 100}, share) == {"yes", "no"}
    assert protect({"yes": 95, "no": 5, "asked": 100}, share, unprinted={"no"}) == {"yes"}


def test_the_whole_is_shown_where_hiding_a_part_will_do() -> None:
    counts = {"a": 20, "b": 3, "c": 0, "all": 23}
    assert protect(counts, [{"a": 1, "b": 1, "c": 1, "all": -1}]) == {"a", "b"}


def test_a_number_hidden_in_one_table_does_not_follow_from_another() -> None:
    counts = {"met": 200, "arrest": 4, "hospital": 50, "other": 146, "rest": 146}
    parts = {"arrest": 1, "hospital": 1, "other": 1, "met": -1}
    less = {"rest": 1, "met": -1, "arrest": 1, "hospital": 1}  # met less arrest and hospital
    hidden = protect(counts, [parts, less])
    assert "arrest" in hidden
    assert could_not_be(hidden, hidden, [parts, less], counts) == []


def test_what_the_reader_has_anyway_is_not_hidden() -> None:
    counts = {"a": 60, "b": 30, "c": 3, "all": 93}
    assert protect(counts, [{"a": 1, "b": 1, "c": 1, "all": -1}], known={"b"}) == {"a", "c"}


def test_what_was_hidden_before_stays_hidden() -> None:
    counts = {"a": 60, "b": 30, "c": 12, "all": 102}
    assert "c" in protect(counts, [{"a": 1, "b": 1, "c": 1, "all": -1}], hidden={"c"})


def test_counts_that_do_not_add_up_are_an_error() -> None:
    with pytest.raises(ValueError, match="add up"):
        protect({"a": 1, "all": 3}, [{"a": 1, "all": -1}])


@pytest.mark.parametrize("seed", range(12))
def test_a_crossed_table_tells_nothing_to_another_solver(seed: int) -> None:
    chance = random.Random(seed)
    counts, sums = crossed(chance, chance.randint(1, 3), chance.randint(2, 4))
    hidden = protect(counts, sums)
    assert {key for key, number in counts.items() if small(number)} <= hidden
    assert could_not_be(hidden, hidden, sums, counts) == []
