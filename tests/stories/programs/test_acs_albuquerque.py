"""Albuquerque Community Safety: four kinds of teams, six ends, found or sent, by area command and month."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from tests.people import Cast
from tests.programs.acting import turned_on
from tests.programs.working import called, lines_of
from tests.web.forms import SignIn

pytestmark = pytest.mark.sqlite_only
MONTHS = (
    datetime(2026, 7, 14, 18, tzinfo=UTC),
    datetime(2026, 8, 14, 18, tzinfo=UTC),
    datetime(2026, 9, 14, 18, tzinfo=UTC),
)
# kind of team, end, how it came, month, area
CALLS = (
    ("mobile_crisis", "transported", "911", 0, "Valley"),
    ("mobile_crisis", "apd_aid", "911", 0, "Valley"),
    ("behavioral_health", "resources_offered", "311", 0, "Foothills"),
    ("behavioral_health", "not_found", "911", 1, "Valley"),
    ("community", "resources_offered", "on_view", 1, "Foothills"),
    ("community", "declined", "on_view", 1, "Foothills"),
    ("street_outreach", "declined", "on_view", 2, "Valley"),
    ("street_outreach", "afr_aid", "on_view", 2, ""),
    ("street_outreach", "resources_offered", "self", 2, "Valley"),
)


@pytest.fixture(autouse=True)
def moved() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONTHS[0], tick=False) as traveller:
        yield traveller


def test_counts_match_the_four_types_and_the_six_outcomes(
    cast: Cast, signed_in_as: SignIn, moved: time_machine.Traveller
) -> None:
    acs = turned_on(cast, "acs-albuquerque", (cast.responder, "bhr"), districts=("Valley", "Foothills"))
    areas = {each.district.name.split()[0]: str(each.district_id) for each in acs.districts}
    form = signed_in_as(cast.responder).get(f"/programs/{acs.id}/encounters/new").text
    for words in ("Street outreach and resources", "Fire Rescue (AFR) aid", "Area command"):
        assert words in form
    for team, end, source, month, area in CALLS:
        moved.move_to(MONTHS[month])
        called(
            signed_in_as(cast.responder),
            acs.id,
            response_type=team,
            outcome=end,
            source=source,
            district_id=areas.get(area, []),
        )

    told = lines_of(signed_in_as(cast.supervisor), acs.id, "2026-q3")
    numbers = {key: row["numerator"] for key, row in told.items()}
    teams = {key[2]: number for key, number in numbers.items() if key[0] == "response_types"}
    assert teams == {
        "Mobile crisis team clinician": "2",
        "Behavioral health responder": "2",
        "Community responder": "2",
        "Street outreach and resources": "3",
    }
    tables = [key[1] for key in numbers if key[0] == "outcomes_by_type"]
    everybody = {
        key[2]: number for key, number in numbers.items() if key[:2] == ("outcomes_by_type", tables[0])
    }
    assert everybody == {
        "Not found": "1",
        "Resources offered": "3",
        "Declined": "2",
        "Transported": "1",
        "Fire Rescue (AFR) aid": "1",
        "Police (APD) aid": "1",
    }
    for team, end, number in (
        ("Street outreach and resources", "Declined", "1"),
        ("Community responder", "Declined", "1"),
        ("Mobile crisis team clinician", "Declined", "0"),
        ("Mobile crisis team clinician", "Police (APD) aid", "1"),
    ):
        assert numbers["outcomes_by_type", team, end] == number, (team, end)
    found = {key[2]: number for key, number in numbers.items() if key[0] == "proactive"}
    assert found == {"Proactive: seen by the team": "4", "Dispatched: asked for": "5"}
    month = {(key[1], key[2].split()[0]): number for key, number in numbers.items() if key[0] == "area_month"}
    assert month == {
        ("July 2026", "Valley"): "2",
        ("July 2026", "Foothills"): "1",
        ("August 2026", "Valley"): "1",
        ("August 2026", "Foothills"): "2",
        ("September 2026", "Valley"): "2",
        ("September 2026", "Foothills"): "0",
        ("September 2026", "No"): "1",
    }
