"""The change feed and the field history: what every verb that touches a listing writes beside the change itself."""

from uuid import UUID

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from portal.directory import models as d
from portal.store import Actor, clock

FEED_LOCK = 0x48616E64  # any number will do, as long as nothing else locks the same


def record_change(session: Session, *sal_numbers: int) -> None:
    """Append listings to the change feed, in the open transaction.

    A reader that has seen number n must never meet n-1 later. SQLite has one writer, so numbers commit in order; on
    PostgreSQL a lock held until commit makes it so. Call it near the end of a verb.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": FEED_LOCK})
    rows = [{"service_at_location_number": number, "at": clock.now()} for number in sal_numbers]
    if rows:
        session.execute(insert(d.Change), rows)


def record_service_change(session: Session, service_id: UUID) -> None:
    """The same for every location of a service."""
    numbers = session.scalars(
        select(d.ServiceAtLocation.number)
        .where(d.ServiceAtLocation.service_id == service_id)
        .order_by("number")
    )
    record_change(session, *numbers)


def write_history(
    session: Session,
    actor: Actor,
    resource_type: str,
    resource_id: UUID,
    field_name: str,
    previous_value: str,
    replacement_value: str,
    action: str = "update",
) -> None:
    """Append one HSDS metadata row. Callers never pass an address of a confidential location: the rows are exported."""
    session.add(
        d.Metadata(
            resource_type=resource_type,
            resource_id=resource_id,
            last_action_date=clock.now(),
            last_action_type=action,
            field_name=field_name,
            previous_value=previous_value,
            replacement_value=replacement_value,
            updated_by=actor.name or actor.kind,
        )
    )
