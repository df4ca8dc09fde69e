"""Sitemaps: every public listing and its organization, in parts of a fixed range of numbers, each with the time of its last
change. An organization stands in the part of its first listing."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

from flask import current_app
from sqlalchemy import ColumnElement, Select, Uuid, func, select, type_coerce

from portal.directory.models import Change, Organization, Service, ServiceAtLocation
from portal.exchange.open_web.xml import add, written
from portal.store import db

SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
PART = (
    20_000  # numbers of listings in one part, with at most as many organizations; the protocol allows 50,000
)
LISTED = ("active", "temporarily closed")

Pages = Iterable[tuple[UUID, datetime | None]]


def directory_mark() -> str:
    """Another whenever a listing has changed: the number of the newest change."""
    return str(db.session.scalar(select(func.max(Change.number))) or 0)


def sitemap_index() -> bytes:
    """The list of parts."""
    base = current_app.extensions["settings"].base_url
    last = db.session.scalar(select(func.max(ServiceAtLocation.number))) or 0
    root = ElementTree.Element("sitemapindex", xmlns=SPACE)
    for part in range(1, last // PART + 2):
        add(add(root, "sitemap"), "loc", f"{base}/sitemap-{part}.xml")
    return written(root)


def sitemap_part(part: int) -> bytes | None:
    """One part, from 1. None when there is no such part."""
    base = current_app.extensions["settings"].base_url
    last = db.session.scalar(select(func.max(ServiceAtLocation.number))) or 0
    if not 1 <= part <= last // PART + 1:
        return None
    first, final = (part - 1) * PART, part * PART - 1
    root = ElementTree.Element("urlset", xmlns=SPACE)
    for kind, rows in (
        ("organizations", _organizations(first, final)),
        ("services", _listings(first, final)),
    ):
        for key, at in rows:
            page = add(root, "url")
            add(page, "loc", f"{base}/{kind}/{key}")
            if at is not None:
                add(page, "lastmod", at.astimezone(UTC).isoformat(timespec="seconds"))
    return written(root)


def _listings(first: int, final: int) -> Pages:
    """Listings of these numbers."""
    asked = _shown().add_columns(ServiceAtLocation.id, _changed_at())
    asked = asked.where(ServiceAtLocation.number.between(first, final))
    return db.session.execute(asked.order_by(ServiceAtLocation.number)).tuples()


def _organizations(first: int, final: int) -> Pages:
    """Organizations whose first listing has one of these numbers; changed when any of their listings was."""
    owner = func.coalesce(Organization.merged_into_id, Organization.id)
    begins = func.min(ServiceAtLocation.number)
    asked = _shown().join(Organization, Organization.id == Service.organization_id)
    asked = asked.add_columns(type_coerce(owner, Uuid()), func.max(_changed_at()))
    asked = asked.group_by(owner).having(begins.between(first, final))
    return db.session.execute(asked.order_by(begins)).tuples()


def _shown() -> Select[Any]:
    """Listings that have a page."""
    return (
        select()
        .select_from(ServiceAtLocation)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .where(ServiceAtLocation.merged_into_id.is_(None), Service.status.in_(LISTED))
    )


def _changed_at() -> ColumnElement[Any]:
    mine = Change.service_at_location_number == ServiceAtLocation.number
    return select(func.max(Change.at)).where(mine).scalar_subquery()
