"""Sitemaps: every public listing, in parts of a fixed range of numbers, each with the time of its last change."""

from datetime import UTC
from xml.etree import ElementTree

from flask import current_app
from sqlalchemy import func, select

from portal.directory.models import Change, Service, ServiceAtLocation
from portal.exchange.open_web.xml import add, written
from portal.store import db

SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
PART = 20_000  # numbers of listings in one part; the protocol allows 50,000
LISTED = ("active", "temporarily closed")


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
    changed = (
        select(Change.service_at_location_number.label("number"), func.max(Change.at).label("at"))
        .where(Change.service_at_location_number.between((part - 1) * PART, part * PART - 1))
        .group_by(Change.service_at_location_number)
        .subquery()
    )
    rows = db.session.execute(
        select(ServiceAtLocation.id, changed.c.at)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .outerjoin(changed, changed.c.number == ServiceAtLocation.number)
        .where(
            ServiceAtLocation.number.between((part - 1) * PART, part * PART - 1),
            ServiceAtLocation.merged_into_id.is_(None),
            Service.status.in_(LISTED),
        )
        .order_by(ServiceAtLocation.number)
    )
    root = ElementTree.Element("urlset", xmlns=SPACE)
    for key, at in rows:
        page = add(root, "url")
        add(page, "loc", f"{base}/services/{key}")
        if at is not None:
            add(page, "lastmod", at.astimezone(UTC).isoformat(timespec="seconds"))
    return written(root)
