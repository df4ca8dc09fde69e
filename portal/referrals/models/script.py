"""What a service wants to know on the phone, and what it was told."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.store import Base, SealedText


class QuestionList(Base):
    """The questions of one listing, one row a version: never changed, so that an answer keeps what was asked.

    questions: `{"text", "kind": yes_no | choice | text, "choices": [...], "needed"}`, eight at most. An empty list asks nothing.
    """

    __tablename__ = "question_list"
    __table_args__ = (UniqueConstraint("service_at_location_id", "version"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    service_at_location_id: Mapped[UUID] = mapped_column(ForeignKey("service_at_location.id"))
    version: Mapped[int]
    questions: Mapped[list[dict[str, Any]]]
    made_by: Mapped[str]
    made_at: Mapped[datetime]


class ScriptAnswers(Base):
    """What a sender answered to the questions of one service: sealed, as answered, with the version of the questions.

    A second saving is a second row; the newest counts. They go with the person's data.
    """

    __tablename__ = "script_answers"

    number: Mapped[int] = mapped_column(primary_key=True)
    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offer.id"), index=True)
    question_list_id: Mapped[UUID] = mapped_column(ForeignKey("question_list.id"))
    answers: Mapped[str] = mapped_column(SealedText("script_answers.answers"))  # a JSON list, in their order
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]

    asked: Mapped[QuestionList] = relationship(lazy="joined", innerjoin=True)
