"""The simulator: the same seed makes the same rows, each marked; never among real ones unasked; and it keeps the house's rules."""

from collections import Counter
from dataclasses import fields
from datetime import datetime, timedelta
from itertools import groupby
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import func, select

from portal.outcomes.definitions import LAG_DAYS
from portal.outcomes.program.follow_up import WINDOWS, _counts
from portal.outcomes.program.metric import ProgramScope
from portal.outcomes.simulate import last_quarters, rates_of, simulate
from portal.outcomes.simulate.calls import Ground, calls
from portal.programs import EncounterFacts, effective, presets
from portal.programs.facts import check
from portal.programs.models import Encounter, ProgramDistrict, ProgramTask, ResponseProgram
from portal.programs.rules import CONTACTS, PERSON
from portal.referrals.models import Need, Offer, OfferEvent
from portal.referrals.rules import MOVES
from portal.store import Refused, db, write
from portal.store.actor import TERMINAL
from tests.people import Cast

NASHVILLE = "partners-in-care-nashville"
DAY = datetime.fromisoformat("2026-11-20T12:00:00+00:00")


@pytest.fixture
def demonstration(cast: Cast) -> Cast:
    with write():
        cast.community.demonstration = True
    return cast


@time_machine.travel(DAY, tick=False)
def test_a_year_like_the_pilots_has_its_calls_and_its_districts_from_their_day_on(
    demonstration: Cast,
) -> None:
    made = simulate(TERMINAL, NASHVILLE, quarters=4, seed=1)
    assert made["encounter"] == 1344
    calls = db.session.scalars(select(Encounter)).all()
    assert all(call.reference.startswith("SIM-") for call in calls)
    arrests = [call for call in calls if call.disposition == "arrest"]
    assert 0.03 < len(arrests) / len(calls) < 0.055
    assert all(call.client_id is None for call in arrests)
    since = {each.district_id: each.since for each in db.session.scalars(select(ProgramDistrict))}
    assert len(since) == 5
    assert all(
        call.district_id is None or call.received_at.date() >= since[call.district_id] for call in calls
    )
    program = db.session.scalars(select(ResponseProgram)).one()
    assert program.organization_id == demonstration.team.id


def test_the_same_seed_makes_the_same_rows() -> None:
    preset, zone = presets()[NASHVILLE], ZoneInfo("America/Chicago")
    ground = Ground({"program_id": UUID(int=1)}, ((UUID(int=2), DAY - timedelta(days=400), 1.0),), zone, DAY)
    span = last_quarters(DAY, zone, 1)[0]

    def made(seed: int) -> list[Any]:
        return list(calls(Random(seed), preset, rates_of(preset), ground, span, 200))

    assert span[0] == "2026-q3"
    assert made(1) == made(1)
    assert made(1) != made(2)


@pytest.mark.parametrize("code", [code for code, each in presets().items() if each.outcomes])
def test_what_is_simulated_is_what_the_pages_would_take(code: str) -> None:
    preset, zone = presets()[code], ZoneInfo("America/Chicago")
    ground = Ground({}, ((UUID(int=2), DAY - timedelta(days=400), 1.0),), zone, DAY)
    names = {each.name for each in fields(EncounterFacts)}
    for met in calls(Random(1), preset, rates_of(preset), ground, last_quarters(DAY, zone, 1)[0], 60):
        given = {name: value for name, value in met.row.items() if name in names}
        found = check(preset, EncounterFacts(**given | {"services": tuple(met.row["services"])}), DAY)
        assert found == met.row["disposition"]


@time_machine.travel(DAY, tick=False)
@pytest.mark.sqlite_only
def test_a_quarter_is_not_simulated_twice(demonstration: Cast) -> None:
    simulate(TERMINAL, NASHVILLE, quarters=1, seed=7, per_quarter=20)
    with pytest.raises(Refused, match="already"):
        simulate(TERMINAL, NASHVILLE, quarters=2, seed=8, per_quarter=5)
    assert db.session.scalar(select(func.count()).select_from(Encounter)) == 20


@time_machine.travel(DAY, tick=False)
@pytest.mark.sqlite_only
def test_what_is_referred_and_followed_up_keeps_the_tables_of_moves(demonstration: Cast) -> None:
    made = simulate(TERMINAL, NASHVILLE, quarters=1, seed=3, per_quarter=120)
    assert made["need"] == made["offer"] == made["encounter_need"] > 10
    for offer in db.session.scalars(select(Offer)):
        state = "draft"
        for event in offer.events:
            assert state in MOVES[event.action].sources, (state, event.action)
            assert event.role in MOVES[event.action].roles
            state = event.to_state
        assert (state, len(offer.events)) == (offer.state, offer.version)
    assert db.session.scalar(select(func.count()).select_from(OfferEvent)) == made["offer_event"]
    for task in db.session.scalars(select(ProgramTask)):
        assert (task.state == "open") == (task.closed_at is None)
        assert all(attempt.at >= task.opens_at for attempt in task.attempts)
    assert {need.person_id for need in db.session.scalars(select(Need))} == {None}


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("code", "more", "words"),
    [
        (NASHVILLE, {}, "--force"),
        ("magic", {"force": True}, "no program magic"),
        (NASHVILLE, {"quarters": 41, "force": True}, "1 to 40"),
        (NASHVILLE, {"per_quarter": 9_000_000, "force": True}, "at most"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_made(
    cast: Cast, code: str, more: Any, words: str
) -> None:
    with pytest.raises(Refused, match=words):
        simulate(TERMINAL, code, **({"quarters": 1, "seed": 1} | more))
    assert db.session.scalar(select(func.count()).select_from(Encounter)) == 0


@time_machine.travel(DAY, tick=False)
@pytest.mark.sqlite_only
def test_simulated_calls_know_their_contacts_as_if_each_try_had_been_recorded(demonstration: Cast) -> None:
    """At every cut the numbers read off the calls are those that the tasks and tries give, one by one."""
    simulate(TERMINAL, NASHVILLE, quarters=1, seed=7, per_quarter=150)
    program = db.session.scalars(select(ResponseProgram).where(ResponseProgram.preset == NASHVILLE)).one()
    _name, start, end = last_quarters(DAY, ZoneInfo("America/Chicago"), 1)[0]
    seen = set()
    for cut in (start + (end - start) * i / 4 for i in range(1, 9)):
        scope = ProgramScope(program, effective(program), start, end, cut, ZoneInfo("America/Chicago"))
        counted = _counts(scope, [(Encounter.person_after,)])
        assert counted == the_long_way(scope), cut
        seen.add(counted[0])
    assert len(seen) > 4


def the_long_way(scope: ProgramScope) -> list[tuple[int, int, int]]:
    found = Counter[str]()
    rows = db.session.scalars(select(ProgramTask).where(ProgramTask.kind.in_(CONTACTS)))
    for call, tasks in groupby(
        sorted(rows, key=lambda task: str(task.encounter_id)), lambda task: task.encounter
    ):
        if call is None or not call.meets_criteria or call.recorded_at > scope.cut:
            continue
        owed = [each for each in tasks if each.made_at <= scope.cut]
        spoken = [
            each.at
            for task in owed
            for each in task.attempts
            if each.result in PERSON and each.recorded_at <= scope.cut
        ]
        found["owing"] += bool(owed)
        for window in WINDOWS:
            if owed and call.received_at <= scope.cut - window - timedelta(days=LAG_DAYS):
                found[f"over {window}"] += 1
                found[f"done {window}"] += min(spoken, default=scope.cut) <= call.received_at + window
    return [
        (found[f"done {window}"], found[f"over {window}"], found["owing"] - found[f"over {window}"])
        for window in WINDOWS
    ]
