"""How far an agency has come: elements and their evidence, who is trained, and monthly totals that nobody stands behind."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.store import Base, guards, one_of

STATUSES = ("not_started", "partial", "in_place")
EVIDENCE_KINDS = (
    "pledge",
    "mou",
    "policy",
    "protocol",
    "consent_template",
    "audit_sample",
    "training_plan",
    "minutes",
    "report",
    "other",
)
COURSES = ("mental_health", "cit")
TOTAL_KINDS = ("use_of_force", "injured_people", "injured_officers", "swat")


class ReadinessStatus(Base):
    """What was said of one element: how it stands, whose it is, when it is looked at again. Added, never changed: the newest row
    of an element counts, and a report of an earlier cut reads the one that counted then."""

    __tablename__ = "readiness_status"
    __table_args__ = (
        one_of("status", STATUSES),
        Index("ix_readiness_status_element", "program_id", "element", "number"),
        {"info": guards.UNTIL_PURGED},
    )

    number: Mapped[int] = mapped_column(primary_key=True)
    program_id: Mapped[UUID] = mapped_column(ForeignKey("response_program.id"))
    element: Mapped[str]  # a code of the preset
    status: Mapped[str]
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    review_on: Mapped[date | None]
    at: Mapped[datetime]
    said_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))


class Evidence(Base):
    """A paper of the agency that shows an element: where it lies, or the PDF itself. Its title is of a paper, never of a
    person. expires_on: its last good day."""

    __tablename__ = "readiness_evidence"
    __table_args__ = (
        one_of("kind", EVIDENCE_KINDS),
        Index("ix_readiness_evidence_element", "program_id", "element"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    program_id: Mapped[UUID] = mapped_column(ForeignKey("response_program.id"))
    element: Mapped[str]
    kind: Mapped[str]
    title: Mapped[str]
    url: Mapped[str] = mapped_column(default="")
    file: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    has_file: Mapped[bool] = mapped_column(default=False)
    signed_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    added_at: Mapped[datetime]
    added_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))


class RosterOfficer(Base):
    """Somebody who works at the agency, by its own number and without a name. since, until: days of the community."""

    __tablename__ = "roster_officer"
    __table_args__ = (UniqueConstraint("organization_id", "reference"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    reference: Mapped[str]
    sworn: Mapped[bool] = mapped_column(default=True)
    since: Mapped[date]
    until: Mapped[date | None]
    recorded_at: Mapped[datetime]

    trainings: Mapped[list["Training"]] = relationship(order_by="Training.on_day", lazy="selectin")


class Training(Base):
    """A course that somebody of the roster has finished. until: the last day on which it counts; none: it does not end."""

    __tablename__ = "training"
    __table_args__ = (one_of("course", COURSES), UniqueConstraint("officer_id", "course", "on_day"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    officer_id: Mapped[UUID] = mapped_column(ForeignKey("roster_officer.id"))
    course: Mapped[str]
    on_day: Mapped[date]
    until: Mapped[date | None]
    recorded_at: Mapped[datetime]


class MonthlyTotal(Base):
    """One number for one month of one agency. There is no table of what happened: such records stay in police systems. The newest
    row of a month and kind counts."""

    __tablename__ = "monthly_total"
    __table_args__ = (
        one_of("kind", TOTAL_KINDS),
        CheckConstraint("count >= 0", name="count_is_none_or_more"),
        Index("ix_monthly_total_month", "organization_id", "kind", "month"),
        {"info": guards.UNTIL_PURGED},
    )

    number: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    month: Mapped[date]
    kind: Mapped[str]
    count: Mapped[int]
    at: Mapped[datetime]
    said_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
