"""Where a service is given. A confidential place has an area in words and nothing else: the database refuses the rest."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.store import Base, one_of

LOCATION_TYPES = ("physical", "postal", "virtual")
POINT_KINDS = ("exact", "zip", "city", "none")


class Location(Base):
    """HSDS location. `point_kind` says how good the point is: `zip` and `city` are centres and shown as approximate."""

    __tablename__ = "location"
    __table_args__ = (
        one_of("location_type", LOCATION_TYPES),
        one_of("point_kind", POINT_KINDS),
        UniqueConstraint("id", "address_confidential"),
        UniqueConstraint("source", "source_key"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="whole_point"),
        CheckConstraint(
            "latitude IS NULL OR (latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180)",
            name="on_earth",
        ),
        CheckConstraint("latitude IS NULL OR latitude <> 0 OR longitude <> 0", name="not_null_island"),
        CheckConstraint("(point_kind = 'none') = (latitude IS NULL)", name="point_known"),
        CheckConstraint("NOT address_confidential OR latitude IS NULL", name="confidential_has_no_point"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    location_type: Mapped[str] = mapped_column(default="physical")
    name: Mapped[str] = mapped_column(default="")
    alternate_name: Mapped[str] = mapped_column(default="")
    url: Mapped[str] = mapped_column(default="")
    external_identifier: Mapped[str] = mapped_column(default="")
    external_identifier_type: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    transportation: Mapped[str] = mapped_column(default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    point_kind: Mapped[str] = mapped_column(default="none")
    address_confidential: Mapped[bool] = mapped_column(default=False)
    area_text: Mapped[str] = mapped_column(default="")
    time_zone: Mapped[str] = mapped_column(default="America/Chicago")
    source: Mapped[str | None]
    source_key: Mapped[str | None]
    not_in_source_since: Mapped[datetime | None]
    merged_into_id: Mapped[UUID | None] = mapped_column(index=True)  # the same place from another source
    version: Mapped[int] = mapped_column(default=1)

    addresses: Mapped[list["Address"]] = relationship(cascade="all, delete-orphan", lazy="select")

    __mapper_args__ = {"version_id_col": version}


class Address(Base):
    """HSDS address. It points at its location *and* at that location being open about its address, so the database
    itself refuses an address for a confidential one."""

    __tablename__ = "address"
    __table_args__ = (
        CheckConstraint("NOT confidential", name="never_confidential"),
        ForeignKeyConstraint(
            ["location_id", "confidential"],
            ["location.id", "location.address_confidential"],
            name="fk_address_open_location",
        ),
        one_of("address_type", LOCATION_TYPES),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    location_id: Mapped[UUID] = mapped_column(index=True)
    confidential: Mapped[bool] = mapped_column(default=False)
    attention: Mapped[str] = mapped_column(default="")
    address_1: Mapped[str]
    address_2: Mapped[str] = mapped_column(default="")
    city: Mapped[str]
    region: Mapped[str] = mapped_column(default="")
    state_province: Mapped[str]
    postal_code: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="US")
    address_type: Mapped[str] = mapped_column(default="physical")


class Accessibility(Base):
    """HSDS accessibility: one coded description a row (`wheelchair`, `transit`, `pets` ...)."""

    __tablename__ = "accessibility"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    location_id: Mapped[UUID] = mapped_column(ForeignKey("location.id"), index=True)
    description: Mapped[str]
    details: Mapped[str] = mapped_column(default="")
    url: Mapped[str] = mapped_column(default="")
