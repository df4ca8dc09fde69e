"""Tasks in hand: who sees them, taken once, handed over, given up after all tries, and the person's own word."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from portal import programs
from portal.accounts.models import Account
from portal.messages import TextIn
from portal.messages.models import Message
from portal.programs import Try
from portal.programs.models import ProgramTask, ResponseProgram, TaskAttempt, TaskText
from portal.referrals import NotHere, give_receipt, receive_text
from portal.store import Conflict, Refused, clock, db
from tests.people import Cast
from tests.programs.acting import met, turned_on
from tests.programs.working import called, listed, tasks_of, tick
from tests.referrals.acting import acting, send
from tests.web.forms import SignIn, press

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def care(cast: Cast) -> ResponseProgram:
    return turned_on(
        cast,
        "care-chicago",
        (cast.responder, "officer"),
        (cast.colleague, "clinician"),
        (cast.provider, "paramedic"),
    )


def owed(cast: Cast, care: ResponseProgram, **given: Any) -> ProgramTask:
    """The task of the first day after a call of the alternate team."""
    facts = met(outcome="services_only", response_type="alternate", **given)
    return tasks_of(programs.record_encounter(acting(cast.colleague), care.id, facts))["day_1"]


def test_only_who_works_a_step_sees_it_and_the_supervisor(cast: Cast, care: ResponseProgram) -> None:
    task = owed(cast, care)
    for account in cast.everybody.values():
        sees = account in (cast.colleague, cast.provider, cast.supervisor)
        assert (programs.task_for(acting(account), task.id) is not None) == sees, account.name
        assert bool(programs.work_list(acting(account)).now) == sees, account.name
    with pytest.raises(NotHere):
        programs.record_try(acting(cast.responder), task.id, Try("phone", "no_answer"), version=1)


def test_a_task_is_taken_once_and_handed_over_with_a_letter(cast: Cast, care: ResponseProgram) -> None:
    task, clinician, medic = owed(cast, care), acting(cast.colleague), acting(cast.provider)
    programs.take_task(clinician, task.id, version=1)
    with pytest.raises(Conflict):
        programs.take_task(medic, task.id, version=1)
    with pytest.raises(Refused):
        programs.give_back(medic, task.id, version=2)
    with pytest.raises(Refused):
        programs.hand_over(clinician, task.id, cast.responder.id, version=2)  # an officer works no such task
    programs.hand_over(clinician, task.id, cast.provider.id, version=2)
    view = programs.task_for(medic, task.id)
    assert view is not None
    assert (view.line.holder, view.line.mine) == ("Pat Provider", True)
    assert [what for _at, what, _who, _to in view.events] == ["taken", "handed_over"]
    assert [row.to_address for row in db.session.scalars(select(Message))] == [cast.provider.email]


def test_a_shift_hands_over_all_that_it_holds(
    cast: Cast, care: ResponseProgram, signed_in_as: SignIn
) -> None:
    first, second = owed(cast, care), owed(cast, care)
    for task in (first, second):
        programs.take_task(acting(cast.colleague), task.id, version=1)
    browser = signed_in_as(cast.colleague)
    assert "My shift ends" in browser.get("/tasks?mine=1").text
    assert press(browser, "/tasks/shift").status_code == 422
    assert press(browser, "/tasks/shift", holder=str(cast.responder.id)).status_code == 422
    assert press(browser, "/tasks/shift", holder=str(cast.provider.id)).status_code == 303
    assert listed(signed_in_as(cast.provider), "/tasks?mine=1") == ["How are you? After 1 day"] * 2
    assert len(db.session.scalars(select(Message)).all()) == 1, "told once, not twice"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (Try("pigeon", "no_answer"), "means"),
        (Try("phone", "answered"), "result"),
        (Try("phone", "no_answer", ends="connected"), "ends"),
        (Try("phone", "family", ends="family_contact"), "ends"),  # in this program only the person counts
        (Try("phone", "no_answer", roles=("pilot",)), "roles"),
        (Try("phone", "reached", given=("ride",)), "given"),
        (Try("phone", "no_answer", at=clock.now() + timedelta(hours=9)), "at"),
        (Try("phone", "no_answer", again_at=clock.now() - timedelta(hours=9)), "again_at"),
    ],
)
def test_a_try_that_cannot_be_is_refused_by_field(
    cast: Cast, care: ResponseProgram, given: Try, field: str
) -> None:
    task = owed(cast, care)
    with pytest.raises(Refused) as refused:
        programs.record_try(acting(cast.colleague), task.id, given, version=1)
    assert refused.value.field == field
    assert not db.session.scalars(select(TaskAttempt)).all()


def test_giving_up_takes_all_tries_and_closing_takes_a_reason(cast: Cast, care: ResponseProgram) -> None:
    task, actor = owed(cast, care), acting(cast.colleague)
    with pytest.raises(Refused):
        programs.give_up(actor, task.id, version=1)
    programs.record_try(actor, task.id, Try("phone", "no_answer"), version=1)
    with pytest.raises(Conflict):
        programs.record_try(actor, task.id, Try("phone", "no_answer"), version=1)  # an old page
    programs.record_try(actor, task.id, Try("in_person", "not_home"), version=2)
    programs.give_up(actor, task.id, version=3)
    assert tasks_of(task.encounter_id)["day_1"].state == "unreachable"  # type: ignore[arg-type]
    other = owed(cast, care)
    with pytest.raises(Refused):
        programs.close_task(actor, other.id, "tired", version=1)
    programs.close_task(actor, other.id, "duplicate", version=1)
    assert tasks_of(other.encounter_id)["day_1"].close_reason == "duplicate"  # type: ignore[arg-type]


def test_a_corrected_town_or_an_open_end_moves_and_makes_tasks(cast: Cast, care: ResponseProgram) -> None:
    """A call that goes on owes nothing that counts from its end; its end does."""
    facts = met(outcome="", response_type="opioid")
    call = programs.record_encounter(acting(cast.colleague), care.id, facts)
    assert set(tasks_of(call)) == {"opioid_visit"}
    programs.change_encounter(
        acting(cast.colleague), call, met(outcome="services_only", response_type="opioid"), version=1
    )
    assert set(tasks_of(call)) == {"opioid_visit", "day_1", "day_7", "day_30"}


def referred(cast: Cast, care: ResponseProgram, **more: Any) -> tuple[ProgramTask, UUID]:
    """A call of which a referral came: its first task, and the need."""
    need = send(cast, name="Quill Canary", phone="615-555-0177", **more)
    task = owed(cast, care, contact_consent="yes")
    assert task.encounter_id is not None
    programs.tie_need(acting(cast.responder), task.encounter_id, need.id)
    return task, need.id


def test_whoever_works_the_task_sees_whom_to_contact_and_the_look_is_written_down(
    app: Flask, cast: Cast, care: ResponseProgram, signed_in_as: SignIn
) -> None:
    task, _need = referred(cast, care, safe_contact="call_quiet")
    path = f"/tasks/{task.id}/person"
    page = signed_in_as(cast.colleague).get(path).text
    assert "Quill Canary" in page
    assert "If another person answers" in page
    assert "Quill Canary" not in signed_in_as(cast.colleague).get(f"/tasks/{task.id}").text
    for account in (cast.responder, cast.supervisor, cast.stranger):
        assert signed_in_as(account).get(path).status_code == 404, account.name
    looks = db.session.execute(
        select(db.metadata.tables["audit_entry"].c.action).where(
            db.metadata.tables["audit_entry"].c.subject == "program_task"
        )
    ).scalars()
    assert list(looks).count("reveal_person") == 1


def test_the_card_from_the_scene_says_how_they_are(
    app: Flask, cast: Cast, care: ResponseProgram, signed_in_as: SignIn
) -> None:
    task, need_id = referred(cast, care)
    code = give_receipt(acting(cast.responder), need_id).code
    browser = app.test_client()
    page = press(browser, "/receipt", code=code).text
    assert "Tell us how you are" in page
    assert "Quill" not in page
    done = press(browser, "/receipt", page, "/receipt/word", answer="in_care")
    assert "Thank you" in done.text
    now = tasks_of(task.encounter_id)["day_1"]  # type: ignore[arg-type]
    assert (now.state, now.result) == ("done", "connected")
    row = db.session.scalars(select(TaskAttempt)).one()
    assert (row.means, row.result, row.account_id) == ("card", "answered", None)
    again = press(browser, "/receipt", code=code).text
    assert "Tell us how you are" not in again, "nobody waits for a word now"
    assert press(browser, "/receipt", page, "/receipt/word", answer="in_care").status_code == 422
    assert (
        press(browser, "/receipt", page, "/receipt/word", code="no such", answer="in_care").status_code == 422
    )


def texted(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts leave this install."""
    monkeypatch.setitem(app.extensions, "demonstration", lambda: True)


def test_a_text_is_sent_only_where_it_is_safe_and_its_answer_is_understood(
    app: Flask, cast: Cast, care: ResponseProgram, signed_in_as: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    texted(app, monkeypatch)
    task, _need = referred(cast, care, safe_contact="unknown")
    browser = signed_in_as(cast.colleague)
    assert "Ask them by text" not in browser.get(f"/tasks/{task.id}").text
    assert (
        press(browser, f"/tasks/{task.id}", to=f"/tasks/{task.id}/text", version=task.version).status_code
        == 422
    )

    safe, _need = referred(cast, care, safe_contact="text", duplicate_confirmed=True)
    assert press(browser, f"/tasks/{safe.id}", to=f"/tasks/{safe.id}/text").status_code == 303
    sent = db.session.scalars(select(Message).where(Message.letter == "texts/task")).one()
    assert "Quill" not in sent.short
    assert not re.search("health|crisis|police|overdose|treatment", sent.short, re.IGNORECASE)
    asked = db.session.scalars(select(TaskText)).one()
    assert press(browser, f"/tasks/{safe.id}", to=f"/tasks/{safe.id}/text").status_code == 422, "once a day"

    said = TextIn(id="t-1", number="+16155550177", words=f"2 {asked.reference}")
    assert receive_text(said, (programs.answer_text,)) == "words"
    assert receive_text(said, (programs.answer_text,)) == "again"
    now = tasks_of(safe.encounter_id)["day_1"]  # type: ignore[arg-type]
    assert (now.state, now.again_at is not None) == ("open", True), (
        "they want a call: it is on top of the list"
    )
    reply = db.session.scalars(select(Message).where(Message.letter == "texts/reply")).one()
    assert "calls you" in reply.short


def test_who_wants_no_contact_is_left_alone_by_every_task_of_that_call(
    app: Flask, cast: Cast, care: ResponseProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    texted(app, monkeypatch)
    task, _need = referred(cast, care, safe_contact="text")
    programs.ask_by_text(acting(cast.colleague), task.id, version=task.version)
    receive_text(TextIn(id="t-2", number="+16155550177", words="3"), (programs.answer_text,))
    assert {(one.state, one.result) for one in tasks_of(task.encounter_id).values()} == {("done", "refused")}  # type: ignore[arg-type]
    assert programs.reveal_for_task(acting(cast.colleague), task.id) is None


def test_the_alarm_goes_out_once_to_the_supervisor_where_no_role_is_told(
    cast: Cast, care: ResponseProgram
) -> None:
    task = owed(cast, care)
    with time_machine.travel(task.due_at + timedelta(minutes=1), tick=False):
        assert tick() == 1
        assert tick() == 0
    rows = db.session.scalars(select(Message)).all()
    assert [row.to_address for row in rows] == [cast.supervisor.email]
    assert rows[0].subject == "You have a new item in Handrail"
    said = re.sub(r"https?://\S+", "", rows[0].text)
    assert "CARE" not in said
    account = db.session.get_one(Account, cast.supervisor.id)
    assert programs.task_for(acting(account), task.id) is not None, "and they can open it"


def test_the_list_is_sorted_by_deadline_and_a_planned_try_comes_first(
    app: Flask, cast: Cast, care: ResponseProgram, signed_in_as: SignIn
) -> None:
    browser = signed_in_as(cast.colleague)
    told = {"source": "911", "response_type": "alternate", "outcome": "services_only"}
    first, second = (called(browser, care.id, **told) for _call in range(2))
    programs.record_try(
        acting(cast.colleague),
        tasks_of(second)["day_7"].id,
        Try("phone", "no_answer", again_at=clock.now() + timedelta(hours=1)),
        version=1,
    )
    work = programs.work_list(acting(cast.colleague))
    assert [line.id for line in work.now] == [tasks_of(first)["day_1"].id, tasks_of(second)["day_1"].id]
    assert work.later[0].id == tasks_of(second)["day_7"].id


def test_an_officer_of_the_team_goes_along_and_opens_no_referral(
    app: Flask, cast: Cast, signed_in_as: SignIn
) -> None:
    """QRT: the officer records tries at the door; the name that was told in a referral is opened by the peer."""
    qrt = turned_on(cast, "qrt-hamilton", (cast.responder, "officer"), (cast.colleague, "peer"))
    need = send(cast, name="Quill Canary", phone="615-555-0177")
    call = programs.record_encounter(
        acting(cast.colleague), qrt.id, met(source="fire_ems", outcome="stayed", contact_consent="yes")
    )
    programs.tie_need(acting(cast.responder), call, need.id)
    path = f"/tasks/{tasks_of(call)['visit'].id}"
    officer, peer = signed_in_as(cast.responder), signed_in_as(cast.colleague)
    assert officer.get(f"{path}/tries").status_code == 200
    assert officer.get(f"{path}/person").status_code == 404
    assert "Quill Canary" in peer.get(f"{path}/person").text
