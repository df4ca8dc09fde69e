"""Calls out of another system's table: known again by their number, corrected with a version, refused row by row."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from portal import programs
from portal.programs import IncomingRow, RowFault
from portal.programs.models import Encounter, EncounterImport, EncounterVersion, ProgramTask, ResponseProgram
from portal.referrals import NotHere
from portal.store import Refused, clock, db
from portal.store.actor import TERMINAL
from tests.people import Cast
from tests.programs.acting import met
from tests.referrals.acting import acting, send

JULY = datetime(2026, 7, 2, 19, 5, tzinfo=UTC)


def row(number: int, **values: Any) -> IncomingRow:
    """One call of July."""
    plain = {"reference": f"26-{number:05d}", "source": "911", "received_at": JULY, "outcome": "resolved"}
    return IncomingRow(number, plain | values)


def counted(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_the_same_rows_again_change_nothing_and_others_become_versions(
    cast: Cast, co_response: ResponseProgram
) -> None:
    actor = acting(cast.supervisor)
    rows = [row(number, services=("support", "referral")) for number in range(1, 8)]
    first = programs.take_encounters(actor, co_response.id, rows)
    assert (first.created, first.corrected, first.unchanged, first.faults) == (7, 0, 0, [])
    again = programs.take_encounters(actor, co_response.id, rows)
    assert (again.created, again.corrected, again.unchanged) == (0, 0, 7)
    assert counted(EncounterVersion) == 0
    better = programs.take_encounters(
        TERMINAL, co_response.id, [row(3, outcome="hospital"), row(8), row(3, ordinal=2)]
    )
    assert (better.created, better.corrected, better.unchanged) == (2, 1, 0)
    kept = db.session.scalars(select(EncounterVersion)).one()
    assert kept.values["disposition"] == "resolved_on_scene"
    assert kept.values["services"] == ["referral", "support"]
    changed = db.session.scalars(
        select(Encounter).where(Encounter.reference == "26-00003", Encounter.ordinal == 1)
    ).one()
    assert (changed.disposition, changed.version, changed.recorded_by) == ("hospital", 2, None)
    assert set(changed.services) == {"support", "referral"}, "what the row does not say stays"
    assert counted(EncounterImport) == 3


@pytest.mark.sqlite_only
def test_a_bad_row_is_refused_with_its_line_and_the_others_are_taken(
    cast: Cast, co_response: ResponseProgram
) -> None:
    taken = programs.take_encounters(
        acting(cast.supervisor),
        co_response.id,
        [
            row(2, outcome="vanished"),
            row(3),
            IncomingRow(4, {"source": "911", "received_at": JULY}),
            row(3),
            RowFault(6, "No.", "outcome"),
            row(7, on_scene_at=JULY - timedelta(hours=1)),
            row(8, received_at=clock.now() + timedelta(days=1)),
            IncomingRow(9, {"reference": "A", "source": "911"}),
        ],
    )
    assert taken.created == 1
    assert [(fault.line, fault.field) for fault in taken.faults] == [
        (2, "outcome"),
        (4, "reference"),
        (3, "reference"),
        (6, "outcome"),
        (7, "on_scene_at"),
        (8, "received_at"),
        (9, "received_at"),
    ]
    assert counted(Encounter) == 1


@pytest.mark.sqlite_only
def test_a_try_writes_nothing_and_says_the_same(cast: Cast, co_response: ResponseProgram) -> None:
    rows = [row(number) for number in range(1, 1200)] + [row(5)]
    tried = programs.take_encounters(acting(cast.supervisor), co_response.id, rows, dry_run=True)
    assert (tried.created, len(tried.faults)) == (1199, 1)
    assert (counted(Encounter), counted(EncounterImport)) == (0, 0)


@pytest.mark.sqlite_only
def test_a_run_that_is_cut_short_is_done_again_and_ends_the_same(
    cast: Cast, co_response: ResponseProgram
) -> None:
    rows = [row(number) for number in range(1, 701)]

    def cut() -> Iterator[IncomingRow]:
        yield from rows[:600]
        raise OSError("pulled out")

    with pytest.raises(OSError, match="pulled out"):
        programs.take_encounters(TERMINAL, co_response.id, cut())
    assert counted(Encounter) == 500
    done = programs.take_encounters(TERMINAL, co_response.id, rows)
    assert (done.created, done.unchanged) == (200, 500)


@pytest.mark.sqlite_only
def test_old_calls_owe_nothing_and_new_ones_what_lies_ahead(cast: Cast, co_response: ResponseProgram) -> None:
    now = clock.now()
    rows = [
        row(1),
        row(2, received_at=now - timedelta(hours=30)),
        row(3, received_at=now - timedelta(hours=5)),
    ]
    programs.take_encounters(TERMINAL, co_response.id, rows)
    task = db.session.scalars(select(ProgramTask)).one()
    assert task.encounter is not None
    assert task.encounter.reference == "26-00003"
    assert task.due_at - task.encounter.received_at == timedelta(hours=24)


@pytest.mark.sqlite_only
def test_a_row_finds_the_call_that_was_recorded_on_the_phone(
    cast: Cast, co_response: ResponseProgram
) -> None:
    actor = acting(cast.responder)
    phone = programs.record_encounter(
        actor, co_response.id, met(reference="26-00009", met_before="first", services=("support",))
    )
    need = send(cast, name="Ann Example", phone="615-555-0142").id
    programs.tie_need(actor, phone, need)
    came = db.session.get_one(Encounter, phone).received_at - timedelta(minutes=4)
    taken = programs.take_encounters(
        TERMINAL, co_response.id, [IncomingRow(2, {"reference": "26-00009", "received_at": came})]
    )
    assert taken.corrected == 1
    stands = db.session.get_one(Encounter, phone)
    assert (stands.received_at, stands.met_before, stands.outcome) == (came, "first", "resolved")
    refused = programs.take_encounters(
        TERMINAL, co_response.id, [IncomingRow(2, {"reference": "26-00009", "outcome": "arrest"})]
    )
    assert [fault.field for fault in refused.faults] == ["outcome"], "nobody stands beside an arrest"
    assert db.session.get_one(Encounter, phone).disposition == "resolved_on_scene"


@pytest.mark.sqlite_only
def test_only_supervisors_and_the_terminal_bring_calls_in(cast: Cast, co_response: ResponseProgram) -> None:
    for account in cast.everybody.values():
        actor = acting(account)
        if account is cast.supervisor:
            continue
        with pytest.raises(NotHere):
            programs.take_encounters(actor, co_response.id, [row(1)])
        with pytest.raises(NotHere):
            programs.keep_encounter_mapping(actor, co_response.id, "ours", {}, {}, {})
        assert not programs.encounter_mappings(actor, co_response.id)
        assert not programs.encounter_imports(actor, co_response.id)
    boss = acting(cast.supervisor)
    programs.keep_encounter_mapping(boss, co_response.id, " Our  CAD ", {"reference": ["Id"]}, {}, {})
    programs.keep_encounter_mapping(boss, co_response.id, "Our CAD", {"reference": ["No"]}, {}, {})
    assert [(each.name, each.columns) for each in programs.encounter_mappings(boss, co_response.id)] == [
        ("Our CAD", {"reference": ["No"]})
    ]
    with pytest.raises(Refused):
        programs.keep_encounter_mapping(boss, co_response.id, "  ", {}, {}, {})
    assert counted(Encounter) == 0
