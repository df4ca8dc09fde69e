"""Pure decisions: the temperature of a handoff, what typed text must not hold, who owns what."""

import pytest

from portal.referrals import rules
from portal.referrals.requests import HandoffFacts
from portal.referrals.wording import checked, checked_area
from portal.store import Refused
from tests.referrals.drive import NOON

WARM = {
    "method": "three_way_call",
    "answered": True,
    "spoke_with_name": "Nia",
    "person_present": True,
    "person_spoke": True,
    "person_agreed": True,
    "receiver_took_over": True,
}


@pytest.mark.parametrize(
    ("changed", "temperature"),
    [
        ({}, "warm"),
        ({"method": "in_person"}, "warm"),
        (
            {"method": "call", "person_present": False, "person_spoke": False, "person_agreed": False},
            "lukewarm",
        ),
        ({"person_present": False}, "lukewarm"),
        ({"person_agreed": False}, "cold"),
        ({"receiver_took_over": False}, "cold"),
        ({"spoke_with_name": " "}, "cold"),
        ({"answered": False}, "cold"),
        ({"method": "voicemail"}, "cold"),
        ({"method": "fax", "person_present": False}, "cold"),
        ({"method": "mail"}, "cold"),
        ({"method": "list"}, "cold"),
    ],
)
def test_warm_is_computed_and_never_declared(changed: dict[str, object], temperature: str) -> None:
    facts = HandoffFacts(started_at=NOON, **(WARM | changed))
    assert rules.temperature(facts) == temperature


BAD = [
    *(f"{start} {word} {end}".strip() for word in (
        "warrant", "warrants", "probation", "parole", "rap sheet", "criminal record", "criminal history", "felony", "felon",
        "misdemeanor", "convicted", "conviction", "indicted", "charged with", "priors", "sex offender", "NCIC",
    ) for start, end in (("has a", "in Ohio"), ("Note:", ""))),
    "SSN 123-45-6789", "123 45 6789", "number 123456789", "FBI No 123456AB7", "SID: TN01234567", "ORI TN0190100",
]  # fmt: skip
HARMLESS = [
    f"{who} {what}."
    for who in ("She", "He", "The person", "Mother of two", "Veteran", "A neighbor", "They", "The caller", "Client", "This man")
    for what in (
        "is afraid of dogs", "has a wheelchair", "speaks Spanish and some English", "is diabetic and carries insulin",
        "wants a woman to talk with", "has two cats that must come along", "call 615-555-0177 after 5 pm",
        "needs an ASL interpreter", "is calm now and has eaten", "may be late because of the bus", "has a small child, age 4",
        "should not be left alone with the brother", "is in charge of the shelter line tonight", "has prior stays here",
        "can pay the charge for the bus", "reads slowly, speak plainly", "asks for sid at the desk", "has no phone",
        "came on the 10:45 bus", "is at the library, second floor",
    )
]  # fmt: skip


def test_criminal_records_and_social_security_numbers_are_refused() -> None:
    assert len(BAD) == 40
    for text in BAD:
        with pytest.raises(Refused):
            checked(text, "safety_notes")


def test_harmless_sentences_pass() -> None:
    assert len(HARMLESS) == 200
    refused = 0
    for text in HARMLESS:
        try:
            assert checked(f" {text} ", "safety_notes") == text
        except Refused:
            refused += 1
    assert refused <= 4  # 2 %


@pytest.mark.parametrize("area", ["37203", "Nashville", "St. Louis, MO", "37203 Nashville", "East Side"])
def test_an_area_is_a_zip_or_a_city(area: str) -> None:
    assert checked_area(area) == area
    with pytest.raises(Refused):
        checked_area("1200 Division Street")
