"""What a steward sees of duplicates: pairs that wait, pairs that are merged, and which source a listing's fields come from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from portal.directory import models as d
from portal.directory.merging.pointers import TABLES
from portal.directory.queries import listings
from portal.directory.view import Listing
from portal.store import Actor, db

PAGE = 20


@dataclass(frozen=True)
class Side:
    """One of two: a listing that shows it (its oldest), the names of both, where it came from and how many listings it has."""

    listing: Listing
    organization: str
    place: str
    source: str
    source_key: str
    vanished: datetime | None
    listings: int
    joined: bool


@dataclass(frozen=True)
class PairView:
    id: UUID
    level: str
    state: str
    score: int
    reasons: tuple[tuple[str, str], ...]
    decided_by: str
    decided_at: datetime | None
    sides: tuple[Side, Side]


@dataclass(frozen=True)
class PairsPage:
    rows: tuple[PairView, ...]
    counts: dict[tuple[str, str], int]  # (level, state) -> pairs
    level: str
    state: str
    page: int
    pages: int


def pairs_for(actor: Actor, level: str = "", state: str = "waiting", page: int = 1) -> PairsPage:
    """Pairs of the steward's own community, the likeliest first (of merged ones the newest), 20 a page. Nobody else's."""
    pair = d.DuplicatePair
    own = _own(actor)
    query = select(pair).where(own, pair.state == state)
    if level in TABLES:
        query = query.where(pair.level == level)
    total = int(db.session.scalar(select(func.count()).select_from(query.subquery())) or 0)
    pages = max(ceil(total / PAGE), 1)
    page = min(max(page, 1), pages)
    newest = (pair.score.desc(), pair.id) if state == "waiting" else (pair.decided_at.desc(), pair.id)
    rows = db.session.scalars(query.order_by(*newest).limit(PAGE).offset((page - 1) * PAGE)).all()
    counted = select(pair.level, pair.state, func.count()).where(own).group_by(pair.level, pair.state)
    counts = {(row[0], row[1]): int(row[2]) for row in db.session.execute(counted)}
    return PairsPage(_views(rows), counts, level, state, page, pages)


def pairs_of_listing(actor: Actor, listing_id: UUID) -> tuple[PairView, ...]:
    """Merged and waiting pairs in which this listing, its place or its organization has a part."""
    at = d.ServiceAtLocation
    row = db.session.execute(
        select(at.id, at.location_id, d.Service.organization_id)
        .join(d.Service, d.Service.id == at.service_id)
        .where(at.id == listing_id)
    ).first()
    if row is None:
        return ()
    pair = d.DuplicatePair
    ends = list(row)
    query = select(pair).where(
        _own(actor), pair.state != "apart", or_(pair.first_id.in_(ends), pair.second_id.in_(ends))
    )
    return _views(db.session.scalars(query.order_by(pair.level, pair.id)).all())


def _own(actor: Actor) -> ColumnElement[bool]:
    """Pairs of the actor's community, if they are its steward; both ends are of one."""
    if not actor.has("steward"):
        return d.DuplicatePair.id.is_(None)
    pair, mine = d.DuplicatePair, d.Organization.community_id == actor.community_id
    at, of, place = d.ServiceAtLocation, d.Organization, d.Location
    listed = at.id == pair.first_id
    return or_(
        and_(pair.level == "organization", exists().where(of.id == pair.first_id, mine)),
        and_(
            pair.level == "place",
            exists().where(place.id == pair.first_id, of.id == place.organization_id, mine),
        ),
        and_(
            pair.level == "listing",
            exists().where(listed, d.Service.id == at.service_id, of.id == d.Service.organization_id, mine),
        ),
    )


def _views(rows: Sequence[d.DuplicatePair]) -> tuple[PairView, ...]:
    sides: dict[tuple[str, UUID], Side] = {}
    for level in TABLES:
        ends = {end for row in rows if row.level == level for end in (row.first_id, row.second_id)}
        sides |= {(level, key): side for key, side in _sides(level, ends).items()}
    found = []
    for row in rows:
        first, second = sides.get((row.level, row.first_id)), sides.get((row.level, row.second_id))
        if first is None or second is None or first.listing.confidential or second.listing.confidential:
            continue  # its last listing is gone, or what it is has become nobody's business
        if first.listing.number > second.listing.number:
            first, second = second, first
        reasons = tuple((str(reason["code"]), str(reason["what"])) for reason in row.reasons)
        found.append(
            PairView(
                row.id,
                row.level,
                row.state,
                row.score,
                reasons,
                row.decided_by,
                row.decided_at,
                (first, second),
            )
        )
    return tuple(found)


def _sides(level: str, ends: set[UUID]) -> dict[UUID, Side]:
    if not ends:
        return {}
    at, table = d.ServiceAtLocation, TABLES[level]
    own: Any = d.Service if level == "listing" else table
    query: Select[Any] = (
        select(
            table.id.label("end"), func.min(at.number).label("number"), func.count().label("many"),
            func.min(d.Organization.name).label("organization"), func.min(d.Location.name).label("place"),
            func.min(own.source).label("source"), func.min(own.source_key).label("source_key"),
            func.min(own.not_in_source_since).label("vanished"), func.min(d.Organization.joined_at).label("joined"),
        )
        .select_from(at)
        .join(d.Service, d.Service.id == at.service_id)
        .join(d.Location, d.Location.id == at.location_id)
        .join(d.Organization, d.Organization.id == _owner(level))
        .where(table.id.in_(ends))
        .group_by(table.id)
    )  # fmt: skip
    rows = db.session.execute(query).all()
    views = listings([row.number for row in rows])
    return {
        row.end: Side(
            views[row.number], row.organization, row.place, row.source or "", row.source_key or "", row.vanished,
            row.many, row.joined is not None,
        )
        for row in rows
    }  # fmt: skip


def _owner(level: str) -> ColumnElement[UUID]:
    """The organization that is named beside it: a place's own, or that of the service."""
    return (d.Location if level == "place" else d.Service).__table__.c.organization_id
