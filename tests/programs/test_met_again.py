"""People met again: named once, known again by a random key, nobody beside an arrest; and all of it erased in its time."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from portal import programs, referrals
from portal.programs import FamilyCall, ToldPerson
from portal.programs.models import CareRequest, Encounter, FamilyNote, ProgramCase, ResponseProgram
from portal.referrals import NotHere
from portal.referrals.models import BlindIndex, Client, Person
from portal.store import Base, Conflict, Refused, TooMany, clock, db, write
from tests.people import Cast
from tests.programs.acting import met, turned_on
from tests.referrals.acting import acting, fresh, send

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
BORN = date(1980, 2, 29)
QUILL = ToldPerson("Quill Canary", BORN, "615-555-0177")
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def moved() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def team(cast: Cast) -> ResponseProgram:
    return turned_on(cast, "case-management", (cast.colleague, "case_manager"))


def met_at(
    cast: Cast, program: ResponseProgram, told: ToldPerson | None = QUILL, **given: object
) -> Encounter:
    actor = acting(cast.responder)
    found = programs.record_encounter(actor, program.id, met(**given))
    if told is not None:
        programs.meet_person(actor, found, told)
    return db.session.get_one(Encounter, found)


def number(table: type[Base]) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_the_same_person_has_the_same_key_at_a_call_and_in_a_referral(
    cast: Cast, team: ResponseProgram
) -> None:
    need = send(cast, name="Canary, Quill", phone="+1 (615) 555-0177", date_of_birth=BORN)
    first, again = met_at(cast, team), met_at(cast, team, ToldPerson("QUILL CANARY", None, "6155550177"))
    assert first.client_id == again.client_id == fresh(need).client_id
    assert met_at(cast, team, ToldPerson("Quill Canary", date(1950, 2, 28), "")).client_id != first.client_id
    for little in (ToldPerson("Q. C.", BORN), ToldPerson("", None, "615-555-0177")):
        alone = met_at(cast, team, little)
        assert alone.person_id is not None
        assert alone.client_id is None, "counted as nobody known, and never joined"
    assert not db.session.scalar(
        text("SELECT count(*) FROM blind_index WHERE need_id IS NULL AND met_id IS NULL")
    )


def test_nobody_is_named_twice_at_one_call_at_an_arrest_or_late(
    cast: Cast, team: ResponseProgram, moved: time_machine.Traveller, co_response: ResponseProgram
) -> None:
    actor, named = acting(cast.responder), met_at(cast, team)
    with pytest.raises(Conflict):
        programs.meet_person(actor, named.id, ToldPerson("Another Name", BORN))
    arrest = met_at(cast, team, None, outcome="arrest")
    with pytest.raises(Refused):
        programs.meet_person(actor, arrest.id, QUILL)
    with pytest.raises(Refused):
        programs.change_encounter(actor, named.id, met(outcome="arrest"), version=1)
    for column, value in (("person_id", named.person_id), ("client_id", named.client_id)):
        with pytest.raises(IntegrityError), write() as session:
            setattr(session.get_one(Encounter, arrest.id), column, value)
    hurt = met_at(cast, team, None, facts={"hurt": True})
    with pytest.raises(Refused):
        programs.meet_person(actor, hurt.id, QUILL)
    with pytest.raises(Refused):
        programs.change_encounter(actor, named.id, met(facts={"hurt": True}), version=1)
    late = met_at(cast, team, None)
    moved.shift(timedelta(hours=13))
    with pytest.raises(Refused):
        programs.meet_person(actor, late.id, QUILL)
    with pytest.raises(NotHere):
        programs.meet_person(acting(cast.stranger), late.id, QUILL)
    for wrong, field in (
        (ToldPerson(), "name"),
        (ToldPerson("x" * 81), "name"),
        (ToldPerson("A B", date(1799, 1, 1)), "born"),
    ):
        with pytest.raises(Refused) as refused:
            programs.meet_person(actor, met_at(cast, team, None).id, wrong)
        assert refused.value.field == field
    assert number(Person) == 1


def test_names_are_not_tried_one_after_another(cast: Cast, team: ResponseProgram) -> None:
    for index in range(20):
        met_at(cast, team, ToldPerson(f"Some Body{'abcdefghijklmnopqrst'[index]}", BORN))
    with pytest.raises(TooMany):
        met_at(cast, team, QUILL)


def test_taking_a_name_back_leaves_nothing_of_it(cast: Cast, team: ResponseProgram) -> None:
    row = met_at(cast, team)
    with pytest.raises(Refused):
        programs.forget_met_person(acting(cast.colleague), row.id)
    programs.forget_met_person(acting(cast.responder), row.id)
    assert (number(Person), number(BlindIndex), number(Client)) == (0, 0, 0)
    assert met_at(cast, team).client_id is not None


def test_who_may_open_a_person_is_said_by_the_preset(cast: Cast, team: ResponseProgram) -> None:
    row = met_at(cast, team)
    for name, account in cast.everybody.items():
        opened = programs.open_met(acting(account), row.id)
        assert (opened is not None) == (name in ("responder", "colleague")), name


def test_what_was_known_goes_by_its_clocks_and_nothing_before(
    app: Flask, cast: Cast, team: ResponseProgram, moved: time_machine.Traveller
) -> None:
    line = turned_on(cast, "cmpd-cit-charlotte", (cast.colleague, "family_line"))
    clinic = turned_on(cast, "mhst-tucson", (cast.provider, "clinic"), (cast.colleague, "officer"))
    rows = [met_at(cast, team) for _each in range(5)]
    manager = acting(cast.colleague)
    programs.take_family_call(manager, line.id, FamilyCall(QUILL, "Call him Q.", "", "May", "615-555-0143"))
    case = db.session.scalars(select(ProgramCase)).one()
    programs.record_case_consent(manager, case.id, "yes", version=1)
    programs.write_plan(manager, case.id, "Speak low.", "", version=2)
    asked = programs.ask_care(
        acting(cast.provider), clinic.id, programs.CareAsk("reengage", "agreed", QUILL, "Park")
    )
    programs.take_care(manager, asked, version=1)
    programs.log_visit(manager, asked, "in_person", "reached", version=2)
    programs.end_care(manager, asked, "spoke", version=3)
    people = number(Person)
    moved.shift(31 * DAY)
    programs.purge_met(clock.now())
    request = db.session.get_one(CareRequest, asked, populate_existing=True)
    assert (request.person_id, request.place, number(Person)) == (None, None, people - 1)
    moved.shift(70 * DAY)
    programs.purge_met(clock.now())
    assert number(Person) == people - 1 - 4, "the one whose case is open stays"
    programs.close_case(manager, case.id, "settled", version=3)
    moved.shift(31 * DAY)
    programs.purge_met(clock.now())
    case = db.session.get_one(ProgramCase, case.id, populate_existing=True)
    assert (case.plan_helps, case.person_id) == (None, None)
    moved.shift(90 * DAY)
    programs.purge_met(clock.now())
    assert number(Person) == 1, "of the family's note"
    assert db.session.get_one(Encounter, rows[0].id).client_id is not None
    moved.shift(200 * DAY)
    programs.purge_met(clock.now())
    note = db.session.scalars(select(FamilyNote)).one()
    assert (note.helps, note.caller_name, note.caller_phone, note.client_id) == (None,) * 4
    assert number(Person) == 0
    referrals.purge_due(clock.now())
    assert number(BlindIndex) == 0
    moved.shift(400 * DAY)
    programs.purge_met(clock.now())
    assert number(Client) == 0
    assert not any(db.session.get_one(Encounter, row.id, populate_existing=True).client_id for row in rows)
    assert programs.purge_met(clock.now()) == 0, "nothing is erased twice"


def test_a_persons_own_wish_erases_their_calls_and_cases_too(cast: Cast, team: ResponseProgram) -> None:
    need = send(cast, name="Quill Canary", date_of_birth=BORN)
    rows = [met_at(cast, team, age_band="25_64", language="es") for _each in range(5)]
    officer = acting(cast.privacy_officer)
    card = referrals.give_receipt(acting(cast.responder), need.id)
    wish = referrals.begin_request(officer, card.short_code, "photo_document")
    copy = str(referrals.export_person(officer, wish))
    assert "Quill Canary" in copy
    hold = referrals.place_hold(officer, str(need.id), "Order of the court")
    programs.tie_need(acting(cast.responder), rows[0].id, need.id)
    with pytest.raises(Refused):
        programs.erase_met(officer, wish)
    assert number(ProgramCase) == 1
    assert db.session.get_one(Encounter, rows[1].id).person_id is not None
    referrals.lift_hold(officer, hold)
    with pytest.raises(NotHere):
        programs.erase_met(acting(cast.provider), wish)
    programs.erase_met(officer, wish)
    assert (number(Person), number(BlindIndex), number(Client)) == (0, 0, 0)
    for row in rows:
        db.session.refresh(row)
        assert (row.client_id, row.person_id, row.age_band, row.language) == (None, None, "unknown", "")
        assert row.outcome == "resolved"
    case = db.session.scalars(select(ProgramCase)).one()
    assert (case.client_id, case.person_id) == (None, None)
