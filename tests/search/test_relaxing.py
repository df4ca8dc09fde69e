"""When little or nothing fits: what may be left out, what is nearest, what opens next, and when nothing is said."""

from collections.abc import Callable
from datetime import UTC, datetime, time

import pytest
import time_machine
from sqlalchemy import update

from portal.directory import models as d
from portal.search import Answer, Question, Relaxed, find_services, rebuild, relax
from portal.search.relaxing import FEW, MOST_SEARCHES, _worth_trying
from portal.store import write
from tests.people import DAYS, Cast

pytestmark = pytest.mark.sqlite_only
Ask = Callable[..., Answer]
NIGHT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)  # Sunday, 2 am in Nashville


def open_from(listing: d.ServiceAtLocation, opens: int, closes: int) -> None:
    with write() as session:
        hours = {"byday": DAYS, "opens_at": time(opens), "closes_at": time(closes)}
        session.execute(
            update(d.Schedule).where(d.Schedule.service_at_location_id == listing.id).values(**hours)
        )
    rebuild()


def test_where_enough_is_found_nothing_is_said(indexed: Cast, ask: Ask) -> None:
    answer = ask(near="37203")
    assert answer.total >= 3
    assert relax(answer) == Relaxed()
    assert relax(ask(q="detox", page="2")) == Relaxed()


def test_each_thing_that_stands_in_the_way_is_named_with_what_it_costs(indexed: Cast, ask: Ask) -> None:
    found = relax(ask(care="detox", pay="military")).wider
    assert [(each.words, each.total) for each in found][0] == ("Without: Military insurance or VA", 1)
    assert found[0].question == Question(care=("detox",))
    for each in found:
        assert find_services(each.question).total == each.total > 0


def test_where_a_little_was_found_the_need_itself_is_not_left_out(indexed: Cast, ask: Ask) -> None:
    answer = ask(q="detox", near="37203", within="20", pay="medicaid", language="")
    assert answer.total == 1
    for each in relax(answer).wider:
        assert "detox" in each.question.words
    assert relax(ask(q="detox")) == Relaxed()


def test_the_nearest_beyond_the_radius_is_named_with_its_miles(indexed: Cast, ask: Ask) -> None:
    answer = ask(q="detox", near="38103")
    assert answer.total == 0
    relaxed = relax(answer)
    assert relaxed.nearest is not None
    assert relaxed.nearest.listing.id == indexed.detox.id
    assert 150 < (relaxed.nearest.distance_miles or 0) < 250
    assert Question(words="detox", near="38103", within=500) in {each.question for each in relaxed.wider}
    assert "Without “detox”" in {each.words for each in relaxed.wider}


def test_a_place_among_the_words_counts_as_a_place(indexed: Cast, ask: Ask) -> None:
    relaxed = relax(ask(q="detox 38103"))
    assert relaxed.nearest is not None
    assert relaxed.nearest.listing.id == indexed.detox.id


def test_a_hidden_place_is_never_the_nearest(indexed: Cast, ask: Ask) -> None:
    relaxed = relax(ask(q="haven", near="42101", within="5"))
    assert relaxed.nearest is None or relaxed.nearest.listing.id != indexed.victim_service.id


@pytest.mark.parametrize("args", [{"q": "detox", "open": "now"}, {"q": "detox tonight", "open": "now"}])
def test_at_night_the_one_that_opens_next_is_named(indexed: Cast, ask: Ask, args: dict[str, str]) -> None:
    open_from(indexed.detox, 7, 17)
    with time_machine.travel(NIGHT, tick=False):
        answer = ask(near="37203", **args)
        assert answer.total == 0
        relaxed = relax(answer)
    assert relaxed.opens_next is not None
    assert relaxed.opens_next.listing.id == indexed.detox.id
    assert relaxed.opens_next.listing.open.words == "Closed. Opens 7 am today"
    assert "At any time of day" in {each.words for each in relaxed.wider}


def test_tonight_where_few_are_known_to_be_open_the_others_follow_unknown_before_closed(
    community: Cast, ask: Ask
) -> None:
    open_from(community.detox, 7, 17)
    with write() as session:
        session.query(d.Schedule).filter_by(service_at_location_id=community.shelter.id).delete()
    rebuild()
    with time_machine.travel(NIGHT, tick=False):
        tonight = ask(q="tonight", near="37203")
        strictly = ask(near="37203", open="now")
        crisis = ask(q="crisis tonight", near="37203")
    words = [hit.listing.open.open for hit in tonight.hits]
    assert words == [True, True, True, None, False]
    assert tonight.hits[3].listing.id == community.shelter.id
    assert any(sentence.startswith("Few that fit are known to be open now.") for sentence in tonight.notice)
    assert "open" in {part.code for part in tonight.understood}
    assert strictly.total == 3
    assert {hit.listing.open.open for hit in crisis.hits} == {True}
    assert not any("call" in sentence for sentence in crisis.notice)
    assert ask(q="detox tonight", open="2026-11-23T12:00").total == 1  # a chosen time outranks the word


def test_a_time_that_was_chosen_can_be_left_out_and_says_nothing_of_tomorrow(indexed: Cast, ask: Ask) -> None:
    open_from(indexed.detox, 7, 17)
    with time_machine.travel(NIGHT, tick=False):
        relaxed = relax(ask(care="detox", open="2026-11-23T21:00"))
    assert relaxed.opens_next is None
    assert Question(care=("detox",)) in {each.question for each in relaxed.wider}


def test_where_no_single_thing_helps_the_kind_of_help_alone_is_offered(indexed: Cast, ask: Ask) -> None:
    with time_machine.travel(NIGHT, tick=False):
        relaxed = relax(
            ask(q="zeppelin", near="37203", within="1", care="detox", pay="military", open="2026-11-23T21:00")
        )
    assert [(each.words, each.total) for each in relaxed.wider] == [("Detox within 100 miles", 1)]


def test_however_much_was_asked_only_a_few_searches_follow(indexed: Cast, ask: Ask) -> None:
    answer = ask(
        q="zeppelin detox shelter food legal", near="38103", care="detox", pay="military", access="pets",
        language="so", room="no", for_="veterans", open="now",
    )  # fmt: skip
    tries = _worth_trying(answer)
    assert len(tries) == MOST_SEARCHES
    assert len({each.question for each in tries}) == MOST_SEARCHES
    assert [each.kind for each in tries[:3]] == ["open", "far", "further"]


def test_what_matches_in_part_hides_no_way_out_and_is_called_so(indexed: Cast, ask: Ask) -> None:
    answer = ask(q="haven zebra")
    assert (answer.total, answer.whole, answer.any_word) == (1, 0, True)
    assert [hit.partly for hit in answer.hits] == [True]
    assert "Matches only “haven”" in answer.hits[0].why
    assert [(each.words, each.total) for each in relax(answer).wider] == [("Without “zebra”", 1)]


def test_of_many_that_match_in_part_the_few_that_match_it_all_decide(indexed: Cast, ask: Ask) -> None:
    answer = ask(q="unit test")
    assert answer.total >= FEW > answer.whole == 1
    assert [hit.partly for hit in answer.hits] == [False] + [True] * (answer.total - 1)
    offers = relax(answer).wider
    assert [(each.words, each.total) for each in offers] == [("Without “unit”", 5)]
    assert find_services(offers[0].question).whole == 5


def test_for_whom_may_be_left_out_where_the_need_may_not(indexed: Cast, ask: Ask) -> None:
    answer = ask(q="detox veterans")
    assert answer.whole < FEW
    offered = {each.words for each in relax(answer).wider}
    assert "Without “detox”" not in offered or not answer.whole
    assert {each.words for each in _worth_trying(answer)} >= {"Without “veterans”"}
