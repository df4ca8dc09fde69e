"""Keeping listings true: history, waiting proposals, the change feed, import runs."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.store import Base, one_of

PROPOSAL_STATES = ("waiting", "approved", "refused")


class Metadata(Base):
    """HSDS metadata: who changed what when. Creation writes one row a listing with field_name `*`.

    `id` is that of a row which came with a package; ours have none, the number will do. `source`: the feed whose value it
    is, or which told of the change; none where somebody here made it. The newest row of a field says where its value is
    from, and a field without one has it from its row's own source.
    """

    __tablename__ = "metadata"

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[UUID | None] = mapped_column(unique=True)
    source: Mapped[str | None]
    resource_type: Mapped[str]
    resource_id: Mapped[UUID] = mapped_column(index=True)
    last_action_date: Mapped[datetime]
    last_action_type: Mapped[str]  # create, update, delete
    field_name: Mapped[str]
    previous_value: Mapped[str] = mapped_column(default="")
    replacement_value: Mapped[str] = mapped_column(default="")
    updated_by: Mapped[str]


class Proposal(Base):
    """An edit of a risky field (crisis phone, address) that waits for a steward; the old value stays shown."""

    __tablename__ = "proposal"
    __table_args__ = (one_of("state", PROPOSAL_STATES),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    service_at_location_id: Mapped[UUID] = mapped_column(ForeignKey("service_at_location.id"), index=True)
    field: Mapped[str]
    old_value: Mapped[str] = mapped_column(default="")
    new_value: Mapped[str]
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="waiting", index=True)
    decided_by: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]


class Change(Base):
    """The change feed: one row for every listing touched, in commit order. Index marks, webhooks and ETags read it."""

    __tablename__ = "change"

    number: Mapped[int] = mapped_column(primary_key=True)
    service_at_location_number: Mapped[int] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(index=True)


class ListingFlag(Base):
    """A mark on the steward's list: a desk said that this listing is wrong (`hours`, or `listing`: it does not do this).
    It tells of the listing alone, never of the request that showed it."""

    __tablename__ = "listing_flag"
    __table_args__ = (one_of("reason", ("hours", "listing")),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    service_at_location_id: Mapped[UUID] = mapped_column(ForeignKey("service_at_location.id"), index=True)
    reason: Mapped[str]
    at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class ImportRun(Base):
    """One import of one source. A run that was killed stays `running` and is finished by the next."""

    __tablename__ = "import_run"
    __table_args__ = (one_of("state", ("running", "done", "refused")),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    source: Mapped[str]
    files: Mapped[list[str]] = mapped_column(default=list)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(default="running")
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)


class RejectedRow(Base):
    """A row of an import that could not be taken, with its number in the file and the reason in words; or that was taken
    and mended on the way (`kind`)."""

    __tablename__ = "rejected_row"
    __table_args__ = (one_of("kind", ("rejected", "mended")),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    import_run_id: Mapped[UUID] = mapped_column(ForeignKey("import_run.id"), index=True)
    kind: Mapped[str] = mapped_column(default="rejected")
    file: Mapped[str]
    row: Mapped[int]
    reason: Mapped[str]
