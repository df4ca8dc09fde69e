"""What a family tells us before anything happens, held by its owner: for a person who may wander, or whom 911 should know.

Everything that they tell is sealed. Beside it stand marks of the phones and addresses by which an open call finds it (HMACs
under the pepper, see programs.profiles.marks), and who looked when. A look never names its call: an arrest would then stand
beside a person.
"""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.programs.models.program import ResponseProgram
from portal.store import Base, SealedText, guards, one_of

CONSENT_BY = ("person", "guardian")
ENDS = ("", "owner", "request", "expired")
MARK_KINDS = ("phone", "address")


class Profile(Base):
    """One person's profile in one program. It is opened by its owner's code, of which a hash stands here, or by the account
    that made it. expires_on: the last day on which anybody but its owner may see it. When it ends, content, photo, contact,
    code and marks go; the row stays and says that there was one."""

    __tablename__ = "profile"
    __table_args__ = (
        one_of("consent_by", CONSENT_BY),
        one_of("end_reason", ENDS),
        Index("ix_profile_clock", "ended_at", "expires_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    community_id: Mapped[UUID] = mapped_column(ForeignKey("community.id"))
    program_id: Mapped[UUID] = mapped_column(ForeignKey("response_program.id"), index=True)
    code_hash: Mapped[str | None] = mapped_column(unique=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), index=True)
    content: Mapped[str | None] = mapped_column(SealedText("profile.content"))  # JSON, by the preset's fields
    photo: Mapped[str | None] = mapped_column(SealedText("profile.photo"))  # JPEG without its EXIF, base64
    contact: Mapped[str | None] = mapped_column(SealedText("profile.contact"))  # the owner's own e-mail
    consent_by: Mapped[str]
    consent_text: Mapped[int]  # which text was agreed to: programs.profiles.terms.CONSENT_TEXT
    flyer_agreed: Mapped[bool] = mapped_column(default=False)
    expires_on: Mapped[date]
    reminded_on: Mapped[date | None]
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str] = mapped_column(default="")

    program: Mapped[ResponseProgram] = relationship(lazy="joined", innerjoin=True)


class ProfileConfirmation(Base):
    """That the owner said: this is still right. Until which day it was good for. Added, never changed, so that a report of an
    earlier cut can be made again."""

    __tablename__ = "profile_confirmation"
    __table_args__ = ({"info": guards.UNTIL_PURGED},)

    number: Mapped[int] = mapped_column(primary_key=True)
    profile_id: Mapped[UUID] = mapped_column(ForeignKey("profile.id"), index=True)
    at: Mapped[datetime]
    expires_on: Mapped[date]


class ProfileMark(Base):
    """A phone or an address of a profile, as a call can find it and as nobody can read it. Never exported, never shown."""

    __tablename__ = "profile_mark"
    __table_args__ = (one_of("kind", MARK_KINDS),)

    number: Mapped[int] = mapped_column(primary_key=True)
    profile_id: Mapped[UUID] = mapped_column(ForeignKey("profile.id"), index=True)
    kind: Mapped[str]
    mac: Mapped[bytes] = mapped_column(index=True)
    pepper_id: Mapped[str] = mapped_column(index=True)


class ProfileLook(Base):
    """Somebody opened a profile, with cause: when, as what, by what it was found. The owner sees all of it but the account.
    call_mac: which open call it was, for whoever holds that call in hand (profiles.looks); nobody can read the call in it.
    flyer_at: a flyer was made; found_at: the person is safe."""

    __tablename__ = "profile_look"
    __table_args__ = (one_of("matched", MARK_KINDS),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    profile_id: Mapped[UUID] = mapped_column(ForeignKey("profile.id"), index=True)
    program_id: Mapped[UUID] = mapped_column(ForeignKey("response_program.id"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    role: Mapped[str]
    matched: Mapped[str]
    call_mac: Mapped[str]
    at: Mapped[datetime]
    flyer_at: Mapped[datetime | None]
    found_at: Mapped[datetime | None]
