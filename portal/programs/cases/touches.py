"""What is owed for a case: one touch a week, for as long as the person's yes stands."""

from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from portal.programs.access import preset_of
from portal.programs.cases.frequent import open_frequent_since
from portal.programs.cases.settings import Cases, cases_of
from portal.programs.models import CaseTask, ProgramCase, ProgramTask
from portal.store import Actor, audit, db, write
from portal.store.actor import CLOCK

STEP = "touch"
LATELY = timedelta(minutes=10)


def tick_cases(now: datetime) -> int:
    """Make what is owed: a case for who is met often without having been typed just now, and the next weekly touch of each case
    whose last one has come due. Returns how many. For the worker."""
    done = open_frequent_since(now - LATELY, now)
    newest = select(func.max(ProgramTask.due_at)).join(CaseTask, CaseTask.task_id == ProgramTask.id)
    late = newest.where(CaseTask.case_id == ProgramCase.id).scalar_subquery()
    waiting = db.session.scalars(
        select(ProgramCase.id).where(
            ProgramCase.closed_at.is_(None),
            ProgramCase.consent == "yes",
            ProgramCase.consent_until > now,
            late <= now,
        )
    ).all()
    for case_id in waiting:
        with write() as session:
            row = session.get_one(ProgramCase, case_id, with_for_update={"of": ProgramCase})
            cases = cases_of(preset_of(row.program))
            newest_due = session.scalar(late_of(row))
            if cases is not None and newest_due is not None and newest_due <= now:
                owe_touch(session, row, cases, now)
                audit.append(CLOCK, "owe_touch", "program_case", row.id)
                done += 1
    return done


def late_of(row: ProgramCase) -> Select[datetime]:
    """When the newest touch of this case was due."""
    return (
        select(func.max(ProgramTask.due_at))
        .join(CaseTask, CaseTask.task_id == ProgramTask.id)
        .where(CaseTask.case_id == row.id)
    )


def owe_touch(session: Session, row: ProgramCase, cases: Cases, now: datetime) -> ProgramTask:
    """One more touch, due in a week. It names the meeting that opened the case, so that its role can reach the person."""
    due = now + timedelta(days=cases.touch_days)
    task = ProgramTask(
        program_id=row.program_id,
        encounter_id=row.encounter_id,
        organization_id=row.organization_id,
        kind="touch",
        step=STEP,
        role=cases.role,
        opens_at=now,
        due_at=due,
        alarm_at=due,
        made_at=now,
    )
    session.add(task)
    session.flush()
    session.add(CaseTask(case_id=row.id, task_id=task.id))
    session.flush()
    return task


def close_touches(session: Session, row: ProgramCase, now: datetime, actor: Actor) -> None:
    """What is still owed for this case is no longer."""
    open_ones = select(ProgramTask).join(CaseTask, CaseTask.task_id == ProgramTask.id)
    for task in session.scalars(open_ones.where(CaseTask.case_id == row.id, ProgramTask.state == "open")):
        task.state, task.close_reason, task.closed_at = "closed", "not_owed", now
        task.closed_by, task.version = actor.account_id, task.version + 1
