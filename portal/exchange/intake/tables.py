"""HSDS 3.1 as it comes in, at a glance: each object's fields, what it hangs on, and in which order rows are written.

`parents` stand nearest first: a row is written together with the first of them that is there. `owner` is a further row that
must be there (a service's organization, a listing's place).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import available_timezones

from portal.directory import models as d
from portal.exchange.intake.values import (
    BadValue,
    Kind,
    Note,
    amount,
    byday,
    clock,
    day,
    email,
    moment,
    number,
    numbers,
    one_of,
    phone_number,
    text_of,
    uri,
    words,
)
from portal.geo import STATES, shape_of, shape_text

line, short, long = words(500), words(200), words(20_000, lines=True)
paragraph = words(8_000, lines=True)
CALLED = {"crisis hotline": "crisis", "main": "voice", "phone": "voice", "telephone": "voice", "office": "voice", "local": "voice", "toll-free": "voice", "toll free": "voice", "mobile": "cell", "sms": "text", "tdd": "tty", "tty/tdd": "tty"}  # fmt: skip
WIDE = {
    "postcode": "zip",
    "zip code": "zip",
    "zipcode": "zip",
    "country": "nation",
    "national": "nation",
    "geojson": "polygon",
}
TYPES = ("physical", "postal", "virtual")


def zone(value: Any, note: Note) -> str:
    text = text_of(value, note)
    return text if text in available_timezones() else ""


def yes(value: Any, note: Note) -> bool:
    return text_of(value, note).lower() in ("true", "yes", "1", "t", "y")


@dataclass(frozen=True)
class Table:
    """fields: HSDS name -> kind. parents: field -> table, nearest first. loads: kept text -> what the column takes."""

    model: Any
    fields: Mapping[str, Kind]
    parents: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()  # fields without which there is no row
    owner: str = ""  # field of a row that must be there beside the parent
    refers: Mapping[str, str] = field(
        default_factory=dict
    )  # field -> table: rows named that need not be there
    loads: Mapping[str, Callable[[str], Any]] = field(default_factory=dict)
    versioned: bool = False

    @property
    def references(self) -> dict[str, str]:
        return {**self.parents, **self.refers}


TABLES: Mapping[str, Table] = {
    "taxonomy": Table(
        d.Taxonomy,
        {"name": words(300, needed=True), "description": paragraph, "version": short, "uri": uri},
        needs=("name",),
    ),
    "taxonomy_term": Table(
        d.TaxonomyTerm,
        {
            "name": words(500, needed=True), "code": short, "description": paragraph, "category": short,
            "language": short, "term_uri": uri, "taxonomy": words(300),
        },
        needs=("name",),
        refers={"taxonomy_id": "taxonomy", "parent_id": "taxonomy_term"},
    ),
    "unit": Table(
        d.Unit,
        {"name": words(200, needed=True), "scheme": short, "identifier": short, "uri": uri},
        needs=("name",),
    ),
    "meta_table_description": Table(
        d.MetaTableDescription, {"name": short, "language": short, "character_set": short}
    ),
    "organization": Table(
        d.Organization,
        {
            "name": words(300, needed=True), "alternate_name": line, "description": long, "email": email,
            "website": uri, "tax_status": line, "tax_id": short, "year_incorporated": number(1, 9998, whole=True),
            "legal_status": line, "logo": uri, "uri": uri, "kind": one_of(d.ORGANIZATION_KINDS, "social_service"),
        },
        needs=("name",), refers={"parent_organization_id": "organization"}, versioned=True,
    ),
    "program": Table(
        d.Program,
        {"name": words(300, needed=True), "alternate_name": line, "description": long},
        parents={"organization_id": "organization"}, needs=("name",),
    ),
    "location": Table(
        d.Location,
        {
            "location_type": one_of(TYPES, "physical"), "name": line, "alternate_name": line, "description": long,
            "transportation": paragraph, "url": uri, "external_identifier": short, "external_identifier_type": short,
            "latitude": number(-90, 90), "longitude": number(-180, 180), "time_zone": zone, "area_text": line,
            "address_confidential": yes,
        },
        owner="organization_id", refers={"organization_id": "organization"}, versioned=True,
    ),
    "address": Table(
        d.Address,
        {
            "attention": line, "address_1": line, "address_2": line, "city": line, "region": line,
            "state_province": short, "postal_code": short, "country": short, "address_type": one_of(TYPES, "physical"),
        },
        parents={"location_id": "location"},
    ),
    "service": Table(
        d.Service,
        {
            "name": words(300, needed=True), "alternate_name": line, "description": long, "url": uri, "email": email,
            "status": one_of(("active", "inactive", "defunct", "temporarily closed"), "active"),
            "interpretation_services": paragraph, "application_process": paragraph, "fees_description": paragraph,
            "wait_time": paragraph, "fees": paragraph, "accreditations": paragraph, "licenses": paragraph,
            "eligibility_description": paragraph, "minimum_age": number(0, 120, whole=True),
            "maximum_age": number(0, 120, whole=True), "assured_date": day(), "assurer_email": email,
            "alert": paragraph, "last_modified": moment(),
        },
        needs=("name",), owner="organization_id",
        refers={"organization_id": "organization", "program_id": "program"},
        loads={"assured_date": date.fromisoformat, "last_modified": datetime.fromisoformat}, versioned=True,
    ),
    "service_at_location": Table(
        d.ServiceAtLocation, {"description": long},
        parents={"service_id": "service"}, owner="location_id", refers={"location_id": "location"}, versioned=True,
    ),
    "contact": Table(
        d.Contact, {"name": line, "title": line, "department": line, "email": email},
        parents={
            "service_at_location_id": "service_at_location", "service_id": "service", "location_id": "location",
            "organization_id": "organization",
        },
    ),
    "phone": Table(
        d.Phone,
        {
            "number": phone_number, "extension": words(40), "description": paragraph,
            "type": one_of(d.PHONE_KINDS, "voice", **CALLED),
        },
        parents={
            "service_at_location_id": "service_at_location", "service_id": "service", "location_id": "location",
            "organization_id": "organization", "contact_id": "contact",
        },
        needs=("number",),
    ),
    "language": Table(
        d.Language, {"name": words(200), "code": words(40), "note": paragraph},
        parents={"service_id": "service", "location_id": "location", "phone_id": "phone"},
    ),
    "schedule": Table(
        d.Schedule,
        {
            "valid_from": day(needed=True), "valid_to": day(needed=True), "dtstart": day(needed=True),
            "until": day(needed=True), "timezone": number(-14, 14), "count": number(0, 9999, whole=True),
            "interval": number(1, 999, whole=True), "wkst": one_of(("MO", "TU", "WE", "TH", "FR", "SA", "SU"), ""),
            "freq": one_of(("WEEKLY", "MONTHLY", "DAILY"), "") , "byday": byday, "byweekno": numbers,
            "bymonthday": numbers, "byyearday": numbers, "description": paragraph, "opens_at": clock,
            "closes_at": clock, "schedule_link": uri, "attending_type": line, "notes": paragraph,
            "season": words(40), "closed_on": words(400),
        },
        parents={
            "service_at_location_id": "service_at_location", "service_id": "service", "location_id": "location",
        },
        loads={
            **dict.fromkeys(("valid_from", "valid_to", "dtstart", "until"), date.fromisoformat),
            **dict.fromkeys(("opens_at", "closes_at"), time.fromisoformat),
        },
    ),
    "service_area": Table(
        d.ServiceArea,
        {
            "name": words(1_000), "description": paragraph, "extent": words(200_000), "uri": uri,
            "extent_type": one_of(("zip", "county", "state", "nation", "polygon", "text"), "text", **WIDE),
        },
        parents={"service_at_location_id": "service_at_location", "service_id": "service"},
    ),
    "accessibility": Table(
        d.Accessibility, {"description": paragraph, "details": paragraph, "url": uri},
        parents={"location_id": "location"},
    ),
    "required_document": Table(
        d.RequiredDocument, {"document": paragraph, "uri": uri}, parents={"service_id": "service"}
    ),
    "cost_option": Table(
        d.CostOption,
        {
            "valid_from": day(needed=True), "valid_to": day(needed=True), "option": paragraph, "currency": words(40),
            "amount": amount, "amount_description": paragraph,
        },
        parents={"service_id": "service"},
        loads={"valid_from": date.fromisoformat, "valid_to": date.fromisoformat, "amount": Decimal},
    ),
    "funding": Table(
        d.Funding, {"source": paragraph},
        parents={"service_id": "service", "organization_id": "organization"},
    ),
    "url": Table(
        d.Url, {"label": line, "url": uri},
        parents={"service_id": "service", "organization_id": "organization"}, needs=("url",),
    ),
    "organization_identifier": Table(
        d.OrganizationIdentifier,
        {"identifier_scheme": short, "identifier_type": short, "identifier": words(200, needed=True)},
        parents={"organization_id": "organization"}, needs=("identifier",),
    ),
    "service_capacity": Table(
        d.ServiceCapacity,
        {
            "available": number(0, 1_000_000, needed=True), "maximum": number(0, 1_000_000), "description": paragraph,
            "updated": moment(needed=True),
        },
        parents={"service_id": "service"}, needs=("available", "updated"), owner="unit_id",
        refers={"unit_id": "unit"}, loads={"updated": datetime.fromisoformat},
    ),
    "attribute": Table(
        d.Attribute, {"link_type": short, "value": paragraph, "label": line, "link_entity": short},
        refers={"taxonomy_term_id": "taxonomy_term"},
    ),
    "metadata": Table(
        d.Metadata,
        {
            "last_action_date": moment(needed=True), "last_action_type": words(40), "field_name": words(100, needed=True),
            "previous_value": long, "replacement_value": long, "updated_by": line, "resource_type": short,
        },
        needs=("last_action_date", "field_name"), loads={"last_action_date": datetime.fromisoformat},
    ),
    "closure": Table(
        d.Closure,
        {
            "begins_on": day(needed=True), "begins_at": clock, "ends_on": day(needed=True), "ends_at": clock,
            "words": short, "words_es": short,
        },
        parents={"service_at_location_id": "service_at_location", "organization_id": "organization"},
        needs=("begins_on", "ends_on"),
        loads={
            **dict.fromkeys(("begins_on", "ends_on"), date.fromisoformat),
            **dict.fromkeys(("begins_at", "ends_at"), time.fromisoformat),
        },
    ),
}  # fmt: skip

CODES = {name: number for number, name in enumerate(TABLES)}
NAMES = list(TABLES)
# Rows that nothing must be there for, written first; then three families, each with what hangs on it.
ALONE = ("taxonomy", "taxonomy_term", "unit", "meta_table_description")
FAMILIES = ("organization", "location", "service")
KEPT = ("organization", "program", "location", "service")  # rows with a source of their own
# What is said of any row: the fields that name its table and its key.
SAID_OF = {"attribute": ("link_entity", "link_id"), "metadata": ("resource_type", "resource_id")}
HELD_PHONES = ("crisis", "hotline")


def check_row(table: str, values: dict[str, Any], note: Note) -> None:
    """What concerns several values of a row at once. Raises BadValue where the row makes no sense."""
    own = _CHECKS.get(table)
    if own is not None:
        own(values, note)


def _location(values: dict[str, Any], note: Note) -> None:
    point = values.get("latitude"), values.get("longitude")
    if (None in point and point != (None, None)) or point == (0, 0):
        note("a point that is none was left out", "")
        values["latitude"] = values["longitude"] = None


def _service(values: dict[str, Any], note: Note) -> None:
    low, high = values.get("minimum_age"), values.get("maximum_age")
    if low is not None and high is not None and low > high:
        note("ages the wrong way round were left out", f"{low} to {high}")
        values["minimum_age"] = values["maximum_age"] = None


def _schedule(values: dict[str, Any], note: Note) -> None:
    if (values.get("opens_at") is None) != (values.get("closes_at") is None):
        raise BadValue("one of opens_at and closes_at is missing")
    first, last = values.get("valid_from"), values.get("valid_to")
    if first and last and first > last:
        raise BadValue("valid_to is before valid_from")
    if values.get("freq") == "DAILY":
        values["freq"] = "WEEKLY"
        values["byday"] = values.get("byday") or "MO,TU,WE,TH,FR,SA,SU"
        note("daily hours were written as every day of the week", "")
    if values.get("freq") == "WEEKLY" and any(
        part[:1] not in "MTWFS" for part in (values.get("byday") or "").split(",") if part
    ):
        raise BadValue("a week has no second Monday: numbered days need freq MONTHLY")


def _address(values: dict[str, Any], note: Note) -> None:
    if not any(values.get(name) for name in ("address_1", "city", "postal_code")):
        raise BadValue("has no street, city or postal code")


def _area(values: dict[str, Any], note: Note) -> None:
    kind, extent = values.setdefault("extent_type", "text"), values.get("extent", "")
    if kind == "polygon" and (shape := shape_of(extent)) is not None:
        values["extent"] = shape_text(shape)
    elif kind != "text" and not _AREAS[kind](extent):
        note("an area that we have no shape for is kept in words", extent[:60])
        values["extent_type"] = "text"


def _capacity(values: dict[str, Any], note: Note) -> None:
    most = values.get("maximum")
    if most is not None and values["available"] > most:
        note("more is free than there is", f"{values['available']:g} of {most:g}")


def _closure(values: dict[str, Any], _note: Note) -> None:
    first, last = values.get("begins_on"), values.get("ends_on")
    if not (first and last):
        raise BadValue("has no first or no last day")
    begins, ends = values.get("begins_at") or "00:00:00", values.get("ends_at") or "24:00:00"
    if (first, begins) >= (last, ends):
        raise BadValue("ends before it begins")


_AREAS: Mapping[str, Callable[[str], object]] = {
    "zip": lambda extent: len(extent) == 5 and extent.isdigit(),
    "county": lambda extent: extent[-4:-2] == ", " and extent[-2:].isupper(),
    "state": lambda extent: extent in STATES,
    "nation": lambda extent: extent == "US",
    "polygon": shape_of,
}
_CHECKS: Mapping[str, Callable[[dict[str, Any], Note], None]] = {
    "location": _location,
    "service": _service,
    "schedule": _schedule,
    "address": _address,
    "service_area": _area,
    "service_capacity": _capacity,
    "closure": _closure,
}
