"""What one call says: which listings changed, by their ids, and where to read them. Never what they hold.

A call may lie for days until the other side is back; what it then reads is what stands, and what is confidential can be in
no call, as no text of a listing is.
"""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from flask import current_app
from sqlalchemy import func, select

from portal.directory.models import Change, Organization, Service, ServiceAtLocation
from portal.store import clock, db

MOST = 200  # rows of the change feed in one call


@dataclass(frozen=True)
class Told:
    """One call, not yet signed. `body` is None where none of the changes is of this community: they are passed over."""

    first: int
    last: int
    message_id: str
    body: bytes | None


def latest_change() -> int:
    """The number of the newest change; 0 before there is one."""
    return db.session.scalar(select(func.max(Change.number))) or 0


def next_call(webhook_id: UUID, community_id: UUID, position: int, replays: int) -> Told | None:
    """The changes after `position`, MOST of them; None when there are none. The same changes told again have the same id,
    until somebody asks for a replay."""
    rows = db.session.execute(
        select(Change.number, Change.service_at_location_number, Change.at)
        .where(Change.number > position)
        .order_by(Change.number)
        .limit(MOST)
    ).all()
    if not rows:
        return None
    newest = {
        row.service_at_location_number: row for row in rows
    }  # of several changes of one listing, the last
    listings = _listings(community_id, newest)
    first, last = rows[0].number, rows[-1].number
    message_id = str(uuid5(webhook_id, f"{replays} {first} {last}"))
    body = _body("listings.changed", {"from": first, "to": last, "listings": listings})
    return Told(first, last, message_id, body if listings else None)


def trial_call(webhook_id: UUID) -> Told:
    """A call that tells nothing: the other side shows that it can be reached and that its secret is right."""
    return Told(0, 0, str(uuid5(webhook_id, clock.now().isoformat())), _body("test", {}))


def _listings(community_id: UUID, newest: dict[int, Any]) -> list[dict[str, Any]]:
    base = current_app.extensions["settings"].base_url
    found = db.session.execute(
        select(
            ServiceAtLocation.number,
            ServiceAtLocation.id,
            ServiceAtLocation.service_id,
            Service.organization_id,
            Service.status,
            ServiceAtLocation.merged_into_id,
            Organization.community_id,
        )
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .join(Organization, Organization.id == Service.organization_id)
        .where(
            ServiceAtLocation.number.in_(newest)
        )  # by number alone: an index of the community would be asked first
    ).all()
    told = [
        {
            "number": newest[row.number].number,
            "at": newest[row.number].at.isoformat(),
            "service_at_location_id": str(row.id),
            "service_id": str(row.service_id),
            "organization_id": str(row.organization_id),
            "status": row.status,
            "merged_into": str(row.merged_into_id) if row.merged_into_id else None,
            "page": f"{base}/services/{row.id}",
            "api": f"{base}/api/v3/service_at_locations/{row.id}",
        }
        for row in found
        if row.community_id == community_id
    ]
    return sorted(told, key=lambda each: each["number"])


def _body(kind: str, data: dict[str, Any]) -> bytes:
    said = {"type": kind, "timestamp": clock.now().isoformat(), "data": data}
    return json.dumps(said, separators=(",", ":")).encode()
