"""The measures on hand-made fact sheets: what counts, what is not ripe, what is unknown."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from portal.outcomes.facts import NeedFacts
from portal.outcomes.measures import (
    Row,
    any_acceptance,
    connected,
    decline_reasons,
    time_to_answer,
    warm_handoff,
)

CHICAGO = ZoneInfo("America/Chicago")
SENT = datetime(2026, 7, 10, 20, tzinfo=UTC)  # July 10, 3 pm in Chicago
CUT = datetime(2026, 10, 1, tzinfo=UTC)

pytestmark = [pytest.mark.sqlite_only, pytest.mark.usefixtures("words")]


@pytest.fixture
def words(migrated: Flask) -> Any:
    """The rows' labels are words, and words want a request's language."""
    with migrated.test_request_context():
        yield


def sheet(**more: Any) -> NeedFacts:
    values = {"urgency": "now", "sent_at": SENT, "permitted": True} | more
    return NeedFacts(need_id=uuid4(), organization_id=uuid4(), **values)


def share(row: Row) -> tuple[int, int]:
    return row.numerator, row.denominator


def test_an_acceptance_after_24_hours_is_not_counted_and_a_young_need_is_not_ripe() -> None:
    facts = [
        sheet(accepted_at=SENT + timedelta(hours=24)),
        sheet(accepted_at=SENT + timedelta(hours=24, seconds=1)),
        sheet(),
        sheet(sent_at=CUT - timedelta(days=7), accepted_at=CUT),
    ]
    (row,) = any_acceptance(facts, CUT)
    assert share(row) == (1, 3)
    assert row.immature == 1


def test_the_time_to_answer_is_a_median_and_no_answer_is_unknown_not_slow() -> None:
    facts = [
        sheet(seen_at=SENT + timedelta(minutes=m), decided_at=SENT + timedelta(minutes=2 * m))
        for m in (1, 3, 9)
    ]
    rows = {row.label: row for row in time_to_answer([*facts, sheet()], CUT, lambda moment: True)}
    seen = rows["Minutes to seen, median: person with responder"]
    assert (seen.value, seen.numerator, seen.denominator, seen.unknown) == (3, 3, 4, 1)
    assert rows["Minutes to yes or no, 90th percentile: person with responder"].value == 18


def test_a_routine_need_sent_in_closed_hours_stands_in_its_own_row() -> None:
    facts = [sheet(urgency="routine", seen_at=SENT + timedelta(minutes=600))]
    rows = {row.label: row for row in time_to_answer(facts, CUT, lambda moment: False)}
    assert rows["Minutes to seen, median: routine, sent in closed hours"].value == 600
    assert rows["Minutes to seen, median: routine"].denominator == 0


def test_an_answer_by_a_recorded_call_has_no_waiting_time() -> None:
    rows = time_to_answer([sheet(by_phone=True, decided_at=SENT)], CUT, lambda moment: True)
    assert {row.denominator for row in rows} == {0}


def test_each_reason_is_a_share_of_the_needs_that_anybody_declined() -> None:
    facts = [sheet(declines={"no_bed_or_slot", "age"}), sheet(declines={"no_bed_or_slot"}), sheet()]
    rows = {row.label: row for row in decline_reasons(facts)}
    assert share(rows["No bed or slot"]) == (2, 2)
    assert share(rows["Age"]) == (1, 2)
    assert share(rows["Closed now"]) == (0, 2)


def test_handoffs_are_shares_of_the_accepted_and_the_unrecorded_stay_in() -> None:
    accepted = {"accepted_at": SENT}
    facts = [
        sheet(handoff="warm", **accepted),
        sheet(handoff="cold", **accepted),
        sheet(**accepted),
        sheet(handoff="cold", person_refused=True, **accepted),
        sheet(),
    ]
    warm, lukewarm, cold = warm_handoff(facts, CUT)
    assert [share(row) for row in (warm, lukewarm, cold)] == [(1, 3), (0, 3), (1, 3)]
    assert warm.unknown == 1


def test_seven_days_are_eight_dates_of_the_community() -> None:
    late = datetime(2026, 7, 11, 3, tzinfo=UTC)  # still July 10 in Chicago
    facts = [
        sheet(sent_at=late, connected_on=date(2026, 7, day), outcome_known=True) for day in (10, 11, 17, 18)
    ]
    next_day, week, month = connected(facts, CUT, CHICAGO)
    assert [share(row) for row in (next_day, week, month)] == [(2, 4), (3, 4), (4, 4)]


def test_unknown_outcomes_leave_the_rate_and_bound_it() -> None:
    facts = [
        sheet(connected_on=date(2026, 7, 10), outcome_known=True),
        sheet(outcome_known=True),
        sheet(permitted=False, connected_on=date(2026, 7, 10), outcome_known=True),
        sheet(outcome_known=False),
        sheet(other_end=True, outcome_known=True),
    ]
    row = connected(facts, CUT, CHICAGO)[2]
    assert share(row) == (1, 2)
    assert (row.unknown, row.worst, row.best) == (2, 0.25, 0.75)


def test_young_needs_change_no_rate_and_neither_does_the_order() -> None:
    random = Random(7)
    facts = [
        sheet(
            sent_at=SENT + timedelta(hours=random.randrange(400)),
            connected_on=random.choice((None, date(2026, 7, 15), date(2026, 8, 1))),
            outcome_known=random.random() < 0.7,
            permitted=random.random() < 0.6,
            accepted_at=SENT + timedelta(hours=3),
        )
        for _ in range(200)
    ]
    before = connected(facts, CUT, CHICAGO)
    shuffled = random.sample(facts, len(facts))
    young = [
        sheet(sent_at=CUT - timedelta(days=1), connected_on=CUT.date(), outcome_known=True) for _ in range(50)
    ]
    after = connected(shuffled + young, CUT, CHICAGO)
    assert [(r.value, r.unknown) for r in after] == [(r.value, r.unknown) for r in before]
    assert [r.immature for r in after] == [r.immature + 50 for r in before]
