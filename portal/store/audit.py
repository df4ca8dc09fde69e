"""Who did or read what, when and why: rows are only ever inserted, and hold ids, never values."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from portal.store import clock
from portal.store.actor import Actor
from portal.store.database import Base, db


class AuditEntry(Base):
    __tablename__ = "audit_entry"

    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_kind: Mapped[str]
    account_id: Mapped[UUID | None]
    community_id: Mapped[UUID | None]
    action: Mapped[str]
    subject: Mapped[str]
    subject_id: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")


def append(actor: Actor, action: str, subject: str, subject_id: UUID | str | int, reason: str = "") -> None:
    """Add a row to the open transaction. `action` is a verb's name, `subject` a table's; no personal data in either."""
    db.session.add(
        AuditEntry(
            at=clock.now(),
            actor_kind=actor.kind,
            account_id=actor.account_id,
            community_id=actor.community_id,
            action=action,
            subject=subject,
            subject_id=str(subject_id),
            reason=reason,
        )
    )
