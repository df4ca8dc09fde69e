"""Who has the person: the asker's task stands open until the team takes over, and both then have a receipt of it."""

import base64
import secrets
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.programs.dispatch import letters
from portal.programs.dispatch.events import note
from portal.programs.dispatch.rules import OPEN, SETTLED
from portal.programs.models import ProgramTask, TeamRequest
from portal.store import Actor, Conflict, Refused

TAKEN_OVER = "taken_over"
RECEIPT = 5  # bytes: eight signs, to be read out


def take_custody(session: Session, actor: Actor, row: TeamRequest, now: datetime) -> None:
    """The asker's task closes with its reason, and the receipt gets its number. Nothing where it has been taken over already."""
    if row.custody_at is not None:
        return
    row.custody_at, row.custody_by = now, actor.account_id
    row.receipt = base64.b32encode(secrets.token_bytes(RECEIPT)).decode()
    if row.task is not None and row.task.state == "open":
        _close(row.task, actor, TAKEN_OVER, now)
    note(session, row, "take_over", actor.account_id, now)
    letters.tell_asker(row, "taken over")


def let_go(session: Session, actor: Actor, row: TeamRequest, why: str, now: datetime) -> None:
    """The asker ends their own task, where no team can take over any more."""
    if why not in SETTLED:
        raise Refused(_("Choose how it ended."), "why")
    if row.task is None or row.task.state != "open" or held_by_request(session, row.task.id):
        raise Conflict(_("This task closes when the team takes over."))
    _close(row.task, actor, why, now)
    note(session, row, "settle", actor.account_id, now, why)


def held_by_request(session: Session, task_id: UUID) -> bool:
    """Whether a team that was asked may still take this task over: until then nobody else closes it."""
    open_one = select(TeamRequest.id).where(TeamRequest.task_id == task_id, TeamRequest.state.in_(OPEN))
    return session.scalar(open_one.limit(1)) is not None


def _close(task: ProgramTask, actor: Actor, why: str, now: datetime) -> None:
    task.state, task.close_reason = "closed", why
    task.closed_at, task.closed_by = now, actor.account_id
    task.version += 1
