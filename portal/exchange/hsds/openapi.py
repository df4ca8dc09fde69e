"""The API's own OpenAPI 3.1, made of the tables that the API itself is made of."""

from functools import lru_cache
from typing import Any

from portal.exchange.hsds.parameters import ALONE, LISTS, PARAMETERS
from portal.exchange.hsds.profile import LIVE, field_schema, parameter_object
from portal.exchange.hsds.tables import OBJECTS, VERSION, Object

# object -> address of its list, whether HSDS requires it, what the list and one of it are called
PATHS = {
    "service": ("services", True, "services", "a service with all that belongs to it"),
    "organization": ("organizations", False, "organizations", "an organization with all that belongs to it"),
    "service_at_location": (
        "service_at_locations", False, "services at locations, which pages call listings",
        "a service at a location with all that belongs to it",
    ),
    "taxonomy": ("taxonomies", False, "taxonomies", "a taxonomy"),
    "taxonomy_term": ("taxonomy_terms", False, "terms of taxonomies", "a term of a taxonomy"),
}  # fmt: skip
PAGE = {
    "total_items": ("integer", "How many there are on all pages."),
    "total_pages": ("integer", "How many pages there are."),
    "page_number": ("integer", "Which page this is, from 1."),
    "size": ("integer", "How many are on this page."),
    "first_page": ("boolean", "Whether this is the first page."),
    "last_page": ("boolean", "Whether there is no page after this one."),
    "empty": ("boolean", "Whether nothing is on this page."),
}
ERRORS = {
    "400": "A parameter cannot be read, or there is no such parameter; `field` names it.",
    "404": "There is nothing with this id, or no such place.",
    "429": "Too many requests from one network. `Retry-After` says when to come back, in seconds.",
    "503": "The directory is busy or down. Come back in a few seconds.",
}


@lru_cache(4)
def openapi(base: str, version: str) -> dict[str, Any]:
    """The whole document. `base` is the address of the API without a slash at its end, `version` that of the software."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Human services directory (HSDS)",
            "version": version,
            "summary": f"A community's resource directory, read by programs. HSDS {VERSION} with a profile.",
            "description": (
                "Reading needs no key. Filters combine with “and”. A place whose address is confidential has no address "
                "here, no point and no distance."
            ),
            "license": {"name": "Apache 2.0 (the software)", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": base}],
        "tags": [
            {"name": "required", "description": "HSDS requires it of every API."},
            {"name": "optional", "description": "HSDS leaves it to the API."},
        ],
        "paths": _paths(),
        "components": {
            "parameters": {name: parameter_object(name) for name in PARAMETERS},
            "responses": {name: _error(told) for name, told in ERRORS.items()},
            "schemas": _schemas(),
        },
    }


def _paths() -> dict[str, Any]:
    found: dict[str, Any] = {"/": {"get": _first_page()}}
    for name, (path, required, many, single) in PATHS.items():
        tag = "required" if required else "optional"
        found[f"/{path}"] = {"get": _list(name, tag, many)}
        found[f"/{path}/{{id}}"] = {"get": _single(name, tag, single)}
    return found


def _first_page() -> dict[str, Any]:
    text = {"type": "string"}
    told = {"version": text, "profile": text | {"format": "uri"}, "openapi_url": text | {"format": "uri"}}
    schema = {"type": "object", "properties": told, "required": list(told), "additionalProperties": False}
    return {
        "operationId": "getApiInformation",
        "summary": "The version of HSDS, our profile of it, and this document",
        "tags": ["required"],
        "responses": _responses({"application/json": {"schema": schema}}, "400", "429", "503"),
    }


def _list(name: str, tag: str, many: str) -> dict[str, Any]:
    title = _title(name)
    line = {"schema": {"type": "string"}}
    return {
        "operationId": f"list{title}",
        "summary": f"List {many}",
        "tags": [tag],
        "parameters": [{"$ref": f"#/components/parameters/{each}"} for each in LISTS[name]],
        "responses": _responses(
            {"application/json": {"schema": _ref(f"{title}Page")}, "application/x-ndjson": line},
            "400", "404", "429", "503",
        ),
    }  # fmt: skip


def _single(name: str, tag: str, single: str) -> dict[str, Any]:
    own = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
    return {
        "operationId": f"get{_title(name)}",
        "summary": f"Get {single}",
        "tags": [tag],
        "parameters": [own, *({"$ref": f"#/components/parameters/{each}"} for each in ALONE.get(name, ()))],
        "responses": _responses(
            {"application/json": {"schema": _ref(_title(name))}}, "400", "404", "429", "503"
        ),
    }


def _responses(content: dict[str, Any], *errors: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "200": {
            "description": "What was asked for.",
            "headers": {"ETag": {"description": "Send it as If-None-Match.", "schema": {"type": "string"}}},
            "content": content,
        },
        "304": {"description": "Nothing has changed since the answer with this ETag."},
    }
    return found | {error: {"$ref": f"#/components/responses/{error}"} for error in errors}


def _error(told: str) -> dict[str, Any]:
    text = {"type": "string"}
    schema = {
        "type": "object",
        "properties": {
            "error": text,
            "detail": text,
            "field": text,
            "did_you_mean": {"type": "array", "items": text},
        },
        "required": ["error", "detail"],
    }
    return {"description": told, "content": {"application/json": {"schema": schema}}}


def _schemas() -> dict[str, Any]:
    found = {_title(name): _schema(name, object_) for name, object_ in OBJECTS.items()}
    found["ServiceAtLocation"]["properties"]["service"] = _ref("Service")
    found["Organization"]["properties"]["services"] = {"type": "array", "items": _ref("Service")}
    found["Change"] = {
        "type": "object",
        "description": "A service in an answer with `minimal`.",
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "modified_date": {"type": "string", "format": "date-time"},
        },
        "required": ["id", "modified_date"],
        "additionalProperties": False,
    }
    for name in PATHS:
        item = _ref(_title(name))
        if "minimal" in LISTS[name]:
            item = {"anyOf": [item, _ref("Change")]}
        found[f"{_title(name)}Page"] = _page(item)
    return found


def _schema(name: str, object_: Object) -> dict[str, Any]:
    properties: dict[str, Any] = {field.name: field_schema(name, field) for field in object_.fields}
    for held in object_.held:
        other = _ref(_title(held.object))
        properties[held.key] = other if held.one else {"type": "array", "items": other}
    if object_.can_be_described:
        properties["attributes"] = {"type": "array", "items": _ref("Attribute")}
    if object_.has_history:
        properties["metadata"] = {"type": "array", "items": _ref("Metadata")}
    properties |= LIVE.get(name, {})
    return {
        "type": "object",
        "properties": properties,
        "required": [field.name for field in object_.fields if field.required],
        "additionalProperties": False,
    }


def _page(item: dict[str, Any]) -> dict[str, Any]:
    properties: dict[str, Any] = {
        name: {"type": kind, "description": told} | ({"minimum": 0} if kind == "integer" else {})
        for name, (kind, told) in PAGE.items()
    }
    properties["contents"] = {"type": "array", "items": item}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _ref(title: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{title}"}


def _title(name: str) -> str:
    return name.replace("_", " ").title().replace(" ", "")
