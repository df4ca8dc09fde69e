"""Encounters: recorded, finished, corrected, signed; and nobody stands beside an arrest."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal import programs
from portal.programs.models import Encounter, EncounterVersion, ProgramTask, ResponseProgram
from portal.referrals import NotHere
from portal.store import Conflict, Refused, clock, db, write
from tests.people import Cast
from tests.programs.acting import met
from tests.referrals.acting import acting, send


def test_an_encounter_is_recorded_and_owes_a_call_within_a_day(
    cast: Cast, co_response: ResponseProgram
) -> None:
    actor = acting(cast.responder)
    found = programs.record_encounter(
        actor, co_response.id, met(services=("support", "referral"), reference="23-00417")
    )
    view = programs.encounter_for(actor, found)
    assert view is not None
    assert view.row.disposition == "resolved_on_scene"
    assert set(view.row.services) == {"support", "referral"}
    task = db.session.scalars(select(ProgramTask)).one()
    assert (task.step, task.role) == ("specialist", "follow_up_specialist")
    assert task.due_at - task.made_at == timedelta(hours=24)


def test_who_does_not_work_in_the_program_finds_nothing(cast: Cast, co_response: ResponseProgram) -> None:
    found = programs.record_encounter(acting(cast.responder), co_response.id, met())
    for account in cast.everybody.values():
        works = account in (cast.responder, cast.colleague, cast.supervisor)
        assert (programs.encounter_for(acting(account), found) is not None) == works, account.name
        assert bool(programs.encounters_for(acting(account), co_response.id)) == works, account.name
    with pytest.raises(NotHere):
        programs.record_encounter(acting(cast.stranger), co_response.id, met())


def test_a_correction_keeps_what_stood_before(cast: Cast, co_response: ResponseProgram) -> None:
    actor = acting(cast.responder)
    found = programs.record_encounter(actor, co_response.id, met())
    programs.change_encounter(actor, found, met(outcome="hospital"), version=1)
    kept = db.session.scalars(select(EncounterVersion)).one()
    assert (kept.version, kept.values["disposition"]) == (1, "resolved_on_scene")
    assert db.session.get_one(Encounter, found).disposition == "hospital"
    with pytest.raises(Conflict):
        programs.change_encounter(actor, found, met(outcome="refused"), version=1)
    assert len(db.session.scalars(select(ProgramTask)).all()) == 1  # still one, not two


def test_two_people_sign_and_nobody_signs_twice(cast: Cast, co_response: ResponseProgram) -> None:
    officer, clinician = acting(cast.responder), acting(cast.colleague)
    found = programs.record_encounter(officer, co_response.id, met())
    programs.sign_encounter(officer, found, "officer")
    view = programs.encounter_for(officer, found)
    assert view is not None
    assert view.missing == ("clinician",)
    with pytest.raises(Refused):
        programs.sign_encounter(officer, found, "clinician")
    with pytest.raises(Conflict):
        programs.sign_encounter(officer, found, "officer")
    programs.sign_encounter(clinician, found, "clinician")
    view = programs.encounter_for(clinician, found)
    assert view is not None
    assert view.missing == ()


def test_an_arrest_stands_beside_nobody(cast: Cast, co_response: ResponseProgram) -> None:
    actor = acting(cast.responder)
    need = send(cast, name="Ann Example", phone="615-555-0142").id
    tied = programs.record_encounter(actor, co_response.id, met())
    programs.tie_need(actor, tied, need)
    assert db.session.get_one(Encounter, tied).client_id is not None
    with pytest.raises(Refused):
        programs.change_encounter(actor, tied, met(outcome="arrest"), version=1)
    arrested = programs.record_encounter(actor, co_response.id, met(outcome="arrest"))
    with pytest.raises(Refused):
        programs.tie_need(actor, arrested, need)
    client = db.session.get_one(Encounter, tied).client_id
    with pytest.raises(IntegrityError), write() as session:
        session.get_one(Encounter, arrested).client_id = client


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"source": "smoke signal"}, "source"),
        ({"outcome": "vanished"}, "outcome"),
        ({"services": ("magic",)}, "services"),
        ({"facts": {"charge": True}}, "charge"),
        ({"reference": "<script>"}, "reference"),
        ({"arrest_would": "yes"}, "arrest_would"),
        ({"ordinal": 0}, "ordinal"),
        ({"race": "martian"}, "race"),
    ],
)
def test_what_the_preset_does_not_know_is_refused_by_field(
    cast: Cast, co_response: ResponseProgram, given: dict[str, object], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        programs.record_encounter(acting(cast.responder), co_response.id, met(**given))
    assert refused.value.field == field
    assert not db.session.scalars(select(Encounter)).all()


def test_times_stand_in_order_and_not_in_the_future(cast: Cast, co_response: ResponseProgram) -> None:
    now = clock.now()
    for times, field in (
        ({"received_at": now + timedelta(hours=1)}, "received_at"),
        ({"received_at": now, "on_scene_at": now - timedelta(minutes=1)}, "on_scene_at"),
        ({"on_scene_at": now, "cleared_at": now - timedelta(minutes=1)}, "cleared_at"),
    ):
        with pytest.raises(Refused) as refused:
            programs.record_encounter(acting(cast.responder), co_response.id, met(**times))
        assert refused.value.field == field


def test_one_number_of_the_agency_is_recorded_once_a_person(cast: Cast, co_response: ResponseProgram) -> None:
    actor = acting(cast.responder)
    programs.record_encounter(actor, co_response.id, met(reference="A-1"))
    with pytest.raises(Refused) as refused:
        programs.record_encounter(actor, co_response.id, met(reference="A-1"))
    assert refused.value.field == "reference"
    programs.record_encounter(actor, co_response.id, met(reference="A-1", ordinal=2))
