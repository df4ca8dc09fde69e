"""Organizations (agencies that send and providers that receive), their contacts and their phones."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.directory.models.parents import hangs_on
from portal.store import Base, one_of

# Who receives decides which fields they may be given (privacy rule P1).
ORGANIZATION_KINDS = (
    "treatment_provider",
    "part2_program",
    "victim_service",
    "social_service",
    "law_enforcement",
    "response_team",
    "school",
    "other",
)

PHONE_KINDS = (
    "voice",
    "intake",
    "crisis",
    "hotline",
    "text",
    "fax",
    "tty",
    "cell",
    "video",
    "pager",
    "textphone",
)


class Organization(Base):
    """HSDS organization. `joined_at` is set once somebody there can answer a referral. `not_in_source_since` marks a
    row whose source no longer lists it; a feed never deletes."""

    __tablename__ = "organization"
    __table_args__ = (
        one_of("kind", ORGANIZATION_KINDS),
        CheckConstraint("length(name) > 0", name="named"),
        UniqueConstraint("source", "source_key"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    community_id: Mapped[UUID] = mapped_column(ForeignKey("community.id"), index=True)
    name: Mapped[str]
    alternate_name: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    website: Mapped[str] = mapped_column(default="")
    tax_status: Mapped[str] = mapped_column(default="")
    tax_id: Mapped[str] = mapped_column(default="")
    year_incorporated: Mapped[int | None]
    legal_status: Mapped[str] = mapped_column(default="")
    logo: Mapped[str] = mapped_column(default="")
    uri: Mapped[str] = mapped_column(default="")
    parent_organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"), index=True)
    kind: Mapped[str] = mapped_column(default="treatment_provider")
    # It holds itself out as giving care for substance use, whatever else it is: a team that sends may be a Part 2 program too.
    part2_program: Mapped[bool] = mapped_column(default=False)
    joined_at: Mapped[datetime | None]
    source: Mapped[str | None]
    source_key: Mapped[str | None]
    not_in_source_since: Mapped[datetime | None]
    merged_into_id: Mapped[UUID | None] = mapped_column(index=True)  # itself, from another source
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    @property
    def under_part2(self) -> bool:
        """Whether 42 CFR part 2 binds what this organization says of a person."""
        return self.part2_program or self.kind == "part2_program"


class Contact(Base):
    """HSDS contact. department `intake` is a desk: where an answer link is mailed and whose people share an inbox.
    text_number_id: the confirmed phone on which the desk answers by text message; never exported, never shown in public."""

    __tablename__ = "contact"
    __table_args__ = (
        *hangs_on(
            "contact", "organization_id", "service_id", "service_at_location_id", "location_id",
            indexed=("service_id", "service_at_location_id", "location_id"),
        ),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"), index=True)
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id"))
    service_at_location_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("service_at_location.id", use_alter=True, name="fk_contact_service_at_location_id")
    )
    location_id: Mapped[UUID | None] = mapped_column(ForeignKey("location.id"))
    name: Mapped[str] = mapped_column(default="")
    title: Mapped[str] = mapped_column(default="")
    department: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    text_number_id: Mapped[UUID | None] = mapped_column(ForeignKey("text_number.id"), index=True)
    source: Mapped[str | None]  # the feed that brought it; none: a person here did, and no feed takes it away

    phones: Mapped[list["Phone"]] = relationship(cascade="all, delete-orphan", lazy="select")


class Phone(Base):
    """HSDS phone. The extension is text, as real books have letters in it."""

    __tablename__ = "phone"
    __table_args__ = (
        one_of("type", PHONE_KINDS),
        CheckConstraint("length(number) > 0", name="numbered"),
        *hangs_on(
            "phone", "organization_id", "contact_id", "service_at_location_id", "service_id", "location_id",
            indexed=("service_id", "location_id"),
        ),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"), index=True)
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id"), index=True)
    service_at_location_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("service_at_location.id"), index=True
    )
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id"))
    location_id: Mapped[UUID | None] = mapped_column(ForeignKey("location.id"))
    number: Mapped[str]
    extension: Mapped[str] = mapped_column(default="")
    type: Mapped[str] = mapped_column(default="voice")
    description: Mapped[str] = mapped_column(default="")
    ordinal: Mapped[int] = mapped_column(default=0)
