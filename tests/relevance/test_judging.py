"""The measures, against numbers worked out by hand."""

from math import isclose, log2

import pytest

from tests.relevance.judging import Figures, Measured, ndcg, recall, reciprocal_rank

GRADES = {1: 3, 2: 3, 3: 2, 4: 1}


def test_the_best_order_is_one_and_no_answer_is_nought() -> None:
    assert ndcg([1, 2, 3, 4], GRADES) == pytest.approx(1)
    assert ndcg([2, 1, 3, 4, 99], GRADES) == pytest.approx(1)
    assert ndcg([], GRADES) == 0
    assert ndcg([98, 99], GRADES) == 0


def test_gain_falls_with_the_place() -> None:
    best = 7 + 7 / log2(3) + 3 / log2(4) + 1 / log2(5)
    assert isclose(best, 13.347, abs_tol=0.001)
    assert ndcg([3, 99, 1], GRADES) == pytest.approx((3 + 7 / log2(4)) / best)
    assert ndcg([99, 98, 97, 1], GRADES) == pytest.approx(7 / log2(5) / best)


def test_only_the_first_ten_count_on_both_sides() -> None:
    many = dict.fromkeys(range(30), 3)
    assert ndcg(list(range(10)), many) == pytest.approx(1)
    assert ndcg([100] * 10 + [0], many) == 0


def test_recall_asks_for_the_highest_grade_alone() -> None:
    assert recall([1, 3, 4, 99, 98, 2], GRADES) == 0.5
    assert recall([1, 2], GRADES) == 1
    assert recall([3, 4], {3: 2, 4: 2, 5: 1}) == 1
    assert recall([3], {}) == 0


def test_recall_of_many_is_a_share_of_five() -> None:
    many = dict.fromkeys(range(30), 3)
    assert recall([7, 8, 9, 100, 101], many) == pytest.approx(3 / 5)
    assert recall([0, 1, 2, 3, 4], many) == 1


def test_the_rank_is_of_the_first_good_answer() -> None:
    assert reciprocal_rank([4, 3, 1], GRADES) == pytest.approx(1 / 2)
    assert reciprocal_rank([4], GRADES) == 0
    assert reciprocal_rank([9, 4], {4: 1}) == pytest.approx(1 / 2)


def test_figures_are_means_and_a_question_without_an_answer_is_refused() -> None:
    two = [Measured.of([1, 2, 3, 4], GRADES), Measured.of([], GRADES)]
    assert Figures.over(two) == Figures(2, pytest.approx(0.5), 0.5, 0.5, 0.5)
    assert not Measured.of([99], GRADES).empty
    with pytest.raises(ValueError, match="no listing"):
        Measured.of([1], {2: 0})
