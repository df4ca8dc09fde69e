"""FHIR Organization: an organization that has services in the directory."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.exchange.fhir import parts
from portal.exchange.fhir.naming import ORGANIZATION_TYPE, PLAN_NET, Resource, coded, full
from portal.exchange.hsds.nesting import Reading, rows_by_id

IRS = "urn:us:gov:irs"
# Our kinds in Plan-Net's list and in FHIR's own.
KINDS = {
    "treatment_provider": ("fac", "Facility", "prov", "Healthcare Provider"),
    "part2_program": ("fac", "Facility", "prov", "Healthcare Provider"),
    "law_enforcement": ("atyprv", "Atypical Provider", "govt", "Government"),
    "response_team": ("atyprv", "Atypical Provider", "govt", "Government"),
    "school": ("atyprv", "Atypical Provider", "edu", "Educational Institute"),
}
LEFT_OUT = (
    "additional_websites",
    "funding",
    "locations",
    "programs",
)  # of what HSDS holds inside an organization
OTHER = ("atyprv", "Atypical Provider", "other", "Other")


def organizations(ids: Sequence[str]) -> dict[str, Resource]:
    """By id, without `meta`; those that are not public are left out."""
    rows = rows_by_id("organization", ids)
    Reading().whole("organization", list(rows.values()), LEFT_OUT)
    return {key: _resource(row) for key, row in rows.items()}


def _resource(row: Mapping[str, Any]) -> Resource:
    kind = KINDS.get(row.get("kind", ""), OTHER)
    extra = {"url": f"{PLAN_NET}/StructureDefinition/org-description", "valueString": row["description"]}
    return full(
        {
            "resourceType": "Organization",
            "id": row["id"],
            "extension": [extra] if row["description"] != row["name"] else [],
            "identifier": _identifiers(row),
            "active": True,
            "type": [
                coded(f"{PLAN_NET}/CodeSystem/OrgTypeCS", *kind[:2]),
                coded(ORGANIZATION_TYPE, *kind[2:]),
            ],
            "name": row["name"],
            "alias": [row["alternate_name"]] if row.get("alternate_name") else [],
            "telecom": [
                *parts.phones(row.get("phones", [])),
                *parts.told("email", row.get("email", "")),
                *parts.told("url", row.get("website", "")),
            ],
            "contact": [made for each in row.get("contacts", []) if (made := _contact(each))],
        }
    )


def _identifiers(row: Mapping[str, Any]) -> list[Resource]:
    tax = [{"system": IRS, "value": row["tax_id"]}] if row.get("tax_id") else []
    others = [
        full(
            {
                "type": {"text": each["identifier_type"]},
                "system": _scheme(each.get("identifier_scheme", "")),
                "value": each["identifier"],
            }
        )
        for each in row.get("organization_identifiers", [])
    ]
    return [*tax, *others]


def _scheme(text: str) -> str:
    """A code of org-id.guide (`US-EIN`) as its address."""
    return text if ":" in text or not text else f"http://org-id.guide/list/{text}"


def _contact(row: Mapping[str, Any]) -> Resource:
    """A named contact of the directory; desks that answer referrals are none."""
    said = ", ".join(filter(None, (row.get("name"), row.get("title"))))
    return full(
        {
            "purpose": {"text": row["department"]} if row.get("department") else {},
            "name": {"text": said} if said else {},
            "telecom": parts.told("email", row.get("email", "")),
        }
    )
