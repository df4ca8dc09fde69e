"""M17: a contact in time, among the calls that owe one and whose time is over."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask import Flask

from portal.outcomes import program_report
from portal.programs.models import ProgramTask, ResponseProgram, TaskAttempt
from portal.store import write
from tests.outcomes.calls import calls
from tests.people import Cast
from tests.referrals.acting import acting

NOW = datetime(2026, 11, 21, 15, tzinfo=UTC)
AUGUST = datetime(2026, 8, 12, 18, tzinfo=UTC)


@pytest.fixture(autouse=True)
def fixed_time(app: Flask) -> Any:
    with time_machine.travel(NOW, tick=False), app.test_request_context():
        yield


def owes(
    program: ResponseProgram, call: UUID, at: datetime, *tries: tuple[str, timedelta], **task: Any
) -> None:
    """The call made a specialist's call owed; these tries followed, each so long after it."""
    with write() as session:
        row = ProgramTask(
            program_id=program.id,
            encounter_id=call,
            organization_id=program.organization_id,
            kind="first_contact",
            step="specialist",
            role="follow_up_specialist",
            opens_at=at,
            due_at=at + timedelta(hours=24),
            made_at=at,
            **task,
        )
        session.add(row)
        session.flush()
        for result, later in tries:
            when = at + later
            session.add(TaskAttempt(task_id=row.id, at=when, means="phone", result=result, recorded_at=when))


def test_a_contact_within_72_hours_or_30_days_of_the_calls_that_owe_one(
    cast: Cast, co_response: ResponseProgram
) -> None:
    day = timedelta(days=1)
    stories: list[tuple[tuple[str, timedelta], ...]] = [
        (("no_answer", day), ("reached", 2 * day)),
        (("answered", 3 * day),),  # the last moment
        (("reached", 3 * day + timedelta(seconds=1)),),
        (("reached", 29 * day),),
        (("family", day),),  # this program does not count the family
        (("no_answer", day), ("no_answer", 2 * day)),
        (),
    ]
    for call, tries in zip(calls(co_response, len(stories), AUGUST), stories, strict=True):
        owes(co_response, call, AUGUST, *tries)
    closed, _nothing_owed = calls(co_response, 2, AUGUST)
    owes(co_response, closed, AUGUST, state="closed", closed_at=AUGUST + day)
    late = datetime(2026, 9, 29, tzinfo=UTC)
    young = calls(co_response, 1, late)[0]
    owes(co_response, young, late, ("reached", day))
    with time_machine.travel(datetime(2026, 10, 20, tzinfo=UTC), tick=False):
        report = program_report(acting(cast.supervisor), co_response.id, "2026-q3")
    assert report is not None
    section = next(found for found in report.sections if found.code == "M17")
    soon, month = section.tables[0].lines
    assert (soon.numerator, soon.denominator, soon.immature) == (3, 8, 0)
    assert (month.numerator, month.denominator, month.immature) == (4, 7, 1)
