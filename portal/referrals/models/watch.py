"""What the hourly look at all open needs has found, and which kinds of help nobody could give. No person in either."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.store import Base


class NeedFault(Base):
    """A need that was not as every need must be: which rule it broke, when that was found, and when it was mended."""

    __tablename__ = "need_fault"
    __table_args__ = (UniqueConstraint("need_id", "kind"),)

    number: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id"))
    kind: Mapped[str]  # of referrals.watch.RULES
    found_at: Mapped[datetime]
    mended_at: Mapped[datetime | None]


class UnmetTally(Base):
    """Needs that came back with nobody left to ask, counted a day by code and coarse area: the first three digits of a ZIP, a
    state where no ZIP was said, empty where no place was."""

    __tablename__ = "unmet_tally"
    __table_args__ = (UniqueConstraint("day", "code", "area"),)

    number: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(index=True)
    code: Mapped[str]
    area: Mapped[str]
    count: Mapped[int] = mapped_column(default=1)
