"""A quick response team: three failed doors, then the family; and the shape of its 21 months, 795 sought and 212 in care."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask

from portal.outcomes.program import METRICS, ProgramScope
from portal.programs import effective
from portal.programs.models import Encounter, ProgramTask, ResponseProgram, TaskAttempt
from portal.store import clock, write
from tests.people import Cast
from tests.programs.acting import turned_on
from tests.programs.working import called, lines_of, received, tasks_of, tick, tried
from tests.web.forms import SignIn, press

pytestmark = pytest.mark.sqlite_only
START = datetime(2026, 7, 6, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)
QUARTERS = [  # the first days of 21 months
    datetime(2024 + number // 4, 1 + number % 4 * 3, 1, 6, tzinfo=UTC) for number in range(3, 10)
]
CHAIN = ("contact_chain", "From the call to care")


@pytest.fixture(autouse=True)
def moved() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def qrt(cast: Cast) -> ResponseProgram:
    return turned_on(
        cast,
        "qrt-hamilton",
        (cast.responder, "officer"),
        (cast.colleague, "peer"),
        (cast.provider, "clinician"),
    )


def test_three_failed_doors_then_the_family_still_counts(
    app: Flask, cast: Cast, qrt: ResponseProgram, signed_in_as: SignIn, moved: time_machine.Traveller
) -> None:
    peer = signed_in_as(cast.colleague)
    call = called(peer, qrt.id, source="fire_ems", outcome="stayed")
    visit = tasks_of(call)["visit"]
    assert (visit.due_at - received(call), set(tasks_of(call))) == (
        72 * HOUR,
        {"visit", "status_30", "status_90"},
    )

    for door in range(3):
        moved.move_to(START + (10 + 20 * door) * HOUR)
        team = signed_in_as((cast.colleague, cast.responder, cast.provider)[door])
        tried(team, visit, "in_person", "not_home", roles=["officer", "peer"])
    assert "3 of 3 tries reached nobody" in team.get(f"/tasks/{visit.id}").text

    moved.move_to(START + 61 * HOUR)
    tick()
    assert tasks_of(call)["visit"].told_at is not None, "alarm before the 72 hours are over"
    moved.move_to(START + 73 * HOUR)
    tick()
    assert tasks_of(call)["visit"].state == "unreachable"
    peer = signed_in_as(cast.colleague)
    assert "Not reached after 3 tries" in peer.get(f"/tasks/{visit.id}").text

    moved.move_to(START + 80 * HOUR)
    peer = signed_in_as(cast.colleague)
    refused = press(
        peer, f"/tasks/{visit.id}/tries", means="in_person", result="not_home", ends="family_contact"
    )
    assert refused.status_code == 422, "nobody was home: that is no contact with the family"
    tried(
        peer, visit, "in_person", "family", ends="family_contact", roles=["peer", "fire_ems"],
        given=["naloxone", "family_help"],
    )  # fmt: skip
    now = tasks_of(call)["visit"]
    assert (now.state, now.result) == ("done", "family_contact")
    page = peer.get(f"/tasks/{visit.id}").text
    assert "Spoke with the family" in page
    assert "Heard from after all" in page
    assert "Naloxone kit left" in page

    moved.move_to(START + timedelta(days=60))
    told = lines_of(signed_in_as(cast.supervisor), qrt.id, "2026-q3")
    assert told[(*CHAIN, "Sought")]["numerator"] == "1"
    assert told[(*CHAIN, "Spoke with the person")]["numerator"] == "0"
    assert told[(*CHAIN, "Spoke with the person or the family")]["numerator"] == "1"
    visits = told["follow_up_status", "Go to the home", "Spoke with the family alone"]
    assert (visits["numerator"], visits["denominator"], visits["unknown"]) == ("1", "1", "0")
    assert told["follow_up_status", "How it stands after 30 days", "Spoke with the person"]["unknown"] == "1"
    assert told["visit_services", "Given on visits", "Naloxone kit left"]["numerator"] == "1"
    assert (
        told["M17", "Follow-up done", "Spoke with the person or the family within 30 days"]["numerator"]
        == "1"
    )


def test_hot_spot_days_are_numbers_and_nobody(
    app: Flask, cast: Cast, qrt: ResponseProgram, signed_in_as: SignIn, moved: time_machine.Traveller
) -> None:
    peer = signed_in_as(cast.colleague)
    path = f"/programs/{qrt.id}/outreach-days"
    place = str(qrt.districts[0].district_id)
    for people, kits in ((40, 12), (41, 13)):  # the second puts the first right
        sent = press(peer, path, kind="hot_spot", day="2026-07-03", district=place, people=people, kits=kits)
        assert sent.status_code == 303, sent.text
    assert (
        press(peer, path, kind="drop_in", day="2026-07-03", district=place, people=1, kits=0).status_code
        == 422
    )
    assert (
        press(peer, path, kind="hot_spot", day="2026-07-30", district=place, people=1, kits=0).status_code
        == 422
    )
    assert signed_in_as(cast.stranger).get(path).status_code == 404
    told = lines_of(signed_in_as(cast.supervisor), qrt.id, "2026-q3")
    table = ("outreach_days", "Outreach where overdoses cluster")
    assert [told[(*table, label)]["numerator"] for label in ("Days", "People spoken with", "Naloxone kits given out")] == [
        "1", "41", "13"
    ]  # fmt: skip


def test_the_shape_of_21_months_795_sought_and_212_in_care(
    app: Flask, cast: Cast, qrt: ResponseProgram, signed_in_as: SignIn
) -> None:
    """Written straight into the tables, a part of them in each of seven quarters; counted by the measure over all of it, and by the
    report of one quarter."""
    sought = [114, 114, 114, 114, 113, 113, 113]
    in_care = [31, 31, 30, 30, 30, 30, 30]
    rows: list[list[dict[str, object]]] = [[], [], []]
    for first, tries, ends in zip(QUARTERS, sought, in_care, strict=True):
        for number in range(tries + 20):  # twenty more whom nobody sought
            _past(rows, qrt, first + 12 * HOUR * (number + 1), number < tries, number < ends)
    with write() as session:
        for table, found in zip((Encounter, ProgramTask, TaskAttempt), rows, strict=True):
            session.bulk_insert_mappings(table.__mapper__, found)
    scope = ProgramScope(
        qrt,
        effective(qrt),
        QUARTERS[0],
        datetime(2026, 7, 1, 5, tzinfo=UTC),
        clock.now(),
        ZoneInfo("America/Chicago"),
    )
    first_part, in_care_part = METRICS["contact_chain"].compute(METRICS["contact_chain"], scope)
    assert [(row.numerator, row.denominator) for row in first_part.rows] == [
        (795, 935),
        (212, 795),
        (212, 795),
    ]
    assert [(row.numerator, row.denominator) for row in in_care_part.rows] == [(212, 795)]
    told = lines_of(signed_in_as(cast.supervisor), qrt.id, "2026-q1")
    care = told["contact_chain", "In care", "In care, of those sought"]
    assert (care["numerator"], care["denominator"]) == ("30", "113")
    assert float(care["low"]) < float(care["value"]) < float(care["high"])
    assert told[(*CHAIN, "Sought")]["denominator"] == "133"


def _past(
    rows: list[list[dict[str, object]]], qrt: ResponseProgram, at: datetime, sought: bool, in_care: bool
) -> None:
    call, task = uuid4(), uuid4()
    rows[0].append(
        {
            "id": call, "community_id": qrt.community_id, "program_id": qrt.id, "organization_id": qrt.organization_id,
            "source": "fire_ems", "received_at": at, "disposition": "hospital", "outcome": "taken_to_hospital",
            "recorded_at": at, "changed_at": at,
        }
    )  # fmt: skip
    rows[1].append(
        {
            "id": task, "program_id": qrt.id, "encounter_id": call, "organization_id": qrt.organization_id, "kind": "visit",
            "step": "visit", "role": "peer", "opens_at": at, "due_at": at + 72 * HOUR, "made_at": at,
            "state": "done" if in_care else "open", "result": "connected" if in_care else "",
            "closed_at": at + 50 * HOUR if in_care else None,
        }
    )  # fmt: skip
    if sought:
        rows[2].append(
            {
                "id": uuid4(), "task_id": task, "at": at + 50 * HOUR, "means": "in_person", "roles": ["peer"], "given": [],
                "result": "reached" if in_care else "not_home", "recorded_at": at + 50 * HOUR,
            }
        )  # fmt: skip
