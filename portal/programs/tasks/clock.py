"""What the clock does with tasks: the alarm goes out once, all tries failed ends as not reached, and the duties of a day begin."""

import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from portal.directory import NoCommunity, community
from portal.programs.access import today
from portal.programs.models import ProgramTask, ResponseProgram, TaskAttempt
from portal.programs.preset import FollowUp
from portal.programs.rules import FAILED_TRIES
from portal.programs.tasks.ending import end, note
from portal.programs.tasks.letters import tell, watchers
from portal.programs.tasks.options import Daily, of, step_of, tries_of
from portal.programs.tasks.rules import gives_up, told_when_late
from portal.store import audit, db, write
from portal.store.actor import CLOCK

log = logging.getLogger(__name__)
BATCH = 200


def tick_tasks(now: datetime) -> int:
    """The alarm of every task whose moment has come, one transaction each; returns how many went out. Two workers are safe: a
    task is claimed by its row's lock and looked at afresh. One that fails is logged by its id and left for the next time."""
    return _each(_late(now), lambda session, task: _alarm(session, task, now))


def end_tasks(now: datetime) -> int:
    """Tasks past their deadline with all their tries failed end as not reached; and the duties of today begin, in the community's
    time, once a department. Returns how many of both."""
    try:
        zone = ZoneInfo(community().time_zone)
    except NoCommunity:
        return 0
    done = 0
    for program in db.session.scalars(select(ResponseProgram)).all():
        preset, options = of(program)
        for step in preset.follow_ups:
            due = _over(program.id, step, now, family_counts=options.family_counts)
            done += _each(due, lambda session, task: _unreachable(session, task, now))
        if program.turned_off_at is None:
            done += sum(_begin(program.id, daily, zone, now) for daily in options.daily)
    return done


def _late(now: datetime) -> Select[Any]:
    return (
        select(ProgramTask.id)
        .where(ProgramTask.state == "open", ProgramTask.alarm_at <= now, ProgramTask.told_at.is_(None))
        .order_by(ProgramTask.alarm_at)
        .limit(BATCH)
    )


def _over(program_id: UUID, step: FollowUp, now: datetime, *, family_counts: bool) -> Select[Any]:
    """Open tasks of one step, past their deadline, with as many failed tries as it asks for and nobody reached."""
    tried = select(func.count()).where(TaskAttempt.task_id == ProgramTask.id)
    reached = ("reached", "answered", *(("family",) if family_counts else ()))
    return (
        select(ProgramTask.id)
        .where(
            ProgramTask.program_id == program_id,
            ProgramTask.state == "open",
            ProgramTask.due_at < now,
            ProgramTask.step == step.code,
            tried.where(TaskAttempt.result.in_(FAILED_TRIES)).scalar_subquery() >= step.tries,
            tried.where(TaskAttempt.result.in_(reached)).scalar_subquery() == 0,
        )
        .order_by(ProgramTask.due_at)
        .limit(BATCH)
    )


def _each(due: Select[Any], act: Callable[[Session, ProgramTask], bool]) -> int:
    steps = 0
    found: Iterable[UUID] = db.session.scalars(due).all()
    for task_id in found:
        try:
            with write() as session:
                task = session.scalar(
                    select(ProgramTask)
                    .where(ProgramTask.id == task_id)
                    .with_for_update(of=ProgramTask, skip_locked=True)
                    .execution_options(populate_existing=True)
                )
                steps += task is not None and task.state == "open" and act(session, task)
        except Exception as error:  # its words may hold values of a row: only its kind is logged
            log.error("the clock failed at task %s: %s", task_id, type(error).__name__)
    return steps


def _alarm(session: Session, task: ProgramTask, now: datetime) -> bool:
    """Whoever the step tells hears of it once: at the department whose task it is, else in the program."""
    if not told_when_late(task.state, task.alarm_at, task.told_at, now):
        return False
    preset, _options = of(task.program)
    step = step_of(preset, task.step)
    role = step.tells if isinstance(step, FollowUp) else ""
    tell(
        watchers(task.program, role, task.organization_id),
        f"/tasks/{task.id}",
        f"alarm:{task.id}",
        task.id,
        urgent=True,
    )
    task.told_at = now
    note(session, task, "alarm", now)
    audit.append(CLOCK, "alarm", "program_task", task.id)
    return True


def _unreachable(session: Session, task: ProgramTask, now: datetime) -> bool:
    """After the deadline, with as many tries as the step asks for and nobody reached. With fewer it stays open, and unknown."""
    preset, options = of(task.program)
    if not gives_up(task.attempts, tries_of(preset, task.step), family_counts=options.family_counts):
        return False
    end(session, preset, task, "unreachable", now, None, state="unreachable")
    audit.append(CLOCK, "unreachable", "program_task", task.id)
    return True


def _begin(program_id: UUID, daily: Daily, zone: ZoneInfo, now: datetime) -> int:
    day = now.astimezone(zone).date()
    opens = datetime.combine(day, time(0), zone).astimezone(UTC)
    due = datetime.combine(day, time.fromisoformat(daily.due), zone).astimezone(UTC)
    with write() as session:
        program = session.scalar(
            select(ResponseProgram)
            .where(ResponseProgram.id == program_id)
            .with_for_update(of=ResponseProgram)
        )
        if program is None or program.turned_off_at is not None:
            return 0
        there = set(
            session.scalars(
                select(ProgramTask.organization_id).where(
                    ProgramTask.program_id == program.id,
                    ProgramTask.step == daily.code,
                    ProgramTask.opens_at == opens,
                    ProgramTask.encounter_id.is_(None),
                )
            )
        )
        wanted = _departments(program) - there
        if not wanted:
            return 0
        session.add_all(
            ProgramTask(
                program_id=program.id,
                organization_id=organization_id,
                kind="review",
                step=daily.code,
                role=daily.role,
                opens_at=opens,
                due_at=due,
                alarm_at=due + timedelta(hours=2),
                made_at=now,
            )
            for organization_id in sorted(wanted)
        )
        return len(wanted)


def _departments(program: ResponseProgram) -> set[UUID]:
    """The departments of the districts in which the program works today; the agency itself where none names one."""
    day = today()
    named = {
        each.district.organization_id
        for each in program.districts
        if each.since <= day and (each.until is None or each.until >= day)
    } - {None}
    return {one for one in named if one is not None} or {program.organization_id}
