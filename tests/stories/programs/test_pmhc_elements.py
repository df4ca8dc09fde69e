"""The ten elements and the self-assessment: nobody's word goes further than the papers, and the outcomes are live."""

import csv
import io
from datetime import UTC, datetime

import openpyxl
import pytest
import time_machine
from sqlalchemy import select

from portal import programs
from portal.accounts.models import Membership
from portal.programs.models import Evidence, MonthlyTotal
from portal.store import Base, db, write
from tests.people import Cast
from tests.programs.acting import met, turned_on
from tests.programs.figures import figures
from tests.referrals.acting import acting
from tests.web.forms import SignIn, press

pytestmark = pytest.mark.sqlite_only
AUGUST = datetime(2026, 8, 12, 18, tzinfo=UTC)
PAPERS = {"mou": "Agreement", "consent_template": "Consent form", "audit_sample": "Trail of a week"}


def test_element_7_is_in_place_only_with_mou_consent_template_and_audit_sample(
    cast: Cast, signed_in_as: SignIn
) -> None:
    with time_machine.travel(AUGUST, tick=False) as moved:
        program = turned_on(cast, "pmhc-elements", (cast.colleague, "coordinator"), districts=())
        desk, path = signed_in_as(cast.colleague), f"/programs/{program.id}/readiness"
        seven = f"{path}/information"
        assert "0 of 10 in place" in desk.get(path).text
        for kind, title in PAPERS.items():
            refused = press(desk, seven, status="in_place")
            assert refused.status_code == 422
            assert "First add what shows it" in refused.text
            paper = {"kind": kind, "title": title, "url": f"https://example.org/{kind}"}
            more = {"expires_on": "2026-08-31"} if kind == "mou" else {}
            assert press(desk, f"{seven}/evidence", **paper, **more).status_code == 303
        page = desk.get(seven).text
        done = press(
            desk, seven, page=page, status="in_place", owner=str(cast.colleague.id), review_on="2026-08-20"
        )
        assert done.status_code == 303, done.text
        assert press(desk, seven, page=page, status="partial").status_code == 409, (
            "an old page changes nothing"
        )
        shown = desk.get(path).text
        assert "1 of 10 in place" in shown
        assert "Owner: Cole League" in shown

        # A paper is taken away, or runs out: the element falls back, whatever was said.
        audit = db.session.scalars(select(Evidence).where(Evidence.kind == "audit_sample")).one()
        press(desk, seven, to=f"/evidence/{audit.id}/removal")
        assert "0 of 10 in place" in desk.get(path).text
        press(desk, f"{seven}/evidence", kind="audit_sample", title="Trail", url="https://example.org/trail")
        assert "1 of 10 in place" in desk.get(path).text
        moved.move_to(datetime(2026, 9, 1, 18, tzinfo=UTC))
        shown = signed_in_as(cast.colleague).get(path).text
        assert "0 of 10 in place" in shown
        assert "Overdue" in shown
        told = figures(signed_in_as(cast.supervisor), program, "2026-q3")
        assert told["elements_in_place", "Partly in place"]["numerator"] == "1"
        for who in (cast.stranger, cast.provider, cast.evaluator):
            assert signed_in_as(who).get(path).status_code in (403, 404), who.name


def test_questions_and_outcomes_are_answered_by_live_numbers(cast: Cast, signed_in_as: SignIn) -> None:
    with time_machine.travel(AUGUST, tick=False):
        program = turned_on(cast, "pmhc-elements", (cast.colleague, "coordinator"), districts=())
        team = turned_on(cast, "partners-in-care-nashville", (cast.responder, "officer"))
        for number in range(25):
            outcome = "arrest" if number < 12 else "resolved"
            programs.record_encounter(acting(cast.responder), team.id, met(outcome=outcome))
        path = f"/programs/{program.id}"
        chief = signed_in_as(cast.supervisor)

        # Monthly totals: numbers of a month that is over, and no field for anything that happened.
        totals = f"{path}/monthly-totals"
        assert (
            press(chief, totals, month="2026-07", count_use_of_force="14", count_swat="0").status_code == 303
        )
        assert press(chief, totals, month="2026-07", count_use_of_force="13").status_code == 303, "corrected"
        for typed in ({"month": "2026-08"}, {"month": "x"}, {"month": "2026-07", "count_swat": "-1"}):
            assert press(chief, totals, **typed).status_code == 422
        columns = {column.name for column in Base.metadata.tables["monthly_total"].columns}
        assert columns == {"number", "organization_id", "month", "kind", "count", "at", "said_by"}
        assert len(db.session.scalars(select(MonthlyTotal)).all()) == 3

        page = chief.get(f"{path}/readiness").text
        for words in ("Fewer arrests", "48.0% (12/25)", "Less use of force", ">13<", "Do leaders stand"):
            assert words in page, words
        for number in range(3):
            programs.record_encounter(
                acting(cast.responder), team.id, met(outcome="hospital", reference=f"H-{number}")
            )
        lines = list(csv.DictReader(io.StringIO(chief.get(f"{path}/readiness.csv").text)))
        arrests = next(line for line in lines if line["item"] == "Fewer arrests")
        assert (arrests["program"], arrests["now"]) == ("Partners in Care", "42.9% (12/28)")
        force = [line for line in lines if line["item"] == "Less use of force"]
        assert [(line["measure"], line["now"]) for line in force] == [
            ("monthly_totals: Uses of force", "13"),
            ("monthly_totals: SWAT call-outs", "0"),
        ]
        assert sum(line["part"] == "element" for line in lines) == 10
        file = chief.get(f"{path}/readiness.xlsx")
        assert "readiness-" in file.headers["Content-Disposition"]
        sheets = openpyxl.load_workbook(io.BytesIO(file.data))
        cells = list(sheets["Readiness"].iter_rows(values_only=True))
        assert cells[0] == tuple(lines[0])
        assert [[str(cell or "") for cell in row] for row in cells[1:]] == [
            list(line.values()) for line in lines
        ], "the same lines"
        assert [row[0] for row in sheets["Columns"].iter_rows(min_row=2, values_only=True)] == list(cells[0])
        told = figures(chief, program, "2026-q3")
        assert told["monthly_totals", "Uses of force"]["numerator"] == "13"

        # The agency's own evaluator writes the grant report: reads all of it, and changes nothing.
        with write() as session:
            session.add(
                Membership(account_id=cast.evaluator.id, role="evaluator", organization_id=cast.team.id)
            )
        evaluator = signed_in_as(cast.evaluator)
        assert "42.9% (12/28)" in evaluator.get(f"{path}/readiness.csv").text
        assert "Training roster" not in evaluator.get(f"{path}/readiness").text
        assert evaluator.get(totals).status_code == 403
