"""The numbers of a program's report, as its CSV tells them to a reader."""

import csv
import io

from flask.testing import FlaskClient

from portal.programs.models import ResponseProgram


def figures(
    browser: FlaskClient, program: ResponseProgram, quarter: str
) -> dict[tuple[str, str], dict[str, str]]:
    """(measure, label) -> the columns of its line."""
    answer = browser.get(f"/programs/{program.id}/reports/{quarter}.csv")
    assert answer.status_code == 200, answer.text
    return {(row["measure"], row["label"]): row for row in csv.DictReader(io.StringIO(answer.text))}
