"""What a person holds of us, and what they ask of us: the receipt, requests about their own data, their corrections."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.store import Base, SealedText, one_of

# How it was made sure that who asks is the person. Codes, never what stood on a document.
IDENTITY_CHECKS = ("photo_document", "known_to_staff", "representative")
# How a request ended. Empty while it is open.
REQUEST_ENDS = ("", "done", "identity_not_shown", "taken_back")


class Receipt(Base):
    """A card that was handed to the person. Only hashes of its two codes are kept; the codes stand on the card alone.

    code_hash: of the long code (128 random bits), which works at /receipt. short_hash: keyed hash of the short one, which
    works only at the desk of somebody signed in, a few tries an hour.
    """

    __tablename__ = "receipt"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id"), index=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    short_hash: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    made_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))


class RightsRequest(Base):
    """The person asks to see, correct, restrict or delete what is kept of them. Answered within 30 days: due_at.

    client_id is the key that it is about, empty where the need has none, and again once it was deleted.
    """

    __tablename__ = "rights_request"
    __table_args__ = (one_of("identity_check", IDENTITY_CHECKS), one_of("ended_as", REQUEST_ENDS))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    community_id: Mapped[UUID] = mapped_column(ForeignKey("community.id"), index=True)
    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id"), index=True)
    client_id: Mapped[UUID | None] = mapped_column(ForeignKey("client.id"), index=True)
    identity_check: Mapped[str]
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    opened_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    exported_at: Mapped[datetime | None]
    corrected_at: Mapped[datetime | None]
    restricted_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_as: Mapped[str] = mapped_column(default="")


class Correction(Base):
    """What the person says is wrong, in their words, kept beside what it corrects; sealed like it."""

    __tablename__ = "correction"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id"), index=True)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("rights_request.id"), index=True)
    note: Mapped[str] = mapped_column(SealedText("correction.note"))
    at: Mapped[datetime]
