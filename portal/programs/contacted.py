"""What is known of the contacts after a call, kept on the call: a report of a million calls cannot ask every task and every try.

It is worked out again, from the tasks and tries themselves, by whatever writes one of them in a session; who writes many rows
at once calls `note_contacts`.
"""

from collections.abc import Collection
from datetime import datetime
from math import ceil
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Connection, bindparam, event, func, inspect, select, update
from sqlalchemy.orm import Session, UOWTransaction
from sqlalchemy.orm.attributes import History

from portal.programs.models import Encounter, ProgramTask, TaskAttempt
from portal.programs.rules import CONTACTS, FAMILY, PERSON

Row = TypeVar("Row")


def note_contacts(connection: Connection, encounter_ids: Collection[UUID]) -> None:
    """Into the columns `owes_contact`, `person_after`, `family_after` and `followed_at` of these calls: what their tasks say
    now. The calls are held until commit, so that of two tries at once neither is forgotten."""
    received = connection.execute(
        select(Encounter.id, Encounter.received_at)
        .where(Encounter.id.in_(encounter_ids))
        .order_by(Encounter.id)
        .with_for_update()
    ).all()
    owing: set[UUID] = set()
    latest: dict[UUID, list[datetime]] = {key: [] for key in encounter_ids}
    first: dict[tuple[UUID, str], datetime] = {}
    for task in connection.execute(
        select(ProgramTask.encounter_id, ProgramTask.state, ProgramTask.made_at, ProgramTask.closed_at).where(
            ProgramTask.encounter_id.in_(encounter_ids), ProgramTask.kind.in_(CONTACTS)
        )
    ):
        latest[task.encounter_id] += (task.made_at, *((task.closed_at,) if task.closed_at else ()))
        if task.state != "closed":
            owing.add(task.encounter_id)
    for tried in connection.execute(
        select(
            ProgramTask.encounter_id,
            ProgramTask.state,
            TaskAttempt.result,
            func.min(TaskAttempt.at).label("at"),
            func.max(TaskAttempt.recorded_at).label("recorded_at"),
        )
        .join(ProgramTask, ProgramTask.id == TaskAttempt.task_id)
        .where(
            ProgramTask.encounter_id.in_(encounter_ids),
            ProgramTask.kind.in_(CONTACTS),
            TaskAttempt.result.in_((*PERSON, FAMILY)),
        )
        .group_by(ProgramTask.encounter_id, ProgramTask.state, TaskAttempt.result)
    ):
        latest[tried.encounter_id].append(tried.recorded_at)
        if tried.state != "closed":
            who = (tried.encounter_id, FAMILY if tried.result == FAMILY else "")
            first[who] = min(first.get(who, tried.at), tried.at)
    rows = [
        {
            "of": key,
            "owes_contact": key in owing,
            "person_after": _after(at, first.get((key, ""))),
            "family_after": _after(at, first.get((key, FAMILY))),
            "followed_at": max(latest[key], default=None),
        }
        for key, at in received
    ]
    if rows:
        connection.execute(update(Encounter).where(Encounter.id == bindparam("of")), rows)


def _after(received: datetime, spoken: datetime | None) -> int | None:
    """Whole seconds from the call to the contact, rounded up: a contact is in time when this is no more than the window."""
    return None if spoken is None else ceil((spoken - received).total_seconds())


@event.listens_for(Session, "after_flush")
def _note(session: Session, _context: UOWTransaction) -> None:
    """Every call of which a task or a try was just written, or whose time of receipt was corrected."""
    found = {
        row.encounter_id for row in _written(session, ProgramTask, "state") if row.encounter_id is not None
    }
    found |= {row.id for row in _written(session, Encounter, "received_at") if row.followed_at is not None}
    tried = {row.task_id for row in _written(session, TaskAttempt, "at")}
    if tried:
        of_tries = select(ProgramTask.encounter_id).where(
            ProgramTask.id.in_(tried), ProgramTask.encounter_id.is_not(None)
        )
        found |= set(session.connection().scalars(of_tries))
    if found:
        note_contacts(session.connection(), found)


def _written(session: Session, model: type[Row], column: str) -> list[Row]:
    """New rows of this kind, and those of which this column has another value now."""
    changed = (row for row in session.dirty if isinstance(row, model) and _history(row, column).has_changes())
    return [*(row for row in session.new if isinstance(row, model)), *changed]


def _history(row: Any, column: str) -> History:
    return inspect(row).attrs[column].history  # type: ignore[no-any-return]
