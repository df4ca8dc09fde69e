"""Service areas in whole answers: who is found by them, who is sent down the list, and what is said."""

import json
from collections.abc import Callable

import pytest

from portal.directory import models as d
from portal.search import Answer, Hit, rebuild
from portal.store import write
from tests.people import Cast
from tests.search.conftest import names

Ask = Callable[..., Answer]

# Memphis and some miles around it
MEMPHIS = json.dumps(
    {
        "type": "Polygon",
        "coordinates": [[[-90.3, 35.0], [-89.8, 35.0], [-89.8, 35.3], [-90.3, 35.3], [-90.3, 35.0]]],
    }
)


def serve(listing: d.ServiceAtLocation, *areas: tuple[str, str], name: str = "") -> None:
    with write() as session:
        for kind, extent in areas:
            session.add(
                d.ServiceArea(service_id=listing.service_id, extent_type=kind, extent=extent, name=name)
            )
    rebuild()


def hit_of(answer: Answer, name: str) -> Hit | None:
    return next((hit for hit in answer.hits if hit.listing.name == name), None)


def test_a_polygon_serves_from_afar_what_lies_in_it(community: Cast, ask: Ask) -> None:
    serve(community.detox, ("polygon", MEMPHIS), name="Greater Memphis")
    inside = hit_of(ask(near="35.15, -90.05", within="1"), "Withdrawal Unit")
    assert inside is not None
    assert "Serves Greater Memphis" in inside.why
    assert hit_of(ask(near="35.31, -90.05", within="1"), "Withdrawal Unit") is None


def test_next_door_but_outside_its_area_ranks_below_and_says_so(community: Cast, ask: Ask) -> None:
    before = names(ask(near="37203"))
    assert before.index("Crisis Receiving") < before.index("Family Shelter")
    serve(community.crisis_center, ("county", "Rutherford County, TN"))
    answer = ask(near="37203")
    found = names(answer)
    assert found.index("Family Shelter") < found.index("Crisis Receiving")
    hit = hit_of(answer, "Crisis Receiving")
    assert hit is not None
    assert "Says it serves only Rutherford County, TN" in hit.why


def test_of_several_areas_the_one_you_stand_in_is_named(community: Cast, ask: Ask) -> None:
    serve(community.shelter, ("county", "Bedford, TN"), ("county", "Davidson, Tennessee"), ("zip", "37122"))
    hit = hit_of(ask(near="37203"), "Family Shelter")
    assert hit is not None
    assert "Serves Davidson County, Tennessee and 2 more" in hit.why


@pytest.mark.parametrize("place", ["37203", "36.15, -86.79", "38103"])
def test_a_confidential_place_is_the_same_hit_with_and_without_a_zip_or_a_map(
    community: Cast, ask: Ask, place: str
) -> None:
    rebuild()

    def seen() -> tuple[list[str], object]:
        answer = ask(near=place, within="1")
        hit = hit_of(answer, "Haven House")
        return names(answer), hit and (hit.as_json(), hit.why, hit.listing.service_areas)

    before = seen()
    serve(
        community.victim_service,
        ("zip", "37203"),
        ("polygon", MEMPHIS.replace("35.", "36.")),
        name="Zebrafield",
    )
    assert seen() == before
    assert ask(q="Zebrafield").total == 0


def test_a_zip_without_a_point_is_still_served_by_country_state_and_its_own_code(
    community: Cast, ask: Ask
) -> None:
    serve(community.detox, ("zip", "09001"))
    answer = ask(near="09001", within="1")
    assert {"Crisis Line", "Withdrawal Unit"} <= set(names(answer))
    assert all(hit.distance_miles is None for hit in answer.hits)
    assert any("no map point" in sentence for sentence in answer.notice)
