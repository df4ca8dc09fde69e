"""How long the clocks run here: what stewards have set, for the community and for single services. Rows are only added."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.referrals.rules import URGENCIES
from portal.store import Base, one_of


class ClockSetting(Base):
    """One saving. The newest version of a community (no listing) or of a listing counts, for its urgency; the others are the
    history. lengths: by name, those that were set; what is not in it is as the community, or the product, has it.
    follow_up_days: `1,7,30`, or empty for the same. Nothing here moves a clock that runs: needs copy it at send."""

    __tablename__ = "clock_setting"
    __table_args__ = (
        one_of("urgency", URGENCIES),
        Index(
            "ix_clock_setting_newest",
            "community_id",
            "service_at_location_id",
            "urgency",
            "version",
            unique=True,
        ),
    )

    number: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[UUID] = mapped_column(ForeignKey("community.id"))
    service_at_location_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("service_at_location.id"), index=True
    )
    urgency: Mapped[str]
    version: Mapped[int]
    lengths: Mapped[dict[str, Any]]
    follow_up_days: Mapped[str] = mapped_column(default="")
    backup_email: Mapped[str] = mapped_column(default="")
    backup_contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id"))
    changed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
