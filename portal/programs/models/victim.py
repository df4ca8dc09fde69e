"""Help for victims: what was needed, and that an advocate was called. Nobody is in these tables, and no row leads to a call.

A victim's row has no encounter, no person, no key, no district and no time of day: whoever holds both tables cannot lay one
beside the other.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.programs.models.program import District, ResponseProgram
from portal.store import Base


class VictimVisit(Base):
    """What somebody who was hurt needed, and what of it was found: codes of the preset. Days alone."""

    __tablename__ = "victim_visit"
    __table_args__ = (Index("ix_victim_visit_day", "program_id", "on_day"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    program_id: Mapped[UUID] = mapped_column(ForeignKey("response_program.id"))
    on_day: Mapped[date]
    needs: Mapped[list[str]]
    met: Mapped[list[str]]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    recorded_on: Mapped[date]
    withdrawn_on: Mapped[date | None]  # entered in error


class AdvocateCall(Base):
    """An officer called an advocate to a scene: that, and when. arrived_at is the advocates' own and stays with them."""

    __tablename__ = "advocate_call"
    __table_args__ = (Index("ix_advocate_call_day", "program_id", "called_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    program_id: Mapped[UUID] = mapped_column(ForeignKey("response_program.id"))
    district_id: Mapped[UUID | None] = mapped_column(ForeignKey("district.id"))
    called_at: Mapped[datetime]
    called_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    arrived_at: Mapped[datetime | None]
    arrival_recorded_at: Mapped[datetime | None]
    arrived_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))

    program: Mapped[ResponseProgram] = relationship(lazy="joined", innerjoin=True)
    district: Mapped[District | None] = relationship(lazy="joined")


class AdvocateCount(Base):
    """What the advocates' own organization counted in a month: numbers by the preset's codes, and nobody. The newest row of a
    month counts; the earlier ones stay."""

    __tablename__ = "advocate_count"
    __table_args__ = (Index("ix_advocate_count_month", "program_id", "month"),)

    number: Mapped[int] = mapped_column(primary_key=True)
    program_id: Mapped[UUID] = mapped_column(ForeignKey("response_program.id"))
    month: Mapped[date]  # its first day
    counts: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    counted_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
