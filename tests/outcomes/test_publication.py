"""A report as outsiders get it: nothing of 1-10 in it, nothing from which it follows, in one publication or in two."""

import random
from datetime import date

import pytest

from portal.outcomes.cells import small
from portal.outcomes.program.metric import Block, Metric, count, share, value
from portal.outcomes.publication import close, counts_of, hidden_keys, opened, too_near
from tests.outcomes.tables import could_not_be

METRIC = Metric("M00", 1, date(2026, 1, 1), "x", "encounter", "x", "x", "x", lambda _metric, _scope: [])  # type: ignore[arg-type]


def report(chance: random.Random) -> list[Block]:
    """A made-up quarter: a count by district, how it ended, arrests, offers to the others, and three windows."""
    ends = {
        name: chance.choice((0, chance.randint(1, 10), chance.randint(11, 90)))
        for name in ("stay", "hospital", "arrest", "left")
    }
    met = sum(ends.values())
    north = chance.randint(0, met)
    arrests = chance.randint(max(0, ends["arrest"] - (met - north)), min(ends["arrest"], north))
    rest = met - ends["hospital"] - ends["arrest"]
    offered = chance.randint(0, rest)
    known = chance.randint(0, offered)
    windows = sorted(chance.randint(0, known) for _ in range(3))
    return [
        Block("M01", "Calls", (count(METRIC, "all", met),), parts=("met",)),
        Block(
            "M01",
            "By district",
            (count(METRIC, "North", north), count(METRIC, "South", met - north)),
            adds_up=True,
            of="met",
            parts=("met in North", "met in South"),
        ),
        Block(
            "M02",
            "How it ended",
            tuple(share(METRIC, name, number, met) for name, number in ends.items()),
            adds_up=True,
            of="met",
            parts=tuple(ends),
        ),
        Block("M03", "Arrests", (share(METRIC, "arrest", ends["arrest"], met),), of="met", parts=("arrest",)),
        Block(
            "M03",
            "Arrests by district",
            (
                share(METRIC, "North", arrests, north),
                share(METRIC, "South", ends["arrest"] - arrests, met - north),
            ),
            of=("met in North", "met in South"),
            parts=("arrest in North", "arrest in South"),
            sums=(("arrest", ("arrest in North", "arrest in South")),),
        ),
        Block(
            "M04",
            "Offered",
            (share(METRIC, "offered", offered, rest),),
            of="met - hospital - arrest",
            parts=("offered",),
        ),
        Block(
            "M12",
            "Connected",
            tuple(
                share(METRIC, f"{days} days", number, known, unknown=offered - known)
                for days, number in zip((1, 7, 30), windows, strict=True)
            ),
            closed=True,
            everybody="offered",
            nested=True,
        ),
        Block("M20", "Minutes", (value(METRIC, "median", "minutes", 12.0, chance.randint(0, 30)),)),
    ]


def test_of_a_whole_report_nothing_small_follows() -> None:
    chance = random.Random(7)
    for _round in range(6):
        blocks = report(chance)
        found = counts_of(blocks)
        hidden = hidden_keys(blocks)
        assert {key for key, number in found.numbers.items() if small(number)} <= hidden
        assert could_not_be(hidden, found.sums, found.numbers) == []
        for closed in close(blocks):
            for line in closed.lines:
                for number in (line.numerator, line.unknown, line.immature):
                    assert number is None or not small(number)
                if line.numerator is None:
                    assert (line.value, line.low, line.high, line.worst, line.best) == (None,) * 5
                    assert line.suppressed


def test_the_agency_sees_its_own_numbers_and_they_are_reckoned_with() -> None:
    """What the supervisor has in full beside the hidden block must not give it away."""
    own = Block("M01", "Sent", (count(METRIC, "all", 40),), parts=("sent",))
    connected = Block(
        "M12", "Connected", (share(METRIC, "7 days", 36, 40),), closed=True, of="sent", parts=("came",)
    )
    (line,) = close([connected], open_too=[own])[0].lines
    assert line.numerator is None  # 4 did not come, and 40 is known
    assert opened([own])[0].lines[0].numerator == 40


def test_a_name_for_two_numbers_is_an_error() -> None:
    one = Block("M01", "a", (count(METRIC, "x", 20),), parts=("met",))
    other = Block("M01", "b", (count(METRIC, "x", 21),), parts=("met",))
    with pytest.raises(ValueError, match="met is 20 in one place and 21 in another"):
        counts_of([one, other])


def test_a_population_that_nothing_counts_is_an_error() -> None:
    with pytest.raises(ValueError, match="nothing counts"):
        counts_of([Block("M04", "x", (share(METRIC, "a", 20, 40),), of="met - arrest")])


def test_two_publications_of_a_quarter_may_not_differ_by_single_people() -> None:
    assert too_near({"a": 40, "b": 50, "c": 30}, {"a": 41, "b": 50, "c": 60}, hidden=()) == ["a"]
    assert too_near({"a": 40}, {"a": 41}, hidden={"a"}) == []


def test_what_one_publication_hid_the_next_one_hides_too() -> None:
    before = Block("M03", "Arrests", (share(METRIC, "arrest", 9, 300),), parts=("arrest",))
    after = Block("M03", "Arrests", (share(METRIC, "arrest", 12, 300),), parts=("arrest",))
    (line,) = close([after], hidden=hidden_keys([before]))[0].lines
    assert line.numerator is None
