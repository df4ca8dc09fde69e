"""The revision that lets a call know what was given and whom its tasks reached goes down and up again over calls that are there."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import select, text

from portal import create_app
from portal.programs.models import Encounter, ProgramTask, TaskAttempt
from portal.store import db, write
from tests.conftest import settings_for
from tests.outcomes.calls import calls
from tests.people import make_cast
from tests.programs.acting import turned_on

AUGUST = datetime(2026, 8, 12, 18, tzinfo=UTC)
COLUMNS = (
    Encounter.services,
    Encounter.owes_contact,
    Encounter.person_after,
    Encounter.family_after,
    Encounter.followed_at,
)


@pytest.mark.sqlite_only
@time_machine.travel(AUGUST, tick=False)
def test_what_was_given_and_who_was_reached_stays(tmp_path: Path) -> None:
    app = create_app(settings_for(tmp_path))
    with app.app_context():
        upgrade()
        _two_calls(app)
        before = db.session.execute(select(*COLUMNS).order_by(Encounter.id)).all()
        assert sorted(row.person_after or 0 for row in before) == [0, 7200]
        db.session.remove()
        downgrade(revision="0028")
        codes = db.session.scalars(text("SELECT code FROM encounter_service ORDER BY code")).all()
        assert codes == ["referral", "support"]
        db.session.remove()
        upgrade()
        assert db.session.execute(select(*COLUMNS).order_by(Encounter.id)).all() == before
        db.session.remove()
        db.engine.dispose()


def _two_calls(app: Flask) -> None:
    program = turned_on(make_cast(), "partners-in-care-nashville")
    followed, _quiet = (
        calls(program, 1, AUGUST, services=services)[0] for services in (["referral", "support"], [])
    )
    with write() as session:
        task = ProgramTask(
            program_id=program.id,
            encounter_id=followed,
            organization_id=program.organization_id,
            kind="first_contact",
            step="specialist",
            role="follow_up_specialist",
            opens_at=AUGUST,
            due_at=AUGUST + timedelta(days=1),
            made_at=AUGUST,
        )
        session.add(task)
        session.flush()
        for result, hours in (("no_answer", 1), ("reached", 2), ("reached", 5), ("family", 3)):
            at = AUGUST + timedelta(hours=hours)
            session.add(TaskAttempt(task_id=task.id, at=at, means="phone", result=result, recorded_at=at))
