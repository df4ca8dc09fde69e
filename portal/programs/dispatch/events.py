"""Every step of a request is written down beside it, in the same transaction."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.programs.models import TeamRequest, TeamRequestEvent


def note(
    session: Session, row: TeamRequest, action: str, account_id: UUID | None, at: datetime, why: str = ""
) -> None:
    """One step: the state to which it led is the row's."""
    session.add(
        TeamRequestEvent(
            request_id=row.id, at=at, action=action, state=row.state, account_id=account_id, why=why
        )
    )
