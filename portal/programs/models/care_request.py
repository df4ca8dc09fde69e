"""What a service asks a team to do for somebody: find a client again, bring somebody where an order says, look after a worry."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.programs.models.program import ResponseProgram
from portal.programs.models.task import ProgramTask
from portal.programs.rules import ANSWERS
from portal.store import Base, SealedText, one_of

CARE_KINDS = ("reengage", "civil_order", "concern")
CARE_STATES = ("asked", "taken", "ended")
CARE_ENDS = ("", "back_in_care", "brought", "spoke", "refused", "not_found", "withdrawn", "other_end")
CARE_GROUNDS = ("agreed", "danger", "civil_order")


class CareRequest(Base):
    """kind: what is asked. ground: on what the asker may say who it is: the person agreed, somebody is in danger, or a civil
    order of a health court; no order's text, number or reason is kept. The person and the coarse place are sealed. task_id: the
    team's visits. confirmed: the asker's own word, after the team's, that the person is back in care."""

    __tablename__ = "care_request"
    __table_args__ = (
        one_of("kind", CARE_KINDS),
        one_of("ground", CARE_GROUNDS),
        one_of("state", CARE_STATES),
        one_of("result", CARE_ENDS),
        one_of("confirmed", ANSWERS),
        Index("ix_care_request_list", "program_id", "state", "due_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    community_id: Mapped[UUID] = mapped_column(ForeignKey("community.id"))
    program_id: Mapped[UUID] = mapped_column(ForeignKey("response_program.id"))
    kind: Mapped[str]
    ground: Mapped[str]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))  # who asks
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    asked_at: Mapped[datetime] = mapped_column(index=True)
    due_at: Mapped[datetime]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    place: Mapped[str | None] = mapped_column(SealedText("care_request.place"))
    task_id: Mapped[UUID] = mapped_column(ForeignKey("program_task.id"))
    state: Mapped[str] = mapped_column(default="asked")
    taken_at: Mapped[datetime | None]
    result: Mapped[str] = mapped_column(default="")
    ended_at: Mapped[datetime | None]
    confirmed: Mapped[str] = mapped_column(default="")
    confirmed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    program: Mapped[ResponseProgram] = relationship(lazy="joined", innerjoin=True)
    task: Mapped[ProgramTask] = relationship(lazy="joined", innerjoin=True)
