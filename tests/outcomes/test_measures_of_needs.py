"""The measures of needs on hand-made sheets: who counts, who is left out, what is unknown, what stands together."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from portal.outcomes.definitions import VERSIONS, breaks, definition, in_force
from portal.outcomes.facts import NeedFacts, OfferFacts
from portal.outcomes.measures import Block, Ground, Row, measure
from portal.outcomes.measures.joining import joined
from portal.referrals.hours import Hours

SENT = datetime(2026, 7, 10, 20, tzinfo=UTC)  # Friday, July 10, 3 pm in Chicago
CUT = datetime(2026, 11, 1, 5, tzinfo=UTC)
HERE, THERE = UUID(int=1), UUID(int=2)

pytestmark = [pytest.mark.sqlite_only, pytest.mark.usefixtures("words")]


@pytest.fixture
def words(migrated: Flask) -> Iterator[None]:
    """The rows' labels are words, and words want a request's language."""
    with migrated.test_request_context():
        yield


def offer(state: str = "accepted", at: datetime = SENT, **more: Any) -> OfferFacts:
    values = {"organization_id": HERE, "state_at": at, "sent_at": SENT} | more
    if state in ("accepted", "connected", "scheduled", "no_show", "unable_to_reach"):
        values = {
            "accepted_at": SENT + timedelta(minutes=5),
            "decided_at": SENT + timedelta(minutes=5),
        } | values
    return OfferFacts(state=state, **values)


def need(*offers: OfferFacts, **more: Any) -> NeedFacts:
    values = {"urgency": "now", "sent_at": SENT, "permitted": True, "code": "crisis"} | more
    found = NeedFacts(need_id=uuid4(), organization_id=HERE, **values)
    for each in offers:
        found.add(each)
    return found


def connected(day: int, **more: Any) -> NeedFacts:
    on = date(2026, 7, 10) + timedelta(days=day)
    at = datetime(on.year, on.month, on.day, 18, tzinfo=UTC)
    return need(offer("connected", at, connected_on=on, **more.pop("offer", {})), closed_at=at, **more)


def ground(facts: list[NeedFacts], cut: datetime = CUT) -> Ground:
    names = {HERE: "Crisis House", THERE: "Family Shelter"}
    zone = ZoneInfo("America/Chicago")
    return Ground(facts, cut, zone, Hours.usual(zone.key), names, lambda area: area[:3])


def blocks(key: str, facts: list[NeedFacts], cut: datetime = CUT, version: int | None = None) -> list[Block]:
    return measure(key, version=version).blocks(ground(facts, cut))


def rows(key: str, facts: list[NeedFacts], cut: datetime = CUT, version: int | None = None) -> dict[str, Row]:
    return {row.label: row for block in blocks(key, facts, cut, version) for row in block.rows}


def share(row: Row) -> tuple[int, int]:
    return row.numerator, row.denominator


def test_the_first_choice_is_the_service_asked_first_and_what_was_taken_back_unseen_is_left_out() -> None:
    facts = [
        need(offer()),
        need(offer("declined", decided_at=SENT, decline="age"), offer()),
        need(offer("cancelled")),
        need(offer("cancelled", seen_at=SENT)),
        need(offer("expired")),
    ]
    found = rows("M06", facts)
    assert share(found["First choice said yes"]) == (1, 4)
    assert found["Canceled before seen"].numerator == 1


def test_services_of_few_requests_stand_together_and_no_row_tells_of_few_people() -> None:
    facts = [need(offer()) for _ in range(30)] + [need(offer("expired")) for _ in range(20)]
    facts += [need(offer(organization_id=THERE)) for _ in range(3)]
    assert not [label for label in rows("M06", facts) if label.startswith("Asked first")]
    many = facts + [need(offer("expired", organization_id=THERE)) for _ in range(40)]
    many += [need(offer(organization_id=THERE)) for _ in range(40)]
    found = {label: share(row) for label, row in rows("M06", many).items() if label.startswith("Asked first")}
    assert found == {
        "Asked first: Crisis House": (30, 50),
        "Asked first: Family Shelter": (43, 83),
    }


def test_what_is_put_together_takes_the_smallest_of_the_others_until_it_tells_nothing() -> None:
    assert joined({"a": (20, 40), "b": (15, 30), "c": (2, 5)}, "rest") == {"a": (20, 40), "rest": (17, 35)}
    assert joined({"a": (20, 40), "b": (0, 30)}, "rest") == {"a": (20, 40), "b": (0, 30)}
    assert joined({"a": (3, 5)}, "rest") == {"rest": (3, 5)}
    assert joined({}, "rest") == {}


def test_services_asked_add_up_and_a_need_without_a_yes_is_counted() -> None:
    no = {"decided_at": SENT, "decline": "age"}
    facts = [
        need(offer()),
        need(offer("declined", **no), offer()),
        need(*[offer("declined", **no)] * 5, closed_at=SENT),
        need(offer(), sent_at=CUT - timedelta(days=3)),
    ]
    found = rows("M09", facts)
    numbers = [row.numerator for label, row in found.items() if label.endswith("asked")]
    assert (numbers, found["One service asked"].denominator) == ([1, 1, 0, 1], 3)
    assert found["Services asked, mean"].value == pytest.approx(8 / 3)
    assert share(found["Ended without a yes"]) == (1, 3)
    assert found["One service asked"].immature == 1


def test_reasons_are_counted_by_need_and_from_2027_by_each_no_and_the_older_way_stays() -> None:
    age = {"decided_at": SENT, "decline": "age"}
    facts = [
        need(offer("declined", **age), offer("declined", **age)),
        need(offer("declined", decided_at=SENT, decline="payer")),
    ]
    assert share(rows("M10", facts)["Age"]) == (1, 2)
    assert share(rows("M10", facts, version=2)["Age"]) == (2, 3)
    assert measure("M10", on=date(2026, 10, 1)).version == 1
    assert measure("M10", on=date(2027, 1, 1)).version == 2
    assert [found.version for found in breaks("M10", date(2026, 7, 1), date(2027, 4, 1))] == [2]
    assert not breaks("M12-30", date(2026, 7, 1), date(2027, 4, 1))
    with pytest.raises(KeyError):
        definition("M10", 3)


def test_every_definition_has_one_version_in_force_on_any_day() -> None:
    for day in (date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1), date(2030, 1, 1)):
        assert {found.id for found in in_force(day)} == set(VERSIONS)
        assert all(found.valid_from <= day for found in in_force(day))


def test_the_curve_counts_other_ends_as_ends_and_not_as_people_who_may_still_come() -> None:
    day_two = SENT + timedelta(days=2)
    facts = [connected(1) for _ in range(20)] + [connected(9) for _ in range(20)]
    facts += [need(offer("declined", day_two, decided_at=day_two), closed_at=day_two) for _ in range(40)]
    facts += [need(offer("withdrawn", day_two), closed_at=day_two) for _ in range(20)]
    found = rows("M13", facts)
    assert found["1 day"].value == pytest.approx(0.2)
    assert found["30 days"].value == pytest.approx(0.4)  # one less Kaplan-Meier would say 1.0


def test_who_is_still_open_counts_until_a_week_before_the_cut_and_the_silent_are_unknown() -> None:
    cut = SENT + timedelta(days=17)
    facts = [connected(1) for _ in range(30)] + [need(offer()) for _ in range(30)]
    facts += [need(offer("no_information", cut), closed_at=cut) for _ in range(11)]
    facts += [need(offer(), permitted=False) for _ in range(12)]
    found = rows("M13", facts, cut)
    assert found["30 days"].value == pytest.approx(0.5)
    assert (found["30 days"].denominator, found["30 days"].immature, found["30 days"].unknown) == (60, 30, 23)


def test_no_step_of_the_curve_tells_of_few_people_nor_does_what_another_measure_leaves_out() -> None:
    gone = SENT + timedelta(days=3)
    facts = (
        [connected(0) for _ in range(15)]
        + [connected(3) for _ in range(4)]
        + [connected(20) for _ in range(20)]
    )
    facts += [need(offer("not_connected", gone, not_connected="other_end"), closed_at=gone) for _ in range(5)]
    facts += [need(offer("declined", gone, decided_at=gone), closed_at=gone) for _ in range(30)]
    (block,) = blocks("M13", facts)
    numbers = [row.numerator for row in block.rows]
    steps = [later - earlier for earlier, later in zip(numbers, numbers[1:], strict=False)]
    assert all(step == 0 or step >= 11 for step in steps)
    assert {row.denominator for row in block.rows} == {
        69
    }  # the five of which M12 leaves out are left out here as well


def test_time_to_service_is_business_days_and_hours_only_where_an_arrival_was_seen() -> None:
    seen = {"arrived_at": SENT + timedelta(hours=2)}
    facts = [connected(0, offer=seen) for _ in range(11)] + [connected(0) for _ in range(4)]
    facts += [connected(5, urgency="routine") for _ in range(12)]  # Friday to Wednesday
    found = rows("M14", facts)
    hours = found["Hours, median: person with responder"]
    assert (hours.value, hours.numerator, hours.denominator, hours.unknown) == (2.0, 11, 15, 4)
    assert found["Business days, median: routine"].value == 3
    assert found["Business days, mean: routine"].value == 3


def test_labor_day_is_no_business_day() -> None:
    friday = datetime(2026, 9, 4, 15, tzinfo=UTC)
    came = [
        need(offer("connected", friday, connected_on=date(2026, 9, 8)), urgency="routine", sent_at=friday)
        for _ in range(11)
    ]
    assert rows("M14", came)["Business days, median: routine"].value == 1


def test_missed_first_appointments_are_shares_of_those_known_and_a_new_time_stands_beside() -> None:
    due = {"scheduled_at": SENT, "appointment_at": SENT + timedelta(days=3)}
    missed = SENT + timedelta(days=3)
    facts = [
        need(offer("connected", connected_on=date(2026, 7, 13), **due)),
        need(offer("no_show", no_show_at=missed, **due)),
        need(offer("scheduled", no_show_at=missed, rebooked_at=missed + timedelta(days=6), **due)),
        need(offer("scheduled", no_show_at=missed, rebooked_at=missed + timedelta(days=8), **due)),
        need(offer("scheduled", **due)),
        need(offer("withdrawn", **due)),
        need(offer("scheduled", scheduled_at=SENT, appointment_at=CUT + timedelta(days=3))),
        need(offer()),
    ]
    found = rows("M15", facts)
    row = found["Missed appointments"]
    assert (share(row), row.unknown) == ((3, 4), 1)
    assert share(found["Of those, a new time within 7 days"]) == (1, 3)


def test_not_reached_is_of_the_accepted_and_a_young_yes_is_not_ripe() -> None:
    late = CUT - timedelta(days=20)
    facts = [
        need(offer("unable_to_reach")),
        need(offer()),
        need(offer(accepted_at=late)),
        need(offer("expired")),
    ]
    row = rows("M16", facts)["Not reached"]
    assert (share(row), row.immature) == ((1, 2), 1)


def test_the_chain_shows_every_step_of_all_that_were_sent_and_who_was_not_asked_is_unknown() -> None:
    facts = [
        connected(2, offer={"at_30": "in_service"}),
        connected(2, offer={"at_30": "not_in_service"}),
        connected(2, offer={"at_30": "not_reached"}),
        need(offer("unable_to_reach"), closed_at=SENT),
        need(offer("declined", decided_at=SENT), closed_at=SENT),
    ]
    found = rows("M18", facts)
    chain = [share(row) for label, row in found.items() if not label.endswith("connected")]
    assert chain == [(1, 5), (3, 5), (4, 5), (5, 5)]
    kept = found["In service after 30 days, of those connected"]
    assert (share(kept), kept.unknown) == ((1, 2), 1)
    assert (kept.worst, kept.best) == (pytest.approx(1 / 3), pytest.approx(2 / 3))


def test_groups_are_differences_from_all_others_and_small_groups_stand_together() -> None:
    def of(language: str, yes: int, no: int) -> list[NeedFacts]:
        asked = {"asked_of": {"language": language}}
        return [need(offer(), **asked) for _ in range(yes)] + [
            need(offer("expired"), **asked) for _ in range(no)
        ]

    facts = of("es", 20, 20) + of("en", 60, 20) + of("ar", 2, 1) + of("", 15, 15)
    label = "First choice said yes, Language: "
    found = {name.removeprefix(label): row for name, row in rows("M21", facts).items() if label in name}
    assert set(found) == {"English", "Spanish", "All others together"}
    spanish = found["Spanish"]
    assert spanish.value == pytest.approx(20 / 40 - 77 / 113)
    assert spanish.low is not None
    assert spanish.high is not None
    assert spanish.low < spanish.value < spanish.high < 0
    assert share(rows("M21", facts)["Not asked: Language"]) == (30, 153)


def test_what_could_not_be_found_is_counted_by_kind_and_coarse_area_and_the_few_together() -> None:
    def unmet(code: str, area: str, number: int) -> list[NeedFacts]:
        return [need(offer("expired"), code=code, area=area, closed_at=SENT) for _ in range(number)]

    facts = (
        unmet("shelter", "37203", 20) + unmet("detox", "37011", 3) + unmet("food", "", 9) + [need(offer())]
    )
    found = {label: share(row) for label, row in rows("M22", facts).items()}
    assert found == {"Shelter tonight, 372": (20, 32), "All other kinds and areas": (12, 32)}


def test_a_service_that_answers_has_told_and_silence_has_not() -> None:
    late = SENT + timedelta(days=36)
    facts = [
        connected(3),
        need(offer("declined", decided_at=SENT)),
        need(offer("expired", late)),
        need(offer("no_information", late)),
        need(offer("unable_to_reach", late)),
        need(offer("withdrawn")),
        need(offer("declined"), permitted=False),
    ]
    assert share(rows("M24", facts)["Services that told what happened"]) == (2, 5)
