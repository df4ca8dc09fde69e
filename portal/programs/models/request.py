"""Asking a team to come or to take a call, each step of it, and the minutes at a receiver's door."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.programs.dispatch.rules import DROP_OFF_RESULTS, STATES, WAYS
from portal.programs.models.program import District, ResponseProgram
from portal.programs.models.task import ProgramTask
from portal.programs.rules import SOURCES
from portal.store import Base, guards, one_of


class TeamRequest(Base):
    """One request to one team (`program_id`), by somebody of `asker_organization_id`. There is no person in it: coded words, a
    district, the asking agency's own number. Each time is set once, when that step was taken; UTC.

    answers: the card as it was answered (code of the question -> true or false). why: the code of a refusal, a return, a
    withdrawal, or of the question that kept it out. task_id: what the asker owes until the team takes over; custody_at,
    custody_by and receipt: that it did. encounter_id: what became of it; from_encounter_id: the asker's own.
    """

    __tablename__ = "team_request"
    __table_args__ = (
        one_of("way", WAYS),
        one_of("state", STATES),
        one_of("source", SOURCES),
        Index("ix_team_request_team", "program_id", "state", "asked_at"),
        Index("ix_team_request_asker", "asker_organization_id", "asked_at"),
        Index("ix_team_request_unanswered", "state", "answer_by"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    community_id: Mapped[UUID] = mapped_column(ForeignKey("community.id"))
    program_id: Mapped[UUID] = mapped_column(ForeignKey("response_program.id"))
    way: Mapped[str]
    source: Mapped[str]
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    asker_organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    reference: Mapped[str] = mapped_column(default="")  # the asking agency's, shown to it alone
    district_id: Mapped[UUID | None] = mapped_column(ForeignKey("district.id"))
    language: Mapped[str] = mapped_column(default="")
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str]
    why: Mapped[str] = mapped_column(default="")
    means: Mapped[str] = mapped_column(default="")  # of a consult: phone or video
    assigned_to: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), index=True)
    asked_at: Mapped[datetime]
    answer_by: Mapped[datetime]
    told_at: Mapped[datetime | None]  # that nobody answered in time
    accepted_at: Mapped[datetime | None]
    en_route_at: Mapped[datetime | None]
    on_scene_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]
    taken_back_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    custody_at: Mapped[datetime | None]
    custody_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    receipt: Mapped[str] = mapped_column(default="")
    task_id: Mapped[UUID | None] = mapped_column(ForeignKey("program_task.id"), index=True)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("team_request.id"))
    from_encounter_id: Mapped[UUID | None] = mapped_column(ForeignKey("encounter.id"), index=True)
    encounter_id: Mapped[UUID | None] = mapped_column(ForeignKey("encounter.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)

    program: Mapped[ResponseProgram] = relationship(lazy="joined", innerjoin=True)
    district: Mapped[District | None] = relationship(lazy="joined")
    task: Mapped[ProgramTask | None] = relationship(lazy="select")
    events: Mapped[list["TeamRequestEvent"]] = relationship(order_by="TeamRequestEvent.number", lazy="select")


class TeamRequestEvent(Base):
    """One step of a request: what was done, to which state it led, by whom, and why. Inserted, never changed."""

    __tablename__ = "team_request_event"
    __table_args__ = ({"info": guards.UNTIL_PURGED},)

    number: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("team_request.id"), index=True)
    at: Mapped[datetime]
    action: Mapped[str]
    state: Mapped[str]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    why: Mapped[str] = mapped_column(default="")


class DropOff(Base):
    """A team at a receiver's door with somebody: when it came, when it could go, and whether they were taken. M20 is made of it.
    result empty: still waiting, or nobody has said."""

    __tablename__ = "drop_off"
    __table_args__ = (
        one_of("result", ("", *DROP_OFF_RESULTS)),
        CheckConstraint("released_at >= arrived_at", name="released_after_it_came"),
        Index("ix_drop_off_program", "program_id", "arrived_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    program_id: Mapped[UUID] = mapped_column(ForeignKey("response_program.id"))
    service_at_location_id: Mapped[UUID] = mapped_column(ForeignKey("service_at_location.id"))
    arrived_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
    result: Mapped[str] = mapped_column(default="")
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime]
    released_recorded_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    program: Mapped[ResponseProgram] = relationship(lazy="joined", innerjoin=True)
