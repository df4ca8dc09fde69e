"""Read one resource, or search for many: rows that are public, and the Bundle that they are sent in."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import Select, func

from portal.directory import models as d
from portal.exchange.fhir.asked import Asked, read_search
from portal.exchange.fhir.healthcare_services import healthcare_services
from portal.exchange.fhir.locations import locations
from portal.exchange.fhir.naming import PROFILE, Resource, base
from portal.exchange.fhir.organizations import organizations
from portal.exchange.fhir.outcome import issue
from portal.exchange.fhir.parameters import CHANGED, ID, INCLUDES
from portal.exchange.hsds.public import public, stands_for
from portal.store import db

KINDS = ("Organization", "Location", "HealthcareService")
MOST_ALONG = 1000  # resources that are sent along in one answer
_AT, _SERVICE, _LOCATION = (m.__table__.c for m in (d.ServiceAtLocation, d.Service, d.Location))

_MAKE: Mapping[str, Callable[[Sequence[str]], dict[str, Resource]]] = {
    "Organization": organizations,
    "Location": locations,
    "HealthcareService": healthcare_services,
}


def read(kind: str, key: UUID) -> Resource | None:
    """One resource; None when there is none that is public."""
    return _resources(kind, [key]).get(str(key))


def search(kind: str, query: Iterable[tuple[str, str]]) -> Resource:
    """A Bundle of type searchset. Raises outcome.BadSearch."""
    asked = read_search(kind, query)
    chosen = _rows(kind).where(*asked.conditions)
    total = db.session.scalar(chosen.with_only_columns(func.count()).order_by(None)) or 0
    bundle: Resource = {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": total,
        "link": _links(asked, total),
    }
    if not asked.counted_only:
        page = chosen.with_only_columns(ID[kind]).order_by(*asked.order)
        ids = list(db.session.scalars(page.limit(asked.count).offset((asked.page - 1) * asked.count)))
        entries = [_entry(each, "match") for each in _resources(kind, ids).values()]
        bundle["entry"] = entries + _along(asked, ids)
        if not bundle["entry"]:
            del bundle["entry"]
    return bundle


def _rows(kind: str) -> Select[Any]:
    if kind == "HealthcareService":
        return public("service_at_location").join(d.Service.__table__, _SERVICE.id == _AT.service_id)
    return public("organization" if kind == "Organization" else "location")


def _resources(kind: str, ids: Sequence[UUID]) -> dict[str, Resource]:
    """By id, in the order asked, each with its profile and when it changed last."""
    if not ids:
        return {}
    changed: dict[UUID, datetime] = {
        row[0]: row[1]
        for row in db.session.execute(
            _rows(kind).with_only_columns(ID[kind], CHANGED[kind]).where(ID[kind].in_(ids))
        )
    }
    made = _MAKE[kind]([str(key) for key in ids if key in changed])
    found = {}
    for key in ids:
        resource = made.get(str(key))
        if resource is not None:
            meta = {"lastUpdated": _instant(changed[key]), "profile": [PROFILE + kind]}
            found[str(key)] = {"resourceType": kind, "id": str(key), "meta": meta, **resource}
    return found


def _along(asked: Asked, ids: Sequence[UUID]) -> list[Resource]:
    """What was asked to be sent along, each once; where that is too much, a last entry says so."""
    wanted: dict[str, list[UUID]] = {}
    for name in asked.includes:
        wanted.setdefault(dict(INCLUDES[asked.kind])[name], []).extend(_led_to(asked.kind, name, ids))
    for kind, name in asked.revincludes:
        wanted.setdefault(kind, []).extend(_led_from(kind, name, ids))
    entries: list[Resource] = []
    for kind, keys in wanted.items():
        more = _resources(kind, list(dict.fromkeys(keys))[: MOST_ALONG - len(entries)])
        entries += [_entry(each, "include") for each in more.values()]
    if len(entries) < sum(len(set(keys)) for keys in wanted.values()) and len(entries) >= MOST_ALONG:
        told = issue(
            "warning",
            "too-costly",
            "There is more to send along than one answer holds. Ask for fewer at a time.",
        )
        entries.append(
            {"resource": {"resourceType": "OperationOutcome", "issue": [told]}, "search": {"mode": "outcome"}}
        )
    return entries


# (kind, name of the reference) -> the column that holds it
_REFERENCES: Mapping[tuple[str, str], Any] = {
    ("Location", "organization"): stands_for("organization", _LOCATION.organization_id),
    ("HealthcareService", "organization"): stands_for("organization", _SERVICE.organization_id),
    ("HealthcareService", "location"): stands_for("location", _AT.location_id),
}


def _led_to(kind: str, name: str, ids: Sequence[UUID]) -> list[UUID]:
    column = _REFERENCES[kind, name]
    return list(db.session.scalars(_rows(kind).with_only_columns(column).where(ID[kind].in_(ids)).distinct()))


def _led_from(kind: str, name: str, ids: Sequence[UUID]) -> list[UUID]:
    column = _REFERENCES[kind, name]
    asked = _rows(kind).with_only_columns(ID[kind]).where(column.in_(ids)).order_by(ID[kind])
    return list(db.session.scalars(asked.limit(MOST_ALONG + 1)))


def _entry(resource: Resource, mode: str) -> Resource:
    address = f"{base()}/{resource['resourceType']}/{resource['id']}"
    return {"fullUrl": address, "resource": resource, "search": {"mode": mode}}


def _links(asked: Asked, total: int) -> list[Resource]:
    last = max(-(-total // asked.count), 1) if asked.count else 1
    pages = {"self": asked.page, "first": 1}
    if asked.page > 1:
        pages["previous"] = min(asked.page - 1, last)
    if asked.page < last:
        pages["next"] = asked.page + 1
    pages["last"] = last
    return [{"relation": name, "url": _page_url(asked, number)} for name, number in pages.items()]


def _page_url(asked: Asked, number: int) -> str:
    query = [*asked.filters, *([("page", str(number))] if number > 1 else [])]
    return f"{base()}/{asked.kind}" + (f"?{urlencode(query)}" if query else "")


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
