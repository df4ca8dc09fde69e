"""A mapping made by picking columns: one row is one listing. What is more than that is written by hand (docs/mappings)."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from rapidfuzz import fuzz, process

from portal.store import Refused
from portal.store.language import gettext as _

# What can be picked -> words that its column is often called by.
PICKS: dict[str, tuple[str, ...]] = {
    "key": ("id", "license number", "record number", "listing id"),
    "organization": (
        "organization",
        "agency",
        "organization name",
        "agency name",
        "provider",
        "legal entity",
    ),
    "site": ("site", "location name", "facility name", "program", "site name"),
    "service": ("service", "service name", "service type"),
    "description": ("description", "service description", "about"),
    "eligibility": ("eligibility", "who can come", "target population"),
    "fees": ("fees", "cost", "price"),
    "street": ("address", "street", "address line 1", "street address"),
    "suite": ("suite", "address line 2", "unit"),
    "city": ("city", "town"),
    "state": ("state",),
    "zip": ("zip", "zip code", "postal code"),
    "latitude": ("latitude", "lat"),
    "longitude": ("longitude", "lon", "lng"),
    "phone": ("phone", "telephone", "phone number"),
    "email": ("email", "e-mail"),
    "website": ("website", "url", "web address"),
    "hours": ("hours", "opening hours", "hours of operation"),
}
NEEDED = ("key", "organization")
LIKE = 85  # percent


def guess_columns(header: Sequence[str]) -> dict[str, str]:
    """For each pick the column that is called most like it, each column once; a person looks at it."""
    left = {name: re.sub(r"[\W_]+", " ", name).strip().lower() for name in header if name}
    found = {}
    for pick, called in PICKS.items():
        best = max(
            (
                hit
                for word in called
                if (hit := process.extractOne(word, left, scorer=fuzz.ratio)) is not None
            ),
            key=lambda hit: hit[1],
            default=None,
        )
        if best is not None and best[1] >= LIKE:
            found[pick] = str(best[2])
            del left[found[pick]]
    return found


def build_mapping(name: str, columns: Mapping[str, str]) -> str:
    """The mapping's text from what was picked: pick -> column. The source is called after the mapping. Raises Refused."""
    source = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40].strip("-")
    if not source:
        raise Refused(_("Give the mapping a name."), "name")
    picked = {pick: "{" + column + "}" for pick, column in columns.items() if column}
    for pick in NEEDED:
        if pick not in picked:
            raise Refused(_("Choose the column of each row's own key and of the organization's name."), pick)
    rows = _rows(picked)
    return json.dumps({"name": name, "source": source, "files": {"*": rows}}, indent=1, ensure_ascii=False)


def _rows(picked: Mapping[str, str]) -> list[dict[str, Any]]:
    key, owner = picked["key"], picked["organization"]

    def fields(**wanted: str) -> dict[str, str]:
        """HSDS field -> value of the pick that it is made of, of those that were picked."""
        return {field: picked[pick] for field, pick in wanted.items() if pick in picked}

    at = {"organization_id": owner}
    service = picked.get("service", picked.get("site", owner))
    point = (
        fields(latitude="latitude", longitude="longitude")
        if {"latitude", "longitude"} <= picked.keys()
        else {}
    )
    kind = "physical" if "street" in picked else "virtual"
    made: list[dict[str, Any]] = [
        {"table": "organization", "key": owner, "fields": {"name": owner, **fields(website="website")}},
        {
            "table": "location",
            "key": key,
            "fields": {**at, "name": picked.get("site", owner), "location_type": kind, **point},
        },
        {
            "table": "service",
            "key": key,
            "fields": {
                **at,
                "name": service,
                "status": "active",
                **fields(
                    description="description",
                    eligibility_description="eligibility",
                    fees_description="fees",
                    email="email",
                ),
            },
        },
        {"table": "service_at_location", "key": key, "fields": {"service_id": key, "location_id": key}},
    ]
    return [*made, *_hanging(picked, key)]


def _hanging(picked: Mapping[str, str], key: str) -> list[dict[str, Any]]:
    """Address, phone and hours, where they were picked."""
    made: list[dict[str, Any]] = []
    if "street" in picked:
        parts = {
            "address_1": "street",
            "address_2": "suite",
            "city": "city",
            "state_province": "state",
            "postal_code": "zip",
        }
        address = {field: picked[pick] for field, pick in parts.items() if pick in picked}
        made.append({"table": "address", "key": key, "fields": {"location_id": key, **address}})
    at = {"service_at_location_id": key}
    if "phone" in picked:
        made.append(
            {"table": "phone", "key": key, "fields": {**at, "number": picked["phone"], "type": "voice"}}
        )
    if "hours" in picked:
        made.append({"table": "schedule", "key": key, "fields": {**at, "description": picked["hours"]}})
    return made
