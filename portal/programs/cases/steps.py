"""A task that follows from no meeting: a call back to a family, a visit that a service asked for."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.programs.access import preset_of
from portal.programs.models import ProgramTask, ResponseProgram
from portal.programs.planning import after
from portal.programs.preset import BadPreset


def owe_step(
    session: Session, program: ResponseProgram, code: str, now: datetime, due_at: datetime | None = None
) -> ProgramTask:
    """One task of the preset's follow-up of this code, counted from now; due_at: where the deadline is another's. Two of one
    moment stand a hair apart, as a list of a day holds each once. BadPreset when the preset has no such follow-up."""
    preset = preset_of(program)
    step = next((each for each in preset.follow_ups if each.code == code), None)
    if step is None:
        raise BadPreset(f"{preset.code}: no follow-up {code!r}")
    last = session.scalar(
        select(func.max(ProgramTask.opens_at)).where(
            ProgramTask.program_id == program.id, ProgramTask.step == code, ProgramTask.encounter_id.is_(None)
        )
    )
    opens = after(now, step.opens) if step.opens else now
    if last is not None and last >= opens:
        opens = last + timedelta(microseconds=1)
    due = due_at or after(now, step.within)
    task = ProgramTask(
        program_id=program.id,
        organization_id=program.organization_id,
        kind=step.kind,
        step=code,
        role=step.role,
        opens_at=opens,
        due_at=due,
        alarm_at=after(now, step.alarm) if step.alarm else due,
        made_at=now,
    )
    session.add(task)
    session.flush()
    return task
