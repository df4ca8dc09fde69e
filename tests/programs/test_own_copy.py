"""A person's own copy holds what their calls made owed, each try at it and how it ended; and nothing of a call that is another's."""

import json

import pytest
from sqlalchemy import select

from portal import programs, referrals
from portal.programs.models import ProgramTask, ResponseProgram
from portal.store import db
from tests.people import Cast
from tests.programs.acting import met
from tests.referrals.acting import acting, send
from tests.referrals.test_privacy_person_rights import MINE, asked

pytestmark = pytest.mark.sqlite_only


def test_a_task_of_the_call_that_a_referral_came_of_is_in_the_copy_with_its_tries(
    cast: Cast, co_response: ResponseProgram
) -> None:
    officer = acting(cast.responder)
    mine, others = (
        programs.record_encounter(officer, co_response.id, met(contact_consent="yes")) for _each in range(2)
    )
    need = send(cast, **MINE)
    programs.tie_need(officer, mine, need.id)
    tasks = {
        task.encounter_id: task
        for task in db.session.scalars(select(ProgramTask).where(ProgramTask.step == "specialist"))
    }
    found = programs.Try("phone", "reached", ends="contact")
    programs.record_try(acting(cast.colleague), tasks[mine].id, found, version=tasks[mine].version)

    made = referrals.export_person(acting(cast.privacy_officer), asked(cast, need))
    tables = made["tables"]
    assert [row["id"] for row in tables["encounter"]] == [str(mine)]
    assert [(row["step"], row["result"]) for row in tables["program_task"]] == [("specialist", "contact")]
    assert [row["means"] for row in tables["task_attempt"]] == ["phone"]
    words = json.dumps(made)
    assert str(others) not in words
    assert str(tasks[others].id) not in words
    assert str(cast.colleague.id) not in words, "staff are not named in it"
    assert {"of": "program_task", "what": "record_try"}.items() <= {
        key: value
        for line in made["looked_at"]
        if line["of"] == "program_task"
        for key, value in line.items()
    }.items()
