"""What the rule merges by itself in the two official books and California's licenses, against pairs checked by hand."""

from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from portal.directory.merging.finding import Decided, Found, find_pairs, key_of
from tests.conftest import SHARED
from tests.exchange.real_places import RealPlaces

LICENSES = SHARED / "data" / "ca_dhcs_licenses" / "facilities.csv"


class Checked(NamedTuple):
    level: str
    one: str
    other: str
    same: bool


def hand_checked() -> list[Checked]:
    lines = (Path(__file__).parent / "hand_checked.txt").read_text().splitlines()
    cells = [line.split() for line in lines if line and not line.startswith("#")]
    return [Checked(level, one, other, verdict == "same") for level, one, other, verdict in cells]


@pytest.fixture(scope="module")
def real(request: pytest.FixtureRequest) -> tuple[RealPlaces, list[Found]]:
    books = request.getfixturevalue("samhsa_books")
    if not LICENSES.is_file():
        pytest.skip("California's file of licenses is not at hand")
    places = RealPlaces(books, LICENSES)
    return places, find_pairs(places.compared, Decided(frozenset(), frozenset()))


def test_of_the_pairs_that_the_rule_merges_by_itself_98_in_100_are_right(
    real: tuple[RealPlaces, list[Found]],
) -> None:
    places, found = real
    sure = {pair.key for pair in found if pair.likeness.verdict == "sure"}
    told: Counter[bool] = Counter()
    missed = []
    for pair in hand_checked():
        ids = places.listing_of if pair.level == "listing" else places.place_of
        ends = [ids[name] for name in (pair.one, pair.other)]
        if pair.level == "organization":
            ends = [places.compared.places[end].organization_id for end in ends]
        if key_of(pair.level, *ends) in sure:
            told[pair.same] += 1
        elif pair.same:
            missed.append(pair)
    assert told[True] >= 150
    assert told[True] / sum(told.values()) >= 0.98, told
    assert not missed, "the rule finds what it found when they were looked at"


def test_how_many_are_merged_and_how_many_wait(real: tuple[RealPlaces, list[Found]]) -> None:
    """The figures of the whole: a change of the rule is seen here first."""
    _places, found = real
    counts = Counter((pair.key.level, pair.likeness.verdict) for pair in found)
    print(dict(counts))
    assert 1300 <= counts["place", "sure"] <= 1400
    assert 250 <= counts["listing", "sure"] <= 320
    assert 250 <= counts["organization", "sure"] <= 350
    assert sum(counts[level, "doubtful"] for level in ("place", "listing", "organization")) <= 900, (
        "people look at these"
    )


def test_a_listing_is_merged_with_no_more_than_one_other(real: tuple[RealPlaces, list[Found]]) -> None:
    ends = Counter(
        end
        for pair in real[1]
        if pair.key.level == "listing" and pair.likeness.verdict == "sure"
        for end in pair.key[1:]
    )
    assert set(ends.values()) == {1}
