"""An Atom feed (RFC 4287) of the listings that changed last: that one did, and where it stands; never what was there before."""

from datetime import UTC, datetime
from xml.etree import ElementTree

from flask import current_app
from sqlalchemy import select

from portal.directory import community, listings
from portal.directory.models import Change, ServiceAtLocation
from portal.exchange.open_web.sitemap import LISTED
from portal.exchange.open_web.xml import add, written
from portal.store import db

MOST = 50  # entries
LOOKED_AT = 1000  # rows of the change feed, as one listing may have changed many times
LONGEST = 500  # characters of a listing's description
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def changes_feed() -> bytes:
    """The feed, the newest change first. Each listing stands once, as anybody may see it."""
    base = current_app.extensions["settings"].base_url
    changed = _changed()
    root = ElementTree.Element("feed", xmlns="http://www.w3.org/2005/Atom")
    add(root, "id", f"{base}/changes.atom")
    add(root, "title", f"{community().name}: changed listings")
    add(root, "updated", _moment(max(changed.values(), default=NEVER)))
    add(root, "link", rel="self", type="application/atom+xml", href=f"{base}/changes.atom")
    add(root, "link", rel="alternate", type="text/html", href=f"{base}/")
    add(add(root, "author"), "name", community().name)
    shown = [found for found in listings(list(changed)).values() if found.status in LISTED]
    for found in shown[:MOST]:
        page = f"{base}/services/{found.id}"
        entry = add(root, "entry")
        add(entry, "id", f"urn:uuid:{found.id}")
        add(entry, "title", f"{found.name}, {found.organization}")
        add(entry, "updated", _moment(changed[found.number]))
        add(entry, "link", rel="alternate", type="text/html", href=page)
        if found.description:
            add(entry, "summary", found.description[:LONGEST])
    return written(root)


def _changed() -> dict[int, datetime]:
    """Number of the listing -> when it changed last, the newest first."""
    rows = db.session.execute(
        select(Change.service_at_location_number, Change.at)
        .join(ServiceAtLocation, ServiceAtLocation.number == Change.service_at_location_number)
        .where(ServiceAtLocation.merged_into_id.is_(None))
        .order_by(Change.number.desc())
        .limit(LOOKED_AT)
    )
    found: dict[int, datetime] = {}
    for number, at in rows:
        found.setdefault(number, at)
    return dict(list(found.items())[: MOST * 2])


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
