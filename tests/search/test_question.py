"""A form is read once, and what cannot be meant is refused by name."""

from datetime import timedelta

import pytest
from werkzeug.datastructures import MultiDict

from portal.directory.hours import Timetable
from portal.search import Question
from portal.search.nearness import Grid
from portal.search.words import stems
from portal.store import Refused, clock


@pytest.mark.parametrize(
    ("field", "args"),
    [
        ("within", {"within": "0"}),
        ("within", {"within": "-1"}),
        ("within", {"within": "501"}),
        ("within", {"within": "1e9"}),
        ("within", {"within": "٣"}),
        ("page", {"page": "0"}),
        ("page", {"page": "-1"}),
        ("page", {"page": "1000000000"}),
        ("page", {"page": "one"}),
        ("open", {"open": "yes"}),
        ("care", {"care": "nothing"}),
        ("for", {"for": "'; --"}),
        ("pay", {"pay": "Free"}),
        ("access", {"access": "\x00"}),
        ("language", {"language": "Klingon"}),
        ("near", {"near": "x" * 201}),
        ("near", {"lat": "NaN", "lon": "1"}),
        ("near", {"lat": "91", "lon": "1"}),
        ("near", {"lat": "1e400", "lon": "1"}),
        ("near", {"lat": "0", "lon": "0"}),
        ("near", {"lat": "36"}),
        ("near", {"lat": "٣٦", "lon": "1_0"}),
        ("within", {"radius": "-1"}),
        ("within", {"radius": "1e9"}),
        ("per_page", {"per_page": "1000000000"}),
        ("open", {"open": "0000-00-00T00:00"}),
        ("open", {"open": "2026-02-29T21:00"}),
        ("open", {"open": "9999-12-31T21:00"}),
        ("open", {"open": "2001-01-01T21:00"}),
        ("open", {"open": "2026-12-31"}),
        ("open", {"open": "at"}),
        ("open", {"open": "at", "open_at": "tonight"}),
        ("open", {"open_at": "21:00"}),
        ("room", {"room": "maybe"}),
        ("exact", {"exact": "yes"}),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_field(field: str, args: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        Question.from_args(MultiDict(args))
    assert refused.value.field == field


def test_a_form_becomes_a_question_and_a_link_again() -> None:
    pairs = [
        ("q", " detox  now "), ("near", "37203"), ("within", "10"), ("open", "now"), ("care", "detox"), ("care", "moud"),
        ("care", "detox"), ("for", "women"), ("language", "es"), ("page", "2"), ("pay", ""), ("unknown", "x"),
    ]  # fmt: skip
    question = Question.from_args(MultiDict(pairs))
    assert question.words == "detox now"
    assert question.care == ("detox", "moud")
    assert question.open_now
    assert Question.from_args(MultiDict(question.as_args())) == question
    assert Question.from_args(MultiDict()) == Question()
    assert Question.from_args(MultiDict({"lat": "36.16", "lon": "-86.78"})).near == "36.16000, -86.78000"


def test_a_time_to_be_open_at_comes_from_one_argument_or_from_the_form() -> None:
    soon = (clock.now() + timedelta(days=2)).strftime("%Y-%m-%dT21:00")

    def ask(**args: str) -> tuple[bool, str]:
        question = Question.from_args(MultiDict(args))
        assert Question.from_args(MultiDict(question.as_args())) == question
        return question.open_now, question.open_at

    assert (
        ask(open=soon)
        == ask(open=soon + ":00")
        == ask(open="at", open_at=soon)
        == ask(open_at=soon)
        == (False, soon)
    )
    assert ask(open="now", open_at=soon) == (True, "")  # what is left in the field does not count
    assert ask(open="", open_at=soon) == (False, "")


def test_room_and_exact_words_go_into_a_link_and_out_again() -> None:
    pairs = [
        ("q", "detx"),
        ("room", "yes"),
        ("room", "limited"),
        ("exact", "1"),
        ("radius", "10"),
        ("per_page", "20"),
    ]
    question = Question.from_args(MultiDict(pairs))
    assert (question.availability, question.exactly, question.within) == (("yes", "limited"), True, 10)
    assert question.filters == 2
    assert Question.from_args(MultiDict(question.as_args())) == question
    assert (
        question.without("room", "yes").availability
        == question.without("availability", "yes").availability
        == ("limited",)
    )
    assert not question.without("exact").exactly
    assert question.without("within").within == 25


def test_what_can_be_kept_of_a_form_that_cannot_be_asked_is_kept() -> None:
    pairs = [
        ("q", "detox"),
        ("near", "37203"),
        ("within", "far"),
        ("care", "nothing"),
        ("pay", "free"),
        ("open", "soon"),
        ("page", "0"),
    ]
    kept = Question.readable(MultiDict(pairs))
    assert kept == Question(words="detox", near="37203", pay=("free",))
    wrong = [
        "near",
        "lat",
        "lon",
        "within",
        "radius",
        "open",
        "open_at",
        "care",
        "for",
        "pay",
        "access",
        "language",
        "room",
        "exact",
        "sort",
        "page",
        "per_page",
    ]
    everything = MultiDict([("q", "detox"), *((name, "9" * 300) for name in wrong)])
    assert Question.readable(everything) == Question(words="detox")


def test_no_null_byte_reaches_a_database() -> None:
    assert Question.from_args(MultiDict({"q": "a\x00b", "near": "37\x00203"})) == Question(
        words="a b", near="37 203"
    )


def test_a_filter_can_be_taken_out() -> None:
    question = Question(care=("detox", "moud"), for_=("women",), near="37203", page=3)
    assert question.without("care", "detox").care == ("moud",)
    assert question.without("for").for_ == ()
    assert question.without("near").near == ""
    assert Question(open_at="2026-11-22T21:00").without("open") == Question()
    assert question.without("care").page == 1


def test_words_lose_case_accents_plurals_and_empty_words() -> None:
    assert stems("The Shelters & Clínicas of O'Brien’s") == stems("shelter CLINICA obrien")
    assert stems("") == []


def test_near_rows_are_those_of_the_geodesic() -> None:
    import math
    import random

    from portal.geo import miles
    from portal.search.facts import Facts, Row

    chance = random.Random(7)
    points = [(chance.uniform(25, 49), chance.uniform(-125, -67)) for _ in range(250)]
    points += [
        (64.8 + chance.uniform(-2, 2), chance.choice([179.5, -179.5]) + chance.uniform(-0.4, 0.4))
        for _ in range(40)
    ]
    points += [(36.16 + chance.gauss(0, 0.4), -86.78 + chance.gauss(0, 0.4)) for _ in range(250)]
    facts = Facts.of(
        Row(number, lat, lon, [], [], "", (), Timetable("", ()), "unknown", 0.0, 0, 180, 43200, 0, [], {})  # type: ignore[typeddict-item]
        for number, (lat, lon) in enumerate(points, 1)
    )
    for lat, lon, within in (
        (36.16, -86.78, 5),
        (36.16, -86.78, 25),
        (36.16, -86.78, 100),
        (40, -100, 500),
        (64.8, 180, 100),
    ):
        truth = {row for row, point in enumerate(points) if miles(lat, lon, *point) <= within}
        rows, distances = Grid(facts).near(lat, lon, within)
        found = dict(zip(rows.tolist(), distances.tolist(), strict=True))
        assert set(found) == truth
        assert truth
        for row in found:
            assert math.isclose(found[row], miles(lat, lon, *points[row]), rel_tol=0.006, abs_tol=0.02)
