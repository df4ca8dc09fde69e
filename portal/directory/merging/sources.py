"""Which source a listing's facts come from: the rows that are one listing, and who last wrote each field of each."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from portal.directory import models as d
from portal.directory.queries import listings
from portal.directory.view import Listing
from portal.store import Actor, db

NOT_FACTS = ("*", "merged_into_id")  # history rows that tell of the row itself


@dataclass(frozen=True)
class Written:
    """Who wrote this field last: a person's name or a source's."""

    field: str
    by: str
    at: datetime


@dataclass(frozen=True)
class SourceRow:
    """One row of those that are one listing, as its own source has it. The first stands for all."""

    listing: Listing
    source: str
    source_key: str
    vanished: datetime | None
    written: tuple[Written, ...]


def sources_of(actor: Actor, listing_id: UUID) -> tuple[SourceRow, ...]:
    """The rows behind a listing, the one that stands for all first; what nobody changed came with the source's first word.
    For a steward of its community; empty for others, and for a place that is confidential."""
    at, of = d.ServiceAtLocation, d.Organization
    if not actor.has("steward"):
        return ()
    query = (
        select(at.id, at.service_id, d.Service.source, d.Service.source_key, d.Service.not_in_source_since)
        .join(d.Service, d.Service.id == at.service_id)
        .join(of, of.id == d.Service.organization_id)
        .join(d.Location, d.Location.id == at.location_id)
        .where(
            or_(at.id == listing_id, at.merged_into_id == listing_id),
            of.community_id == actor.community_id,
            ~d.Location.address_confidential,
        )
        .order_by(at.id != listing_id, at.number)
    )
    rows = db.session.execute(query).all()
    views = listings([row.id for row in rows])
    return tuple(
        SourceRow(
            views[row.id],
            row.source or "",
            row.source_key or "",
            row.not_in_source_since,
            _written(row.id, row.service_id),
        )
        for row in rows
    )


def _written(listing_id: UUID, service_id: UUID) -> tuple[Written, ...]:
    line = d.Metadata
    found: dict[str, Written] = {}
    for row in db.session.execute(
        select(line.field_name, line.updated_by, line.last_action_date)
        .where(line.resource_id.in_((listing_id, service_id)), line.field_name.not_in(NOT_FACTS))
        .order_by(line.number)
    ):
        found[row.field_name] = Written(row.field_name, row.updated_by, row.last_action_date)
    return tuple(found[name] for name in sorted(found))
