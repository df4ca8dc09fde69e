"""A person opened in an emergency: by whom, for whom, why, until when, and what the privacy officer made of it."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Account
from portal.directory.models import Organization
from portal.referrals.models.offer import Offer
from portal.store import Base, SealedText


class BreakGlass(Base):
    """One opening. What 42 CFR 2.51 wants written down at once is NOT NULL: who receives it and where, who discloses it, the
    nature of the emergency, the moment. The typed words are sealed: they may speak of the person."""

    __tablename__ = "break_glass"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    community_id: Mapped[UUID] = mapped_column(ForeignKey("community.id"), index=True)
    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id"), index=True)
    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offer.id"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    # Where the opener works; a privacy officer works for the whole community.
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    recipient_name: Mapped[str] = mapped_column(SealedText("break_glass.recipient_name"))
    recipient_facility: Mapped[str] = mapped_column(SealedText("break_glass.recipient_facility"))
    disclosed_by: Mapped[str] = mapped_column(SealedText("break_glass.disclosed_by"))
    nature: Mapped[str] = mapped_column(SealedText("break_glass.nature"))
    reason: Mapped[str] = mapped_column(SealedText("break_glass.reason"))
    at: Mapped[datetime]
    until: Mapped[datetime]
    reviewed_at: Mapped[datetime | None]
    reviewed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    review_note: Mapped[str | None] = mapped_column(SealedText("break_glass.review_note"))

    offer: Mapped[Offer] = relationship(lazy="select")
    opener: Mapped[Account] = relationship(lazy="select", foreign_keys=[account_id])
    reviewer: Mapped[Account | None] = relationship(lazy="select", foreign_keys=[reviewed_by])
    organization: Mapped[Organization | None] = relationship(lazy="select")
