"""The search against the referee, who looks at every listing: random questions, and a few that were chosen."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings

from bench.generator import fill
from portal.geo import Located
from portal.geo.models import Place
from portal.geo.nearest import forget
from portal.search import Question, rebuild
from portal.search.understand import Meaning, Part
from portal.store import clock, write
from tests.directory.hours.slow_hours import SlowLine
from tests.people import Cast
from tests.search.asking import differences, questions
from tests.search.odd_hours import odd_hours
from tests.search.plain import Plain, plain_listings
from tests.search.referee import Referee

LISTINGS = 150
PLACES = [  # number, kind, code, city, state, county, latitude, longitude
    (1, "zip", "37203", "Nashville", "TN", "Davidson", 36.1504, -86.7916),
    (2, "zip", "37207", "Nashville", "TN", "Davidson", 36.2196, -86.7740),
    (3, "zip", "37013", "Antioch", "TN", "Davidson", 36.0504, -86.6419),
    (4, "zip", "37064", "Franklin", "TN", "Williamson", 35.9290, -86.8575),
    (5, "zip", "38103", "Memphis", "TN", "Shelby", 35.1470, -90.0550),
    (6, "zip", "42101", "Bowling Green", "KY", "Warren", 36.9900, -86.4400),
    (7, "zip", "09001", "Apo", "AE", "", None, None),
    (8, "city", "Nashville", "Nashville", "TN", "Davidson", 36.1657, -86.7850),
]
NEAR = [
    "37203",
    "37013",
    "38103",
    "42101",
    "09001",
    "Nashville",
    "36.16, -86.78",
    "36.5, -87.0",
    "50.0, -40.0",
]
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=ZoneInfo("America/Chicago"))


@pytest.fixture
def directory(cast: Cast) -> Iterator[Referee]:
    """The cast's services and made-up ones, indexed; and who has looked at all of them."""
    forget()
    with write() as session:
        for number, kind, code, city, state, county, lat, lon in PLACES:
            session.add(
                Place(
                    number=number, kind=kind, code=code, folded=city.lower(), state=state, county=county, latitude=lat,
                    longitude=lon, time_zone="America/Chicago", street=True,
                )
            )  # fmt: skip
    with time_machine.travel(NOON, tick=False):
        fill(LISTINGS)
        odd_hours()
        rebuild()
        yield Referee(plain_listings())
    forget()


def words_of(referee: Referee) -> list[str]:
    """Every name's words, and of the other words a few."""
    names = {word for each in referee.listings for text in each.text[:2] for word in text.lower().split()}
    others = {word for each in referee.listings[::10] for word in each.text[2].lower().split()[:10]}
    return sorted(names | others)


def test_random_questions_find_what_the_referee_finds(directory: Referee, unmeasured: None) -> None:
    @settings(
        max_examples=100,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        derandomize=True,
    )
    @given(questions(words_of(directory), NEAR, [later()]))
    def agree(pairs: list[tuple[str, str]]) -> None:
        assert differences(pairs, directory) == []

    agree()


def later() -> str:
    """A time that may be asked for: some days from now, at half past two."""
    return clock.now().strftime("%Y-%m-%dT02:30")


def listing(number: int, **values: object) -> Plain:
    plain: dict[str, object] = {
        "number": number, "name": "", "organization": "", "text": ("", "", ""), "codes": frozenset(), "lat": None,
        "lon": None, "state": "TN", "areas": (), "time_zone": "America/Chicago", "week": (), "closures": (), "home": "",
        "availability": "unknown",
        "availability_at": None, "availability_source": "", "assured": None, "confidential": False, "virtual": False,
    }  # fmt: skip
    return Plain(**(plain | values))  # type: ignore[arg-type]


HERE = Located(
    "37203", 36.15, -86.79, "zip", False, "37203", "Nashville", "Davidson", "TN", "America/Chicago"
)


def found(listings: list[Plain], meaning: Meaning) -> set[int]:
    return set(Referee(listings).rule(meaning, NOON).numbers)


def test_the_referee_wants_every_word_and_takes_any_where_few_have_all() -> None:
    both = [listing(1, text=("River House", "", "")), listing(2, text=("", "River Clinic", ""))]
    river, clinic, house = (Part((word,), (word,)) for word in ("river", "clinic", "hous"))
    assert found(both, Meaning(Question(), (river, clinic))) == {1, 2}
    five = [listing(number, text=("River Clinic", "", "")) for number in (3, 4, 5, 6)]
    assert found(both + five, Meaning(Question(), (river, clinic))) == {2, 3, 4, 5, 6}
    near = [listing(7, text=("River", "", ""), lat=36.15, lon=-86.79)]
    near += [listing(number, text=("River Clinic", "", ""), state="KY") for number in range(8, 20)]
    assert found(near, Meaning(Question(), (river, clinic), place=HERE)) == {7}, (
        "who is far away is not counted"
    )
    assert found(both, Meaning(Question(), (clinic, house))) == {1, 2}
    assert found(both, Meaning(Question(), (Part(("zebra",), ("zebra",)),))) == set()


def test_the_referee_keeps_what_serves_from_afar_and_drops_what_is_far() -> None:
    some = [
        listing(1, lat=36.2, lon=-86.8),
        listing(2, lat=35.1, lon=-90.0),
        listing(3, lat=35.1, lon=-90.0, areas=(("county", "Davidson, TN"),)),
        listing(4, virtual=True),
        listing(5, confidential=True),
        listing(6, confidential=True, state="KY"),
    ]
    assert found(some, Meaning(Question(within=25), place=HERE)) == {1, 3, 4, 5}


def test_the_referee_counts_a_group_without_its_own_ticks() -> None:
    open_now = (SlowLine("TU", NOON.replace(hour=9).time(), NOON.replace(hour=17).time()),)
    some = [
        listing(1, codes=frozenset({("care", "detox"), ("pay", "free")}), week=open_now),
        listing(2, codes=frozenset({("care", "shelter")}), week=open_now),
        listing(3, codes=frozenset({("care", "detox")})),
    ]
    ruling = Referee(some).rule(Meaning(Question(care=("detox",)), open_now=True), NOON, count=True)
    assert ruling.numbers == {1}
    assert {code: n for code, n in ruling.counts["care"].items() if n} == {"detox": 1, "shelter": 1}
    assert ruling.counts["pay"]["free"] == 1
    assert ruling.counts["open"]["now"] == 1
    assert ruling.counts["availability"] == {"yes": 0, "limited": 0, "unknown": 1, "no": 0}
