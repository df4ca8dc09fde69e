"""What a human wrote of a listing in another language, field by field."""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.store import Base, one_of

TRANSLATED = ("service", "service_at_location", "location")


class Translation(Base):
    """One field of one row in one language, with the day on which it was last right. `original` is what stood when it was
    written: once that is another text, the translation is old and pages say so."""

    __tablename__ = "translation"
    __table_args__ = (
        one_of("link_entity", TRANSLATED),
        UniqueConstraint("link_id", "field", "language"),
        CheckConstraint("length(text) > 0", name="said"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    link_entity: Mapped[str]
    link_id: Mapped[UUID] = mapped_column(index=True)
    field: Mapped[str]
    language: Mapped[str]  # ISO 639, like the community's
    text: Mapped[str]
    original: Mapped[str] = mapped_column(default="")
    translated_on: Mapped[date]
    translated_by: Mapped[str]
