"""How a person wants to be reached. Who the person is, is not known on this floor: `id` is an account's."""

from datetime import datetime, time
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.store import Base, SealedText, one_of

READER_CHANNELS = ("mail", "sms", "push")


class Reader(Base):
    """A person's choice. Quiet hours are of `zone`; both ends empty: none. `holds_urgent`: they hold back even urgent items,
    because the person said so."""

    __tablename__ = "reader"
    __table_args__ = (one_of("channel", READER_CHANNELS),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(default="mail")
    number_id: Mapped[UUID | None] = mapped_column(ForeignKey("text_number.id"), index=True)
    quiet_from: Mapped[time | None]
    quiet_to: Mapped[time | None]
    zone: Mapped[str]
    holds_urgent: Mapped[bool] = mapped_column(default=False)


class PushSubscription(Base):
    """A browser that shows notices. The address is a secret that its push service made: sealed, found again by its hash.
    The browser's keys are not kept, as nothing is ever encrypted to it: a notice has no words."""

    __tablename__ = "push_subscription"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    reader: Mapped[UUID] = mapped_column(index=True)
    endpoint: Mapped[str] = mapped_column(SealedText("push_subscription.endpoint"))
    endpoint_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
