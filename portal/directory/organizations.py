"""The organization as anybody may see it: what it is, how to reach it, and its services, each by its card."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, func, or_, select

from portal.directory import models as d
from portal.directory.cards import cards, web_address
from portal.directory.view import Listing, PhoneLine, listing_of
from portal.store import clock, db

PAGE = 50  # services that one page of an organization shows
CALL_ONLY = "victim_service"


class OrganizationView(NamedTuple):
    """`phones` are its own, never those of a desk or a person. `quiet`: its page must not say on its face what it is about."""

    id: UUID
    name: str
    alternate_name: str
    description: str
    website: str  # http or https, else empty
    phones: tuple[PhoneLine, ...]
    quiet: bool
    services: tuple[Listing, ...]
    total: int
    page: int
    pages: int


def organization(key: UUID, page: int = 1, now: datetime | None = None) -> OrganizationView | None:
    """The organization and one page of its services, by name; of one that was merged, that which stands for it, by its own id.
    None where it has no service that is still given: who only sends people (a police unit, a response team) has no public
    page. Confidential places show as on their own pages."""
    row = db.session.get(d.Organization, key)
    if row is not None and row.merged_into_id is not None:
        return organization(row.merged_into_id, page, now)
    total = _count(key) if row is not None else 0
    pages = -(-total // PAGE)
    if row is None or not 1 <= page <= pages:
        return None
    moment = now or clock.now()
    found = cards(_numbers(key, page))
    return OrganizationView(
        row.id,
        row.name,
        row.alternate_name,
        row.description,
        web_address(row.website),
        _phones(key),
        row.kind == CALL_ONLY,
        tuple(listing_of(card, moment) for card in found.values()),
        total,
        page,
        pages,
    )


def _count(key: UUID) -> int:
    return db.session.scalar(_given(key).with_only_columns(func.count())) or 0


def _numbers(key: UUID, page: int) -> Sequence[int]:
    order = _given(key).order_by(d.Service.name, d.ServiceAtLocation.number)
    return [row.number for row in db.session.execute(order.limit(PAGE).offset((page - 1) * PAGE))]


def _given(key: UUID) -> Select[int]:
    return (
        select(d.ServiceAtLocation.number)
        .select_from(d.ServiceAtLocation)
        .join(d.Service, d.Service.id == d.ServiceAtLocation.service_id)
        .join(d.Organization, d.Organization.id == d.Service.organization_id)
        .where(
            or_(d.Organization.id == key, d.Organization.merged_into_id == key),
            d.ServiceAtLocation.merged_into_id.is_(None),
            d.Service.status != "defunct",
        )
    )


def _phones(key: UUID) -> tuple[PhoneLine, ...]:
    own = select(d.Phone).where(d.Phone.organization_id == key).order_by(d.Phone.ordinal, d.Phone.id)
    return tuple(
        PhoneLine(each.number, each.extension, each.type, each.description)
        for each in db.session.scalars(own)
    )
