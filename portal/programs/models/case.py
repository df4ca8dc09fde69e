"""People met again and again: a case of one program, the plan that the person agreed to, and what is owed every week."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.programs.models.program import ResponseProgram
from portal.programs.rules import ANSWERS
from portal.store import Base, SealedText, one_of

OPEN = text("closed_at IS NULL")
CASE_REASONS = ("frequent", "referred")
CASE_ENDS = ("", "settled", "in_care", "declined", "moved_on", "other_end")


class ProgramCase(Base):
    """One person whom a team follows. client_id is their random key and person_id the sealed person of the meeting that opened
    it; both go when their clocks have run. `consent`: to have a plan and to have it shown to the next responder, until
    consent_until; empty is not asked yet. The plan's words are sealed, and read in one audited read (cases.known)."""

    __tablename__ = "program_case"
    __table_args__ = (
        one_of("reason", CASE_REASONS),
        one_of("consent", ANSWERS),
        one_of("close_reason", CASE_ENDS),
        Index(
            "ix_program_case_open",
            "program_id",
            "client_id",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    community_id: Mapped[UUID] = mapped_column(ForeignKey("community.id"))
    program_id: Mapped[UUID] = mapped_column(ForeignKey("response_program.id"), index=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    encounter_id: Mapped[UUID] = mapped_column(ForeignKey("encounter.id"))  # the one that opened it
    client_id: Mapped[UUID | None] = mapped_column(ForeignKey("client.id"), index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str]
    opened_at: Mapped[datetime] = mapped_column(index=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))  # who has it in hand
    consent: Mapped[str] = mapped_column(default="")
    consent_at: Mapped[datetime | None]
    consent_until: Mapped[datetime | None]
    plan_helps: Mapped[str | None] = mapped_column(SealedText("program_case.plan_helps"))
    plan_avoid: Mapped[str | None] = mapped_column(SealedText("program_case.plan_avoid"))
    plan_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    close_reason: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)

    program: Mapped[ResponseProgram] = relationship(lazy="joined", innerjoin=True)


class CaseTask(Base):
    """A task that is owed for a case: its weekly touch."""

    __tablename__ = "case_task"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("program_case.id"), primary_key=True)
    task_id: Mapped[UUID] = mapped_column(ForeignKey("program_task.id"), primary_key=True)
