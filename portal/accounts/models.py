"""People who sign in, what they may do and where, and their sessions."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.roles import ROLES
from portal.store import Base, one_of


class Account(Base):
    """A person who signs in. `version` goes into reset links, so that a used or overtaken link no longer opens."""

    __tablename__ = "account"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    community_id: Mapped[UUID] = mapped_column(ForeignKey("community.id"), index=True)
    email: Mapped[str] = mapped_column(unique=True)  # lower case
    name: Mapped[str]
    phone: Mapped[str] = mapped_column(default="")  # call-back number shown to a receiver
    password_hash: Mapped[str] = mapped_column(default="")
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    memberships: Mapped[list["Membership"]] = relationship(cascade="all, delete-orphan", lazy="selectin")


class Membership(Base):
    """A role at an organization; without one, in the whole community."""

    __tablename__ = "membership"
    __table_args__ = (one_of("role", ROLES), UniqueConstraint("account_id", "organization_id", "role"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"), index=True)
    role: Mapped[str]


class AccountSession(Base):
    """A signed-in browser, by the hash of its cookie's token: ended on the server, not by asking the browser."""

    __tablename__ = "account_session"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
