"""Codes that go along to a victim service, and how many came back. Nobody is in these tables: no person, no caller, no hour."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.store import Base


class ArrivalCode(Base):
    """A code that was handed over and has not come back yet: its digest, the listing and the day. Kept in the order of the
    digest (SQLite), so that not even the order of rows tells which call it was."""

    __tablename__ = "arrival_code"
    __table_args__ = (Index("ix_arrival_code_day", "day"), {"sqlite_with_rowid": False})

    digest: Mapped[str] = mapped_column(primary_key=True)
    service_at_location_id: Mapped[UUID] = mapped_column(ForeignKey("service_at_location.id"))
    day: Mapped[date]  # in the community's time


class ArrivalTally(Base):
    """How many codes of a month were handed over for a listing, and how many of them came back."""

    __tablename__ = "arrival_tally"

    service_at_location_id: Mapped[UUID] = mapped_column(
        ForeignKey("service_at_location.id"), primary_key=True
    )
    month: Mapped[date] = mapped_column(primary_key=True)  # its first day
    handed: Mapped[int] = mapped_column(default=0)
    arrived: Mapped[int] = mapped_column(default=0)
