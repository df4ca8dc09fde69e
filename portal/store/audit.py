"""Who did or read what, when and why: rows are only ever inserted, and hold ids, never values.

The database refuses to change or delete a row (portal.store.guards), and the worker ties them together (portal.store.chain).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Index, func, insert, literal, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.store import clock, guards
from portal.store.actor import Actor
from portal.store.database import Base, db, write

ONE_LOOK = timedelta(minutes=10)  # a page that stays open and renews itself is one look in this time


class AuditEntry(Base):
    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "subject_id", "at"), {"info": guards.ALWAYS})

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


def looked(actor: Actor, action: str, subject: str, subject_id: UUID | str) -> None:
    """A page was read. One INSERT in a transaction of its own, and none when the same actor's look at the same thing was
    written within ONE_LOOK."""
    now = clock.now()
    values = {
        "at": now,
        "actor_kind": actor.kind,
        "account_id": actor.account_id,
        "community_id": actor.community_id,
        "action": action,
        "subject": subject,
        "subject_id": str(subject_id),
        "reason": "",
    }
    columns = AuditEntry.__table__.c
    lately = select(AuditEntry.number).where(
        AuditEntry.subject_id == str(subject_id),
        AuditEntry.at > now - ONE_LOOK,
        AuditEntry.action == action,
        AuditEntry.subject == subject,
        AuditEntry.actor_kind == actor.kind,
        AuditEntry.account_id.is_not_distinct_from(actor.account_id),
    )
    new = select(*(literal(value, columns[name].type) for name, value in values.items())).where(
        ~lately.exists()
    )
    with write() as session:
        session.execute(insert(AuditEntry).from_select(list(values), new, include_defaults=False))


@dataclass(frozen=True)
class Page:
    """Rows of the trail, newest first, and whether older ones follow."""

    rows: Sequence[AuditEntry]
    more: bool


def entries(
    community_id: UUID,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    account_id: UUID | None = None,
    subject: str = "",
    page: int = 1,
    size: int = 50,
) -> Page:
    """The trail of one community, with what the clock and the terminal did. since, until: UTC, until not included. subject: a
    whole id, or the six signs of a referral."""
    wanted = [or_(AuditEntry.community_id == community_id, AuditEntry.community_id.is_(None))]
    if since is not None:
        wanted.append(AuditEntry.at >= since)
    if until is not None:
        wanted.append(AuditEntry.at < until)
    if account_id is not None:
        wanted.append(AuditEntry.account_id == account_id)
    if subject:
        wanted.append(func.lower(AuditEntry.subject_id).startswith(subject.strip().lower(), autoescape=True))
    rows = db.session.scalars(
        select(AuditEntry)
        .where(*wanted)
        .order_by(AuditEntry.number.desc())
        .offset((page - 1) * size)
        .limit(size + 1)
    ).all()
    return Page(rows[:size], len(rows) > size)
