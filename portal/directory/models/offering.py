"""The rest of HSDS around organizations and services: programs, money, identifiers, further addresses on the web, and how
much of what there is."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.directory.models.parents import hangs_on
from portal.store import Base


class Program(Base):
    """HSDS program: what several services of an organization are together."""

    __tablename__ = "program"
    __table_args__ = (UniqueConstraint("source", "source_key"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    name: Mapped[str]
    alternate_name: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    source: Mapped[str | None]
    source_key: Mapped[str | None]
    not_in_source_since: Mapped[datetime | None]


class Funding(Base):
    """HSDS funding: who pays, of an organization or a service."""

    __tablename__ = "funding"
    __table_args__ = (
        *hangs_on(
            "funding", "organization_id", "service_id",
            indexed=("organization_id", "service_id"),
        ),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id"))
    # HSDS calls it `source`, which here is the feed that a row came from; so it does in this one table as well.
    source: Mapped[str] = mapped_column(default="")


class OrganizationIdentifier(Base):
    """HSDS organization_identifier: a number that a register gave (`US-EIN`, `GB-COH`)."""

    __tablename__ = "organization_identifier"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    identifier_scheme: Mapped[str] = mapped_column(default="")
    identifier_type: Mapped[str] = mapped_column(default="")
    identifier: Mapped[str]


class Url(Base):
    """HSDS url: a further address on the web (`additional_websites` of an organization, `additional_urls` of a service)."""

    __tablename__ = "url"
    __table_args__ = (
        *hangs_on("url", "organization_id", "service_id", indexed=("organization_id", "service_id")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id"))
    label: Mapped[str] = mapped_column(default="")
    url: Mapped[str]


class Unit(Base):
    """HSDS unit: what capacity is counted in (beds, places, meals)."""

    __tablename__ = "unit"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str]
    scheme: Mapped[str] = mapped_column(default="")
    identifier: Mapped[str] = mapped_column(default="")
    uri: Mapped[str] = mapped_column(default="")
    source: Mapped[str | None]


class ServiceCapacity(Base):
    """HSDS service_capacity: so many of a unit are free, of at most so many, as told at `updated`. A figure of a feed; what
    a desk says of one person now is `service_at_location.availability`."""

    __tablename__ = "service_capacity"
    __table_args__ = (CheckConstraint("available >= 0", name="not_below_none"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"), index=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"), index=True)
    available: Mapped[float]
    maximum: Mapped[float | None]
    description: Mapped[str] = mapped_column(default="")
    updated: Mapped[datetime]

    unit: Mapped[Unit] = relationship(lazy="joined", innerjoin=True)


class MetaTableDescription(Base):
    """HSDS meta_table_description: what a package says of one of its own tables. Kept, given out again, used for nothing."""

    __tablename__ = "meta_table_description"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")
    character_set: Mapped[str] = mapped_column(default="")
    source: Mapped[str | None]
