"""The review as a task of the clinic's work list: on it a week before its day, late after that day. Inside the caller's
transaction."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.directory import community
from portal.programs.access import preset_of
from portal.programs.engagement.settings import Engagements
from portal.programs.models import Engagement, ProgramTask
from portal.programs.planning import new_task
from portal.programs.tasks.ending import end
from portal.store import Actor

AHEAD = timedelta(weeks=1)


def owe_review(session: Session, row: Engagement, settings: Engagements, now: datetime) -> None:
    """The preset's follow-up `step`, due at the end of the review day, which is the community's: after it the officer reads
    "unknown". Nothing where the agency does not owe that step."""
    step = next((each for each in preset_of(row.program).follow_ups if each.code == settings.step), None)
    if step is None:
        return
    task = new_task(session, row.program, row.encounter, step, now, now)
    zone = ZoneInfo(community().time_zone)
    task.due_at = datetime.combine(row.review_by + timedelta(days=1), time(0), zone).astimezone(UTC)
    task.alarm_at, task.opens_at = task.due_at, max(now, task.due_at - AHEAD)
    session.add(task)
    session.flush()


def review_done(
    session: Session, actor: Actor, row: Engagement, settings: Engagements, now: datetime
) -> None:
    """The clinic has said whether they take part: nothing more is owed at the review."""
    task = session.scalar(
        select(ProgramTask)
        .where(
            ProgramTask.encounter_id == row.encounter_id,
            ProgramTask.program_id == row.program_id,
            ProgramTask.step == settings.step,
            ProgramTask.state == "open",
        )
        .with_for_update(of=ProgramTask)
    )
    if task is not None:
        task.account_id = task.account_id or actor.account_id
        end(session, preset_of(row.program), task, "done", now, actor.account_id)
