"""Several services are asked for room at once. There is nothing of a person in these tables: no name, no key, no typed text.

Retention: an asking, its asks and their log go together `ask_rules.KEPT_DAYS` after `Asking.closed_at`; `need.asking_id` is
emptied first.
"""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.directory.models import Organization, ServiceAtLocation
from portal.referrals.ask_rules import ASK_DEADLINES, ASK_STATES, CHANNELS, CLOSES, MOST_ASKED
from portal.referrals.rules import AGE_BANDS, OWNERS, URGENCIES
from portal.store import Base, guards, one_of


class Asking(Base):
    """ "Can you take one person now?", put to one to five services. One owner and one next deadline until it is closed, always.

    winner: the number of the ask whose yes came first; its place is held for the sender. plan: its clocks as stored JSON,
    copied when it was asked. turn_at: when the step became the sender's. A need that came of it names it.
    """

    __tablename__ = "asking"
    __table_args__ = (
        one_of("urgency", URGENCIES),
        one_of("age_band", AGE_BANDS),
        one_of("owner", OWNERS),
        one_of("deadline_name", ASK_DEADLINES),
        one_of("close_reason", ("", *CLOSES)),
        UniqueConstraint("sender_account_id", "idempotency_key"),
        CheckConstraint("(closed_at IS NOT NULL) OR (deadline IS NOT NULL)", name="open_has_deadline"),
        Index("ix_asking_due", "closed_at", "deadline"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    community_id: Mapped[UUID] = mapped_column(ForeignKey("community.id"), index=True)
    code: Mapped[str]
    urgency: Mapped[str]
    age_band: Mapped[str] = mapped_column(default="unknown")
    area: Mapped[str] = mapped_column(default="")  # a ZIP or a city of the gazetteer, never as typed
    sender_account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    sender_organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    callback: Mapped[str] = mapped_column(default="")  # the sender's own number
    plan: Mapped[dict[str, Any]]
    owner: Mapped[str] = mapped_column(default="receiver")
    deadline: Mapped[datetime | None]
    deadline_name: Mapped[str] = mapped_column(default="seen_by")
    escalated_at: Mapped[datetime | None]
    asked_at: Mapped[datetime] = mapped_column(index=True)
    turn_at: Mapped[datetime | None]
    winner: Mapped[int | None]
    closed_at: Mapped[datetime | None]
    close_reason: Mapped[str] = mapped_column(default="")
    idempotency_key: Mapped[str]
    request_digest: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)

    asks: Mapped[list["CapacityAsk"]] = relationship(
        back_populates="asking", order_by="CapacityAsk.ordinal", lazy="select"
    )
    sender: Mapped[Organization] = relationship(lazy="joined", innerjoin=True)


class CapacityAsk(Base):
    """The asking put to one service. `version` rises with every change and stands in its link, so that an old link closes."""

    __tablename__ = "capacity_ask"
    __table_args__ = (
        one_of("state", ASK_STATES),
        one_of("channel", CHANNELS),
        UniqueConstraint("asking_id", "ordinal"),
        UniqueConstraint("asking_id", "service_at_location_id"),
        CheckConstraint(f"ordinal BETWEEN 1 AND {MOST_ASKED}", name="at_most_five"),
        Index("ix_capacity_ask_inbox", "organization_id", "state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    asking_id: Mapped[UUID] = mapped_column(ForeignKey("asking.id"), index=True)
    service_at_location_id: Mapped[UUID] = mapped_column(ForeignKey("service_at_location.id"), index=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    desk_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id"))
    ordinal: Mapped[int]
    state: Mapped[str] = mapped_column(default="asked")
    version: Mapped[int] = mapped_column(default=1)
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str] = mapped_column(default="")  # who was signed in at the desk
    channel: Mapped[str] = mapped_column(default="")

    asking: Mapped[Asking] = relationship(back_populates="asks", lazy="joined", innerjoin=True)
    listing: Mapped[ServiceAtLocation] = relationship(lazy="select")
    organization: Mapped[Organization] = relationship(lazy="joined", innerjoin=True)
    events: Mapped[list["AskEvent"]] = relationship(order_by="AskEvent.number", lazy="select")


class AskEvent(Base):
    """Inserted, never changed: the log of an ask replays to its state."""

    __tablename__ = "capacity_ask_event"
    __table_args__ = ({"info": guards.UNTIL_PURGED},)

    number: Mapped[int] = mapped_column(primary_key=True)
    ask_id: Mapped[UUID] = mapped_column(ForeignKey("capacity_ask.id"), index=True)
    at: Mapped[datetime]
    action: Mapped[str]
    from_state: Mapped[str]
    to_state: Mapped[str]
    role: Mapped[str]
    actor_kind: Mapped[str]
    account_id: Mapped[UUID | None]
    channel: Mapped[str] = mapped_column(default="")
