"""Mental Health Support Team: a clinic asks to find its client again; the team goes twice; the person is back in care, and the
clinic says so. Civil orders stand in a queue by their day, without a word of why."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from portal.programs.models import CareRequest, ProgramTask
from portal.store import db
from tests.people import Cast
from tests.programs.acting import turned_on
from tests.programs.figures import figures
from tests.programs.met import WHO
from tests.web.forms import SignIn, press

pytestmark = pytest.mark.sqlite_only


def test_a_clinic_asks_the_team_goes_twice_and_the_clinic_says_they_are_back(
    cast: Cast, signed_in_as: SignIn
) -> None:
    with time_machine.travel(datetime(2026, 8, 3, 15, tzinfo=UTC), tick=False) as traveller:
        program = turned_on(
            cast,
            "mhst-tucson",
            (cast.provider, "clinic"),
            (cast.responder, "officer"),
            (cast.shelter_worker, "clinic"),
        )
        page = f"/programs/{program.id}/care-requests"
        clinic, officer = signed_in_as(cast.provider), signed_in_as(cast.responder)
        asked = WHO | {"kind": "reengage", "ground": "agreed", "place": "By the river, near the bridge"}
        assert press(clinic, f"{page}/new", **(asked | {"place": "He has a warrant out"})).status_code == 422
        assert press(clinic, f"{page}/new", **(asked | {"ground": "civil_order"})).status_code == 422
        assert press(clinic, f"{page}/new", **asked).status_code == 303
        assert officer.get(f"{page}/new").status_code == 404, "the team does not ask itself"
        row = db.session.scalars(select(CareRequest)).one()
        one = f"/care-requests/{row.id}"
        assert signed_in_as(cast.shelter_worker).get(one).status_code == 404, "another clinic's"
        assert "Find our client again" in officer.get(page).text
        assert press(officer, one, to=f"{one}/person").status_code == 404, "who it is, once the team has it"
        assert press(officer, one, to=f"{one}/taking").status_code == 303
        assert "Quill Canary" in press(officer, one, to=f"{one}/person").text
        assert press(officer, one, to=f"{one}/end", result="back_in_care").status_code == 422, "first a visit"
        assert (
            press(officer, one, to=f"{one}/visits", means="in_person", result="not_home").status_code == 303
        )
        traveller.shift(timedelta(days=2))
        officer, clinic = signed_in_as(cast.responder), signed_in_as(cast.provider)
        assert press(officer, one, to=f"{one}/visits", means="in_person", result="reached").status_code == 303
        assert "2 tries so far" in clinic.get(one).text
        assert "Not home" not in clinic.get(one).text
        assert press(clinic, one, to=f"{one}/confirmation", answer="yes", version="4").status_code == 409, (
            "not ended yet"
        )
        assert press(officer, one, to=f"{one}/end", result="back_in_care").status_code == 303
        assert press(officer, one, to=f"{one}/person").status_code == 404, "it has ended for the team"
        assert press(clinic, one, to=f"{one}/confirmation", answer="yes").status_code == 303
        task = db.session.scalars(select(ProgramTask)).one()
        assert (task.state, task.result, len(task.attempts)) == ("done", "connected", 2)

        order = WHO | {"kind": "civil_order", "ground": "civil_order"}
        assert press(clinic, f"{page}/new", **order).status_code == 422, "an order has its day"
        assert press(clinic, f"{page}/new", **order, due_at="2026-08-06T12:00").status_code == 303
        queue = officer.get(page).text
        assert queue.index("civil order") < queue.index("Find our client again"), "what is open, by its day"
        columns = {column.name for column in CareRequest.__table__.columns}
        assert not columns & {"charge", "court", "case_number", "statute", "reason", "note"}

        told = figures(signed_in_as(cast.supervisor), program, "2026-q3")
        assert told["reengaged", "Asked"]["numerator"] == "1"
        assert told["reengaged", "Tries of the team"]["numerator"] == "2"
        assert ("reengaged", "Back in care, as the clinic says") in told
        assert told["civil_orders", "Asked"]["numerator"] == "1"
        assert ("M20", "Minutes at the crisis center") in told or any(code == "M20" for code, _label in told)
