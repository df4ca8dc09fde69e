"""One person typed in many ways, and others who look alike: what is the same to the index, and what is not."""

from datetime import date

import pytest

from portal.referrals.names import age_band_of, dialled, spelled

pytestmark = pytest.mark.sqlite_only

SAME = [
    ("Maria Garcia", "maria GARCIA"),
    ("María García", "Maria Garcia"),
    ("Mari\u0301a Garci\u0301a", "María García"),  # marks beside their letters
    ("Garcia, Maria", "Maria Garcia"),
    ("  Maria   Garcia ", "Maria Garcia"),
    ("Sean O'Brien", "Sean O’Brien"),
    ("Sean O Brien", "Sean OBrien"),
    ("O'Brien, Sean", "sean obrien"),
    ("Ann Smith-Jones", "Ann Smith Jones"),
    ("Juan de la Cruz", "Juan DeLaCruz"),
    ("Angus McDonald", "Angus Mc Donald"),
    ("Robert Hall Jr.", "Robert Hall"),
    ("Robert Hall III", "Hall, Robert"),
    ("Mr. Robert Hall", "Robert Hall"),
    ("Søren Łukasz", "Soren Lukasz"),
    ("Al Green", "Green, Al"),
    ("STRAUẞ, Jörg", "Jorg Strauss"),
    ("王 小明", "小明 王"),
]
DIFFERENT = [
    ("Bob Hall", "Robert Hall"),  # nicknames are not folded: many Bobs are no Robert
    ("Amy Hall", "May Hall"),  # twins
    ("Ana Maria Lopez", "Ana Lopez"),
    ("Jose A Ruiz", "Jose M Ruiz"),
    ("Maria Garcia", "Mario Garcia"),
    ("Anna Lee", "Ann Alee"),
]
TOO_LITTLE = ["", "J.D.", "J D", "Maria", "M. Garcia", "Jr.", "12 34", "O'", "  "]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_person_typed_two_ways_is_one_spelling(one: str, other: str) -> None:
    assert spelled(one)
    assert spelled(one) == spelled(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_look_alikes_stay_apart(one: str, other: str) -> None:
    assert spelled(one) != spelled(other)


@pytest.mark.parametrize("name", TOO_LITTLE)
def test_too_little_of_a_name_is_no_name_at_all(name: str) -> None:
    assert spelled(name) == ""


def test_a_father_and_his_son_on_one_phone_are_told_apart_by_what_the_name_ends_with() -> None:
    assert spelled("Robert Hall Jr") == spelled("Robert Hall Sr.")
    assert spelled("Robert Hall Jr", with_suffix=True) != spelled("Robert Hall Sr.", with_suffix=True)
    assert spelled("Robert Hall Junior", with_suffix=True) == spelled("Hall, Robert, Jr.", with_suffix=True)


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("(615) 555-0177", "6155550177"),
        ("+1 615.555.0177", "6155550177"),
        ("615-555-0177 ext. 12", "6155550177"),
        ("615-555-0177x12", "6155550177"),
        ("555-0177", "5550177"),
        ("+52 55 1234 5678", "525512345678"),
        ("911", ""),
        ("ask at the desk", ""),
    ],
)
def test_a_phone_is_its_digits(typed: str, digits: str) -> None:
    assert dialled(typed) == digits


@pytest.mark.parametrize(
    ("born", "band"),
    [
        (date(2026, 11, 22), "under_13"),
        (date(2013, 11, 23), "under_13"),
        (date(2013, 11, 22), "13_17"),
        (date(2008, 11, 23), "13_17"),
        (date(2008, 11, 22), "18_24"),
        (date(2001, 11, 22), "25_64"),
        (date(1961, 11, 23), "25_64"),
        (date(1961, 11, 22), "65_plus"),
        (date(2004, 2, 29), "18_24"),
    ],
)
def test_the_age_band_follows_from_the_date_of_birth(born: date, band: str) -> None:
    assert age_band_of(born, date(2026, 11, 22)) == band
