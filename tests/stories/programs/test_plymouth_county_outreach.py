"""Plymouth County Outreach: an overdose in town A of somebody who lives in town B. The right town has it at hour 0, an alarm at 60."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import Account, Membership
from portal.directory.models import Organization
from portal.messages.models import Message
from portal.programs.models import District, ProgramDistrict, ProgramMember, ProgramTask, ResponseProgram
from portal.store import clock, db, write
from tests.people import Cast
from tests.programs.acting import turned_on
from tests.programs.working import called, lines_of, listed, received, tasks_of, tick, tried
from tests.web.forms import SignIn, press

pytestmark = pytest.mark.sqlite_only
START = datetime(2026, 7, 6, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def moved() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def pco(cast: Cast) -> ResponseProgram:
    """The responder is the officer of Abington, the stranger that of Brockton (another department), where a designee keeps the data;
    the provider is the recovery coach of both."""
    program = turned_on(
        cast,
        "plymouth-county-outreach",
        (cast.responder, "outreach_officer"),
        (cast.stranger, "outreach_officer"),
        (cast.provider, "coach"),
        districts=(),
    )
    here, there = cast.team, db.session.get_one(Organization, _home(cast.stranger))
    with write() as session:
        keeper = Account(
            community_id=cast.community.id,
            email="designee@test.invalid",
            name="Des Ignee",
            created_at=clock.now(),
        )
        session.add(keeper)
        session.flush()
        session.add(Membership(account_id=keeper.id, role="responder", organization_id=there.id))
        session.add(
            ProgramMember(
                program_id=program.id, account_id=keeper.id, role="designee", since=date(2020, 1, 1)
            )
        )
        for name, department in (("Abington", here), ("Brockton", there)):
            town = District(
                community_id=cast.community.id, name=name, kind="town", organization_id=department.id
            )
            session.add(town)
            session.flush()
            session.add(ProgramDistrict(program_id=program.id, district_id=town.id, since=date(2020, 1, 1)))
    return program


def _home(account: Account) -> object:
    return next(row.organization_id for row in account.memberships)


def town(name: str) -> str:
    return str(db.session.scalars(select(District.id).where(District.name == name)).one())


def designee() -> Account:
    return db.session.scalars(select(Account).where(Account.email == "designee@test.invalid")).one()


def told(address: str) -> int:
    rows = db.session.scalars(select(Message).where(Message.to_address == address)).all()
    assert all(row.subject == "You have a new item in Handrail" for row in rows)
    assert not any("verdose" in row.text or "Brockton" in row.text for row in rows)
    return len(rows)


def test_the_town_where_the_person_lives_has_it_at_hour_0_and_an_alarm_at_hour_60(
    app: Flask, cast: Cast, pco: ResponseProgram, signed_in_as: SignIn, moved: time_machine.Traveller
) -> None:
    in_a, in_b = signed_in_as(cast.responder), signed_in_as(cast.stranger)
    call = called(
        in_a, pco.id, source="fire_ems", outcome="refused", district_id=town("Abington"),
        home_district_id=town("Brockton"), ask_naloxone_before="yes",
    )  # fmt: skip
    visit = tasks_of(call)["visit"]
    came = received(call)
    assert visit.organization_id == _home(cast.stranger)
    assert (visit.opens_at - came, visit.alarm_at, visit.due_at - came) == (
        12 * HOUR, came + 60 * HOUR, 72 * HOUR
    )  # fmt: skip
    assert "Brockton" in in_b.get("/tasks").text, "town B sees it at once"
    assert in_a.get(f"/tasks/{visit.id}").status_code == 404, "town A does not"
    assert signed_in_as(cast.provider).get(f"/tasks/{visit.id}").status_code == 200, (
        "the coach goes to every town"
    )

    moved.move_to(START + 20 * HOUR)
    in_b = signed_in_as(cast.stranger)
    assert listed(in_b) == ["Visit in plain clothes"]
    tried(
        in_b, visit, "in_person", "not_home", roles=["outreach_officer", "coach"], again_at="2026-07-08T18:00"
    )
    assert "Next try" in in_b.get(f"/tasks/{visit.id}").text, "not home: somebody comes again"

    moved.move_to(START + 59 * HOUR)
    tick()
    assert told("designee@test.invalid") == 0
    moved.move_to(START + 60 * HOUR)
    tick()
    tick()
    assert told("designee@test.invalid") == 1, "once, to the data designee of the town whose it is"
    assert told("responder@test.invalid") == 0
    page = signed_in_as(designee()).get(f"/tasks/{visit.id}").text
    assert "Alarm" in page
    assert "Record a try" not in page, "the designee looks, and does not visit"

    moved.move_to(START + 66 * HOUR)
    in_b = signed_in_as(cast.stranger)
    tried(in_b, visit, "in_person", "reached", ends="connected", given=["naloxone", "drop_in"])
    moved.move_to(START + timedelta(days=50))
    numbers = lines_of(signed_in_as(cast.supervisor), pco.id, "2026-q3")
    reached = numbers["M17", "Follow-up done", "Spoke with the person within 72 hours"]
    assert (reached["numerator"], reached["denominator"]) == ("1", "1")
    where = {label: row["numerator"] for (code, _table, label), row in numbers.items() if code == "M01"}
    assert {label.split(",")[0]: number for label, number in where.items() if "since" in label} == {
        "Abington": "1", "Brockton": "0"
    }  # fmt: skip


def test_in_treatment_already_is_told_to_the_coach_and_nobody_visits(
    app: Flask, cast: Cast, pco: ResponseProgram, signed_in_as: SignIn, moved: time_machine.Traveller
) -> None:
    in_a = signed_in_as(cast.responder)
    known = called(
        in_a,
        pco.id,
        source="fire_ems",
        outcome="stayed",
        district_id=town("Abington"),
        ask_in_treatment="yes",
    )
    assert set(tasks_of(known)) == {"tell_coach"}
    coach = signed_in_as(cast.provider)
    assert press(coach, f"/tasks/{tasks_of(known)['tell_coach'].id}/ending").status_code == 303
    assert tasks_of(known)["tell_coach"].result == "done"

    found_out = called(in_a, pco.id, source="fire_ems", outcome="stayed", district_id=town("Abington"))
    moved.move_to(START + 13 * HOUR)
    tried(signed_in_as(cast.responder), tasks_of(found_out)["visit"], "phone", "family", ends="in_treatment")
    assert tasks_of(found_out)["tell_coach"].state == "open", "said at the door: the coach is told then"


def test_a_death_leads_to_the_family_after_four_to_six_weeks(
    app: Flask, cast: Cast, pco: ResponseProgram, signed_in_as: SignIn, moved: time_machine.Traveller
) -> None:
    call = called(
        signed_in_as(cast.responder), pco.id, source="fire_ems", outcome="died", district_id=town("Brockton")
    )
    assert set(tasks_of(call)) == {"family"}
    family = tasks_of(call)["family"]
    came = received(call)
    assert (family.opens_at - came, family.due_at - came) == (timedelta(weeks=4), timedelta(weeks=6))
    moved.move_to(START + timedelta(weeks=5))
    tried(
        signed_in_as(cast.provider), family, "in_person", "family", ends="family_contact", given="family_help"
    )
    assert tasks_of(call)["family"].result == "family_contact"


def test_every_morning_each_town_looks_through_the_last_24_hours(
    app: Flask, cast: Cast, pco: ResponseProgram, signed_in_as: SignIn, moved: time_machine.Traveller
) -> None:
    called(
        signed_in_as(cast.responder),
        pco.id,
        source="fire_ems",
        outcome="stayed",
        district_id=town("Brockton"),
    )
    moved.move_to(START + 22 * HOUR)  # 8 in the morning
    tick()
    tick()
    rows = db.session.scalars(select(ProgramTask).where(ProgramTask.step == "morning_review")).all()
    assert len(rows) == 2, "one a department, however often the clock looks"
    keeper = signed_in_as(designee())
    assert listed(keeper) == ["Look through the last 24 hours", "Visit in plain clothes"]
    mine = next(row for row in rows if row.organization_id == _home(cast.stranger))
    page = keeper.get(f"/tasks/{mine.id}").text
    assert "What came in" in page
    assert "Visit in plain clothes" in page
    assert press(keeper, f"/tasks/{mine.id}/ending").status_code == 303
    assert listed(keeper) == ["Visit in plain clothes"]
