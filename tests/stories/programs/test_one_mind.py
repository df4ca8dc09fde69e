"""One Mind: four practices in 12 to 36 months, read from papers and from the training roster."""

import re
from datetime import UTC, datetime
from io import BytesIO

import pytest
import time_machine
from sqlalchemy import select

from portal.programs.models import RosterOfficer, Training
from portal.store import db
from tests.people import Cast
from tests.programs.acting import turned_on
from tests.programs.figures import figures
from tests.web.forms import SignIn, press

pytestmark = pytest.mark.sqlite_only
AUGUST = datetime(2026, 8, 12, 18, tzinfo=UTC)


def table(officers: int, cit: int, mental_health: int) -> str:
    """So many sworn officers, the first with CIT, the next with the shorter course; and a civilian, who counts for neither."""
    lines = ["number\tsworn\tsince\tuntil\tmental_health\tcit", "C-1\tno\t2020-01-01\t\t\t2025-05-01"]
    for number in range(officers):
        courses = "\t05/01/2025" if number < cit else "2025-05-01\t" if number < cit + mental_health else "\t"
        lines.append(f"B-{number:03}\tyes\t2020-01-01\t\t{courses}")
    lines.append("B-900\tyes\t2019-01-01\t2026-01-31\t\t2024-01-01")  # has left
    return "\n".join(lines)


def test_18_percent_cit_shows_the_officers_still_needed(cast: Cast, signed_in_as: SignIn) -> None:
    with time_machine.travel(AUGUST, tick=False) as moved:
        program = turned_on(cast, "one-mind", (cast.colleague, "coordinator"), districts=())
        desk, path = signed_in_as(cast.colleague), f"/programs/{program.id}"
        roster = f"{path}/training-roster"

        # 50 sworn officers, 9 with CIT (18%), 31 more with the shorter course: 1 and 10 are missing.
        first = press(desk, roster, table=table(50, 9, 31), step="check")
        assert "52 lines are good" in first.text
        assert not db.session.scalars(select(RosterOfficer)).all(), "looked at, and nothing taken"
        assert press(desk, roster, table=table(50, 9, 31), step="take").status_code == 303
        again = press(desk, roster, table=table(50, 9, 31), step="take")
        assert "0 people are new, 0 trainings are new" in desk.get(again.headers["Location"]).text
        assert len(db.session.scalars(select(Training)).all()) == 9 + 31 + 2
        page = desk.get(f"{path}/readiness").text
        assert "9 of 50 sworn officers (18%)" in page
        assert "1 officer still needed." in page
        assert "40 of 50 sworn officers (80%)" in page
        assert "10 officers still needed." in page
        assert "0 of 4 in place" in page

        # The partnership holds for as long as its agreement does.
        papers = f"{path}/readiness/partnership/evidence"
        good = {"kind": "mou", "title": "Agreement with the clinic", "url": "https://example.org/mou"}
        assert press(desk, papers, **good, signed_on="2026-08-01", expires_on="2026-12-31").status_code == 303
        pdf = (b"%PDF-1.7 the policy", "any name.pdf")
        policy = {"kind": "policy", "title": "Response policy", "url": ""}
        sent = press(desk, f"{path}/readiness/policy/evidence", **policy, file=(BytesIO(pdf[0]), pdf[1]))
        assert sent.status_code == 303, sent.text
        press(
            desk,
            papers,
            kind="pledge",
            title="Pledge",
            url="https://example.org/pledge",
            signed_on="2026-01-10",
        )
        page = desk.get(f"{path}/readiness").text
        assert "2 of 4 in place" in page
        assert "All of it is due by Jan 10, 2029" in page
        address = re.search(r"/evidence/[0-9a-f-]{36}(?=\")", desk.get(f"{path}/readiness/policy").text)
        assert address is not None
        file = desk.get(address[0])
        assert (file.data, file.mimetype) == (pdf[0], "application/pdf")
        assert file.headers["Content-Disposition"] == 'attachment; filename="policy.pdf"'
        assert signed_in_as(cast.stranger).get(address[0]).status_code == 404

        # One more officer is trained, and the practice is in place.
        assert press(desk, roster, table=table(50, 10, 40), step="take").status_code == 303
        assert "4 of 4 in place" in desk.get(f"{path}/readiness").text
        told = figures(signed_in_as(cast.supervisor), program, "2026-q3")
        assert told["elements_in_place", "In place"]["numerator"] == "4"
        cit = told["trained_cit", "Sworn officers with CIT"]
        assert (cit["numerator"], cit["denominator"], cit["target"]) == ("10", "50", "0.2000")
        assert told["officers_needed", "One sworn officer in five with CIT"]["numerator"] == "0"

        # A new year: the agreement has run out, and nobody had to say so.
        moved.move_to(datetime(2027, 1, 1, 18, tzinfo=UTC))
        page = signed_in_as(cast.colleague).get(f"{path}/readiness").text
        assert "3 of 4 in place" in page
        assert "Agreement (MOU)" in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("number,since,name\n1,2020-01-01,Ann", "Leave out the column name"),
        ("badge\n1", "number, since"),
        ("number,since\n,2020-01-01", "Line 2: The number is missing"),
        ("number,since\n1,soon", "Line 2: This day cannot be read"),
        ("number,since\n1,2020-01-01\n1,2020-01-01", "Line 3: This number is there twice"),
        ("number,since,sworn\n1,2020-01-01,perhaps", "Line 2: Sworn is yes or no"),
        ("number,since,until\n1,2020-01-01,2019-01-01", "Line 2: The last day lies before the first"),
        ("number,since,cit\n1,2020-01-01,2999-01-01", "Line 2: A course lies in the future"),
        ("", "Copy the table here"),
    ],
)
def test_a_table_that_cannot_be_read_is_told_by_line(
    cast: Cast, signed_in_as: SignIn, typed: str, said: str
) -> None:
    program = turned_on(cast, "one-mind", (cast.colleague, "coordinator"), districts=())
    answer = press(
        signed_in_as(cast.colleague), f"/programs/{program.id}/training-roster", table=typed, step="check"
    )
    assert answer.status_code in (200, 422)
    assert said in answer.text
