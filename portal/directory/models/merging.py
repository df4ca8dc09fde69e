"""One listing from many sources: pairs that look like one, and how tables of others are read.

What a source said stays as its source said it. A merge is one pointer, `merged_into_id`, on the organization, the place, the
service or the listing that another one stands for; it is worked out from the pairs that are merged, so that taking a pair
apart leaves every byte as it was.
"""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.store import Base, one_of

PAIR_LEVELS = ("organization", "place", "listing")
PAIR_STATES = ("waiting", "merged", "apart")


class DuplicatePair(Base):
    """Two rows of one table (`level`: organization, location, service_at_location) that may be one. `reasons` are codes with
    what was found, `decided_by` is a person's name, or empty where the rule was sure. `first_id` sorts before `second_id`."""

    __tablename__ = "duplicate_pair"
    __table_args__ = (
        one_of("level", PAIR_LEVELS),
        one_of("state", PAIR_STATES),
        UniqueConstraint("level", "first_id", "second_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    level: Mapped[str]
    first_id: Mapped[UUID] = mapped_column(index=True)
    second_id: Mapped[UUID] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(default="waiting", index=True)
    score: Mapped[int]
    reasons: Mapped[list[dict[str, Any]]]
    found_at: Mapped[datetime]
    decided_by: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]


class TableMapping(Base):
    """How the columns of somebody's table become HSDS fields: made once on the steward's page, used with every new file.
    `text` is the mapping as a file (JSON);."""

    __tablename__ = "table_mapping"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str] = mapped_column(unique=True)
    text: Mapped[str]
    saved_by: Mapped[str]
    saved_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
