"""A place that is closed for some days, and opens again by itself."""

from datetime import date, datetime, time
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.store import Base


class Closure(Base):
    """Of one listing, or of all that an organization has. By the clock on the wall of each place: from `begins_on` (at
    `begins_at`, else from the start of that day) to `ends_on` (until `ends_at`, else to the end of that day). Nothing has to be
    done when it is over; `lifted_at` is when somebody ended it before."""

    __tablename__ = "closure"
    __table_args__ = (
        CheckConstraint(
            "(service_at_location_id IS NULL) <> (organization_id IS NULL)",
            name="of_one_listing_or_organization",
        ),
        CheckConstraint("begins_on <= ends_on", name="ends_after_it_begins"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    service_at_location_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("service_at_location.id"), index=True
    )
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"), index=True)
    begins_on: Mapped[date]
    begins_at: Mapped[time | None]
    ends_on: Mapped[date]
    ends_at: Mapped[time | None]
    words: Mapped[str] = mapped_column(default="")
    words_es: Mapped[str] = mapped_column(default="")
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
