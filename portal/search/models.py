"""What search remembers: that somebody looked for a kind of help in a coarse area and how many hits there were."""

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from portal.search import postgres_models
from portal.store import Base

__all__ = ["SearchTally", "postgres_models"]


class SearchTally(Base):
    """Counts a day, need words reduced to care codes, and a three-digit ZIP area. No words, no person, no exact place."""

    __tablename__ = "search_tally"

    number: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(index=True)
    care: Mapped[str] = mapped_column(default="")
    area: Mapped[str] = mapped_column(default="")
    found: Mapped[bool]
    count: Mapped[int] = mapped_column(default=1)
