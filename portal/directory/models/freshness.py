"""Is it still right? Letters that ask, calls that were made, what people say is wrong, and how often a listing is wanted."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.store import Base, SealedText, one_of

CONFIRMATION_STATES = ("asked", "confirmed", "changed", "gone", "returned", "silent")
CALL_OUTCOMES = ("right", "changed", "no_answer", "message_left", "wrong_number", "closed")
REPORT_KINDS = ("phone", "hours", "address", "closed", "eligibility", "other")
REPORT_SOURCES = ("public", "member", "desk")
REPORT_STATES = ("open", "fixed", "right", "unclear")
DOUBTS = ("steward", "call", "member", "desk")  # by whose word

_WAITING = text("state = 'asked'")


class ConfirmationLetter(Base):
    """One mail that asks whether some listings of an organization are still right, and its reminders. `letters` counts what
    was sent; at `next_at` the next is due, or the steward's call list; `settled_at` when nothing of it waits any more."""

    __tablename__ = "confirmation_letter"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    to_address: Mapped[str]  # of a desk or its people; shown to nobody
    made_at: Mapped[datetime] = mapped_column(index=True)
    letters: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None] = mapped_column(index=True)
    settled_at: Mapped[datetime | None]

    confirmations: Mapped[list["Confirmation"]] = relationship(lazy="select", order_by="Confirmation.rank")


class Confirmation(Base):
    """One service in such a letter, and what came of it: confirmed, changed or gone by the desk's word; `returned` when the
    mail came back, `silent` when nobody answered. At most one waits for a service at any time."""

    __tablename__ = "confirmation"
    __table_args__ = (
        one_of("state", CONFIRMATION_STATES),
        Index(
            "ix_confirmation_waiting",
            "service_id",
            unique=True,
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    letter_id: Mapped[UUID] = mapped_column(ForeignKey("confirmation_letter.id"), index=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"), index=True)
    rank: Mapped[int] = mapped_column(default=0)  # its place in the letter
    asked_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="asked")
    settled_at: Mapped[datetime | None]


class ListingCall(Base):
    """A steward called to ask whether a listing is right: when, who, what came of it. The note is of the listing, never of a
    person who needs help."""

    __tablename__ = "listing_call"
    __table_args__ = (one_of("outcome", CALL_OUTCOMES),)

    number: Mapped[int] = mapped_column(primary_key=True)
    service_at_location_id: Mapped[UUID] = mapped_column(ForeignKey("service_at_location.id"), index=True)
    at: Mapped[datetime]
    called_by: Mapped[str]
    outcome: Mapped[str]
    note: Mapped[str] = mapped_column(default="")


class ListingReport(Base):
    """Somebody says that this listing is wrong: anybody (`public`), somebody signed in (`member`), or the listing's own desk
    by its letter (`desk`). Words and the address for an answer are sealed; the address goes with the answer, the words 30
    days after it."""

    __tablename__ = "listing_report"
    __table_args__ = (
        one_of("what", REPORT_KINDS),
        one_of("source", REPORT_SOURCES),
        one_of("state", REPORT_STATES),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    service_at_location_id: Mapped[UUID] = mapped_column(ForeignKey("service_at_location.id"), index=True)
    at: Mapped[datetime]
    what: Mapped[str]
    words: Mapped[str | None] = mapped_column(SealedText("listing_report.words"))
    reply_to: Mapped[str | None] = mapped_column(SealedText("listing_report.reply_to"))
    source: Mapped[str] = mapped_column(default="public")
    said_by: Mapped[str] = mapped_column(default="")  # a member's name; nobody else's
    state: Mapped[str] = mapped_column(default="open", index=True)
    settled_by: Mapped[str] = mapped_column(default="")
    settled_at: Mapped[datetime | None]


class UseTally(Base):
    """How many requests a listing said yes to in a month. Nothing of any request; see freshness.use for when it counts."""

    __tablename__ = "use_tally"

    service_at_location_id: Mapped[UUID] = mapped_column(
        ForeignKey("service_at_location.id"), primary_key=True
    )
    month: Mapped[date] = mapped_column(primary_key=True)
    accepted: Mapped[int]


class ListingTally(Base):
    """How often a listing stood among a search's hits, and how often its page was opened, in a month. Nothing of who, from
    where, or what was asked."""

    __tablename__ = "listing_tally"

    service_at_location_number: Mapped[int] = mapped_column(
        ForeignKey("service_at_location.number"), primary_key=True, autoincrement=False
    )
    month: Mapped[date] = mapped_column(primary_key=True)
    shown: Mapped[int]
    opened: Mapped[int]


class ListingTrust(Base):
    """What is known of a listing beside a human's word. used_date: until when it is known to be in use (see freshness.use);
    doubted_at: since when it is thought to be wrong, and `doubt` by what. A row only where there is something to say."""

    __tablename__ = "listing_trust"
    __table_args__ = (one_of("doubt", ("", *DOUBTS)),)

    service_at_location_number: Mapped[int] = mapped_column(
        ForeignKey("service_at_location.number"), primary_key=True, autoincrement=False
    )
    used_date: Mapped[date | None]
    doubted_at: Mapped[datetime | None]
    doubt: Mapped[str] = mapped_column(default="")
