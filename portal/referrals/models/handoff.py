"""What was done after the yes: the handoff, the way there, follow-ups, tries to reach the person; and calls without a person."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.referrals.rules import HANDOFF_METHODS, TRANSPORT_BY
from portal.store import Base, one_of

SIDES = ("sender", "receiver")  # who recorded it
STANDING = text("replaced_at IS NULL")


class Handoff(Base):
    """The facts of a handoff; warm, lukewarm or cold is computed from them by referrals.rules, never declared.

    A correction is a row of its own: the one before it keeps what it said, with the time at which it was replaced.
    """

    __tablename__ = "handoff"
    __table_args__ = (
        one_of("method", HANDOFF_METHODS),
        Index(
            "ix_handoff_standing",
            "offer_id",
            unique=True,
            sqlite_where=STANDING,
            postgresql_where=STANDING,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offer.id"), index=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    method: Mapped[str]
    answered: Mapped[bool]
    spoke_with_name: Mapped[str] = mapped_column(default="")
    spoke_with_role: Mapped[str] = mapped_column(default="")
    person_present: Mapped[bool]
    person_spoke: Mapped[bool]
    person_agreed: Mapped[bool]
    receiver_took_over: Mapped[bool]  # "we have them", said before the sender left
    recorded_by: Mapped[str]  # sender or receiver
    recorded_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]


class Transport(Base):
    """How the person got there, as one side saw it. Times are UTC and may be filled in one after the other."""

    __tablename__ = "transport"
    __table_args__ = (
        one_of("means", TRANSPORT_BY),
        one_of("recorded_by", SIDES),
        UniqueConstraint("offer_id", "recorded_by"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offer.id"))
    means: Mapped[str]  # police, ems, provider, family, ride, self
    voluntary: Mapped[bool]
    departed_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]  # the unit was free again
    recorded_by: Mapped[str]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime]


class FollowUp(Base):
    """A task at 1, 7 and 30 days. `result` empty is unknown, and stays unknown."""

    __tablename__ = "follow_up"
    __table_args__ = (UniqueConstraint("offer_id", "day"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offer.id"), index=True)
    day: Mapped[int]
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    result: Mapped[str] = mapped_column(default="")

    attempts: Mapped[list["Attempt"]] = relationship(order_by="Attempt.at", lazy="select")


class Attempt(Base):
    """One try to reach the person: when, how, by whom, with what result."""

    __tablename__ = "attempt"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offer.id"), index=True)
    follow_up_id: Mapped[UUID | None] = mapped_column(ForeignKey("follow_up.id"), index=True)
    at: Mapped[datetime]
    means: Mapped[str]  # phone, in_person, text, mail
    result: Mapped[str]  # reached, no_answer, wrong_number, left_message
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    recorded_by: Mapped[str] = mapped_column(default="")  # sender or receiver; empty: before this was kept


class CallRecord(Base):
    """A call to a victim service or a crisis line: when, and answered or not. There is no person in it."""

    __tablename__ = "call_record"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    service_at_location_id: Mapped[UUID] = mapped_column(ForeignKey("service_at_location.id"), index=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)  # the caller's
    at: Mapped[datetime]
    answered: Mapped[bool]
