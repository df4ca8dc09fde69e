"""The demonstration half of the judged questions, asked of the search as it stands. `make bench` asks both halves."""

import unicodedata
from collections.abc import Iterator

import pytest
import time_machine
from flask_migrate import upgrade

from portal import create_app
from portal.search import rebuild
from seed import plant
from tests.conftest import settings_for
from tests.relevance import asking
from tests.relevance.judge import Judge, miles, place_of
from tests.relevance.questions import DEMONSTRATION, KINDS, SAMHSA, UNSEEN, UNSEEN_SAMHSA, Judged, read

# A little below what stands.
CRISIS_RECALL = 0.95
NOTHING_FOUND = 0.01
GAIN = 0.78


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judge]:
    """The demonstration, planted and indexed once for this file, whose tests only read."""
    app = create_app(settings_for(tmp_path_factory.mktemp("judged")))
    with time_machine.travel(asking.MOMENT, tick=False), app.test_request_context():
        upgrade()
        plant(None, "only for these tests", programs=False)
        rebuild()
        yield Judge()


@pytest.fixture(scope="module")
def asked(judge: Judge) -> asking.Asked:
    return asking.ask(asking.portal, judge, read(DEMONSTRATION))


def graded(judge: Judge, words: str, **arguments: str) -> dict[str, int]:
    """Service names and grades of the question with these words."""
    one = [
        judged
        for judged in read(DEMONSTRATION)
        if judged.words == words and dict(judged.arguments) == arguments
    ]
    assert len(one) == 1
    return {judge.facts[number].service: grade for number, grade in judge.grades(one[0]).items()}


def test_there_are_enough_questions_of_every_kind_and_no_two_alike() -> None:
    both = [read(DEMONSTRATION), read(SAMHSA)]
    assert all(len(half) >= 150 for half in both)
    for kind in KINDS:
        assert sum(kind in judged.kinds for half in both for judged in half) >= 3, kind
    crisis = [judged for half in both for judged in half if "crisis" in judged.kinds]
    assert len({judged.words.casefold() for judged in crisis}) >= 100
    assert sum("spanish" in judged.kinds for judged in crisis) >= 30
    for half in both:
        assert len({str(judged) for judged in half}) == len(half)


def test_phrases_held_back_are_enough_and_stand_in_no_training_list(judge: Judge) -> None:
    """Numbers alone are asserted: a failure shows none of the phrases."""
    trained = {_plain(judged.words) for half in (DEMONSTRATION, SAMHSA) for judged in read(half)}
    for held in (read(UNSEEN), read(UNSEEN_SAMHSA)):
        words = {_plain(judged.words) for judged in held}
        assert len(words) == len(held) >= 60
        assert sum("spanish" in judged.kinds for judged in held) >= len(held) // 4
        assert len([one for one in held if "crisis" not in one.kinds]) == 0
        assert len(words & trained) == 0
    assert all(any(judge.grades(judged).values()) for judged in read(UNSEEN))


def _plain(words: str) -> str:
    """Without accents, case and punctuation."""
    folded = unicodedata.normalize("NFKD", words.casefold())
    return " ".join("".join(one for one in folded if one.isalnum() or one.isspace()).split())


def test_the_judge_goes_by_facts(judge: Judge) -> None:
    assert graded(judge, "detox", language="es")["Desintoxicación social"] == 3
    assert graded(judge, "deaf") == {
        "Deaf mental health advocates": 3,
        "988 Suicide & Crisis Lifeline": 2,
        "Outpatient mental health": 1,
    }
    shelters = graded(judge, "shelter near 37203")
    assert shelters["Family shelter"] == 3
    assert shelters["Safe shelter and advocates"] == 3, "no point, and its county is served"
    assert shelters["Coordinated entry for housing"] == 1
    assert "Food pantry" not in shelters


def test_what_is_closed_is_never_right(judge: Judge) -> None:
    assert not {"Detox unit", "Rent and utility help"} & {fact.service for fact in judge.facts.values()}


def test_distance_and_place_are_the_judges_own(judge: Judge) -> None:
    assert miles((36.1504, -86.7916), (35.147, -90.055)) == pytest.approx(195.5, abs=1)
    spot, areas = place_of("Antioch, TN")
    assert spot == pytest.approx((36.06, -86.67), abs=0.01)
    assert ("county", "Davidson, TN") in areas
    with pytest.raises(ValueError, match="no point"):
        place_of("00000")


def test_crisis_phrases_find_the_first_to_call_among_five(asked: asking.Asked) -> None:
    assert asking.figures(asked, "crisis").recall >= CRISIS_RECALL, missed(asked, "crisis")


def test_what_exists_is_found(asked: asking.Asked) -> None:
    empty = [str(judged) for judged, measured in asked if measured.empty]
    assert asking.figures(asked).empty <= NOTHING_FOUND, empty


def test_the_order_is_near_the_best(asked: asking.Asked) -> None:
    assert asking.figures(asked).ndcg >= GAIN


def missed(asked: asking.Asked, kind: str) -> list[str]:
    low: list[Judged] = [
        judged for judged, measured in asked if kind in judged.kinds and measured.recall < 0.5
    ]
    return [str(judged) for judged in low]
