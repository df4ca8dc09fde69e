"""Workers who go alone: when they are back, and whom to call when they are not."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.programs.models.program import ResponseProgram
from portal.store import Base, SealedText


class LoneVisit(Base):
    """A worker is out alone until due_at, or has pressed the alarm. ended_at: they said that they are back. told_at: whoever
    watches was told. seen_at: one of those has taken it in hand."""

    __tablename__ = "lone_visit"
    __table_args__ = (Index("ix_lone_visit_due", "ended_at", "due_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    program_id: Mapped[UUID] = mapped_column(ForeignKey("response_program.id"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    task_id: Mapped[UUID | None] = mapped_column(ForeignKey("program_task.id"))
    started_at: Mapped[datetime]
    due_at: Mapped[datetime]
    panic_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    seen_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    program: Mapped[ResponseProgram] = relationship(lazy="joined", innerjoin=True)


class PanicContact(Base):
    """Whom to call when this worker does not come back, as they wrote it down. Sealed; opened only for who watches, while the
    worker is overdue or has pressed the alarm, and the look is written down. used_at: their newest visit."""

    __tablename__ = "panic_contact"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    name: Mapped[str | None] = mapped_column(SealedText("panic_contact.name"))
    phone: Mapped[str | None] = mapped_column(SealedText("panic_contact.phone"))
    used_at: Mapped[datetime] = mapped_column(index=True)
