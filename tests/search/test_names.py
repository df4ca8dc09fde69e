"""What is called after a city is found by its name, and a name typed half finds it: in every engine, and while there is none."""

from collections.abc import Callable

import pytest

from portal.directory import models as d
from portal.directory import record_change
from portal.geo.models import Place
from portal.search import Answer, catch_up, rebuild
from portal.store import write
from tests.people import Cast
from tests.search.conftest import names

Ask = Callable[..., Answer]


def call(listing: d.ServiceAtLocation, service: str, agency: str = "") -> None:
    with write() as session:
        found = session.query(d.Service).filter_by(id=listing.service_id).one()
        found.name = service
        if agency:
            session.query(d.Organization).filter_by(id=found.organization_id).one().name = agency
        record_change(session, listing.number)


@pytest.fixture
def named(community: Cast) -> Cast:
    """Two listings that are called after cities."""
    with write() as session:
        session.add(
            Place(kind="city", code="Phoenix", folded="phoenix", state="TN", county="Davidson", latitude=36.1,
                  longitude=-86.7, time_zone="America/Chicago")
        )  # fmt: skip
    call(community.detox, "Residential care", "Phoenix House")
    call(community.shelter, "Emergency beds", "Memphis Rescue Mission")
    return community


@pytest.fixture(params=["index", "tables"])
def ready(request: pytest.FixtureRequest, named: Cast) -> Cast:
    if request.param == "index":
        rebuild()
    return named


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize("words", ["Phoenix House", "phoenix hous", "PHOENIX HO"])
def test_a_name_that_begins_with_a_city_is_a_name(ask: Ask, words: str) -> None:
    answer = ask(q=words)
    assert answer.place is None
    assert names(answer)[0] == "Residential care"
    note = next(note for note in answer.understood if note.code == "name")
    assert note.without is not None
    again = ask(q=note.without.words, near=note.without.near)
    assert again.place is not None
    assert (again.place.city, again.place.state) == ("Phoenix", "TN")


def test_a_city_beside_other_words_stays_a_place(named: Cast, ask: Ask) -> None:
    rebuild()
    for words in ("phoenix detox", "detox phoenix", "phoenix", "beds in phoenix"):
        answer = ask(q=words)
        assert (words, answer.place and answer.place.city) == (words, "Phoenix")
        assert "name" not in {note.code for note in answer.understood}


def test_a_new_name_is_known_with_the_next_turn_of_the_worker(indexed: Cast, ask: Ask) -> None:
    assert ask(q="nashville shelter").place is not None
    call(indexed.shelter, "Nashville Shelter House")
    catch_up()
    answer = ask(q="nashville shelter")
    assert answer.place is None
    assert names(answer)[0] == "Nashville Shelter House"


@pytest.mark.parametrize(
    ("typed", "name"), [("ridge", "Ridgeview"), ("emergenc", "Emergency Pantry"), ("our ridge", "Ridgeview")]
)
def test_a_last_word_that_is_whole_as_it_stands_may_still_be_the_beginning_of_a_name(
    named: Cast, ask: Ask, typed: str, name: str
) -> None:
    call(named.detox, "Counseling on the Ridge")
    call(named.shelter, name)
    rebuild()
    answer = ask(q=typed)
    assert name in names(answer)
    assert answer.did_you_mean is None
    if typed == "ridge":
        assert names(answer)[0] == "Counseling on the Ridge"
        assert names(ask(q=typed, exact="1")) == ["Counseling on the Ridge"]
        assert names(ask(q="ridge counseling")) == ["Counseling on the Ridge"]
