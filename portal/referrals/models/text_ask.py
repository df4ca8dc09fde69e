"""What a desk was asked by text message, so that its reply can be understood."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.store import Base, one_of

TEXT_KINDS = ("offer", "ask")


class TextAsk(Base):
    """One text to one desk: `reference` stands in it, and names the offer (or the question whether there is room) and the
    very version that the text is about. It holds no more power than the mailed link of that version."""

    __tablename__ = "text_ask"
    __table_args__ = (one_of("kind", TEXT_KINDS), UniqueConstraint("kind", "about", "version", "number_id"))

    reference: Mapped[str] = mapped_column(primary_key=True)
    number_id: Mapped[UUID] = mapped_column(ForeignKey("text_number.id"), index=True)
    kind: Mapped[str]
    about: Mapped[UUID]
    version: Mapped[int]
    at: Mapped[datetime] = mapped_column(index=True)
