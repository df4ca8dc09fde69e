"""Short ways through the pages of tasks: find one on the list, record a try, let the worker's clock act."""

import csv
import io
import re
from datetime import datetime
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select

from portal import programs
from portal.programs.models import Encounter, ProgramTask
from portal.store import clock, db
from tests.web.forms import press


def called(browser: FlaskClient, program_id: UUID, **given: Any) -> UUID:
    """A call recorded through its page. Returns its id."""
    sent = press(browser, f"/programs/{program_id}/encounters/new", **given)
    assert sent.status_code == 303, sent.text
    return UUID(sent.headers["Location"].rsplit("/", 1)[-1])


def tasks_of(encounter_id: UUID) -> dict[str, ProgramTask]:
    """The tasks of a call as they stand now, by step."""
    db.session.expire_all()
    rows = db.session.scalars(select(ProgramTask).where(ProgramTask.encounter_id == encounter_id))
    return {row.step: row for row in rows}


def listed(browser: FlaskClient, path: str = "/tasks") -> list[str]:
    """The labels on the work list, from top to bottom, of what is to be done now."""
    page = browser.get(path).text.split("<details>")[0]
    return re.findall(r'<h3><a class="tall" href="[^"]*">([^<]*)</a></h3>', page)


def tried(browser: FlaskClient, task: ProgramTask, means: str, result: str, **more: Any) -> None:
    """One try, through its page."""
    sent = press(browser, f"/tasks/{task.id}/tries", means=means, result=result, **more)
    assert sent.status_code == 303, sent.text


def lines_of(
    browser: FlaskClient, program_id: UUID, quarter: str
) -> dict[tuple[str, str, str], dict[str, str]]:
    """(measure, table, label) -> the columns of its line in the program's CSV: the same label stands in several tables."""
    answer = browser.get(f"/programs/{program_id}/reports/{quarter}.csv")
    assert answer.status_code == 200, answer.text
    rows = csv.DictReader(io.StringIO(answer.text))
    return {(row["measure"], row["table"], row["label"]): row for row in rows}


def tick() -> int:
    """What the worker does with tasks and with who goes alone."""
    now = clock.now()
    done = programs.tick_tasks(now) + programs.end_tasks(now) + programs.tick_lone(now)
    db.session.expire_all()
    return done


def newest(program_id: UUID) -> Encounter:
    return db.session.scalars(
        select(Encounter).where(Encounter.program_id == program_id).order_by(Encounter.recorded_at.desc())
    ).first()  # type: ignore[return-value]


def received(encounter_id: UUID) -> datetime:
    """When the call came."""
    return db.session.get_one(Encounter, encounter_id).received_at
