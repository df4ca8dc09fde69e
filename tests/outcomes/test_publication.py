"""A report as outsiders get it: nothing of 1-10 in it, nothing from which it follows, in one publication or in two."""

import random
from datetime import date

from portal.outcomes.cubes import hidden_and_kept, hide, show
from portal.outcomes.program.metric import Block, Metric, count, share, value
from portal.outcomes.publication import counts_of
from portal.outcomes.small import small
from tests.outcomes.tables import could_not_be, told_by

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
            of="met in {}",
            parts=("arrest in North", "arrest in South"),
            each=("North", "South"),
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
            chains=((0, 1, 2),),
        ),
        Block("M20", "Minutes", (value(METRIC, "median", "minutes", 12.0, chance.randint(0, 30)),)),
    ]


def test_of_a_whole_report_nothing_small_follows() -> None:
    chance = random.Random(7)
    for _round in range(6):
        blocks = report(chance)
        found = counts_of(blocks)
        tables, kept = hidden_and_kept(blocks)
        hidden = set(kept.hidden)
        assert not found.clashes
        little = {key for key, number in found.numbers.items() if small(number)}
        assert little - found.unprinted <= hidden
        unseen = hidden | found.unprinted
        assert could_not_be(hidden | little, unseen, found.sums, found.numbers) == []
        for table in tables:
            for line in table.lines:
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
    (line,) = hide([connected], known=[own])[0].lines
    assert line.numerator is None  # 4 did not come, and 40 is known
    assert show([own])[0].lines[0].numerator == 40


def test_a_name_for_two_numbers_is_said_and_neither_number_is_taken_for_the_other() -> None:
    one = Block("M01", "a", (count(METRIC, "x", 20),), parts=("met",))
    other = Block("M01", "b", (count(METRIC, "x", 21),), parts=("met",))
    found = counts_of([one, other])
    assert found.clashes == ["met"]
    assert sorted(found.numbers[names["numerator"]] for named in found.rows for names in named) == [20, 21]


def test_a_population_that_nothing_counts_is_said() -> None:
    found = counts_of([Block("M04", "x", (share(METRIC, "a", 20, 40),), of="met - arrest")])
    assert len(found.clashes) == 1


def test_two_publications_of_a_quarter_do_not_differ_by_single_people() -> None:
    first = Block("M03", "Arrests", (share(METRIC, "arrest", 40, 300),), of="met", parts=("arrest",))
    later = Block("M03", "Arrests", (share(METRIC, "arrest", 41, 301),), of="met", parts=("arrest",))
    much = Block("M03", "Arrests", (share(METRIC, "arrest", 80, 400),), of="met", parts=("arrest",))
    _tables, kept = hidden_and_kept([first])
    assert hidden_and_kept([later], [kept])[0][0].lines[0].numerator is None
    assert hidden_and_kept([much], [kept])[0][0].lines[0].numerator == 80
    assert hidden_and_kept([first], [kept])[0][0].lines[0].numerator == 40


def test_a_number_hidden_beside_another_is_not_shown_by_the_next_publication() -> None:
    """20 were hidden so that 5 does not follow. Shown unchanged later, they would give the 5 of the first one away."""

    def of(small_one: int) -> Block:
        numbers = (100, 20, small_one)
        rows = tuple(share(METRIC, name, n, sum(numbers)) for name, n in zip("abc", numbers, strict=True))
        return Block("M02", "Ends", rows, adds_up=True, of="met", parts=("a", "b", "c"))

    _tables, kept = hidden_and_kept([of(5)])
    assert set(kept.hidden) == {"b", "c"}
    (table,) = hidden_and_kept([of(40)], [kept])[0]
    assert table.lines[1].numerator is None
    assert [line.numerator for line in table.lines].count(None) > 1  # alone it would follow from the others


def test_of_every_pair_of_publications_nothing_small_follows() -> None:
    """The second report is the first with some people more; another solver judges what a reader of both can work out."""
    chance = random.Random(11)
    for _round in range(4):
        first = report(chance)
        _tables, kept = hidden_and_kept(first)
        second = report(random.Random(chance.random()))
        _tables, then = hidden_and_kept(second, [kept])
        assert told_by([kept, then]) == []
