"""Child Development-Community Policing: a call with a child pages the clinician at once, and stands on Tuesday's list, where each
seat sees what it needs to know."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from portal import programs
from portal.accounts.models import Account, Membership
from portal.messages.models import Message
from portal.programs.models import ProgramTask
from portal.store import clock, db, write
from tests.people import Cast
from tests.programs.acting import turned_on
from tests.programs.figures import figures
from tests.programs.met import call
from tests.web.forms import SignIn, press

pytestmark = pytest.mark.sqlite_only
FRIDAY_NIGHT = datetime(2026, 8, 8, 6, 30, tzinfo=UTC)  # 1:30 in the morning there


def seat(cast: Cast, email: str) -> Account:
    with write() as session:
        made = Account(
            community_id=cast.community.id, email=f"{email}@test.invalid", name=email, created_at=clock.now()
        )
        session.add(made)
        session.flush()
        session.add(
            Membership(
                account_id=made.id, role="provider", organization_id=cast.shelter.service.organization_id
            )
        )
    return made


def test_a_child_of_seven_pages_the_clinician_and_stands_on_tuesdays_list(
    cast: Cast, signed_in_as: SignIn
) -> None:
    with time_machine.travel(FRIDAY_NIGHT, tick=False) as traveller:
        advocate, welfare = seat(cast, "advocate"), seat(cast, "welfare")
        program = turned_on(
            cast,
            "cd-cp-new-haven",
            (cast.provider, "on_call"),
            (advocate, "dv_advocate"),
            (welfare, "child_welfare"),
        )
        officer = signed_in_as(cast.responder)
        flagged = call(
            officer, program, outcome="seen", reference="26-4417", ask_child_present="yes", ask_child_age="6_to_12",
            ask_children="1", ask_witness="yes", ask_dv="yes",
        )  # fmt: skip
        call(officer, program, outcome="seen", reference="26-4418", ask_child_present="no")
        assert officer.get(f"/encounters/{flagged.id}/person").status_code == 404, (
            "nobody is named in this program"
        )
        traveller.shift(timedelta(seconds=5))
        programs.tick_tasks(clock.now())
        letters = db.session.scalars(select(Message).where(Message.letter == "programs/task")).all()
        assert [letter.to_address for letter in letters] == ["provider@test.invalid"], "five seconds after"
        assert "child" not in letters[0].text.lower()
        steps = {task.step: task for task in db.session.scalars(select(ProgramTask))}
        assert steps.keys() == {"page", "home_visit"}
        assert signed_in_as(cast.provider).get(f"/tasks/{steps['page'].id}").status_code == 200

        moved = signed_in_as(cast.provider).get(f"/programs/{program.id}/conferences")
        assert moved.headers["Location"].endswith("/conferences/2026-08-11"), "Tuesday"
        tuesday = f"/programs/{program.id}/conferences/2026-08-11"
        seen = {
            name: signed_in_as(account).get(tuesday).text
            for name, account in {
                "police": cast.responder, "clinic": cast.provider, "advocate": advocate, "welfare": welfare,
            }.items()
        }  # fmt: skip
        assert all("Item 1" in page and "Item 2" not in page for page in seen.values())
        assert [name for name, page in seen.items() if "26-4417" in page] == ["police"]
        assert [name for name, page in seen.items() if "6 to 12" in page] == ["police", "clinic", "welfare"]
        assert [name for name, page in seen.items() if "How it ended" in page] == ["police", "clinic"]
        assert all("Violence at home" in page for page in seen.values())
        assert signed_in_as(cast.stranger).get(tuesday).status_code == 404
        assert (
            signed_in_as(cast.provider).get(f"/programs/{program.id}/conferences/2026-08-12").status_code
            == 404
        )
        assert signed_in_as(cast.provider).get(f"/programs/{program.id}/conferences/soon").status_code == 404

        decided = {"encounter_id": str(flagged.id), "outcome": "home_visit"}
        early = press(signed_in_as(cast.provider), tuesday, **decided)
        assert early.status_code == 422
        assert "has not met yet" in early.text
        traveller.shift(timedelta(days=4))
        assert press(signed_in_as(advocate), tuesday, **decided).status_code == 404
        assert press(signed_in_as(cast.provider), tuesday, **decided).status_code == 303
        next_week = f"/programs/{program.id}/conferences/2026-08-18"
        assert "Nothing stands on this list" in signed_in_as(cast.provider).get(next_week).text
        assert "Decided: Home visit" in signed_in_as(welfare).get(tuesday).text

        told = figures(signed_in_as(cast.supervisor), program, "2026-q3")
        row = told["pages", "Paged within 5 minutes"]
        assert (row["numerator"], row["denominator"]) == ("1", "1")
        assert told["conference", "Calls on the list"]["numerator"] == "1"
        assert told["conference", "Home visit"]["numerator"] == "1"
        assert told["M01", "Calls meeting criteria"]["numerator"] == "2"
