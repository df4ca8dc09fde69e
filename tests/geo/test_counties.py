"""One county, however it is written."""

import pytest

from portal.geo import county_in, county_words, state_code


@pytest.mark.parametrize(
    "texts",
    [
        ("Davidson, TN", "Davidson County, TN", "davidson county tn", "DAVIDSON CO., Tennessee"),
        ("St. Mary's, MD", "Saint Marys County, MD", "St Mary’s County, Maryland"),
        ("DeKalb, GA", "De Kalb County, GA", "Dekalb, georgia"),
        ("Orleans, LA", "Orleans Parish, LA", "Parish of Orleans, LA"),
        ("Juneau City and Borough, AK", "City and Borough of Juneau, AK", "Juneau, AK"),
        ("Anchorage Municipality, AK", "Municipality of Anchorage, Alaska"),
        ("Kenai Peninsula Borough, AK", "Kenai Peninsula, AK"),
        ("Nome Census Area, AK", "Nome, AK"),
        ("Añasco Municipio, PR", "Anasco, Puerto Rico"),
        ("Norfolk city, VA", "Norfolk City, VA"),
        ("Charles City County, VA", "Charles City, VA"),
    ],
)
def test_ways_to_write_one_county_are_one(texts: tuple[str, ...]) -> None:
    assert len({county_in(text) for text in texts}) == 1
    assert county_in(texts[0]) is not None


def test_a_city_that_is_its_own_county_and_the_county_around_it_are_two() -> None:
    assert county_in("Baltimore city, MD") != county_in("Baltimore County, MD")
    assert county_in("Davidson, TN") != county_in("Davidson, NC")


@pytest.mark.parametrize(
    "text", ["", ",", "TN", ", TN", "Davidson", "Davidson, XX", "\x00,\ud800", "É" * 500]
)
def test_what_names_no_county_of_a_state_is_none(text: str) -> None:
    assert county_in(text) is None


def test_states_are_known_by_code_and_by_name() -> None:
    assert [state_code(text) for text in ("TN", "tn.", " Tennessee ", "west virginia", "D.C.", "PR")] == [
        "TN", "TN", "TN", "WV", None, "PR",
    ]  # fmt: skip
    assert (state_code(""), state_code("ZZ"), state_code("Davidson")) == (None, None, None)


@pytest.mark.parametrize(
    ("name", "state", "said"),
    [
        ("Davidson", "TN", "Davidson County, TN"),
        ("Orleans Parish", "LA", "Orleans Parish, LA"),
        ("Norfolk city", "VA", "Norfolk city, VA"),
        ("Carson City", "NV", "Carson City, NV"),
        ("Charles City", "VA", "Charles City County, VA"),
        ("City and Borough of Juneau", "AK", "City and Borough of Juneau, AK"),
        ("District of Columbia", "DC", "District of Columbia, DC"),
        ("Columbia", "FL", "Columbia County, FL"),
        ("Carolina", "PR", "Carolina, PR"),
    ],
)
def test_a_page_calls_each_by_its_own_kind(name: str, state: str, said: str) -> None:
    assert county_words(name, state) == said
