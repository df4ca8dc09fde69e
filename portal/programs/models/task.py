"""What a program owes somebody after an encounter, by when, and each try at it."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.programs.models.encounter import Encounter
from portal.programs.models.program import ResponseProgram
from portal.programs.rules import TASK_KINDS, TASK_RESULTS, TASK_STATES
from portal.store import Base, one_of


class ProgramTask(Base):
    """One thing to do for one encounter (or, with none, for the program). `step`: the preset's own code of it. role: the
    preset's role that owns it; account_id: who took it. opens_at: not before; due_at: its deadline; alarm_at: when somebody
    else is told, and told_at that they were. result empty is unknown, and stays unknown."""

    __tablename__ = "program_task"
    __table_args__ = (
        one_of("kind", TASK_KINDS),
        one_of("state", TASK_STATES),
        one_of("result", ("", *TASK_RESULTS)),
        Index("ix_program_task_list", "program_id", "state", "due_at"),
        Index("ix_program_task_alarm", "state", "alarm_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    program_id: Mapped[UUID] = mapped_column(ForeignKey("response_program.id"))
    encounter_id: Mapped[UUID | None] = mapped_column(ForeignKey("encounter.id"), index=True)
    organization_id: Mapped[UUID] = mapped_column(
        ForeignKey("organization.id")
    )  # whose it is: of a town, its own
    kind: Mapped[str]
    step: Mapped[str]
    role: Mapped[str]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    opens_at: Mapped[datetime]
    due_at: Mapped[datetime]
    alarm_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(default="open")
    result: Mapped[str] = mapped_column(default="")
    close_reason: Mapped[str] = mapped_column(default="")  # a code, never words
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    program: Mapped[ResponseProgram] = relationship(lazy="joined", innerjoin=True)
    encounter: Mapped[Encounter | None] = relationship(lazy="select")
    attempts: Mapped[list["TaskAttempt"]] = relationship(order_by="TaskAttempt.at", lazy="select")


class TaskAttempt(Base):
    """One try: when, how, by whom in which role, with what result."""

    __tablename__ = "task_attempt"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    task_id: Mapped[UUID] = mapped_column(ForeignKey("program_task.id"), index=True)
    at: Mapped[datetime]
    means: Mapped[str]
    result: Mapped[str]
    roles: Mapped[list[str]] = mapped_column(default=list)  # who went: role codes of the preset
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime]
