"""Calls of a program, written directly, a hundred at once: the reports read them as if a team had recorded them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert

from portal.programs import effective
from portal.programs.models import Encounter, ResponseProgram
from portal.store import write


def calls(
    program: ResponseProgram, number: int, at: datetime, outcome: str = "resolved", **columns: Any
) -> list[UUID]:
    """So many calls that ended in this way, received at `at` and recorded an hour later."""
    ends = effective(program).outcome(outcome)
    rows = [
        {
            "id": uuid4(),
            "community_id": program.community_id,
            "program_id": program.id,
            "organization_id": program.organization_id,
            "source": "911",
            "received_at": at,
            "disposition": ends.disposition if ends else "",
            "outcome": outcome,
            "recorded_at": at + timedelta(hours=1),
            "changed_at": at + timedelta(hours=1),
        }
        | columns
        for _ in range(number)
    ]
    with write() as session:
        session.execute(insert(Encounter), rows)
    return [row["id"] for row in rows]
