"""Who a need is about: the sealed person, the random key that ties their needs together, and the blind index beside it."""

import secrets
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.store import Base, SealedText, one_of

# What an index row was made from. `identity`: name and date of birth. `contact`: name and safe phone. `phone`: the phone
# alone, which several people may share, so it warns of a duplicate and never ties two needs to one key.
INDEX_KINDS = ("identity", "contact", "phone")


def new_key() -> UUID:
    """128 random bits. A key made from the person's data could be made again from it; this one cannot."""
    return UUID(bytes=secrets.token_bytes(16))


class Person(Base):
    """Who the need is about: every column sealed, all of it optional. Read in one place, and the read is logged."""

    __tablename__ = "person"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str | None] = mapped_column(SealedText("person.name"))
    date_of_birth: Mapped[str | None] = mapped_column(SealedText("person.date_of_birth"))  # 1990-12-31
    phone: Mapped[str | None] = mapped_column(SealedText("person.phone"))
    safety_notes: Mapped[str | None] = mapped_column(SealedText("person.safety_notes"))
    created_at: Mapped[datetime]
    purged_at: Mapped[datetime | None]


class Client(Base):
    """One person as known here: a random key that their needs and meetings point to, and nothing else of them.

    None for a need without a person, and never one for a victim service: nothing is referred to those.
    """

    __tablename__ = "client"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_key)
    community_id: Mapped[UUID] = mapped_column(ForeignKey("community.id"), index=True)
    made_at: Mapped[datetime]
    last_encounter_at: Mapped[datetime]


class BlindIndex(Base):
    """That somebody with this name and date of birth (or phone) was met before, without saying who: HMACs under the pepper.

    One row a need and kind, so that a withdrawn need takes its own with it and a unit is warned of its own needs alone. Or a row
    of something else in which a person is typed (met_id: its id, of a floor above: a meeting, a family's note).
    Never exported, never shown. pepper_id: the newest pepper in the value (see store.peppers). Gone 13 months after the
    last encounter: referrals.blind.forget_blind.
    """

    __tablename__ = "blind_index"
    __table_args__ = (
        one_of("kind", INDEX_KINDS),
        UniqueConstraint("need_id", "kind"),
        UniqueConstraint("met_id", "kind"),
        CheckConstraint("(need_id IS NULL) <> (met_id IS NULL)", name="of_one_thing"),
        Index("ix_blind_index_mac", "mac"),
    )

    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    mac: Mapped[bytes]
    pepper_id: Mapped[str] = mapped_column(index=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("client.id"), index=True)
    need_id: Mapped[UUID | None] = mapped_column(ForeignKey("need.id"))
    met_id: Mapped[UUID | None]
    made_at: Mapped[datetime]
    last_encounter_at: Mapped[datetime] = mapped_column(index=True)
