"""Figures as they were published."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.programs.models import ResponseProgram
from portal.store import Base, guards


class Snapshot(Base):
    """A quarter of a program as published: the tables with their small cells hidden already, and what each measure meant then.
    Never changed and never taken away; a later look at the same quarter is a revision that stands beside it.

    content: see outcomes.snapshots.Content. kept: every count behind it and which of them were hidden (outcomes.cubes.Kept), so
    that a revision gives none of them away; no page shows it. cut: nothing that was recorded later is in it.
    """

    __tablename__ = "snapshot"
    __table_args__ = (UniqueConstraint("program_id", "quarter", "revision"), {"info": guards.ALWAYS})

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    program_id: Mapped[UUID] = mapped_column(ForeignKey("response_program.id"))
    quarter: Mapped[str]  # 2026-q3
    revision: Mapped[int] = mapped_column(default=1)
    cut: Mapped[datetime]
    content: Mapped[dict[str, Any]]
    kept: Mapped[dict[str, Any]]
    published_at: Mapped[datetime]
    published_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))

    program: Mapped[ResponseProgram] = relationship(lazy="joined", innerjoin=True)
