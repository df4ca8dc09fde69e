"""Proactive case management: the fifth call opens a case; the person agrees to a plan; the next responder reads it at the call; a
call is owed every week; and the report says how often they were met before and after."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import programs
from portal.programs.models import ProgramCase, ProgramTask
from portal.store import clock, db
from portal.store.audit import AuditEntry
from tests.people import Cast
from tests.programs.acting import turned_on
from tests.programs.figures import figures
from tests.programs.met import call, name_at
from tests.web.forms import SignIn, press

pytestmark = pytest.mark.sqlite_only
START = datetime(2026, 7, 6, 15, tzinfo=UTC)
DAY = timedelta(days=1)


def test_the_fifth_call_opens_a_case_and_the_next_responder_sees_the_plan(
    cast: Cast, signed_in_as: SignIn
) -> None:
    with time_machine.travel(START, tick=False) as traveller:
        program = turned_on(cast, "case-management", (cast.colleague, "case_manager"))

        def officer() -> FlaskClient:
            return signed_in_as(cast.responder)  # anew: a session ends with its shift

        def manager() -> FlaskClient:
            return signed_in_as(cast.colleague)

        for number in range(1, 6):
            page = name_at(
                officer(), call(officer(), program), name="Canary, QUILL" if number == 3 else "Quill Canary"
            )
            assert "No plan and no note" in page
            assert len(db.session.scalars(select(ProgramCase)).all()) == (number == 5), number
            traveller.shift(4 * DAY)

        often = manager().get(f"/programs/{program.id}/frequent").text
        assert "<strong>5</strong>" in often
        assert "Canary" not in often
        assert officer().get(f"/programs/{program.id}/frequent").status_code == 404, (
            "an officer sees no such list"
        )

        case = db.session.scalars(select(ProgramCase)).one()
        page = f"/cases/{case.id}"
        assert officer().get(page).status_code == 404
        assert press(manager(), page, to=f"{page}/taking").status_code == 303
        assert press(manager(), f"{page}/plan", helps="A walk").status_code == 422, "no plan without a yes"
        assert press(manager(), page, to=f"{page}/consent", answer="yes").status_code == 303
        charged = press(manager(), f"{page}/plan", helps="On probation since May")
        assert charged.status_code == 422
        assert "Leave out charges" in charged.text
        assert (
            press(manager(), f"{page}/plan", helps="Speak low. Offer a walk.", avoid="Sirens").status_code
            == 303
        )
        assert "Quill Canary" in press(manager(), page, to=f"{page}/person").text
        assert "Quill" not in manager().get(page).text

        sixth = call(officer(), program)
        known = name_at(officer(), sixth)
        assert "Speak low. Offer a walk." in known
        assert "Sirens" in known
        looks = db.session.scalars(
            select(AuditEntry.action).where(AuditEntry.subject_id == str(sixth.id))
        ).all()
        assert "known_at" in looks
        assert "Speak low" not in name_at(officer(), call(officer(), program), born="1981-02-28"), (
            "another person"
        )
        traveller.shift(13 * timedelta(hours=1))
        assert "Speak low" not in officer().get(f"/encounters/{sixth.id}/known").text, "the call is over"

        task = db.session.scalars(select(ProgramTask)).one()
        assert (task.kind, task.role, task.due_at - task.made_at) == ("touch", "case_manager", 7 * DAY)
        traveller.shift(6 * DAY)
        tries = f"/tasks/{task.id}/tries"
        tried = press(manager(), tries, means="phone", result="reached", ends="contact")
        assert tried.status_code == 303, tried.text
        traveller.shift(2 * DAY)
        programs.tick_cases(clock.now())
        programs.tick_cases(clock.now())
        assert len(db.session.scalars(select(ProgramTask)).all()) == 2, "the next week's, once"

        assert press(manager(), page, to=f"{page}/consent", answer="no").status_code == 303
        assert "Speak low" not in name_at(officer(), call(officer(), program))
        states = {one.state for one in db.session.scalars(select(ProgramTask))}
        assert states == {"done", "closed"}

        traveller.move_to(datetime(2026, 12, 15, tzinfo=UTC))
        told = figures(signed_in_as(cast.supervisor), program, "2026-q3")
        assert told["cases", "Cases opened"]["numerator"] == "1"
        assert float(told["calls_before_after", "90 days before"]["value"]) == 5
        assert float(told["calls_before_after", "90 days after"]["value"]) == 2
        assert told["touches", "Weekly calls made in time"]["numerator"] == "1"
        assert told["M19", "Met again in 30 days"]["numerator"] == "1"
        assert told["M19", "Met again in 30 days"]["denominator"] == "2"
        assert told["M19", "Calls at which the person can be known again"]["numerator"] == "8"
