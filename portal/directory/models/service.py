"""Services, where and when they are given, and whether they can take one person now."""

from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.directory.models.location import Location
from portal.directory.models.organization import Contact, Organization, Phone
from portal.directory.models.parents import hangs_on
from portal.store import Base, one_of

SERVICE_STATUSES = ("active", "inactive", "defunct", "temporarily closed")
AVAILABILITIES = ("yes", "limited", "no", "unknown")
EXTENT_TYPES = ("zip", "county", "state", "nation", "polygon", "text")


class Service(Base):
    """HSDS service. `number` is the small key that coded terms are stored under; `id` is the public one.

    `assured_date` is when a human last said that the listing is right, `assurer_email` who (never shown publicly).
    """

    __tablename__ = "service"
    __table_args__ = (
        one_of("status", SERVICE_STATUSES),
        UniqueConstraint("source", "source_key"),
        CheckConstraint("length(name) > 0", name="named"),
        CheckConstraint("minimum_age IS NULL OR minimum_age BETWEEN 0 AND 120", name="minimum_age_sane"),
        CheckConstraint("maximum_age IS NULL OR maximum_age BETWEEN 0 AND 120", name="maximum_age_sane"),
    )

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    program_id: Mapped[UUID | None] = mapped_column(ForeignKey("program.id"), index=True)
    name: Mapped[str]
    alternate_name: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    url: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(default="active")
    interpretation_services: Mapped[str] = mapped_column(default="")
    application_process: Mapped[str] = mapped_column(default="")
    fees_description: Mapped[str] = mapped_column(default="")
    wait_time: Mapped[str] = mapped_column(default="")
    fees: Mapped[str] = mapped_column(default="")
    accreditations: Mapped[str] = mapped_column(default="")
    licenses: Mapped[str] = mapped_column(default="")
    eligibility_description: Mapped[str] = mapped_column(default="")
    minimum_age: Mapped[int | None]
    maximum_age: Mapped[int | None]
    alert: Mapped[str] = mapped_column(default="")
    assured_date: Mapped[date | None]
    assurer_email: Mapped[str] = mapped_column(default="")
    last_modified: Mapped[datetime]
    source: Mapped[str | None]
    source_key: Mapped[str | None]
    not_in_source_since: Mapped[datetime | None]
    merged_into_id: Mapped[UUID | None] = mapped_column(index=True)  # when all its listings are
    version: Mapped[int] = mapped_column(default=1)

    organization: Mapped[Organization] = relationship(lazy="joined", innerjoin=True)
    languages: Mapped[list["Language"]] = relationship(cascade="all, delete-orphan", lazy="select")
    service_areas: Mapped[list["ServiceArea"]] = relationship(cascade="all, delete-orphan", lazy="select")
    required_documents: Mapped[list["RequiredDocument"]] = relationship(
        cascade="all, delete-orphan", lazy="select"
    )
    cost_options: Mapped[list["CostOption"]] = relationship(cascade="all, delete-orphan", lazy="select")

    __mapper_args__ = {"version_id_col": version}


class ServiceAtLocation(Base):
    """HSDS service_at_location: what can be referred to; its page is "the listing".

    availability answers "can you take one person now?": yes, limited, no or unknown, with when, by whom and from where
    (`desk`, `decline`, `steward`, `seed`). It fades with age in `directory.rules.shown_availability`, never here.
    """

    __tablename__ = "service_at_location"
    __table_args__ = (
        one_of("availability", AVAILABILITIES),
        UniqueConstraint("service_id", "location_id"),
    )

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"), index=True)
    location_id: Mapped[UUID] = mapped_column(ForeignKey("location.id"), index=True)
    description: Mapped[str] = mapped_column(default="")
    desk_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id"), index=True)
    availability: Mapped[str] = mapped_column(default="unknown")
    availability_at: Mapped[datetime | None]
    availability_by: Mapped[str] = mapped_column(default="")
    availability_source: Mapped[str] = mapped_column(default="")
    not_in_source_since: Mapped[datetime | None]
    merged_into_id: Mapped[UUID | None] = mapped_column(index=True)  # the listing that stands for this one
    version: Mapped[int] = mapped_column(default=1)

    service: Mapped[Service] = relationship(lazy="joined", innerjoin=True)
    location: Mapped[Location] = relationship(lazy="joined", innerjoin=True)
    desk: Mapped[Contact | None] = relationship(lazy="select", foreign_keys=[desk_id])
    phones: Mapped[list[Phone]] = relationship(
        cascade="all, delete-orphan", lazy="select", order_by=Phone.ordinal
    )
    schedules: Mapped[list["Schedule"]] = relationship(cascade="all, delete-orphan", lazy="select")

    __mapper_args__ = {"version_id_col": version}


class Schedule(Base):
    """HSDS schedule: the parts of an RRULE, and when on such a day. Of a listing, or of all listings of a service or a place.

    Times are of the location's zone; `closes_at` at or before `opens_at` runs past midnight, equal times are the whole day.
    A row without times is words alone ("by appointment"). No row at all means the hours are unknown, which is not "closed".
    `timezone` is what a source gave: hours from UTC, which knows no summer time and so is never counted with.
    Ours beside HSDS: `season` ("06-01/08-31", every year) and `closed_on`, the holidays on which it does not open, as codes of
    hours/holidays.py. Typed words are the `description` of each row; what could not be read is a row with words alone.
    """

    __tablename__ = "schedule"
    __table_args__ = (
        *hangs_on(
            "schedule", "service_at_location_id", "service_id", "location_id",
            indexed=("service_id", "location_id"),
        ),
        one_of("freq", ("", "WEEKLY", "MONTHLY")),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    service_at_location_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("service_at_location.id"), index=True
    )
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id"))
    location_id: Mapped[UUID | None] = mapped_column(ForeignKey("location.id"))
    freq: Mapped[str] = mapped_column(default="WEEKLY")
    interval: Mapped[int | None]
    wkst: Mapped[str] = mapped_column(default="")
    byday: Mapped[str] = mapped_column(default="")  # "MO,TU,WE"; of a month "1MO,-1FR"
    byweekno: Mapped[str] = mapped_column(default="")
    bymonthday: Mapped[str] = mapped_column(default="")
    byyearday: Mapped[str] = mapped_column(default="")
    dtstart: Mapped[date | None]
    until: Mapped[date | None]
    count: Mapped[int | None]
    timezone: Mapped[float | None]
    opens_at: Mapped[time | None]
    closes_at: Mapped[time | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    description: Mapped[str] = mapped_column(default="")
    schedule_link: Mapped[str] = mapped_column(default="")
    attending_type: Mapped[str] = mapped_column(default="")
    notes: Mapped[str] = mapped_column(default="")
    season: Mapped[str] = mapped_column(default="")
    closed_on: Mapped[str] = mapped_column(default="")


class ServiceArea(Base):
    """HSDS service_area as codes: extent is a ZIP, `County, ST`, a state's two letters, or `US`; for a `polygon`, GeoJSON
    text as geo.shape_text writes it (HSDS calls that type "geojson"). `text`: an area in words alone, which no question
    about a place meets. Of a service, or of one listing."""

    __tablename__ = "service_area"
    __table_args__ = (
        one_of("extent_type", EXTENT_TYPES),
        *hangs_on(
            "service_area", "service_id", "service_at_location_id", indexed=("service_at_location_id",)
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id"), index=True)
    service_at_location_id: Mapped[UUID | None] = mapped_column(ForeignKey("service_at_location.id"))
    name: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    extent: Mapped[str] = mapped_column(default="")
    extent_type: Mapped[str]
    uri: Mapped[str] = mapped_column(default="")


class Language(Base):
    """HSDS language spoken by a service, at a place or on a phone; code is ISO 639-1, or 639-3 where there is no shorter one
    (`ase`: ASL), empty where a source gave the name alone."""

    __tablename__ = "language"
    __table_args__ = (
        *hangs_on("language", "service_id", "location_id", "phone_id", indexed=("location_id", "phone_id")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id"), index=True)
    location_id: Mapped[UUID | None] = mapped_column(ForeignKey("location.id"))
    phone_id: Mapped[UUID | None] = mapped_column(ForeignKey("phone.id"))
    name: Mapped[str]
    code: Mapped[str]
    note: Mapped[str] = mapped_column(default="")


class RequiredDocument(Base):
    __tablename__ = "required_document"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"), index=True)
    document: Mapped[str]
    uri: Mapped[str] = mapped_column(default="")


class CostOption(Base):
    __tablename__ = "cost_option"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"), index=True)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    option: Mapped[str] = mapped_column(default="")
    currency: Mapped[str] = mapped_column(default="USD")
    amount: Mapped[Decimal | None]
    amount_description: Mapped[str] = mapped_column(default="")
