"""A few places, the cast's services, and an index of them."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from portal.geo.models import Place
from portal.search import Answer, Question, find_services, generation, rebuild
from portal.store import write
from tests.people import Cast

PLACES = [
    ("zip", "37203", "Nashville", "TN", "Davidson", 36.1504, -86.7916),
    ("zip", "38103", "Memphis", "TN", "Shelby", 35.147, -90.055),
    ("zip", "42101", "Bowling Green", "KY", "Warren", 36.99, -86.44),
    ("zip", "09001", "Apo", "AE", "", None, None),
    ("city", "Nashville", "Nashville", "TN", "Davidson", 36.1657, -86.785),
]


@pytest.fixture
def community(cast: Cast) -> Cast:
    """The cast, the gazetteer it needs, no index yet."""
    with write() as session:
        for kind, code, city, state, county, lat, lon in PLACES:
            session.add(
                Place(
                    kind=kind, code=code, folded=city.lower(), state=state, county=county,
                    latitude=lat, longitude=lon, time_zone="America/Chicago",
                )
            )  # fmt: skip
    return cast


@pytest.fixture
def indexed(community: Cast) -> Cast:
    """The same with a fresh index."""
    assert rebuild() == 5
    return community


@pytest.fixture(params=["whoosh", "sql"])
def either_engine(request: pytest.FixtureRequest, community: Cast, app: Flask) -> Cast:
    """The same question to the index, and to the database while there is none."""
    if request.param == "whoosh":
        rebuild()
    else:
        (generation.index_dir() / generation.FACTS_FILE).unlink(missing_ok=True)
    return community


@pytest.fixture
def ask(app: Flask) -> Callable[..., Answer]:
    """`ask(q="detox", near="37203")` as a form would."""

    def asked(**args: Any) -> Answer:
        pairs = [(key.rstrip("_"), value) for key, value in args.items()]
        return find_services(Question.from_args(MultiDict(pairs)))

    return asked


def names(answer: Answer) -> list[str]:
    return [hit.listing.name for hit in answer.hits]
