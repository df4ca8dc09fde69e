"""HSDS 1.x, 2.x and Ohana in the words of 3.1: which file is which table, and which column is which field."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from portal.exchange.intake.records import Mended, Record
from portal.exchange.intake.tables import CODES, TABLES
from portal.exchange.intake.values import byday
from portal.geo import STATES

Cells = dict[str, str]

# Files of before by their name: table, and what their rows say without a column.
FILES: Mapping[str, tuple[str, dict[str, str]]] = {
    "physical_addresses": ("address", {"address_type": "physical"}),
    "postal_addresses": ("address", {"address_type": "postal"}),
    "mail_addresses": ("address", {"address_type": "postal"}),
    "regular_schedules": ("schedule", {"freq": "WEEKLY"}),
    "regular_schedule": ("schedule", {"freq": "WEEKLY"}),
    "holiday_schedules": ("holiday", {}),
    "holiday_schedule": ("holiday", {}),
    "services_at_location": ("service_at_location", {}),
    "service_at_locations": ("service_at_location", {}),
    "services_at_locations": ("service_at_location", {}),
    "accessibility_for_disabilities": ("accessibility", {}),
    "taxonomy": ("taxonomy_term", {}),
    "service_taxonomy": ("attribute", {}),
    "services_taxonomy": ("attribute", {}),
    "service_attributes": ("attribute", {}),
    "other_attributes": ("attribute", {}),
    "eligibility": ("eligibility", {}),
    "eligibilities": ("eligibility", {}),
    "payments_accepted": ("payment", {}),
    "payment_accepted": ("payment", {}),
}
TWO_OF_ONE = {"physical_addresses", "postal_addresses", "mail_addresses", "regular_schedules", "service_taxonomy", "services_taxonomy", "service_attributes", "other_attributes"}  # fmt: skip
# Columns that only one table has: for a file whose name does not tell.
SIGNS: tuple[tuple[set[str], str, dict[str, str]], ...] = (
    ({"closed", "start_date"}, "holiday", {}),
    ({"weekday", "opens_at"}, "schedule", {"freq": "WEEKLY"}),
    ({"opens_at", "closes_at"}, "schedule", {}),
    ({"number", "extension"}, "phone", {}),
    ({"attention", "address_1"}, "address", {"address_type": "postal"}),
    ({"address_1", "city"}, "address", {}),
    ({"parent_id", "parent_name"}, "taxonomy_term", {}),
    ({"latitude", "longitude"}, "location", {}),
    ({"application_process"}, "service", {}),
    ({"fees", "description"}, "service", {}),
    ({"tax_status", "name"}, "organization", {}),
    ({"title", "department"}, "contact", {}),
    ({"service_id", "location_id", "description"}, "service_at_location", {}),
    ({"organization_id", "name", "alternate_name"}, "program", {}),
)
RENAMED: Mapping[str, Mapping[str, str]] = {
    "organization": {"url": "website", "date_incorporated": "year_incorporated"},
    "service": {"eligibility": "eligibility_description", "website": "url"},
    "location": {"website": "url", "short_desc": "alternate_name"},
    "phone": {"number_type": "type", "department": "description"},
    "schedule": {
        "weekday": "byday",
        "start_date": "valid_from",
        "end_date": "valid_to",
        "original_text": "description",
    },
    "service_area": {"service_area": "name"},
    "language": {"language": "name"},
    "accessibility": {"accessibility": "description"},
    "required_document": {"required_document": "document"},
    "taxonomy_term": {"taxonomy_id": "id", "vocabulary": "taxonomy"},
    "attribute": {"taxonomy_id": "taxonomy_term_id"},
}
# Columns that hold several rows of another table: table, field.
LISTS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "organization": {"funding_sources": ("funding", "source")},
    "service": {
        "funding_sources": ("funding", "source"),
        "languages": ("language", "name"),
        "required_documents": ("required_document", "document"),
        "service_areas": ("service_area", "name"),
        "taxonomy_ids": ("attribute", "taxonomy_term_id"),
    },
    "location": {"languages": ("language", "name"), "accessibility": ("accessibility", "description")},
    "phone": {"language": ("language", "name")},
}
# Columns that nobody outside is to read.
PRIVATE = {"admin_emails"}
LOST = "a column that HSDS has no place for was left out"
HOLIDAY = "a day with hours of its own was left out: HSDS has no place for it"
_YEAR = re.compile(r"(?<!\d)(1[6-9]\d\d|20\d\d)(?!\d)")


def table_of(stem: str, header: list[str]) -> tuple[str, dict[str, str]]:
    """Table of an older file, by its name, else by columns that only one has. Empty when nothing tells."""
    columns = set(header)
    if stem in FILES and not (stem == "taxonomy" and "parent_id" not in columns):
        return FILES[stem]
    for signs, table, said in SIGNS:
        if signs <= columns:
            return table, said
    return "", {}


def renamed(table: str, header: list[str]) -> dict[str, str]:
    """Column -> field, for those that are called otherwise today; a column of today's name is never taken for another."""
    known = set(TABLES[table].fields) | set(TABLES[table].references) | {"id"}
    older = RENAMED.get(table, {})
    if table == "taxonomy_term" and "id" in header:
        older = {name: field for name, field in older.items() if field != "id"}
    return {
        column: field for column, field in older.items()
        if column in header and field not in header and (column not in known or field == "id")
    }  # fmt: skip


def more(table: str, cells: Cells, key: str, file: str, row: int) -> Iterator[Record | Mended]:
    """What else a row of before holds: lists in a cell, a service's place, an organization's own address."""
    for column, (other, field) in LISTS.get(table, {}).items():
        for at, part in enumerate(_listed(cells.get(column, ""))):
            values: dict[str, Any] = {field: part, f"{table}_id": key}
            if other == "attribute":
                values = {field: part, "link_entity": table, "link_id": key}
            if other == "service_area":
                values |= area_of(part)
            yield Record(other, f"{table}:{key}:{column}:{at}", values, file, row)
    own = _MORE.get(table)
    if own is not None:
        yield from own(cells, key, file, row)


def _listed(text: str) -> list[str]:
    return [part for part in (piece.strip() for piece in re.split(r"[,;|\n]", text)) if part]


def area_of(words: str) -> dict[str, str]:
    """An area in words: a ZIP, a state or the whole country is found by search, anything else is words alone."""
    plain = " ".join(words.lower().replace(".", "").split())
    if plain in ("us", "usa", "united states", "nationwide", "national"):
        return {"extent": "US", "extent_type": "nation"}
    if words.isdigit() and len(words) == 5:
        return {"extent": words, "extent_type": "zip"}
    code = next(
        (code for code, name in STATES.items() if plain in (name, code.lower(), f"state of {name}")), ""
    )
    return {"extent": code, "extent_type": "state"} if code else {"extent": "", "extent_type": "text"}


def _service(cells: Cells, key: str, file: str, row: int) -> Iterator[Record | Mended]:
    place = cells.get("location_id", "").strip()
    if place:
        yield Record(
            "service_at_location", f"{key} at {place}", {"service_id": key, "location_id": place}, file, row
        )


def _location(cells: Cells, key: str, file: str, row: int) -> Iterator[Record | Mended]:
    if cells.get("email", "").strip():
        yield Record(
            "contact", f"location:{key}:email", {"email": cells["email"], "location_id": key}, file, row
        )


def _address(cells: Cells, key: str, file: str, row: int) -> Iterator[Record | Mended]:
    """HSDS has addresses of places alone: an organization's own gets a place for it."""
    owner = cells.get("organization_id", "").strip()
    if owner and not cells.get("location_id", "").strip():
        yield Record(
            "location", f"address:{key}", {"organization_id": owner, "location_type": "postal"}, file, row
        )


_MORE: Mapping[str, Callable[[Cells, str, str, int], Iterator[Record | Mended]]] = {
    "service": _service,
    "location": _location,
    "address": _address,
}


def corrected(table: str, values: dict[str, Any], cells: Cells, key: str) -> None:
    """What must be put together anew, in place."""
    own = _CORRECTED.get(table)
    if own is not None:
        own(values, cells, key)


def _of_organization(values: dict[str, Any], cells: Cells, _key: str) -> None:
    if "date_incorporated" in cells:
        found = _YEAR.search(cells["date_incorporated"])
        values["year_incorporated"] = found[0] if found else cells["date_incorporated"]


def _of_service(values: dict[str, Any], cells: Cells, _key: str) -> None:
    if cells.get("audience", "").strip():
        both = (cells["audience"], values.get("eligibility_description") or "")
        values["eligibility_description"] = "\n".join(filter(None, both))
    if cells.get("accepted_payments", "").strip():
        paid = f"Payment: {cells['accepted_payments']}"
        values["fees_description"] = "\n".join(filter(None, (values.get("fees_description"), paid)))


def _of_location(values: dict[str, Any], cells: Cells, _key: str) -> None:
    if "location_type" not in cells:
        values["location_type"] = (
            "virtual" if cells.get("virtual", "").strip().lower() in ("true", "1", "yes", "t") else "physical"
        )


def _of_phone(values: dict[str, Any], cells: Cells, _key: str) -> None:
    prefix, vanity = cells.get("country_prefix", "").strip(), cells.get("vanity_number", "").strip()
    if prefix and prefix not in ("1", "+1") and values.get("number"):
        values["number"] = f"+{prefix.lstrip('+')} {values['number']}"
    if vanity:
        values["description"] = "; ".join(filter(None, (values.get("description"), vanity)))


def _of_address(values: dict[str, Any], cells: Cells, key: str) -> None:
    if cells.get("organization_id", "").strip() and not cells.get("location_id", "").strip():
        values["location_id"] = f"address:{key}"


def _of_schedule(values: dict[str, Any], cells: Cells, _key: str) -> None:
    if "weekday" in cells and str(values.get("byday", "")).strip() in set("1234567"):  # 2.x: Monday is 1
        values["byday"] = byday(
            ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[int(values["byday"]) - 1], lambda _w, _d: None
        )


def _of_area(values: dict[str, Any], cells: Cells, _key: str) -> None:
    if "extent_type" not in cells and not values.get("extent"):
        values |= area_of(str(values.get("name") or ""))


def _of_attribute(values: dict[str, Any], cells: Cells, _key: str) -> None:
    if not values.get("link_id") and cells.get("service_id", "").strip():
        values |= {"link_id": cells["service_id"], "link_entity": "service"}
    if not values.get("link_entity") and cells.get("link_type", "").strip() in CODES:
        values["link_entity"] = cells["link_type"].strip()
        values.pop("link_type", None)


def _of_term(values: dict[str, Any], cells: Cells, key: str) -> None:
    if "taxonomy_id" in cells and "id" not in cells:  # Ohana calls a term's id that, and it is its code
        values["code"] = key
        values.pop("taxonomy_id", None)
    if str(values.get("parent_id") or "").strip() in ("0", ""):
        values.pop("parent_id", None)


_CORRECTED: Mapping[str, Callable[[dict[str, Any], Cells, str], None]] = {
    "organization": _of_organization,
    "service": _of_service,
    "location": _of_location,
    "phone": _of_phone,
    "address": _of_address,
    "schedule": _of_schedule,
    "service_area": _of_area,
    "attribute": _of_attribute,
    "taxonomy_term": _of_term,
}
