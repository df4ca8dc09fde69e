"""Our profile of HSDS: what we add to it, as merge patches (RFC 7386) of its schemas. We take nothing away.

An HSDS profile is a set of patches named like the schemas that they change; its address is given by the API's first page.
"""

from typing import Any

from portal.exchange.hsds.parameters import LISTS, PARAMETERS
from portal.exchange.hsds.tables import CHOICES, OBJECTS, VERSION, Field

PROFILE_VERSION = "1.0"
# What is added to objects in answers alone: it holds for the minute, and so is in no file.
LIVE: dict[str, dict[str, dict[str, Any]]] = {
    "service_at_location": {
        "open_now": {
            "type": ["boolean", "null"],
            "description": "Whether it is open at this minute; null where its hours are not known.",
        },
        "availability": {
            "type": "string",
            "enum": ["yes", "limited", "unknown", "no"],
            "description": "Whether there is room for one person now, as the service last said. It fades to unknown.",
        },
    }
}
OWN_OBJECTS = ("closure",)  # that HSDS has not at all
TOLD = {
    ("closure", "begins_on"): "The first day on which it is closed, by the clock on the wall there.",
    ("closure", "begins_at"): "From what time on; without one the whole day.",
    ("closure", "ends_on"): "The last day on which it is closed. It opens again by itself.",
    ("closure", "ends_at"): "Until what time; without one the whole day.",
    ("closure", "words"): "Why, in English.",
    ("closure", "words_es"): "Why, in Spanish.",
    ("organization", "kind"): "What it is to whoever sends somebody. A victim service is only ever called.",
    ("location", "time_zone"): "The IANA time zone of its schedules.",
    (
        "location",
        "address_confidential",
    ): "True where the address is kept from everybody. There is none here either.",
    ("location", "area_text"): "Where it is, in words, when the address is confidential.",
    (
        "taxonomy_term",
        "category",
    ): "The part of its list that a code stands in; the same code may stand in several.",
}
TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "uuid": {"type": "string", "format": "uuid"},
    "uri": {"type": "string", "format": "uri"},
    "email": {"type": "string", "format": "email"},
    "number": {"type": "number"},
    "date": {"type": "string", "format": "date"},
    "time": {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]+)?)?$"},
    "moment": {"type": "string", "format": "date-time"},
    "yes_no": {"type": "boolean"},
}


def field_schema(name: str, field: Field) -> dict[str, Any]:
    """A field as JSON Schema says it."""
    told: dict[str, Any] = dict(TYPES[field.kind])
    if (name, field.name) in CHOICES:
        told["enum"] = list(CHOICES[name, field.name])
    if (name, field.name) in TOLD:
        told["description"] = TOLD[name, field.name]
    return told


def patches() -> dict[str, dict[str, Any]]:
    """File name without `.json` -> merge patch."""
    found: dict[str, dict[str, Any]] = {}
    for name, object_ in OBJECTS.items():
        own = {field.name: field_schema(name, field) for field in object_.fields if field.own}
        own |= LIVE.get(name, {})
        own |= {held.key: _list_of(held.object) for held in object_.held if held.object in OWN_OBJECTS}
        if own:
            found[name] = {"properties": own}
    found["openapi"] = {
        "components": {
            "parameters": {each.name: parameter_object(each.name) for each in PARAMETERS.values() if each.own}
        }
    }
    return found


def _list_of(name: str) -> dict[str, Any]:
    """Objects of ours, in full, as a list that another object holds."""
    fields = OBJECTS[name].fields
    item = {
        "type": "object",
        "properties": {field.name: field_schema(name, field) for field in fields},
        "required": [field.name for field in fields if field.required],
    }
    return {"type": "array", "items": item}


def about(address: str) -> dict[str, Any]:
    """The profile's first page; `address` is its own."""
    return {
        "name": "Handrail",
        "version": PROFILE_VERSION,
        "hsds_version": VERSION,
        "description": "What this directory says beyond HSDS. Nothing of HSDS is removed or means something else.",
        "patches": [f"{address}{name}.json" for name in patches()],
        "parameters": {
            name: [each for each in known if PARAMETERS[each].own] for name, known in LISTS.items()
        },
    }


def parameter_object(name: str) -> dict[str, Any]:
    """A parameter as OpenAPI says it."""
    parameter = PARAMETERS[name]
    told: dict[str, Any] = {
        "name": name,
        "in": "query",
        "required": False,
        "description": parameter.told,
        "schema": dict(parameter.schema),
    }
    if parameter.schema.get("type") == "array":
        told |= {"style": "form", "explode": False}
    return told
