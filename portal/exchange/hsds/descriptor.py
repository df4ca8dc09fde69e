"""datapackage.json: what stands in the package's files, as a Tabular Data Package describes it."""

from typing import Any

from portal.exchange.hsds.tables import CHOICES, OBJECTS, VERSION, Field, Object, references

TYPES = {
    "text": ("string", ""),
    "uuid": ("string", "uuid"),
    "uri": ("string", "uri"),
    "email": ("string", "email"),
    "number": ("number", ""),
    "date": ("date", ""),
    "time": ("time", ""),
    "moment": ("datetime", ""),
    "yes_no": ("boolean", ""),
}


def descriptor() -> dict[str, Any]:
    """The same for every package: it tells of no install and no day, so that equal directories make equal packages."""
    return {
        "name": "human_services_data",
        "title": f"Human services directory, HSDS {VERSION}",
        "profile": "tabular-data-package",
        "version": VERSION,
        "homepage": "https://docs.openreferral.org",
        "resources": [_resource(each) for each in OBJECTS.values()],
    }


def _resource(object_: Object) -> dict[str, Any]:
    keys = [
        {
            "fields": field.name,
            "reference": {"resource": "" if field.refers == object_.name else field.refers, "fields": "id"},
        }
        for field in references(object_.name)
    ]
    return {
        "name": object_.name,
        "path": object_.file,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {
            "fields": [_field(object_.name, field) for field in object_.fields],
            "primaryKey": "id",
            **({"foreignKeys": keys} if keys else {}),
        },
    }


def _field(name: str, field: Field) -> dict[str, Any]:
    kind, form = TYPES[field.kind]
    told: dict[str, Any] = {"name": field.name, "type": kind}
    if form:
        told["format"] = form
    constraints: dict[str, Any] = {}
    if field.required_in_files:
        constraints["required"] = True
    if field.name == "id":
        constraints["unique"] = True
    if (name, field.name) in CHOICES:
        constraints["enum"] = list(CHOICES[name, field.name])
    return told | ({"constraints": constraints} if constraints else {})
