"""A program's referrals: the needs that its calls were tied to, and no other; what the log and the rows beside it tell."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import insert, select

from portal.outcomes.log import need_facts
from portal.outcomes.measures import Row, measure
from portal.outcomes.program import METRICS, ProgramScope
from portal.programs import preset_of
from portal.programs.models import Encounter, EncounterNeed, ResponseProgram
from portal.referrals import models as r
from portal.store import write
from tests.outcomes import simulating as sim
from tests.outcomes.simulating import History, Told
from tests.people import Cast

CUT = sim.END + timedelta(days=120)
SENT = sim.START + timedelta(days=9, hours=12)


@pytest.fixture(autouse=True)
def fixed_time(app: Flask) -> Iterator[None]:
    with time_machine.travel(CUT, tick=False), app.test_request_context():
        yield


def met(program: ResponseProgram, number: int, **values: Any) -> dict[str, Any]:
    """A call of this program, as a row."""
    plain = {
        "id": UUID(int=(1 << 98) + number),
        "community_id": program.community_id,
        "program_id": program.id,
        "organization_id": program.organization_id,
        "source": "911",
        "received_at": SENT,
        "disposition": "resolved_on_scene",
        "outcome": "resolved",
        "recorded_at": SENT,
        "changed_at": SENT,
    }
    return plain | values


def calls(program: ResponseProgram, made: list[dict[str, Any]], tied: dict[int, int]) -> None:
    """These calls, and of some the need that came of them: number of the call -> number of the need."""
    with write() as session:
        for values in made:
            session.execute(insert(Encounter), [values])
        for call, number in tied.items():
            ids = {"encounter_id": UUID(int=(1 << 98) + call), "need_id": UUID(int=(1 << 96) + number)}
            session.execute(insert(EncounterNeed), [ids | {"at": SENT}])


def scope(program: ResponseProgram, cut: datetime = CUT) -> ProgramScope:
    return ProgramScope(program, preset_of(program), sim.START, sim.END, cut, sim.ZONE)


def rows(key: str, where: ProgramScope) -> dict[str, Row]:
    metric = METRICS[key]
    return {str(row.label): row for block in metric.compute(metric, where) for row in block.rows}


def test_a_program_counts_the_needs_of_its_own_calls(cast: Cast, co_response: ResponseProgram) -> None:
    made = sim.histories(Random(21), 40)
    sim.store(cast, made)
    calls(co_response, [met(co_response, number) for number in range(25)], {n: n for n in range(25)})
    own = sim.grounded(made[:25], CUT)
    assert rows("M12", scope(co_response))["Needs sent"].numerator == 25
    shares = {label: row for label, row in rows("M12", scope(co_response)).items() if row.unit == "share"}
    assert shares == {str(row.label): row for row in measure("M12").blocks(own)[0].rows}


def test_a_referral_sent_or_refused_is_offered_and_hospital_and_arrest_are_not_asked(
    cast: Cast, co_response: ResponseProgram
) -> None:
    sim.store(cast, sim.histories(Random(22), 3))
    made = [
        met(co_response, 0),
        met(co_response, 1),
        met(co_response, 2, referral_refused="refused"),
        met(co_response, 3, disposition="hospital", outcome="hospital"),
        met(co_response, 4, disposition="arrest", outcome="arrest"),
        met(co_response, 5, meets_criteria=False),
        met(co_response, 6, disposition="", outcome=""),
        met(co_response, 7, received_at=sim.END),
    ]
    calls(co_response, made, {0: 0})
    row = rows("M04", scope(co_response))["Referral offered"]
    assert (row.numerator, row.denominator) == (2, 3)


def test_what_was_said_at_the_meeting_tells_the_group(cast: Cast, co_response: ResponseProgram) -> None:
    sim.store(cast, sim.histories(Random(23), 2))
    calls(co_response, [met(co_response, 0, race="black", language="es", age_band="18_24")], {0: 0})
    facts = need_facts(cast.community.id, sim.START, sim.END, CUT, zone=sim.ZONE)
    said = next(found.asked_of for found in facts if found.need_id == UUID(int=1 << 96))
    assert (said["race"], said["language"], said["age_band"]) == ("black", "es", "18_24")


def test_appointments_arrivals_handoffs_and_follow_ups_are_read_as_known_at_the_cut(cast: Cast) -> None:
    day = timedelta(days=1)
    log = (
        Told(SENT, "send", "sent"),
        Told(SENT + timedelta(minutes=2), "see", "seen"),
        Told(SENT + timedelta(minutes=5), "accept", "accepted"),
        Told(SENT + timedelta(hours=1), "schedule", "scheduled"),
        Told(SENT + 2 * day, "mark_no_show", "no_show"),
        Told(SENT + 4 * day, "schedule", "scheduled"),
        Told(SENT + 6 * day, "confirm_connected", "connected"),
    )
    came = SENT + 6 * day
    sim.store(
        cast,
        [History(0, SENT, True, "today", (log,), came.astimezone(sim.ZONE).date(), came)],
        shuffled=Random(1),
    )
    with write() as session:
        offer = session.scalars(select(r.Offer)).one()
        offer.appointment_at, offer.arrived_at = came, came
        session.add(
            r.FollowUp(
                offer_id=offer.id,
                day=30,
                due_at=SENT + 30 * day,
                done_at=SENT + 33 * day,
                result="in_service",
            )
        )
        session.add(
            r.Handoff(
                offer_id=offer.id,
                started_at=SENT,
                ended_at=SENT,
                method="in_person",
                answered=True,
                spoke_with_name="Pat",
                person_present=True,
                person_spoke=True,
                person_agreed=True,
                receiver_took_over=True,
                recorded_by="sender",
                recorded_at=SENT + day,
            )
        )

    def known(cut: datetime) -> Any:
        (found,) = need_facts(cast.community.id, sim.START, sim.END, cut, zone=sim.ZONE)
        return found.offers[0]

    first = known(SENT + 3 * day)
    assert (first.state, first.handoff, first.no_show_at, first.rebooked_at) == (
        "no_show",
        "warm",
        SENT + 2 * day,
        None,
    )
    assert (first.connected_on, first.arrived_at, first.at_30) == (None, None, "")
    last = known(CUT)
    assert (last.state, last.rebooked_at, last.arrived_at) == ("connected", SENT + 4 * day, came)
    assert (last.seen_at, last.at_30) == (SENT + timedelta(minutes=2), "in_service")
    assert known(SENT + timedelta(hours=2)).handoff is None


def test_a_wrong_end_that_was_taken_back_is_no_end(cast: Cast) -> None:
    made = sim.histories(Random(24), 1)[0]
    log = (
        Told(SENT, "send", "sent"),
        Told(SENT + timedelta(minutes=5), "decline", "declined", "age"),
        Told(SENT + timedelta(minutes=9), "correct", "sent"),
        Told(SENT + timedelta(minutes=20), "accept", "accepted"),
    )
    sim.store(cast, [replace(made, sent_at=SENT, logs=(log,), connected_on=None, closed_at=None)])
    (found,) = need_facts(cast.community.id, sim.START, sim.END, CUT, zone=sim.ZONE)
    assert (found.declines, found.offers[0].state) == (set(), "accepted")
