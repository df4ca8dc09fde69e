"""What a program owes somebody after an encounter, by when, and each try at it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.programs.models.encounter import Encounter
from portal.programs.models.program import District, ResponseProgram
from portal.programs.rules import (
    ATTEMPT_RESULTS,
    OUTREACH_KINDS,
    TASK_EVENTS,
    TASK_KINDS,
    TASK_RESULTS,
    TASK_STATES,
    TRY_MEANS,
)
from portal.store import Base, guards, one_of

OF_THE_DAY = text("encounter_id IS NULL")


class ProgramTask(Base):
    """One thing to do for one encounter (or, with none, for the program). `step`: the preset's own code of it. role: the
    preset's role that owns it; account_id: who took it. opens_at: not before; due_at: its deadline; alarm_at: when somebody
    else is told, and told_at that they were. result empty is unknown, and stays unknown.

    district_id: where it is to be done. again_at: when the next try is meant to be. facts: coded answers to the step's own
    questions, given at its end.
    """

    __tablename__ = "program_task"
    __table_args__ = (
        one_of("kind", TASK_KINDS),
        one_of("state", TASK_STATES),
        one_of("result", ("", *TASK_RESULTS)),
        Index("ix_program_task_list", "program_id", "state", "due_at"),
        Index("ix_program_task_alarm", "state", "alarm_at"),
        Index(
            "ix_program_task_day",
            "program_id",
            "organization_id",
            "step",
            "opens_at",
            unique=True,
            sqlite_where=OF_THE_DAY,
            postgresql_where=OF_THE_DAY,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    program_id: Mapped[UUID] = mapped_column(ForeignKey("response_program.id"))
    encounter_id: Mapped[UUID | None] = mapped_column(ForeignKey("encounter.id"), index=True)
    organization_id: Mapped[UUID] = mapped_column(
        ForeignKey("organization.id")
    )  # whose it is: of a town, its own
    district_id: Mapped[UUID | None] = mapped_column(ForeignKey("district.id"))
    kind: Mapped[str]
    step: Mapped[str]
    role: Mapped[str]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    opens_at: Mapped[datetime]
    due_at: Mapped[datetime]
    alarm_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    again_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(default="open")
    result: Mapped[str] = mapped_column(default="")
    close_reason: Mapped[str] = mapped_column(default="")  # a code, never words
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    program: Mapped[ResponseProgram] = relationship(lazy="joined", innerjoin=True)
    district: Mapped[District | None] = relationship(lazy="joined")
    encounter: Mapped[Encounter | None] = relationship(lazy="select")
    attempts: Mapped[list["TaskAttempt"]] = relationship(order_by="TaskAttempt.at", lazy="select")


class TaskAttempt(Base):
    """One try: when, how, by whom in which role, with what result, and what was given (the preset's services). Without an
    account it is the person's own word, by card or by text."""

    __tablename__ = "task_attempt"
    __table_args__ = (one_of("means", TRY_MEANS), one_of("result", ATTEMPT_RESULTS))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    task_id: Mapped[UUID] = mapped_column(ForeignKey("program_task.id"), index=True)
    at: Mapped[datetime]
    means: Mapped[str]
    result: Mapped[str]
    roles: Mapped[list[str]] = mapped_column(default=list)  # who went: role codes of the preset
    given: Mapped[list[str]] = mapped_column(default=list)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime]


class TaskEvent(Base):
    """What happened to a task beside tries: who took it, to whom it was handed, its alarm, its end. Inserted, never changed."""

    __tablename__ = "task_event"
    __table_args__ = (one_of("what", TASK_EVENTS), {"info": guards.UNTIL_PURGED})

    number: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[UUID] = mapped_column(ForeignKey("program_task.id"), index=True)
    at: Mapped[datetime]
    what: Mapped[str]
    account_id: Mapped[UUID | None]  # who did it; none: the clock, or the person
    to_account_id: Mapped[UUID | None]


class TaskText(Base):
    """A text that asked the person of a task how they are: so that the answer is understood. The number is sealed where it
    stands. Gone when it is old (retention: texts)."""

    __tablename__ = "task_text"

    reference: Mapped[str] = mapped_column(primary_key=True)
    task_id: Mapped[UUID] = mapped_column(ForeignKey("program_task.id"), index=True)
    number_id: Mapped[UUID] = mapped_column(ForeignKey("text_number.id"), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    answered_at: Mapped[datetime | None]


class OutreachDay(Base):
    """A day on which a team went to a place, or opened its doors, for whoever came: numbers, and nobody's name."""

    __tablename__ = "outreach_day"
    __table_args__ = (
        one_of("kind", OUTREACH_KINDS),
        UniqueConstraint("program_id", "district_id", "day", "kind"),
        CheckConstraint("people >= 0 AND kits >= 0", name="not_below_zero"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    program_id: Mapped[UUID] = mapped_column(ForeignKey("response_program.id"), index=True)
    district_id: Mapped[UUID] = mapped_column(ForeignKey("district.id"))
    day: Mapped[date]
    kind: Mapped[str]
    people: Mapped[int]
    kits: Mapped[int]  # naloxone kits given out
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime]

    district: Mapped[District] = relationship(lazy="joined", innerjoin=True)
