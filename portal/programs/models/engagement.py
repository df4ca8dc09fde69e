"""Somebody whom an officer referred at the scene, from the screen to the review: what the clinic knows, and the one word that the
officer may hear."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.programs.models.encounter import Encounter
from portal.programs.models.program import ResponseProgram
from portal.programs.rules import ANSWERS
from portal.store import Base, one_of


class Engagement(Base):
    """path: a code of the preset. screen: coded answers by item, cleared by their clock; score: their sum. agreed: to take part.
    engaged: by the review day. may_tell: the person agreed that the officer hears that one word; empty or no, and nothing is
    ever told. told_at: that it was. retained: still in care 30 days after they agreed. Nothing of why they were met stands
    here: whether anything follows for somebody who did not engage is the agency's own record, elsewhere."""

    __tablename__ = "engagement"
    __table_args__ = (
        one_of("agreed", ANSWERS),
        one_of("engaged", ANSWERS),
        one_of("may_tell", ANSWERS),
        one_of("retained", ANSWERS),
        Index("ix_engagement_list", "program_id", "referred_at"),
        Index("ix_engagement_review", "review_by", "told_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    community_id: Mapped[UUID] = mapped_column(ForeignKey("community.id"))
    program_id: Mapped[UUID] = mapped_column(ForeignKey("response_program.id"))
    encounter_id: Mapped[UUID] = mapped_column(ForeignKey("encounter.id"), unique=True)
    path: Mapped[str]
    referred_at: Mapped[datetime]
    referred_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    review_by: Mapped[date]  # the community's day
    may_tell: Mapped[str] = mapped_column(default="")
    screen: Mapped[dict[str, Any] | None]
    score: Mapped[int | None]
    screened_at: Mapped[datetime | None]
    screened_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    assessed_at: Mapped[datetime | None]
    agreed: Mapped[str] = mapped_column(default="")
    agreed_at: Mapped[datetime | None]
    engaged: Mapped[str] = mapped_column(default="")
    engaged_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    retained: Mapped[str] = mapped_column(default="")
    retained_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    program: Mapped[ResponseProgram] = relationship(lazy="joined", innerjoin=True)
    encounter: Mapped[Encounter] = relationship(lazy="joined", innerjoin=True)
