"""M17: a contact in time, among the calls that owe one and whose time is over."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from portal.outcomes import program_report
from portal.programs.models import Encounter, ProgramTask, ResponseProgram, TaskAttempt
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


def test_what_is_known_at_an_earlier_cut_does_not_follow_from_what_was_written_later(
    cast: Cast, co_response: ResponseProgram
) -> None:
    """A try that is written down after the cut, and a task that is closed after it: the report of that cut stays as it was."""
    day = timedelta(days=1)
    told_late, closed_late, untouched = calls(co_response, 3, AUGUST)
    owes(co_response, told_late, AUGUST, ("no_answer", day))
    owes(co_response, closed_late, AUGUST, ("reached", 2 * day))
    owes(co_response, untouched, AUGUST, ("reached", 4 * day))
    assert shown(cast, co_response, NOW - day) == [(1, 3), (2, 3)]
    with write() as session:
        task = session.scalars(select(ProgramTask).where(ProgramTask.encounter_id == told_late)).one()
        late = TaskAttempt(task_id=task.id, at=AUGUST + day, means="phone", result="reached", recorded_at=NOW)
        other = session.scalars(select(ProgramTask).where(ProgramTask.encounter_id == closed_late)).one()
        other.state, other.closed_at = "closed", NOW
        session.add(late)
    assert shown(cast, co_response, NOW - day) == [(1, 3), (2, 3)]
    assert shown(cast, co_response, NOW) == [(1, 2), (2, 2)]


def test_a_call_that_came_earlier_than_written_had_its_contact_later(
    cast: Cast, co_response: ResponseProgram
) -> None:
    (call,) = calls(co_response, 1, AUGUST)
    owes(co_response, call, AUGUST, ("reached", timedelta(hours=70)))
    assert shown(cast, co_response, NOW) == [(1, 1), (1, 1)]
    with write() as session:
        session.get_one(Encounter, call).received_at = AUGUST - timedelta(hours=3)
    assert shown(cast, co_response, NOW) == [(0, 1), (1, 1)]


def shown(cast: Cast, program: ResponseProgram, cut: datetime) -> list[tuple[int | None, int | None]]:
    """M17's shares as the supervisor reads them at that moment."""
    with time_machine.travel(cut, tick=False):
        report = program_report(acting(cast.supervisor), program.id, "2026-q3")
    assert report is not None
    section = next(found for found in report.sections if found.code == "M17")
    return [(line.numerator, line.denominator) for line in section.tables[0].lines]
