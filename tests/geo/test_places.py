"""What people type for a place, and what they get."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.geo import (
    PlaceAmbiguous,
    PlaceUnknown,
    counties_of,
    county_named,
    load_gazetteer,
    locate,
    miles,
    nearest_zip,
    zip_centre,
    zip_centres,
)
from portal.geo.models import Place
from portal.store import db, write

PLACES = [
    ("zip", "37203", "Nashville", "TN", "Davidson", (36.1504, -86.7916)),
    ("zip", "37013", "Antioch", "TN", "Davidson", (36.06, -86.66)),
    ("zip", "09001", "Apo", "AE", "", (None, None)),
    ("city", "Nashville", "Nashville", "TN", "Davidson", (36.1657, -86.785)),
    ("city", "Nashville", "Nashville", "IN", "Brown", (39.2, -86.2)),
    ("city", "Springfield", "Springfield", "IL", "Sangamon", (39.8, -89.6)),
    ("city", "Springfield", "Springfield", "MO", "Greene", (37.2, -93.3)),
    ("city", "Saint Louis", "Saint Louis", "MO", "", (38.6, -90.3)),
    ("city", "Charleston", "Charleston", "WV", "Kanawha", (38.34, -81.66)),
    ("city", "Charleston", "Charleston", "VA", "", (37.0, -78.0)),
    ("city", "Kansas City", "Kansas City", "KS", "", (39.1, -94.7)),
    ("city", "Tennessee", "Tennessee", "IL", "", (40.4, -90.8)),
]


@pytest.fixture
def places(app: Flask) -> None:
    with write() as session:
        for kind, code, city, state, county, (lat, lon) in PLACES:
            folded = city.lower()
            session.add(
                Place(
                    kind=kind, code=code, folded=folded, state=state, county=county,
                    latitude=lat, longitude=lon, time_zone="America/Chicago",
                )
            )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "kind", "state", "approximate"),
    [
        ("37203", "zip", "TN", False),
        (" 37203-1234 ", "zip", "TN", False),
        ("Nashville, TN", "city", "TN", False),
        ("nashville tn", "city", "TN", False),
        ("Nashville, Tennessee", "city", "TN", False),
        ("NASHVILLE, Indiana", "city", "IN", False),
        ("St. Louis, MO", "city", "MO", False),
        ("Charleston West Virginia", "city", "WV", False),
        ("Kansas City", "city", "KS", False),
        ("Nashville TN 37203", "zip", "TN", False),
        ("12 Main St, Nashville TN 37203", "zip", "TN", True),
        ("12 Main St, Nashville, TN", "city", "TN", True),
        ("12 Main St 00000, Nashville, TN", "city", "TN", True),
    ],
)
@pytest.mark.usefixtures("places")
def test_what_people_type_finds_the_place(text: str, kind: str, state: str, approximate: bool) -> None:
    found = locate(text)
    assert (found.kind, found.state, found.approximate) == (kind, state, approximate)
    assert found.lat is not None


@pytest.mark.usefixtures("places")
def test_a_city_alone_is_the_one_in_the_communitys_state_else_it_asks_which() -> None:
    assert locate("Nashville", state="IN").state == "IN"
    with pytest.raises(PlaceAmbiguous) as asked:
        locate("Springfield", state="TN")
    assert asked.value.choices == ["Springfield, IL", "Springfield, MO"]
    assert locate(asked.value.choices[0]).state == "IL"


@pytest.mark.sqlite_only
@pytest.mark.usefixtures("places")
def test_a_state_alone_is_no_hamlet_of_the_same_name() -> None:
    with pytest.raises(PlaceUnknown):
        locate("Tennessee", state="TN")


@pytest.mark.usefixtures("places")
def test_a_misspelled_city_gets_suggestions_that_work() -> None:
    for text in ("Nashvile", "Nashvlle, TN"):
        with pytest.raises(PlaceUnknown) as refused:
            locate(text, state="TN")
        assert refused.value.suggestions == ["Nashville, TN"]
        assert refused.value.field == "near"
    with pytest.raises(PlaceUnknown) as refused:
        locate("37204")
    assert refused.value.suggestions == ["37203"]


@pytest.mark.usefixtures("places")
def test_a_point_is_taken_as_it_is_and_knows_its_county() -> None:
    found = locate("36.16, -86.78")
    assert (found.lat, found.lon, found.kind, found.approximate) == (36.16, -86.78, "point", False)
    assert (found.zip, found.county, found.state) == ("37203", "Davidson", "TN")
    assert locate("45.5 -100.25").state == ""


@pytest.mark.parametrize(
    "text",
    ["", "   ", "0,0", "0.0 0.0", "NaN,NaN", "nan, 3", "inf,1", "91,0", "36,181", "1e400,2", "1e1,2", "-91,0", "x" * 201,
     "\x00", "%_%", "'; DROP TABLE place;--", "٣٦,٨٦", "9" * 200 + ",1", "<script>", "\ud800"],
)  # fmt: skip
def test_no_point_and_no_place_is_said_plainly(app: Flask, text: str) -> None:
    with pytest.raises(PlaceUnknown):
        locate(text)


@pytest.mark.usefixtures("places")
def test_a_zip_without_a_point_has_none_rather_than_zero_zero() -> None:
    found = locate("09001")
    assert (found.lat, found.lon, found.zip) == (None, None, "09001")


@pytest.mark.usefixtures("places")
def test_zip_look_ups_for_imports() -> None:
    centre = zip_centre("37203")
    assert centre
    assert (centre.lat, centre.county, centre.time_zone) == (36.1504, "Davidson", "America/Chicago")
    assert zip_centre("00000") is None
    assert set(zip_centres(["37203", "37013", "00000"])) == {"37203", "37013"}


def test_miles_are_geodesic() -> None:
    # Nashville to Memphis, by the published geodesic on WGS 84
    assert miles(36.1627, -86.7816, 35.1495, -90.0490) == pytest.approx(196.3, abs=0.7)
    assert miles(36, -86, 36, -86) == 0


@pytest.mark.usefixtures("unmeasured")
@pytest.mark.sqlite_only
def test_the_gazetteer_loads_once_and_whole(app: Flask) -> None:
    loaded = load_gazetteer()
    assert load_gazetteer() == loaded == db.session.scalar(select(func.count()).select_from(Place))
    unplaced = select(func.count()).where(Place.kind == "zip", Place.latitude.is_(None))
    assert db.session.scalar(unplaced) == 872
    assert locate("Nashville, TN").lat == pytest.approx(36.16, abs=0.05)
    assert db.session.scalar(select(func.count()).where(Place.county.endswith(" County"))) == 0
    streets = select(Place.code).where(Place.code.in_(("37202", "37203")), Place.street)
    assert list(db.session.scalars(streets)) == ["37203"]
    found = nearest_zip(36.174, -86.767)
    assert found is not None
    assert (found.county, found.state) == ("Davidson", "TN")
    for text in ("DeKalb County, GA", "Orleans, LA", "Baltimore city, MD", "St. Mary's, MD", "San Juan, PR"):
        assert county_named(text), text
    assert len(counties_of("TN")) == 95
