"""What nobody answered in time: both sides' supervisors and the asker are told, once."""

from datetime import datetime

from sqlalchemy import select, update

from portal.programs.dispatch import letters
from portal.programs.dispatch.events import note
from portal.programs.models import TeamRequest
from portal.store import Actor, audit, db, write

CLOCK = Actor(kind="clock", name="clock")
WAITING = ("asked", "returned")


def tick_requests(now: datetime) -> int:
    """Requests without an answer, and calls that 911 has not picked up again, past their time. Returns how many were told. Two
    workers are safe: each row is claimed by a conditional UPDATE."""
    due = db.session.scalars(
        select(TeamRequest.id).where(
            TeamRequest.state.in_(WAITING), TeamRequest.answer_by <= now, TeamRequest.told_at.is_(None)
        )
    ).all()
    return sum(_tell(request_id, now) for request_id in due)


def _tell(request_id: object, now: datetime) -> bool:
    with write() as session:
        done = session.execute(
            update(TeamRequest)
            .where(
                TeamRequest.id == request_id,
                TeamRequest.state.in_(WAITING),
                TeamRequest.answer_by <= now,
                TeamRequest.told_at.is_(None),
            )
            .values(told_at=now)
            .execution_options(synchronize_session=False)
        )
        if done.rowcount != 1:  # type: ignore[attr-defined]
            return False
        row = session.get_one(TeamRequest, request_id)
        session.refresh(row)
        why = f"unanswered {row.state}"
        note(session, row, "unanswered", None, now)
        letters.tell_asker(row, why)
        for organization in {row.program.organization_id, row.asker_organization_id}:
            letters.tell_supervisors(organization, row, why)
        audit.append(CLOCK, "unanswered_request", "team_request", row.id)
        return True
