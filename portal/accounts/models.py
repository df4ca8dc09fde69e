"""People who sign in, what they may do and where, their sessions, their second factor, and who is invited to be one."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.roles import ROLES
from portal.store import Base, SealedText, one_of

CLAIM_STATES = ("mailed", "waiting", "granted", "refused")


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
    last_seen_at: Mapped[datetime | None]  # of sessions that have ended; pages show the day alone

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


class HalfSession(Base):
    """A browser whose password was right and whose second factor is still to come. It opens nothing but the page that asks
    for it, and ends by itself soon after."""

    __tablename__ = "half_session"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    expires_at: Mapped[datetime]


class SecondFactor(Base):
    """The secret that an account shares with an app on a phone. `pending` waits for its first code; only then it is the
    `secret`. `last_step`: the 30 seconds of the newest code used, so that no code counts twice."""

    __tablename__ = "second_factor"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    secret: Mapped[str | None] = mapped_column(SealedText("second_factor.secret"))
    pending: Mapped[str | None] = mapped_column(SealedText("second_factor.pending"))
    pending_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(default=0)


class RecoveryCode(Base):
    """One of the codes for who has lost the phone: a hash like a password's, good once."""

    __tablename__ = "recovery_code"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    code_hash: Mapped[str]
    used_at: Mapped[datetime | None]


class Invitation(Base):
    """A letter to somebody who may join with one role. One open invitation an address: a newer one closes the older."""

    __tablename__ = "invitation"
    __table_args__ = (one_of("role", ROLES),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    community_id: Mapped[UUID] = mapped_column(ForeignKey("community.id"), index=True)
    email: Mapped[str] = mapped_column(index=True)  # lower case
    role: Mapped[str]
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    invited_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]  # taken, withdrawn, or overtaken by a newer one


class Claim(Base):
    """Somebody says that a listing is theirs to keep. `mailed` until the mailed link was pressed, which proves the mailbox; then
    `granted` or `waiting` for a steward, `doubt` says why (claim_proof.DOUBTS). `role` is what was granted."""

    __tablename__ = "claim"
    __table_args__ = (one_of("state", CLAIM_STATES), one_of("role", ("", "editor", "provider")))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    community_id: Mapped[UUID] = mapped_column(ForeignKey("community.id"), index=True)
    service_at_location_id: Mapped[UUID] = mapped_column(ForeignKey("service_at_location.id"), index=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    email: Mapped[str] = mapped_column(index=True)  # lower case
    name: Mapped[str]
    words: Mapped[str] = mapped_column(default="")  # what they do there
    state: Mapped[str] = mapped_column(default="mailed", index=True)
    doubt: Mapped[str] = mapped_column(default="")
    role: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(
        ForeignKey("account.id")
    )  # None: the mailbox spoke for itself
