"""A preset that an agency has turned on, where it works, and who works in it as what."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.directory.models import Organization
from portal.store import Base, guards

ON = text("turned_off_at IS NULL")


class ResponseProgram(Base):
    """One preset at one agency. `settings`: what a steward changed of it here, by the preset's own names, nothing else; what is
    not in it is as the preset has it. public: its snapshots are on the public page. rank: of several programs that would each
    follow up one call, the lowest has it (see programs.compose)."""

    __tablename__ = "response_program"
    __table_args__ = (
        Index(
            "ix_response_program_on",
            "organization_id",
            "preset",
            unique=True,
            sqlite_where=ON,
            postgresql_where=ON,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    community_id: Mapped[UUID] = mapped_column(ForeignKey("community.id"), index=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    preset: Mapped[str]  # its code: the name of the YAML file
    preset_version: Mapped[int]
    name: Mapped[str]
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    public: Mapped[bool] = mapped_column(default=False)
    rank: Mapped[int] = mapped_column(default=100)
    turned_on_at: Mapped[datetime]
    turned_off_at: Mapped[datetime | None]
    changed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    version: Mapped[int] = mapped_column(default=1)

    organization: Mapped[Organization] = relationship(lazy="joined", innerjoin=True)
    districts: Mapped[list["ProgramDistrict"]] = relationship(order_by="ProgramDistrict.since", lazy="select")
    members: Mapped[list["ProgramMember"]] = relationship(lazy="select")


class ProgramVersion(Base):
    """What stood of a program before a change: version is the number of what was replaced. what: the verb that changed it; at, by:
    when, and who. Inserted with the change, never changed."""

    __tablename__ = "program_version"
    __table_args__ = (UniqueConstraint("program_id", "version"), {"info": guards.ALWAYS})

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    program_id: Mapped[UUID] = mapped_column(ForeignKey("response_program.id"))
    version: Mapped[int]
    what: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str]
    rank: Mapped[int]
    public: Mapped[bool]
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)


class District(Base):
    """A coarse place that reports go by: a precinct, a town, an area command. Never smaller."""

    __tablename__ = "district"
    __table_args__ = (UniqueConstraint("community_id", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    community_id: Mapped[UUID] = mapped_column(ForeignKey("community.id"))
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(default="precinct")  # precinct, town, area, campus
    organization_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("organization.id")
    )  # the department there


class ProgramDistrict(Base):
    """Since when, and until when, a program works in a district (days of the community). Both of the roll-out."""

    __tablename__ = "program_district"
    __table_args__ = (UniqueConstraint("program_id", "district_id", "since"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    program_id: Mapped[UUID] = mapped_column(ForeignKey("response_program.id"), index=True)
    district_id: Mapped[UUID] = mapped_column(ForeignKey("district.id"), index=True)
    since: Mapped[date]
    until: Mapped[date | None]

    district: Mapped[District] = relationship(lazy="joined", innerjoin=True)


class ProgramMember(Base):
    """An account that works in a program, as one of its preset's roles. Days of the community."""

    __tablename__ = "program_member"
    __table_args__ = (UniqueConstraint("program_id", "account_id", "role"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    program_id: Mapped[UUID] = mapped_column(ForeignKey("response_program.id"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    role: Mapped[str]  # a role code of the preset
    since: Mapped[date]
    until: Mapped[date | None]
