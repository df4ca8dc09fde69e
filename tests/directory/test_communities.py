"""Which community a place belongs to, in an install with several."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from portal.directory import community_for
from portal.directory import models as d
from portal.directory.areas import holds
from portal.geo import Located
from portal.store import write

HERE = Located("37203", 36.15, -86.79, "zip", zip="37203", county="Davidson", state="TN", zips=("37203",),
               counties=("Davidson, TN",))  # fmt: skip
CITY = replace(HERE, kind="city", zip="", zips=("37207", "37203"))


@pytest.mark.parametrize(
    ("area", "place", "closely"),
    [
        ({"zips": ["37203"]}, HERE, 3),
        ({"zips": ["37203"]}, CITY, 3),
        ({"zips": ["37201"], "state": "TN"}, HERE, 0),
        ({"counties": ["davidson county"], "state": "TN"}, HERE, 2),
        ({"counties": ["Davidson"], "state": "NC"}, HERE, 0),
        ({"counties": ["Davidson"]}, HERE, 0),
        ({"counties": ["Wilson"], "zips": ["37203"], "state": "TN"}, HERE, 3),
        ({"state": "TN", "counties": [], "zips": []}, HERE, 1),
        ({"state": "Tennessee"}, HERE, 1),
        ({"state": "KY"}, HERE, 0),
        ({}, HERE, 0),
        ({"state": "TN"}, Located("45, -100", 45.0, -100.0, "point"), 0),
    ],
)
def test_an_area_holds_a_place_by_zip_county_or_state(
    area: dict[str, Any], place: Located, closely: int
) -> None:
    assert holds(area, place) == closely


def test_the_closest_community_is_found_and_far_away_there_is_none(app: Flask) -> None:
    with write() as session:
        for name, area in (
            ("A whole state", {"state": "TN"}),
            ("A county", {"state": "TN", "counties": ["Davidson"], "zips": []}),
            ("Z quarter", {"state": "TN", "zips": ["37207"]}),
            ("B county too", {"state": "TN", "counties": ["Davidson County"]}),
        ):
            session.add(d.Community(name=name, area=area))

    def named(place: Located) -> str | None:
        found = community_for(place)
        return found.name if found else None

    assert named(HERE) == "A county"
    assert named(CITY) == "Z quarter"
    assert named(replace(HERE, zip="38103", zips=("38103",), county="Shelby", counties=())) == "A whole state"
    assert named(replace(HERE, zip="42101", zips=(), county="Warren", counties=(), state="KY")) is None
