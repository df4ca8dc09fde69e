"""Who is told of changes to the directory, how far each has come, and every try to tell."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.store import Base, SealedText, one_of

WEBHOOK_STATES = ("active", "paused", "parked")
TRY_KINDS = ("changes", "test")


class Webhook(Base):
    """One address of another system. `position` is the number of the last change that it took: what comes after is still
    to be told, so nothing is lost while it is away, and telling again is setting it back. `replays` counts that.

    The address is sealed like the secret: many hold a key of their own.
    """

    __tablename__ = "webhook"
    __table_args__ = (one_of("state", WEBHOOK_STATES),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    community_id: Mapped[UUID] = mapped_column(ForeignKey("community.id"), index=True)
    name: Mapped[str]
    url: Mapped[str] = mapped_column(SealedText("webhook.url"))
    secret: Mapped[str] = mapped_column(SealedText("webhook.secret"))
    made_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="active")
    position: Mapped[int]
    replays: Mapped[int] = mapped_column(default=0)
    wants_test: Mapped[bool] = mapped_column(default=False)
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]


class WebhookTry(Base):
    """One POST. `first` and `last` are numbers of the change feed, 0 for a test; `detail` is the answer's status or a word,
    never anything that the other side wrote."""

    __tablename__ = "webhook_try"
    __table_args__ = (one_of("kind", TRY_KINDS), Index("ix_webhook_try_told", "webhook_id", "number"))

    number: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[UUID] = mapped_column(ForeignKey("webhook.id"))
    at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[str]
    first: Mapped[int] = mapped_column(default=0)
    last: Mapped[int] = mapped_column(default=0)
    delivered: Mapped[bool]
    detail: Mapped[str] = mapped_column(default="")
