"""Needs, offers and what became of them. Whoever changes a state inserts an OfferEvent; events are never changed."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.directory.models import Organization, ServiceAtLocation
from portal.referrals.rules import (
    AGE_BANDS,
    BASES,
    DEADLINES,
    HANDOFF_METHODS,
    OWNERS,
    STATES,
    URGENCIES,
)
from portal.store import Base, SealedText, one_of


class Person(Base):
    """Who the need is about: every column sealed, all of it optional. Read in one place, and the read is logged."""

    __tablename__ = "person"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str | None] = mapped_column(SealedText("person.name"))
    phone: Mapped[str | None] = mapped_column(SealedText("person.phone"))
    safety_notes: Mapped[str | None] = mapped_column(SealedText("person.safety_notes"))
    created_at: Mapped[datetime]
    purged_at: Mapped[datetime | None]


class Need(Base):
    """What one person wants now. One owner and one next deadline until it is closed, always.

    plan: the Plan of referrals.plan as stored JSON, copied at send so that later settings move no running clock.
    idempotency_key and request_digest make a retried send the same need, and the same key with other content refused.
    """

    __tablename__ = "need"
    __table_args__ = (
        one_of("urgency", URGENCIES),
        one_of("age_band", AGE_BANDS),
        one_of("owner", OWNERS),
        one_of("deadline_name", DEADLINES),
        one_of("basis", BASES),
        UniqueConstraint("sender_account_id", "idempotency_key"),
        CheckConstraint("(closed_at IS NOT NULL) OR (deadline IS NOT NULL)", name="open_has_deadline"),
        Index("ix_need_due", "closed_at", "deadline"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    community_id: Mapped[UUID] = mapped_column(ForeignKey("community.id"), index=True)
    code: Mapped[str]
    urgency: Mapped[str]
    age_band: Mapped[str] = mapped_column(default="unknown")
    area: Mapped[str] = mapped_column(default="")  # a ZIP or a city, never an address
    safe_contact: Mapped[str] = mapped_column(default="unknown")
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    sender_account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    sender_organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    callback: Mapped[str] = mapped_column(default="")  # the sender's own number
    basis: Mapped[str]
    hears_back: Mapped[bool] = mapped_column(
        default=False
    )  # the person agreed that the sender hears what happens
    plan: Mapped[dict[str, Any]]
    owner: Mapped[str] = mapped_column(default="receiver")
    deadline: Mapped[datetime | None]
    deadline_name: Mapped[str] = mapped_column(default="seen_by")
    escalated_at: Mapped[datetime | None]
    sent_at: Mapped[datetime] = mapped_column(index=True)
    closed_at: Mapped[datetime | None]
    close_reason: Mapped[str] = mapped_column(default="")
    # A sender without permission to hear back put it away: what really became of it goes on unseen.
    sender_closed_at: Mapped[datetime | None]
    idempotency_key: Mapped[str]
    request_digest: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)

    person: Mapped[Person | None] = relationship(lazy="select")
    offers: Mapped[list["Offer"]] = relationship(
        back_populates="need", order_by="Offer.ordinal", lazy="select"
    )
    fallbacks: Mapped[list["Fallback"]] = relationship(order_by="Fallback.rank", lazy="select")
    sender: Mapped[Organization] = relationship(lazy="joined", innerjoin=True)


class Fallback(Base):
    """A service that the sender ticked at send: asked by the clock when the one before says no or nothing."""

    __tablename__ = "fallback"
    __table_args__ = (
        UniqueConstraint("need_id", "rank"),
        UniqueConstraint("need_id", "service_at_location_id"),
        CheckConstraint("rank BETWEEN 1 AND 3", name="at_most_three"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id"), index=True)
    service_at_location_id: Mapped[UUID] = mapped_column(ForeignKey("service_at_location.id"))
    rank: Mapped[int]

    listing: Mapped[ServiceAtLocation] = relationship(lazy="select")


class Offer(Base):
    """The need put to one service. `version` rises with every event and stands in the answer link, so an old link closes."""

    __tablename__ = "offer"
    __table_args__ = (
        one_of("state", STATES),
        UniqueConstraint("need_id", "ordinal"),
        Index("ix_offer_inbox", "organization_id", "state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id"), index=True)
    service_at_location_id: Mapped[UUID] = mapped_column(ForeignKey("service_at_location.id"), index=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    desk_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id"), index=True)
    ordinal: Mapped[int]
    state: Mapped[str] = mapped_column(default="sent")
    version: Mapped[int] = mapped_column(default=1)
    channel: Mapped[str] = mapped_column(
        default="inbox"
    )  # inbox (link and sign-in) or phone (a recorded call)
    reopens_id: Mapped[UUID | None] = mapped_column(ForeignKey("offer.id"))
    sent_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    answered_by: Mapped[str] = mapped_column(default="")  # who at the desk took it
    decline_reason: Mapped[str] = mapped_column(default="")
    decline_note: Mapped[str] = mapped_column(default="")  # 80 characters, receiver and coordinator only
    # "Who could?", from the one who declined.
    who_could_id: Mapped[UUID | None] = mapped_column(ForeignKey("service_at_location.id"))
    question: Mapped[str] = mapped_column(default="")
    answer: Mapped[str] = mapped_column(default="")
    answer_by: Mapped[datetime | None]  # waitlisted: the date by which to expect an answer
    code: Mapped[str] = mapped_column(default="")  # six digits read aloud at the handoff; made at accept
    appointment_at: Mapped[datetime | None]
    connected_on: Mapped[date | None]
    connected_by: Mapped[str] = mapped_column(default="")  # receiver, or sender who witnessed the arrival
    receiver_name: Mapped[str] = mapped_column(default="")

    need: Mapped[Need] = relationship(back_populates="offers", lazy="joined", innerjoin=True)
    organization: Mapped[Organization] = relationship(lazy="joined", innerjoin=True)
    listing: Mapped[ServiceAtLocation] = relationship(lazy="select", foreign_keys=[service_at_location_id])
    events: Mapped[list["OfferEvent"]] = relationship(order_by="OfferEvent.number", lazy="select")
    handoff: Mapped["Handoff | None"] = relationship(lazy="select")
    follow_ups: Mapped[list["FollowUp"]] = relationship(order_by="FollowUp.day", lazy="select")
    attempts: Mapped[list["Attempt"]] = relationship(order_by="Attempt.at", lazy="select")


class OfferEvent(Base):
    """Inserted, never changed: the log replays to the same state."""

    __tablename__ = "offer_event"

    number: Mapped[int] = mapped_column(primary_key=True)
    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offer.id"), index=True)
    at: Mapped[datetime]
    action: Mapped[str]
    from_state: Mapped[str]
    to_state: Mapped[str]
    role: Mapped[str]
    actor_kind: Mapped[str]
    account_id: Mapped[UUID | None]
    channel: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")


class Consent(Base):
    """On what ground this person's data goes to this receiver, who recorded it, and whether it still holds."""

    __tablename__ = "consent"
    __table_args__ = (one_of("basis", BASES),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id"), index=True)
    basis: Mapped[str]
    hears_back: Mapped[bool]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    text_version: Mapped[str]
    at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class Disclosure(Base):
    """The ledger: what kind of data of which need went to which organization, when."""

    __tablename__ = "disclosure"

    number: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id"), index=True)
    offer_id: Mapped[UUID | None] = mapped_column(ForeignKey("offer.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    at: Mapped[datetime]
    what: Mapped[str]  # request, identity, status


class Handoff(Base):
    """The facts of a handoff; warm, lukewarm or cold is computed from them by referrals.rules, never declared."""

    __tablename__ = "handoff"
    __table_args__ = (one_of("method", HANDOFF_METHODS),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offer.id"), unique=True)
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


class CallRecord(Base):
    """A call to a victim service or a crisis line: when, and answered or not. There is no person in it."""

    __tablename__ = "call_record"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    service_at_location_id: Mapped[UUID] = mapped_column(ForeignKey("service_at_location.id"), index=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)  # the caller's
    at: Mapped[datetime]
    answered: Mapped[bool]
