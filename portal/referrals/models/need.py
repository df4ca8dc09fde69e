"""Who needs what: the need and the services that its sender ticked."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.directory.models import Organization, ServiceAtLocation
from portal.referrals.models.person import Person
from portal.referrals.rules import AGE_BANDS, BASES, DEADLINES, OWNERS, URGENCIES
from portal.store import Base, one_of

if TYPE_CHECKING:
    from portal.referrals.models.consent import Consent
    from portal.referrals.models.offer import Offer


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
    language: Mapped[str] = mapped_column(default="")  # the person's, as its ISO code; empty: not asked
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    # The random key of the person as known here; cut 25 months after the need was sent (referrals.blind).
    client_id: Mapped[UUID | None] = mapped_column(ForeignKey("client.id"), index=True)
    restricted_at: Mapped[datetime | None]  # the person wants to be asked before each further service
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
    unmet_at: Mapped[datetime | None]  # when it first came back with nobody left to ask
    # The asking for room that it came of, or the newest that was made for it.
    asking_id: Mapped[UUID | None] = mapped_column(ForeignKey("asking.id"), index=True)
    idempotency_key: Mapped[str]
    request_digest: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)

    person: Mapped[Person | None] = relationship(lazy="select")
    offers: Mapped[list["Offer"]] = relationship(
        back_populates="need", order_by="Offer.ordinal", lazy="select"
    )
    fallbacks: Mapped[list["Fallback"]] = relationship(order_by="Fallback.rank", lazy="select")
    consents: Mapped[list["Consent"]] = relationship(order_by="Consent.at", lazy="select")
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
    # The person was asked about this very service: it may be asked of a need that is restricted.
    person_asked: Mapped[bool] = mapped_column(default=False)

    listing: Mapped[ServiceAtLocation] = relationship(lazy="select")
