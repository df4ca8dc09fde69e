"""Does it serve where I stand? One area, a listing's areas, and many listings' at once."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.geo import Located
from portal.search.areas import OUTSIDE, SERVES, UNKNOWN, AreaIndex, area_reason, area_standing, serves

SQUARE = json.dumps(
    {"type": "Polygon", "coordinates": [[[-87, 36], [-86.5, 36], [-86.5, 36.5], [-87, 36.5], [-87, 36]]]}
)
ZIP = Located("37203", 36.15, -86.79, "zip", zip="37203", city="Nashville", county="Davidson", state="TN",
              zips=("37203",), counties=("Davidson, TN",))  # fmt: skip
CITY = replace(ZIP, text="Nashville", kind="city", zip="", zips=("37203", "37207"),
               counties=("Davidson, TN", "Wilson, TN"))  # fmt: skip
POINT = replace(CITY, text="36.15, -86.79", kind="point", zip="37203")
LOST = Located("09001", None, None, "zip", zip="09001", state="AE", zips=("09001",))
NOWHERE = Located("45.5, -100.25", 45.5, -100.25, "point")
PLACES = [ZIP, CITY, POINT, LOST, NOWHERE]


@pytest.mark.parametrize(
    ("kind", "extent", "place", "expected"),
    [
        ("zip", "37203", ZIP, "serves"),
        ("zip", "37203-1234", ZIP, "serves"),
        ("zip", "37207", ZIP, "outside"),
        ("zip", "37203", POINT, "serves"),
        ("zip", "37207", POINT, "unknown"),  # its center is near: the point may lie in it
        ("zip", "37203", CITY, "unknown"),  # a part of the city
        ("zip", "38103", CITY, "outside"),
        ("zip", "37203", replace(CITY, zips=("37203",)), "serves"),  # a town of one ZIP
        ("zip", "37203", NOWHERE, "unknown"),
        ("county", "Davidson, TN", ZIP, "serves"),
        ("county", "Davidson County, Tennessee", ZIP, "serves"),
        ("county", "Davidson, NC", ZIP, "outside"),
        ("county", "Wilson, TN", ZIP, "outside"),
        ("county", "Wilson, TN", POINT, "unknown"),
        ("county", "Davidson, TN", NOWHERE, "unknown"),
        ("county", "Davidson, TN", LOST, "outside"),
        ("county", "no county at all", ZIP, "unknown"),
        ("county", "St. Mary's, MD", replace(ZIP, county="Saint Marys", state="MD"), "serves"),
        ("state", "TN", ZIP, "serves"),
        ("state", "Tennessee", ZIP, "serves"),
        ("state", "KY", ZIP, "outside"),
        ("state", "TN", NOWHERE, "unknown"),
        ("state", "nonsense", ZIP, "unknown"),
        ("nation", "US", LOST, "serves"),
        ("nation", "US", NOWHERE, "serves"),
        ("polygon", SQUARE, ZIP, "serves"),
        ("polygon", SQUARE, NOWHERE, "outside"),
        ("polygon", SQUARE, LOST, "unknown"),
        ("polygon", SQUARE, replace(POINT, lat=36.51), "outside"),
        ("polygon", SQUARE, replace(ZIP, lat=36.51), "unknown"),  # a ZIP reaches round its center
        ("polygon", SQUARE, replace(ZIP, lat=37.0), "outside"),
        ("polygon", "{broken", ZIP, "unknown"),
        ("parish", "37203", ZIP, "unknown"),
    ],
)
def test_one_area_and_one_place(kind: str, extent: str, place: Located, expected: str) -> None:
    assert area_standing([(kind, extent)], place) == expected
    assert serves(kind, extent, place) is (expected == "serves")


def test_one_area_that_serves_is_enough_and_one_doubt_is_no_refusal() -> None:
    assert area_standing([("zip", "38103"), ("state", "TN")], ZIP) == "serves"
    assert area_standing([("zip", "38103"), ("zip", "37207")], POINT) == "unknown"
    assert area_standing([("zip", "38103"), ("county", "Shelby, TN")], ZIP) == "outside"
    assert area_standing([], ZIP) == "unknown"


def test_the_sentence_names_the_area_that_holds_the_place() -> None:
    areas = [("county", "Shelby, TN"), ("county", "Davidson, TN"), ("zip", "37203")]
    words = ["Shelby County, TN", "Davidson County, TN", "ZIP 37203"]
    assert area_reason("serves", areas, words, ZIP) == "Serves Davidson County, TN and 2 more"
    assert area_reason("serves", [("nation", "US")], ["The whole country"], ZIP) == "Serves the whole country"
    assert area_reason("serves", [("state", "TN")], ["All of TN"], ZIP) == "Serves all of TN"
    rutherford = area_reason("outside", [("county", "Rutherford, TN")], ["Rutherford County, TN"], ZIP)
    assert rutherford == "Says it serves only Rutherford County, TN"
    assert area_reason("unknown", areas, words, ZIP) == ""
    assert area_reason("serves", [], [], ZIP) == ""


areas = st.one_of(
    st.tuples(st.just("zip"), st.sampled_from(["37203", "37207", "38103", "09001", "", "x"])),
    st.tuples(st.just("county"), st.sampled_from(
        ["Davidson, TN", "Wilson County, TN", "Davidson, NC", "Shelby, Tennessee", "", "Davidson"])),
    st.tuples(st.just("state"), st.sampled_from(["TN", "tennessee", "AE", "KY", ""])),
    st.just(("nation", "US")),
    st.tuples(st.just("polygon"), st.sampled_from([SQUARE, SQUARE.replace("36", "38"), "{", ""])),
)  # fmt: skip
places = st.builds(
    replace,
    st.sampled_from(PLACES),
    lat=st.sampled_from([36.15, 36.6, 38.2, None]),
    zip=st.sampled_from(["", "37203", "38103"]),
    zips=st.sampled_from([(), ("37203",), ("37203", "37207")]),
    county=st.sampled_from(["", "Davidson", "Shelby"]),
    counties=st.sampled_from([(), ("Davidson, TN",), ("Shelby, TN", "Wilson, TN")]),
    state=st.sampled_from(["", "TN", "NC", "AE"]),
)


@given(st.lists(st.lists(areas, max_size=4), max_size=8), places)
def test_many_at_once_say_what_each_alone_says(sets: list[list[tuple[str, str]]], place: Located) -> None:
    words = {"serves": SERVES, "unknown": UNKNOWN, "outside": OUTSIDE}
    alone = [words[area_standing(each, place)] for each in sets]
    assert AreaIndex(sets).standing(place).tolist() == alone
