"""What a bare point, a city and an address know about their ZIPs and counties."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete

from portal.geo import counties_of, county_named, locate, nearest_zip
from portal.geo.models import Place
from portal.geo.nearest import Centers, forget
from portal.store import write

Plant = Callable[..., None]


@pytest.fixture
def plant(app: Flask) -> Iterator[Plant]:
    """`plant("37203", 36.15, -86.79)` puts a ZIP on the map. Nothing is kept from another test's map."""
    forget()

    def put(code: str, lat: float | None, lon: float | None, county: str = "Davidson", city: str = "Nashville",
            state: str = "TN", street: bool = True, kind: str = "zip") -> None:  # fmt: skip
        with write() as session:
            session.add(
                Place(
                    kind=kind, code=code, folded=city.lower(), state=state, county=county, latitude=lat,
                    longitude=lon, time_zone="America/Chicago", street=street,
                )
            )  # fmt: skip

    yield put
    forget()


def test_a_point_lies_in_the_nearest_zip_and_names_those_around(plant: Plant) -> None:
    plant("37203", 36.15, -86.79)
    plant("37027", 36.00, -86.79, county="Williamson", city="Brentwood")
    plant("38103", 35.15, -90.05, county="Shelby", city="Memphis")
    found = locate("36.09, -86.79")
    assert (found.zip, found.county, found.kind) == ("37203", "Davidson", "point")
    assert found.zips == ("37203", "37027")
    assert found.counties == ("Davidson, TN", "Williamson, TN")
    assert locate("36.149, -86.79").counties == ("Davidson, TN",)


def test_nobody_stands_in_a_post_office_box(plant: Plant) -> None:
    plant("37202", 36.16, -86.78, street=False)
    plant("37203", 36.15, -86.79)
    found = nearest_zip(36.16, -86.78)
    assert found is not None
    assert found.zips == ("37203",)


@pytest.mark.sqlite_only
def test_a_zip_without_a_point_is_near_nothing_and_nothing_is_said_far_from_all(plant: Plant) -> None:
    plant("09001", None, None, state="AE", county="")
    assert nearest_zip(36.16, -86.78) is None
    plant("37203", 36.15, -86.79)
    forget()
    assert nearest_zip(36.15, -86.34) is None  # 25.2 miles
    assert nearest_zip(36.15, -86.36) is not None  # 24.1 miles
    lost = locate("09001")
    assert (lost.lat, lost.lon, lost.zips, lost.counties) == (None, None, ("09001",), ())


@pytest.mark.sqlite_only  # where a map's first row is number 1, as the gazetteer's is
def test_a_changed_map_is_noticed_within_a_minute(plant: Plant) -> None:
    def zip_here() -> str | None:
        found = nearest_zip(36.16, -86.78)
        return found and found.zip

    with time_machine.travel(datetime(2026, 11, 2, 12, 0, tzinfo=UTC), tick=False) as travel:
        plant("37203", 36.15, -86.79)
        assert zip_here() == "37203"
        plant("37219", 36.16, -86.78)
        assert zip_here() == "37203"
        travel.shift(timedelta(seconds=61))
        assert zip_here() == "37219"
        with write() as session:
            session.execute(delete(Place))
        travel.shift(timedelta(seconds=61))
        assert zip_here() is None


@pytest.mark.sqlite_only
def test_the_date_line_is_no_border(plant: Plant) -> None:
    plant("96799", 52.0, 179.95, state="AK", county="Aleutians West Census Area", city="Adak")
    found = nearest_zip(52.0, -179.95)
    assert found is not None
    assert found.zip == "96799"


def test_a_city_knows_its_zips_and_their_counties(plant: Plant) -> None:
    plant("Nashville", 36.16, -86.78, kind="city")
    plant("37203", 36.15, -86.79)
    plant("37027", 36.00, -86.79, county="Williamson")
    found = locate("Nashville, TN")
    assert (found.zip, found.county) == ("", "Davidson")
    assert found.zips == ("37203", "37027")
    assert found.counties == ("Davidson, TN", "Williamson, TN")
    assert locate("9 Elm St, Nashville, TN").zips == ("37203", "37027")


def test_a_county_is_found_however_it_is_spelled_and_an_unknown_one_is_not(plant: Plant) -> None:
    plant("37203", 36.15, -86.79)
    plant("37204", 36.11, -86.77)
    plant("23510", 36.85, -76.28, state="VA", county="Norfolk city", city="Norfolk")
    assert counties_of("TN") == ["Davidson"]
    assert county_named("davidson county, Tennessee") == "Davidson, TN"
    assert county_named("Norfolk, VA") == "Norfolk city, VA"
    assert county_named("Davidson, NC") is None
    assert county_named("Davidsen, TN") is None
    assert county_named("no state") is None


def test_what_is_near_is_told_from_what_is_not_by_arithmetic_alone() -> None:
    centers = Centers(0, np.array([36.0, 36.1, 36.4]), np.array([-86.0, -86.0, -86.0]), np.array([7, 8, 9]))
    assert [number for number, _far in centers.around(36.0, -86.0)] == [7]
    assert [round(far, 1) for _number, far in centers.around(36.04, -86.0)] == [2.8, 4.1]
    assert centers.around(60.0, -86.0) == []
