"""Objects of HSDS JSON as records: what is nested in an object is a row that names it."""

from collections.abc import Iterator
from typing import Any

from portal.exchange.intake.records import Mended, Record, Rejected
from portal.exchange.intake.tables import TABLES

# key -> table: lists of rows that belong to the object they stand in.
LISTS = {
    "phones": "phone", "contacts": "contact", "schedules": "schedule", "languages": "language",
    "service_areas": "service_area", "service_at_locations": "service_at_location", "locations": "location",
    "addresses": "address", "accessibility": "accessibility", "funding": "funding", "cost_options": "cost_option",
    "required_documents": "required_document", "capacities": "service_capacity", "additional_urls": "url",
    "additional_websites": "url", "organization_identifiers": "organization_identifier", "programs": "program",
    "attributes": "attribute", "metadata": "metadata", "services": "service",
    "closures": "closure",
}  # fmt: skip
# key -> (table, field that names it): one object that the one it stands in refers to.
ONES = {
    "organization": ("organization", "organization_id"), "program": ("program", "program_id"),
    "location": ("location", "location_id"), "unit": ("unit", "unit_id"), "service": ("service", "service_id"),
    "taxonomy_term": ("taxonomy_term", "taxonomy_term_id"), "taxonomy_detail": ("taxonomy", "taxonomy_id"),
}  # fmt: skip
# Fields that an object may well lack without meaning that they are empty: they are ours, or the table's alone.
UNSAID = {
    "kind",
    "category",
    "time_zone",
    "address_confidential",
    "area_text",
    "link_entity",
    "resource_type",
    "taxonomy",
}
FILES = {
    "organization": "organization", "service": "service", "location": "location", "service_at_location": "service_at_location",
    "taxonomy": "taxonomy", "taxonomie": "taxonomy", "taxonomy_term": "taxonomy_term", "program": "program", "unit": "unit",
    "contact": "contact", "phone": "phone", "schedule": "schedule", "address": "address", "addresse": "address",
    "meta_table_description": "meta_table_description", "accessibility": "accessibility", "funding": "funding",
    "language": "language", "service_area": "service_area", "required_document": "required_document", "url": "url",
    "cost_option": "cost_option", "organization_identifier": "organization_identifier", "attribute": "attribute",
    "service_capacity": "service_capacity", "metadata": "metadata", "closure": "closure",
}  # fmt: skip
NOT_TAKEN = "an object that is nothing of HSDS was left out"


def table_named(stem: str) -> str:
    """Of a file's name or a list's key: `organizations.csv`, `service_list`, `service_at_location_full`."""
    name = stem.lower().removesuffix(".csv").removesuffix(".json").replace("-", "_")
    for ending in ("_list", "_full", "_package"):
        name = name.removesuffix(ending)
    return FILES.get(name) or FILES.get(name.removesuffix("s")) or ""


def table_like(found: dict[str, Any]) -> str:
    """By what an object says, where neither a file nor a list has a name that tells."""
    keys = found.keys()
    if "location_id" in keys and "service_id" in keys and "number" not in keys and "byday" not in keys:
        return "service_at_location"
    for table, marks in _MARKS:
        if marks & keys:
            return table
    return ""


_MARKS = (
    ("service_at_location", {"location"}),
    ("service", {"application_process", "service_at_locations", "fees_description", "assured_date", "eligibility_description"}),
    ("organization", {"legal_status", "year_incorporated", "organization_identifiers", "tax_status", "locations"}),
    ("location", {"location_type", "latitude", "addresses"}),
    ("taxonomy_term", {"term_uri", "taxonomy_detail", "taxonomy_id"}),
    ("service", {"status"}),
)  # fmt: skip


def records_of(
    table: str, found: Any, file: str, row: int, parent: dict[str, Any] | None = None, inside: bool = False
) -> Iterator[Record | Rejected | Mended]:
    """An object and everything in it, itself first."""
    if not isinstance(found, dict):
        yield Rejected(file, row, f"a {type(found).__name__} stands where an object ({table}) belongs")
        return
    about = TABLES[table]
    values = {name: found.get(name) for name in about.fields if name in found or name not in UNSAID}
    values |= {name: found[name] for name in about.references if found.get(name)}
    for name in ("link_id", "resource_id"):
        if name in found and table in ("attribute", "metadata"):
            values[name] = found[name]
    nested: list[tuple[str, Any, dict[str, Any] | None]] = []
    for holder, (one, name) in ONES.items():
        inner = found.get(holder)
        if isinstance(inner, dict) and inner.get("id") and (name in about.references or _turned(table, one)):
            values[name] = inner["id"]
            nested.append((one, inner, None))
    values |= parent or {}
    key = found.get("id")
    yield Record(
        table, "" if key is None else str(key), values, file, row, again=parent is not None or inside
    )
    for name, member in found.items():
        inner_table = LISTS.get(name)
        if inner_table is None or member is None:
            continue
        if not isinstance(member, list):
            yield Rejected(file, row, f"{name} of {table} is no list")
            continue
        for each in member:
            nested.append((inner_table, each, _named(inner_table, table, key)))
    for inner_table, each, named in nested:
        yield from records_of(inner_table, each, file, row, named, inside=True)


def _turned(table: str, one: str) -> bool:
    """A listing that is given from its own side brings its service with it."""
    return table == "service_at_location" and one == "service"


def _named(table: str, parent: str, key: Any) -> dict[str, Any]:
    """How a row names the one that it stands in."""
    if table == "attribute":
        return {"link_entity": parent, "link_id": key}
    if table == "metadata":
        return {"resource_type": parent, "resource_id": key}
    return {f"{parent}_id": key}
