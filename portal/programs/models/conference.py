"""What a weekly case conference decided about one meeting: coded, without a person."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.store import Base


class ConferenceItem(Base):
    """A meeting was talked about on this day of the conference. outcome: a code of the preset. Until there is a row, the
    meeting stands on the next list, and on each one after it."""

    __tablename__ = "conference_item"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    program_id: Mapped[UUID] = mapped_column(ForeignKey("response_program.id"), index=True)
    encounter_id: Mapped[UUID] = mapped_column(ForeignKey("encounter.id"), unique=True)
    meets_on: Mapped[date] = mapped_column(index=True)  # the community's day
    outcome: Mapped[str]
    at: Mapped[datetime]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
