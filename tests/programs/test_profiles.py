"""Profiles: who may look with which call, how an address is found, what rotation and an old backup leave of them."""

import base64
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from portal import programs
from portal.programs import profiles, victims
from portal.programs.models import Encounter, Profile, ProfileLook, ProfileMark, ResponseProgram
from portal.programs.profiles.marks import address_texts, phone_text
from portal.referrals import NotHere, erase_again
from portal.store import Conflict, Refused, TooMany, clock, db, erased, write
from portal.store.actor import ANONYMOUS
from portal.store.peppers import Peppers
from tests.people import Cast
from tests.programs.acting import met, turned_on
from tests.referrals.acting import acting


@pytest.fixture
def program(cast: Cast) -> ResponseProgram:
    return turned_on(cast, "home-safe", (cast.colleague, "dispatcher"), (cast.responder, "officer"))


def given(**more: object) -> profiles.ProfileGiven:
    values: dict[str, object] = {
        "name": "Avi",
        "phones": ("615-555-0191",),
        "addresses": ("12 N. Oak Street Apt 3, Nashville, TN 37203",),
        "consent_by": "guardian",
        "agreed": True,
        "answers": {"calming": "Sing"},
    }
    return profiles.ProfileGiven(**(values | more))  # type: ignore[arg-type]


def made(program: ResponseProgram, **more: object) -> profiles.Made:
    return profiles.make_profile(ANONYMOUS, program.id, given(**more), network="192.0.2.1", once=uuid4())


def open_call(who: object, program: ResponseProgram) -> UUID:
    return programs.record_encounter(acting(who), program.id, met(outcome=""))  # type: ignore[arg-type]


def test_a_dispatcher_looks_with_any_open_call_and_an_officer_with_one_of_their_own(
    cast: Cast, program: ResponseProgram
) -> None:
    made(program)
    desk, officer = acting(cast.colleague), acting(cast.responder)
    theirs = open_call(cast.colleague, program)
    with pytest.raises(Refused):
        profiles.look_up(officer, program.id, theirs, "615-555-0191", "")
    assert len(profiles.look_up(desk, program.id, theirs, "615-555-0191", "")) == 1
    own = open_call(cast.responder, program)
    (look,) = profiles.look_up(officer, program.id, own, "", "12 North Oak St, Nashville")
    view = profiles.look_for(officer, look)
    assert view is not None
    assert view.content["answers"] == {"calming": "Sing"}
    assert profiles.look_for(desk, look) is None, "a look is its own looker's"
    with write() as session:
        session.get_one(Encounter, own).disposition = "resolved_on_scene"
    assert profiles.look_for(officer, look) is None, "the call has ended"
    for stranger in (cast.stranger, cast.provider, cast.steward, cast.supervisor):
        with pytest.raises(NotHere):
            profiles.look_up(acting(stranger), program.id, theirs, "615-555-0191", "")


@pytest.mark.sqlite_only
def test_a_list_of_phones_is_not_tried_out(cast: Cast, program: ResponseProgram) -> None:
    call, desk = open_call(cast.colleague, program), acting(cast.colleague)
    with pytest.raises(TooMany):  # noqa: PT012
        for number in range(31):
            assert profiles.look_up(desk, program.id, call, f"615-555-{number:04}", "") == []
    assert not db.session.scalars(select(ProfileLook)).all()


@pytest.mark.sqlite_only
def test_marks_are_found_under_a_newer_pepper_before_and_after_they_are_lifted(
    app: Flask, cast: Cast, program: ResponseProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(program)
    call, desk = open_call(cast.colleague, program), acting(cast.colleague)
    older = ",".join(
        f"{key_id}:{base64.b64encode(key).decode()}" for key_id, key in app.extensions["peppers"].keys
    )
    newer = Peppers.parse(f"q2:{base64.b64encode(b'n' * 32).decode()},{older}")
    monkeypatch.setitem(app.extensions, "peppers", newer)
    assert profiles.look_up(desk, program.id, call, "615-555-0191", "")
    assert profiles.lift_marks() == 3
    assert profiles.lift_marks() == 0
    assert {row.pepper_id for row in db.session.scalars(select(ProfileMark))} == {"q2"}
    assert profiles.look_up(desk, program.id, call, "", "12 N Oak St, 37203")


@pytest.mark.sqlite_only
def test_what_was_deleted_is_deleted_again_from_an_old_backup(cast: Cast, program: ResponseProgram) -> None:
    code = made(program).code
    key = profiles.OwnerKey(code)
    profiles.delete_profile(ANONYMOUS, key)
    assert erased.note_down() == 1
    with write() as session:  # as an older database has it
        row = session.scalars(select(Profile)).one()
        row.ended_at, row.end_reason, row.content = None, "", "{}"
        session.add(ProfileMark(profile_id=row.id, kind="phone", mac=b"x", pepper_id="q1"))
        session.delete(session.scalars(select(erased.Erased)).one())
    assert erase_again() == 1
    row = db.session.scalars(select(Profile)).one()
    assert (row.content, row.ended_at is not None) == (None, True)
    assert not db.session.scalars(select(ProfileMark)).all()


@pytest.mark.sqlite_only
def test_looks_are_kept_six_years(cast: Cast, program: ResponseProgram) -> None:
    made(program)
    profiles.look_up(
        acting(cast.colleague), program.id, open_call(cast.colleague, program), "615-555-0191", ""
    )
    assert profiles.purge_profiles(clock.now() + timedelta(days=6 * 365 - 1)) == 0
    assert profiles.purge_profiles(clock.now() + timedelta(days=6 * 365 + 1)) == 1
    assert not db.session.scalars(select(ProfileLook)).all()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("12 N. Oak Street Apt 3, Nashville, TN 37203", "12 north oak st, nashville", True),
        ("12 Oak St, Nashville 37203", "12 OAK ST #4, 37203-1234", True),
        ("12 Oak St, Nashville", "12 Oak Ave, Nashville", False),
        ("12 N Oak St, Nashville", "12 S Oak St, Nashville", False),
        ("12 Oak St, Nashville", "14 Oak St, Nashville", False),
        ("12 Oak St, Nashville", "12 Oak St, Memphis", False),
        ("12 Oak St", "12 Oak St", False),
    ],
)
def test_an_address_is_found_however_it_is_written_and_no_other_is(one: str, other: str, same: bool) -> None:
    assert bool(set(address_texts(one)) & set(address_texts(other))) == same


def test_a_phone_needs_its_area_code() -> None:
    assert phone_text("+1 (615) 555-0191 ext 4") == "6155550191"
    assert phone_text("555-0191") == ""


def test_an_owner_changes_confirms_and_deletes_and_an_advocate_comes(
    cast: Cast, program: ResponseProgram
) -> None:
    """What locks rows, on both databases."""
    key = profiles.OwnerKey(made(program).code)
    view = profiles.change_profile(ANONYMOUS, key, given(phones=("615-555-0199",)), version=1)
    assert view.content["phones"] == ["615-555-0199"]
    with pytest.raises(Conflict):
        profiles.change_profile(ANONYMOUS, key, given(), version=1)
    assert profiles.confirm_profile(ANONYMOUS, key).version == 2
    assert profiles.tick_profiles(clock.now()) == 0
    profiles.delete_profile(ANONYMOUS, key)
    assert profiles.open_profile(ANONYMOUS, key) is None
    team = turned_on(cast, "dvert-cincinnati", (cast.shelter_worker, "advocate"))
    call = victims.call_advocate(acting(cast.responder), team.id)
    victims.record_arrival(acting(cast.shelter_worker), call, clock.now())
    with pytest.raises(Conflict):
        victims.record_arrival(acting(cast.shelter_worker), call, clock.now())
