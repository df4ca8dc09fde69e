"""How a task ends, and what its end makes owed. Inside the caller's transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.messages import let_go
from portal.programs.facts import Answer
from portal.programs.models import Encounter, ProgramTask, TaskEvent, TaskText
from portal.programs.planning import new_task
from portal.programs.preset import Field, Preset
from portal.programs.tasks.options import options
from portal.store import Refused


def note(
    session: Session,
    task: ProgramTask,
    what: str,
    at: datetime,
    account_id: UUID | None = None,
    to_account_id: UUID | None = None,
) -> None:
    """One line of what happened to a task."""
    session.add(
        TaskEvent(task_id=task.id, at=at, what=what, account_id=account_id, to_account_id=to_account_id)
    )


def end(
    session: Session,
    preset: Preset,
    task: ProgramTask,
    result: str,
    now: datetime,
    account_id: UUID | None,
    *,
    state: str = "done",
    reason: str = "",
) -> None:
    """The task is no longer open. What its end leads to is made; a phone that was asked by text is let go."""
    task.state, task.result, task.close_reason = state, result, reason
    task.closed_at, task.closed_by, task.again_at = now, account_id, None
    task.version += 1
    note(session, task, "ended" if state == "done" else state, now, account_id)
    for asked in session.scalars(select(TaskText).where(TaskText.task_id == task.id)):
        let_go(asked.number_id)
    for lead in options(preset).leads:
        if lead.step == task.step and result in lead.results:
            _owe(session, preset, task, lead.to, now)


def open_again(session: Session, task: ProgramTask, now: datetime, account_id: UUID | None) -> None:
    """Somebody who had not been reached was heard from after all."""
    task.state, task.result, task.closed_at, task.closed_by = "open", "", None, None
    task.version += 1
    note(session, task, "opened_again", now, account_id)


def put_answers(
    preset: Preset, task: ProgramTask, given: Mapping[str, Answer], *, required: bool = True
) -> None:
    """The answers to the step's own questions. Refused, naming the question, for one that is missing or none of the answers."""
    questions = options(preset).questions.get(task.step, ())
    found: dict[str, Any] = {}
    for question in questions:
        answer = given.get(question.code)
        if answer is None:
            if required and question.required:
                raise Refused(_("Answer this one."), question.code)
            continue
        if not _fits(question, answer):
            raise Refused(_("Choose one of the answers."), question.code)
        found[question.code] = answer
    task.facts = {**task.facts, **found}


def _fits(question: Field, answer: Answer) -> bool:
    if question.kind == "yes_no":
        return isinstance(answer, bool)
    if question.kind == "number":
        return isinstance(answer, int) and not isinstance(answer, bool) and 0 <= answer <= 100_000
    return answer in {choice.code for choice in question.choices}


def _owe(session: Session, preset: Preset, task: ProgramTask, step: str, now: datetime) -> None:
    follow_up = next((each for each in preset.follow_ups if each.code == step), None)
    row = session.get(Encounter, task.encounter_id) if task.encounter_id else None
    there = select(ProgramTask.id).where(
        ProgramTask.encounter_id == task.encounter_id, ProgramTask.step == step
    )
    if follow_up is None or row is None or session.scalar(there) is not None:
        return
    session.add(new_task(session, task.program, row, follow_up, now, now))
