"""What is remembered of calls brought in from another system's table: how its columns are read, and each time it was done. Nothing
of the table itself is kept, and not its name."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.store import Base


class EncounterMapping(Base):
    """How one system's table is read for one program. columns: what is meant -> the names of its columns. words: what is meant ->
    the table's word -> our code. fixed: what is meant -> the code that holds for every row."""

    __tablename__ = "encounter_mapping"
    __table_args__ = (UniqueConstraint("program_id", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    program_id: Mapped[UUID] = mapped_column(ForeignKey("response_program.id"))
    name: Mapped[str]
    columns: Mapped[dict[str, Any]]
    words: Mapped[dict[str, Any]]
    fixed: Mapped[dict[str, Any]]
    saved_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))  # none: from a terminal
    saved_at: Mapped[datetime]


class EncounterImport(Base):
    """One table taken in: who, when, and how many rows were new, corrected, as before, or refused."""

    __tablename__ = "encounter_import"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    program_id: Mapped[UUID] = mapped_column(ForeignKey("response_program.id"), index=True)
    at: Mapped[datetime]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))  # none: from a terminal
    created: Mapped[int]
    corrected: Mapped[int]
    unchanged: Mapped[int]
    refused: Mapped[int]
