"""Phone numbers that texts go to. A number is personal data: sealed here once, and everywhere else only this row's id."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.store import Base, SealedText


class TextNumber(Base):
    """One number. `blind` (a keyed hash) finds it again when it writes to us.

    stopped_at: it said STOP and gets nothing until it says START; this is remembered for good. failed_at: the provider said
    that it cannot be reached by text at all. let_go_at: nobody uses it any more, so it is deleted once no message needs it.
    """

    __tablename__ = "text_number"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    blind: Mapped[str] = mapped_column(unique=True)
    number: Mapped[str] = mapped_column(SealedText("text_number.number"))  # +16155550123
    created_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    failed_code: Mapped[str] = mapped_column(default="")
    let_go_at: Mapped[datetime | None]


class NumberCheck(Base):
    """A number that somebody typed and must still confirm with the code sent to it. `owner`: an account's or a desk's id."""

    __tablename__ = "number_check"

    owner: Mapped[UUID] = mapped_column(primary_key=True)
    number_id: Mapped[UUID] = mapped_column(ForeignKey("text_number.id"), index=True)
    code_hash: Mapped[str]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)


class TextReceived(Base):
    """A text that came in, by its provider's id, so that it acts once. Neither its words nor its number are kept."""

    __tablename__ = "text_received"

    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    what: Mapped[str]  # stop, start, help, words
