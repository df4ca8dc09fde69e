"""Who of a program is on duty where, where it takes people, whom it reaches on call, and which partners it hands over to."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.directory.models import Organization
from portal.programs.models.encounter import Encounter
from portal.programs.models.program import District, ResponseProgram
from portal.store import Base


class DutyShift(Base):
    """One shift of one person in one role, UTC. No district: everywhere. on_call: at the phone, not out with the team.
    called_off_at: it did not take place, or ended early."""

    __tablename__ = "duty_shift"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        Index("ix_duty_shift_now", "program_id", "ends_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    program_id: Mapped[UUID] = mapped_column(ForeignKey("response_program.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    role: Mapped[str]  # a role code of the preset
    district_id: Mapped[UUID | None] = mapped_column(ForeignKey("district.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    on_call: Mapped[bool] = mapped_column(default=False)
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    called_off_at: Mapped[datetime | None]

    district: Mapped[District | None] = relationship(lazy="joined")


class OnCallLine(Base):
    """The program's own line for when nobody of the roster is free: a number of work, and a place to meet by video."""

    __tablename__ = "on_call_line"

    program_id: Mapped[UUID] = mapped_column(ForeignKey("response_program.id"), primary_key=True)
    label: Mapped[str]
    phone: Mapped[str] = mapped_column(default="")
    video: Mapped[str] = mapped_column(default="")  # https
    changed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    changed_at: Mapped[datetime]


class PinnedPlace(Base):
    """Where the program takes people first, in this order. no_refusal: it has promised to take everybody."""

    __tablename__ = "pinned_place"

    program_id: Mapped[UUID] = mapped_column(ForeignKey("response_program.id"), primary_key=True)
    service_at_location_id: Mapped[UUID] = mapped_column(
        ForeignKey("service_at_location.id"), primary_key=True
    )
    rank: Mapped[int] = mapped_column(default=1)
    no_refusal: Mapped[bool] = mapped_column(default=False)


class DistrictMiddle(Base):
    """The point by which a district is near or far: the middle of a ZIP code or a city, never an address."""

    __tablename__ = "district_middle"

    district_id: Mapped[UUID] = mapped_column(ForeignKey("district.id"), primary_key=True)
    place: Mapped[str]
    latitude: Mapped[float]
    longitude: Mapped[float]


class ProgramPartner(Base):
    """An organization that takes over who was met: which languages are spoken there, whom it knows. rank: who is asked first of
    those that fit alike."""

    __tablename__ = "program_partner"
    __table_args__ = (UniqueConstraint("program_id", "organization_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    program_id: Mapped[UUID] = mapped_column(ForeignKey("response_program.id"), index=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    languages: Mapped[list[str]] = mapped_column(default=list)  # codes of referrals.rules.LANGUAGES
    cultures: Mapped[list[str]] = mapped_column(default=list)  # codes of the preset
    rank: Mapped[int] = mapped_column(default=100)
    since: Mapped[date]
    until: Mapped[date | None]

    organization: Mapped[Organization] = relationship(lazy="joined", innerjoin=True)


class CareWatch(Base):
    """Somebody met before, for whom the whole team is asked to look out for some days. No name and no address: the agency's own
    number of the call leads to them, in the agency's own system. signs: coded words of the preset."""

    __tablename__ = "care_watch"
    __table_args__ = (Index("ix_care_watch_now", "program_id", "until"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    program_id: Mapped[UUID] = mapped_column(ForeignKey("response_program.id"))
    encounter_id: Mapped[UUID] = mapped_column(ForeignKey("encounter.id"), index=True)
    signs: Mapped[list[str]] = mapped_column(default=list)
    since: Mapped[datetime]
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))

    program: Mapped[ResponseProgram] = relationship(lazy="joined", innerjoin=True)
    encounter: Mapped[Encounter] = relationship(lazy="joined", innerjoin=True)
