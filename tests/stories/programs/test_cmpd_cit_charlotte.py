"""CIT with a family line: what a family tells is read by the next CIT officer who meets the person, and by nobody else; the family
is called back, and hears nothing of the person without the person's own yes."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from portal.programs.models import FamilyNote, ProgramTask
from portal.referrals.models import Person
from portal.store import db
from tests.people import Cast
from tests.programs.acting import turned_on
from tests.programs.figures import figures
from tests.programs.met import WHO, call, name_at
from tests.web.forms import SignIn, press

pytestmark = pytest.mark.sqlite_only


def test_a_call_to_the_family_line_is_a_note_that_the_next_officer_sees(
    cast: Cast, signed_in_as: SignIn
) -> None:
    with time_machine.travel(datetime(2026, 8, 3, 15, tzinfo=UTC), tick=False) as traveller:
        program = turned_on(cast, "cmpd-cit-charlotte", (cast.shelter_worker, "family_line"))
        line, officer = signed_in_as(cast.shelter_worker), signed_in_as(cast.responder)
        page = f"/programs/{program.id}/family-notes"
        said = WHO | {
            "helps": "Call him Q. He likes birds.",
            "caller_name": "May Canary",
            "caller_phone": "615-555-0143",
        }
        assert press(line, f"{page}/new", **(said | {"name": "Q"})).status_code == 422, "nobody would find it"
        assert not db.session.scalars(select(Person)).all(), "nothing half-written"
        taken = press(line, f"{page}/new", **said)
        assert taken.status_code == 303, taken.text
        assert "Call him Q" not in line.get(page).text
        assert "Tell the family nothing of the person" in line.get(page).text

        known = name_at(officer, call(officer, program))
        assert "Call him Q. He likes birds." in known
        for word in ("May Canary", "0143", "agreed that the family"):
            assert word not in known, "of the family the officer learns nothing"
        assert officer.get(page).status_code == 404
        assert "Call him Q" not in name_at(officer, call(officer, program), name="Quill Sparrow")

        note = db.session.scalars(select(FamilyNote)).one()
        task = db.session.get_one(ProgramTask, note.task_id)
        assert (task.kind, task.role, task.due_at - task.made_at) == (
            "call_back",
            "family_line",
            timedelta(hours=24),
        )
        assert "May Canary" in line.get(f"/family-notes/{note.id}").text
        traveller.shift(timedelta(hours=3))
        tried = press(line, f"/tasks/{task.id}/tries", means="phone", result="family", ends="family_contact")
        assert tried.status_code == 303, tried.text

        seen = line.get(f"/family-notes/{note.id}").text
        stale = press(line, "", page=seen, to=f"/family-notes/{note.id}/end", version="77")
        assert stale.status_code == 409
        assert "Somebody changed this meanwhile" in stale.text
        back = press(line, "", page=seen, to=f"/family-notes/{note.id}/end")
        assert back.status_code == 303
        assert "Call him Q" not in name_at(officer, call(officer, program))

        register = signed_in_as(cast.supervisor).get(f"/programs/{program.id}")
        assert register.status_code == 200
        traveller.shift(timedelta(days=2))
        told = figures(signed_in_as(cast.supervisor), program, "2026-q3")
        assert told["family_notes", "Calls of families"]["numerator"] == "1"
        row = told["family_notes", "Families called back in time"]
        assert (row["numerator"], row["denominator"]) == ("1", "1")
        assert told["M01", "Calls meeting criteria"]["numerator"] == "3"
