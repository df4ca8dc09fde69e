"""Wherever figures stand, it is said when calls among them were simulated."""

import io
from datetime import UTC, datetime

import openpyxl
import pytest
import time_machine

from portal.outcomes.simulate import simulate
from portal.store.actor import TERMINAL
from tests.people import Cast
from tests.programs.acting import turned_on
from tests.web.forms import SignIn

pytestmark = pytest.mark.sqlite_only
WARNING = "They did not happen."


def test_page_and_files_say_that_calls_were_simulated(cast: Cast, signed_in_as: SignIn) -> None:
    program = turned_on(cast, "partners-in-care-nashville")
    with time_machine.travel(datetime(2026, 11, 20, 12, tzinfo=UTC), tick=False):
        reader, path = signed_in_as(cast.supervisor), f"/programs/{program.id}/reports/2026-q3"
        assert WARNING not in reader.get(path).text
        assert "simulated" not in reader.get(path + ".csv").headers["Content-Disposition"]
        simulate(TERMINAL, program.preset, quarters=1, seed=1, per_quarter=40, force=True)
        assert WARNING in reader.get(path).text
        assert "-2026-q3-simulated.csv" in reader.get(path + ".csv").headers["Content-Disposition"]
        file = reader.get(path + ".xlsx")
        assert "-2026-q3-simulated.xlsx" in file.headers["Content-Disposition"]
        about = openpyxl.load_workbook(io.BytesIO(file.data)).worksheets[0]
        assert WARNING in str([[cell.value for cell in row] for row in about.iter_rows()])
