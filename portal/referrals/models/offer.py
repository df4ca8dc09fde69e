"""The need put to one service, and its log: whoever changes a state inserts an OfferEvent; events are never changed."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, UniqueConstraint, and_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.directory.models import Organization, ServiceAtLocation
from portal.referrals.models.handoff import Attempt, FollowUp, Handoff, Transport
from portal.referrals.models.need import Need
from portal.referrals.rules import STATES
from portal.store import Base, guards, one_of


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
    arrived_at: Mapped[datetime | None]  # came to the appointment
    connected_on: Mapped[date | None]
    connected_by: Mapped[str] = mapped_column(default="")  # receiver, or sender who witnessed the arrival
    receiver_name: Mapped[str] = mapped_column(default="")

    need: Mapped[Need] = relationship(back_populates="offers", lazy="joined", innerjoin=True)
    organization: Mapped[Organization] = relationship(lazy="joined", innerjoin=True)
    listing: Mapped[ServiceAtLocation] = relationship(lazy="select", foreign_keys=[service_at_location_id])
    events: Mapped[list["OfferEvent"]] = relationship(order_by="OfferEvent.number", lazy="select")
    # The one that stands; those that a correction replaced keep their rows.
    handoff: Mapped["Handoff | None"] = relationship(
        primaryjoin=lambda: and_(Handoff.offer_id == Offer.id, Handoff.replaced_at.is_(None)),
        viewonly=True,
        lazy="select",
    )
    transports: Mapped[list["Transport"]] = relationship(order_by="Transport.recorded_by", lazy="select")
    follow_ups: Mapped[list["FollowUp"]] = relationship(order_by="FollowUp.day", lazy="select")
    attempts: Mapped[list["Attempt"]] = relationship(order_by="Attempt.at", lazy="select")


class OfferEvent(Base):
    """Inserted, never changed: the log replays to the same state."""

    __tablename__ = "offer_event"
    __table_args__ = ({"info": guards.UNTIL_PURGED},)

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
