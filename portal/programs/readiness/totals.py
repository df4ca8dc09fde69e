"""Monthly totals of use of force, people hurt and SWAT call-outs: one number for a month, and never a row for what happened."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select

from portal.programs.access import today
from portal.programs.models import MonthlyTotal
from portal.programs.models.readiness import TOTAL_KINDS
from portal.programs.readiness.roster import managing
from portal.store import Actor, Refused, audit, clock, db, write

MOST = 100_000


def record_totals(actor: Actor, program_id: UUID, month: date, counts: Mapping[str, int]) -> None:
    """The agency's numbers for a month that is over. What stood before stays; the newest holds. Refused by kind."""
    with write() as session:
        program = managing(actor, program_id)
        if month.day != 1 or month >= today().replace(day=1):
            raise Refused(_("Choose a month that is over."), "month")
        for kind, number in counts.items():
            if kind not in TOTAL_KINDS or not 0 <= number <= MOST:
                raise Refused(_("Write a whole number, 0 or more."), kind)
        now = clock.now()
        session.add_all(
            MonthlyTotal(
                organization_id=program.organization_id,
                month=month,
                kind=kind,
                count=number,
                at=now,
                said_by=actor.account_id,
            )
            for kind, number in counts.items()
        )
        audit.append(actor, "record_totals", "organization", program.organization_id, f"{month:%Y-%m}")


def totals_for(actor: Actor, program_id: UUID) -> dict[date, dict[str, int]]:
    """What stands, newest month first, for who keeps it. NotHere for others."""
    program = managing(actor, program_id)
    return newest_totals(program.organization_id, clock.now())


def newest_totals(organization_id: UUID, known_at: datetime) -> dict[date, dict[str, int]]:
    """month -> kind -> number, newest month first, as was known at this moment."""
    newest = (
        select(func.max(MonthlyTotal.number))
        .where(MonthlyTotal.organization_id == organization_id, MonthlyTotal.at <= known_at)
        .group_by(MonthlyTotal.month, MonthlyTotal.kind)
    )
    rows = db.session.scalars(
        select(MonthlyTotal).where(MonthlyTotal.number.in_(newest)).order_by(MonthlyTotal.month.desc())
    )
    found: dict[date, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row.month, {})[row.kind] = row.count
    return found
