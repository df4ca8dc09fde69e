"""How often a service has said "not the right place", by need, age band and reason: counts, and nothing of any request."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.store import Base


class DeclineTally(Base):
    """Declines of one month with an eligibility reason. It teaches the list of proposals once the month is over."""

    __tablename__ = "decline_tally"

    service_at_location_id: Mapped[UUID] = mapped_column(
        ForeignKey("service_at_location.id"), primary_key=True
    )
    need: Mapped[str] = mapped_column(primary_key=True)
    age_band: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)  # its first day, in the community's time
    times: Mapped[int] = mapped_column(default=0)
