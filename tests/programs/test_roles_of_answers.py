"""Whose answer it is: another role's stands untouched; what would have followed is said before the end, by whom the preset says."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from portal import programs
from portal.programs import given_of
from portal.programs.models import Encounter, EncounterVersion, ResponseProgram
from portal.store import Conflict, Refused, clock, db
from tests.people import Cast
from tests.programs.acting import met, turned_on
from tests.referrals.acting import acting, send


@pytest.fixture
def team(cast: Cast) -> ResponseProgram:
    return turned_on(cast, "co-responder", (cast.responder, "officer"), (cast.colleague, "clinician"))


@pytest.fixture
def advocates(cast: Cast) -> ResponseProgram:
    return turned_on(cast, "advocates-framingham", (cast.responder, "officer"), (cast.colleague, "clinician"))


def test_another_roles_answers_are_neither_given_nor_lost(cast: Cast, team: ResponseProgram) -> None:
    officer, clinician = acting(cast.responder), acting(cast.colleague)
    with pytest.raises(Refused) as refused:
        programs.record_encounter(officer, team.id, met(facts={"acute_risk": "high"}))
    assert refused.value.field == "acute_risk"
    found = programs.record_encounter(officer, team.id, met(facts={"weapon": False}))
    programs.change_encounter(clinician, found, met(facts={"acute_risk": "high"}), version=1)
    for facts in ({"acute_risk": "none"}, {"weapon": True, "in_care": True}):
        with pytest.raises(Refused):
            programs.change_encounter(officer, found, met(facts=facts), version=2)
    programs.change_encounter(officer, found, met(facts={"weapon": True, "mode": "hub"}), version=2)
    assert db.session.get_one(Encounter, found).facts == {"weapon": True, "mode": "hub", "acute_risk": "high"}
    view = programs.encounter_for(officer, found)
    assert view is not None
    assert (view.facts, view.hidden) == ({"weapon": True, "mode": "hub"}, 1)


@pytest.mark.sqlite_only
def test_what_would_have_followed_is_the_officers_and_first(cast: Cast, advocates: ResponseProgram) -> None:
    officer, clinician = acting(cast.responder), acting(cast.colleague)
    for actor, given in (
        (clinician, met(outcome="", arrest_would="yes")),
        (officer, met(outcome="community", arrest_would="yes")),
    ):
        with pytest.raises(Refused) as refused:
            programs.record_encounter(actor, advocates.id, given)
        assert refused.value.field == "arrest_would"
    said = met(outcome="", arrest_would="yes", facts={"pre_arrest": True})
    found = programs.record_encounter(officer, advocates.id, said)
    ended = replace(said, outcome="community")
    programs.change_encounter(clinician, found, ended, version=1)
    for changed, field in (
        ({"arrest_would": "no"}, "arrest_would"),
        ({"arrest_would": ""}, "arrest_would"),
        ({"ed_would": "yes"}, "ed_would"),
        ({"facts": {"pre_arrest": False}}, "pre_arrest"),
        ({"outcome": ""}, "outcome"),
    ):
        with pytest.raises(Refused) as refused:
            programs.change_encounter(officer, found, replace(ended, **changed), version=2)
        assert refused.value.field == field
    kept = db.session.scalars(select(EncounterVersion)).one()
    assert (kept.values["arrest_would"], kept.values["disposition"]) == ("yes", ""), (
        "it shows that it came first"
    )


def test_a_time_is_noted_once_and_by_the_server(cast: Cast, team: ResponseProgram) -> None:
    officer = acting(cast.responder)
    with time_machine.travel(clock.now(), tick=False) as moved:
        found = programs.record_encounter(officer, team.id, met(outcome=""))
        moved.shift(timedelta(minutes=4, seconds=7))
        programs.note_time(officer, found, "on_scene_at", version=1)
        assert db.session.get_one(Encounter, found).on_scene_at == clock.now()
        with pytest.raises(Conflict):
            programs.note_time(officer, found, "cleared_at", version=1)
        with pytest.raises(Refused):
            programs.note_time(officer, found, "on_scene_at", version=2)
        moved.shift(timedelta(minutes=1))
        with pytest.raises(Refused) as refused:
            programs.note_time(officer, found, "dispatched_at", version=2)
        assert refused.value.field == "on_scene_at", "sent out after they were there"


@pytest.mark.sqlite_only
def test_a_referral_comes_of_one_call(cast: Cast, team: ResponseProgram) -> None:
    officer = acting(cast.responder)
    one, other = (programs.record_encounter(officer, team.id, met()) for _each in range(2))
    view = programs.encounter_for(officer, one)
    assert view is not None
    need = send(cast, name="Ann Example").id
    assert [loose.id for loose in programs.loose_needs(officer, view)] == [need]
    assert not programs.loose_needs(acting(cast.colleague), view), "of the sender alone"
    programs.tie_need(officer, one, need)
    programs.tie_need(officer, one, need)
    assert not programs.loose_needs(officer, view)
    with pytest.raises(Refused):
        programs.tie_need(officer, other, need)
    assert programs.encounter_of_need(officer, need) == one
    assert programs.encounter_of_need(acting(cast.stranger), need) is None


@pytest.mark.sqlite_only
def test_what_is_stored_is_what_was_handed_in(cast: Cast, team: ResponseProgram) -> None:
    given = met(
        reference="A 1/2",
        ordinal=2,
        services=("referral", "support"),
        facts={"mode": "hub"},
        age_band="18_24",
        language="es",
        race="several",
        contact_consent="no",
        referral_refused="refused",
        district_id=team.districts[0].district_id,
    )
    found = programs.record_encounter(acting(cast.responder), team.id, given)
    assert given_of(db.session.get_one(Encounter, found)) == given
