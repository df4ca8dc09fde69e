"""What the second engine keeps: derived from the directory, written by the worker, read by every web process.

All of it can be thrown away and made anew. On SQLite the tables stay empty: there the index is a folder of files.
Whatever changes gets the `stamp` of the turn that wrote it, so that a reader asks for what is newer than it knows.
"""

from sqlalchemy import BigInteger, Index, LargeBinary, Text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from portal.store import Base


class SearchMark(Base):
    """The one row that says how far the others are. It is locked by whoever writes them.

    `whole`: every listing is in. `cursor`: the last listing looked at by a sweep that is under way. `epoch`: another one
    after everything was thrown away. `change`: the last of the feed that was seen.
    """

    __tablename__ = "search_mark"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    format: Mapped[str] = mapped_column(default="")
    community: Mapped[str] = mapped_column(default="")
    epoch: Mapped[str] = mapped_column(default="")
    stamp: Mapped[int] = mapped_column(BigInteger, default=0)
    change: Mapped[int] = mapped_column(BigInteger, default=0)
    cursor: Mapped[int | None] = mapped_column(BigInteger)
    whole: Mapped[bool] = mapped_column(default=False)
    listings: Mapped[int] = mapped_column(default=0)
    shared: Mapped[int] = mapped_column(default=0)  # rows of search_shared


class SearchRow(Base):
    """The facts of one listing, packed (see postgres_records.py); None when it is gone."""

    __tablename__ = "search_row"

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    stamp: Mapped[int] = mapped_column(BigInteger, index=True)
    facts: Mapped[bytes | None] = mapped_column(LargeBinary)


class SearchText(Base):
    """The stems of one listing, each with as many positions as it counts."""

    __tablename__ = "search_text"

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    words: Mapped[str] = mapped_column(TSVECTOR().with_variant(Text(), "sqlite"))

    __table_args__ = (Index("ix_search_text_words", "words", postgresql_using="gin"),)


class SearchCard(Base):
    """One listing as the public may see it, as JSON."""

    __tablename__ = "search_card"

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    card: Mapped[str] = mapped_column(Text)


class SearchWord(Base):
    """How many listings use a stem; 0 when none does any more."""

    __tablename__ = "search_word"

    stem: Mapped[str] = mapped_column(Text, primary_key=True)
    stamp: Mapped[int] = mapped_column(BigInteger, index=True)
    listings: Mapped[int]


class SearchShared(Base):
    """A fact that many listings point at (a week of hours, service areas, a state, a language), as JSON. Never changed."""

    __tablename__ = "search_shared"

    kind: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    stamp: Mapped[int] = mapped_column(BigInteger, index=True)
    value: Mapped[str] = mapped_column(Text)
