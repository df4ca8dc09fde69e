"""Who changed what of a listing, when: all of it, a page at a time, for a steward."""

from dataclasses import dataclass
from datetime import datetime
from math import ceil
from uuid import UUID

from sqlalchemy import Select, func, or_, select

from portal.directory import models as d
from portal.directory.editors import HistoryLine, own
from portal.directory.fields import looks_like_address
from portal.directory.queries import listings
from portal.directory.texts import PLACE_TEXTS
from portal.directory.view import Listing
from portal.store import Actor, db

LINES = 50
DECIDED = 20


@dataclass(frozen=True)
class Decided:
    """An edit that waited, and what a steward said."""

    at: datetime
    field: str
    old: str
    new: str
    state: str  # approved, refused
    proposed_by: str
    decided_by: str


@dataclass(frozen=True)
class HistoryPage:
    """`fields`: what ever changed, to choose one of; `field`: the one chosen, or empty."""

    listing: Listing
    lines: tuple[HistoryLine, ...]
    decided: tuple[Decided, ...]
    fields: tuple[str, ...]
    field: str
    total: int
    page: int
    pages: int


def history_for(actor: Actor, sal_id: UUID, field: str = "", page: int = 1) -> HistoryPage | None:
    """The history of a listing with its service, place and organization, newest first, 50 a page. None: not this steward's.

    Of a confidential place nothing of where it is, not even from before it was: no row of the place, and no words that look
    like an address.
    """
    row = db.session.scalar(own(actor).where(d.ServiceAtLocation.id == sal_id))
    if row is None or not actor.has("steward"):
        return None
    hidden = row.location.address_confidential
    query = _rows(row, hidden)
    known = db.session.scalars(query.with_only_columns(d.Metadata.field_name).distinct())
    fields = tuple(sorted(known))
    if field in fields:
        query = query.where(d.Metadata.field_name == field)
    total = db.session.scalar(query.with_only_columns(func.count())) or 0
    pages = max(ceil(total / LINES), 1)
    page = min(max(page, 1), pages)
    found = db.session.scalars(
        query.order_by(d.Metadata.number.desc()).limit(LINES).offset((page - 1) * LINES)
    )
    return HistoryPage(
        listing=listings([sal_id])[sal_id],
        lines=tuple(_line(each, hidden) for each in found),
        decided=_decided(row, hidden) if page == 1 and not field else (),
        fields=fields,
        field=field if field in fields else "",
        total=total,
        page=page,
        pages=pages,
    )


def _rows(row: d.ServiceAtLocation, hidden: bool) -> Select[d.Metadata]:
    ids = [row.id, row.service_id, row.service.organization_id, *(() if hidden else (row.location_id,))]
    query = select(d.Metadata).where(d.Metadata.resource_id.in_(ids))
    if hidden:
        away = or_(d.Metadata.field_name.in_(PLACE_TEXTS), d.Metadata.field_name.like("transportation@%"))
        query = query.where(~away, d.Metadata.resource_type != "location")
    return query


def _line(row: d.Metadata, hidden: bool) -> HistoryLine:
    old, new = (_shown(text, hidden) for text in (row.previous_value, row.replacement_value))
    return HistoryLine(row.last_action_date, row.field_name, old, new, row.updated_by)


def _shown(text: str, hidden: bool) -> str:
    return "…" if hidden and looks_like_address(text) else text


def _decided(row: d.ServiceAtLocation, hidden: bool) -> tuple[Decided, ...]:
    """What waited and was decided, newest first; what a newer edit replaced was decided by nobody."""
    found = db.session.scalars(
        select(d.Proposal)
        .where(
            d.Proposal.service_at_location_id == row.id,
            d.Proposal.state != "waiting",
            d.Proposal.decided_at.is_not(None),
        )
        .order_by(d.Proposal.decided_at.desc(), d.Proposal.id)
        .limit(DECIDED)
    )
    return tuple(
        Decided(
            each.decided_at or each.proposed_at,
            each.field,
            _shown(each.old_value, hidden),
            _shown(each.new_value, hidden),
            each.state,
            each.proposed_by,
            each.decided_by,
        )
        for each in found
        if not (hidden and each.field.partition("@")[0] in PLACE_TEXTS)
    )
