"""FHIR Location: where services are given. Of a confidential place: whose it is, and its area in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.exchange.fhir import parts
from portal.exchange.fhir.hours import times, weeks
from portal.exchange.fhir.naming import PLAN_NET, Resource, full, reference
from portal.exchange.hsds.nesting import Reading, rows_by_id

ACCESS = f"{PLAN_NET}/StructureDefinition/accessibility"


def locations(ids: Sequence[str]) -> dict[str, Resource]:
    """By id, without `meta`; those that are not public are left out."""
    rows = rows_by_id("location", ids)
    Reading().whole("location", list(rows.values()))
    owners = rows_by_id(
        "organization", [row["organization_id"] for row in rows.values() if "organization_id" in row]
    )
    return {key: _resource(row, owners) for key, row in rows.items()}


def _resource(row: Mapping[str, Any], owners: Mapping[str, Any]) -> Resource:
    hidden = bool(row.get("address_confidential"))
    owner = owners.get(row.get("organization_id", ""))
    addresses = (
        []
        if hidden
        else sorted(row.get("addresses", []), key=lambda each: each["address_type"] != "physical")
    )
    return full(
        {
            "resourceType": "Location",
            "id": row["id"],
            "extension": [
                {"url": ACCESS, "valueCodeableConcept": {"text": each["description"]}}
                for each in row.get("accessibility", [])
                if each.get("description")
            ],
            "identifier": _identifiers(row),
            "status": "active",
            "name": row.get("name") or (owner["name"] if owner else ""),
            "alias": [row["alternate_name"]] if row.get("alternate_name") else [],
            "description": row.get("area_text", "") if hidden else row.get("description", ""),
            "telecom": [*parts.phones(row.get("phones", [])), *parts.told("url", row.get("url", ""))],
            "address": parts.address(addresses[0]) if addresses else {},
            "position": _position(row),
            "managingOrganization": reference("Organization", owner["id"], owner["name"]) if owner else {},
            "hoursOfOperation": times(weeks(row.get("schedules", [])), "openingTime", "closingTime"),
        }
    )


def _identifiers(row: Mapping[str, Any]) -> list[Resource]:
    if not row.get("external_identifier"):
        return []
    kind = row.get("external_identifier_type", "")
    return [full({"type": {"text": kind} if kind else {}, "value": row["external_identifier"]})]


def _position(row: Mapping[str, Any]) -> Resource:
    if "latitude" not in row or "longitude" not in row:
        return {}
    return {"longitude": row["longitude"], "latitude": row["latitude"]}
