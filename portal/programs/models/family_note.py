"""What a family told the family line for the next officer who meets somebody of theirs."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.programs.models.program import ResponseProgram
from portal.programs.rules import ANSWERS
from portal.store import Base, SealedText, one_of


class FamilyNote(Base):
    """helps: calming words, in the family's words. person_agrees is the person's own word on whether the family hears anything
    back; the family's word never stands for it. caller_*: how the family is called back. task_id: that call. All words are
    sealed, and a note is shown to a responder who meets the person, with cause, until it is taken back or its clock ran."""

    __tablename__ = "family_note"
    __table_args__ = (one_of("person_agrees", ANSWERS),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    community_id: Mapped[UUID] = mapped_column(ForeignKey("community.id"))
    program_id: Mapped[UUID] = mapped_column(ForeignKey("response_program.id"), index=True)
    client_id: Mapped[UUID | None] = mapped_column(ForeignKey("client.id"), index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    helps: Mapped[str | None] = mapped_column(SealedText("family_note.helps"))
    caller_name: Mapped[str | None] = mapped_column(SealedText("family_note.caller_name"))
    caller_phone: Mapped[str | None] = mapped_column(SealedText("family_note.caller_phone"))
    person_agrees: Mapped[str] = mapped_column(default="")
    task_id: Mapped[UUID | None] = mapped_column(ForeignKey("program_task.id"))
    taken_at: Mapped[datetime] = mapped_column(index=True)
    taken_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    program: Mapped[ResponseProgram] = relationship(lazy="joined", innerjoin=True)
