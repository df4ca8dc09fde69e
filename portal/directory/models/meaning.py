"""What the terms of others' lists mean in the portal's own words, as a steward has decided, and what follows from it."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.store import Base


class TermMeaning(Base):
    """A term stands for a word of `handrail`, and so do the terms below it that have no meaning of their own. A term with a
    row without a word stands for none, whatever the terms above it do."""

    __tablename__ = "term_meaning"
    __table_args__ = (UniqueConstraint("term_number", "word_number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    term_number: Mapped[int] = mapped_column(ForeignKey("taxonomy_term.number"), index=True)
    word_number: Mapped[int | None] = mapped_column(ForeignKey("taxonomy_term.number"), index=True)
    decided_by: Mapped[str]
    decided_at: Mapped[datetime]


class DerivedTerm(Base):
    """A pair of service_term that stands because of a meaning alone: it goes when the meaning or the term goes."""

    __tablename__ = "derived_term"
    __table_args__ = ({"sqlite_with_rowid": False},)

    service_number: Mapped[int] = mapped_column(ForeignKey("service.number"), primary_key=True)
    term_number: Mapped[int] = mapped_column(ForeignKey("taxonomy_term.number"), primary_key=True, index=True)


class TermWatch(Base):
    """One row: the newest change of the feed whose listings have the words that their terms stand for. `afresh`: meanings
    have changed since, so that all are looked at."""

    __tablename__ = "term_watch"

    number: Mapped[int] = mapped_column(primary_key=True)
    change: Mapped[int] = mapped_column(default=0)
    afresh: Mapped[bool] = mapped_column(default=False)
