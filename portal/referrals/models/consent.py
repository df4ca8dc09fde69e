"""On what ground a person's data goes to whom, and the ledger of what went."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.referrals.rules import BASES
from portal.store import Base, one_of


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
