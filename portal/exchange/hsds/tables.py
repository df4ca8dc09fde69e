"""HSDS 3.1 at a glance: every object, its fields, what it refers to and what it holds. Export, API, OpenAPI and the package's
descriptor are made of this one table.

A field is `name`, `name:kind`, or `name>object` for a reference; `*` is required, `+` required where rows stand apart in files.
What an object holds is `name` or `name=object`, listed by the reference to its parent; `.` before it means one, not many.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from portal.directory import models as d

VERSION = "3.1"
Kind = Literal["text", "uuid", "uri", "email", "number", "date", "time", "moment", "yes_no"]
ANYTHING_SAID = ("attribute", "metadata")  # held by every object but these two themselves

CHOICES: dict[tuple[str, str], tuple[str, ...]] = {
    ("service", "status"): ("active", "inactive", "defunct", "temporarily closed"),
    ("location", "location_type"): ("physical", "postal", "virtual"),
    ("address", "address_type"): ("physical", "postal", "virtual"),
    ("schedule", "wkst"): ("MO", "TU", "WE", "TH", "FR", "SA", "SU"),
    ("schedule", "freq"): ("WEEKLY", "MONTHLY"),
    ("organization", "kind"): d.ORGANIZATION_KINDS,
}


@dataclass(frozen=True)
class Field:
    name: str
    kind: Kind
    refers: str = ""  # the object whose id it is
    required: bool = False
    required_in_files: bool = False
    own: bool = False  # of our profile, not of HSDS


@dataclass(frozen=True)
class Held:
    """Other rows inside an object: under `key`, rows of `object` whose `by` is this row's id; or, of `one`, the row that this
    row's `by` names."""

    key: str
    object: str
    by: str
    one: bool = False


@dataclass(frozen=True)
class Object:
    """`own` are the fields of our profile."""

    name: str
    file: str
    model: Any
    told: str
    holds: str = ""
    own: str = ""

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        return (
            *(_field(told) for told in self.told.split()),
            *(_field(told, True) for told in self.own.split()),
        )

    @cached_property
    def held(self) -> tuple[Held, ...]:
        return tuple(_held(self.name, told) for told in self.holds.split())

    @property
    def can_be_described(self) -> bool:
        """Whether attributes may be said of it."""
        return self.name not in (*ANYTHING_SAID, "taxonomy", "taxonomy_term")

    @property
    def has_history(self) -> bool:
        return self.name != "metadata"


def _field(told: str, own: bool = False) -> Field:
    required, in_files = told.endswith("*"), told.endswith("+")
    name, _, refers = told.rstrip("*+").partition(">")
    name, _, kind = name.partition(":")
    if refers or name == "id":
        kind = "uuid"
    return Field(name, kind or "text", refers, required, required or in_files, own)  # type: ignore[arg-type]


def _held(owner: str, told: str) -> Held:
    one = told.startswith(".")
    key, _, name = told.lstrip(".").partition("=")
    name = name or key
    return Held(key, name, f"{name}_id" if one else f"{owner}_id", one)


OBJECTS: Mapping[str, Object] = {
    each.name: each
    for each in (
        Object("organization", "organizations.csv", d.Organization,
               "id* name* alternate_name description* email:email website:uri tax_status tax_id year_incorporated:number "
               "legal_status logo uri:uri parent_organization_id>organization",
               "additional_websites=url funding contacts=contact phones=phone locations=location programs=program "
               "organization_identifiers=organization_identifier closures=closure",
               own="kind"),
        Object("program", "programs.csv", d.Program,
               "id* organization_id>organization+ name* alternate_name description*"),
        Object("service", "services.csv", d.Service,
               "id* organization_id>organization+ program_id>program name* alternate_name description url:uri email:email "
               "status* interpretation_services application_process fees_description wait_time fees accreditations "
               "eligibility_description minimum_age:number maximum_age:number assured_date:date assurer_email:email "
               "licenses alert last_modified:moment",
               "additional_urls=url phones=phone schedules=schedule service_areas=service_area "
               "service_at_locations=service_at_location languages=language .organization funding "
               "cost_options=cost_option .program required_documents=required_document contacts=contact "
               "capacities=service_capacity"),
        Object("attribute", "attributes.csv", d.Attribute,
               "id* link_id:uuid+ taxonomy_term_id>taxonomy_term+ link_type link_entity+ value label",
               ".taxonomy_term"),
        Object("service_at_location", "service_at_location.csv", d.ServiceAtLocation,
               "id* service_id>service+ location_id>location+ description",
               "service_areas=service_area contacts=contact phones=phone schedules=schedule closures=closure .location"),
        Object("location", "locations.csv", d.Location,
               "id* location_type* url:uri organization_id>organization name alternate_name description transportation "
               "latitude:number longitude:number external_identifier external_identifier_type",
               "languages=language addresses=address contacts=contact accessibility phones=phone schedules=schedule",
               own="time_zone address_confidential:yes_no area_text"),
        Object("phone", "phones.csv", d.Phone,
               "id* location_id>location service_id>service organization_id>organization contact_id>contact "
               "service_at_location_id>service_at_location number* extension:number type description",
               "languages=language"),
        Object("contact", "contacts.csv", d.Contact,
               "id* organization_id>organization service_id>service service_at_location_id>service_at_location "
               "location_id>location name title department email:email",
               "phones=phone"),
        Object("address", "addresses.csv", d.Address,
               "id* location_id>location attention address_1* address_2 city* region state_province* postal_code* "
               "country* address_type*"),
        Object("schedule", "schedules.csv", d.Schedule,
               "id* service_id>service location_id>location service_at_location_id>service_at_location valid_from:date "
               "valid_to:date dtstart:date timezone:number until:date count:number wkst freq interval:number byday "
               "byweekno bymonthday byyearday description opens_at:time closes_at:time schedule_link:uri attending_type "
               "notes",
               own="season closed_on"),
        Object("funding", "funding.csv", d.Funding,
               "id* organization_id>organization service_id>service source"),
        Object("service_area", "service_areas.csv", d.ServiceArea,
               "id* service_id>service service_at_location_id>service_at_location name description extent extent_type "
               "uri:uri"),
        Object("required_document", "required_documents.csv", d.RequiredDocument,
               "id* service_id>service document uri:uri"),
        Object("language", "languages.csv", d.Language,
               "id* service_id>service location_id>location phone_id>phone name code note"),
        Object("accessibility", "accessibility.csv", d.Accessibility,
               "id* location_id>location description details url:uri"),
        Object("taxonomy_term", "taxonomy_terms.csv", d.TaxonomyTerm,
               "id* code name* description* parent_id>taxonomy_term taxonomy language taxonomy_id>taxonomy term_uri:uri",
               own="category"),
        Object("metadata", "metadata.csv", d.Metadata,
               "id* resource_id:uuid+ resource_type+ last_action_date:date* last_action_type* field_name* "
               "previous_value* replacement_value* updated_by*"),
        Object("meta_table_description", "meta_table_descriptions.csv", d.MetaTableDescription,
               "id* name language character_set"),
        Object("cost_option", "cost_options.csv", d.CostOption,
               "id* service_id>service+ valid_from:date valid_to:date option currency amount:number amount_description"),
        Object("organization_identifier", "organization_identifiers.csv", d.OrganizationIdentifier,
               "id* organization_id>organization+ identifier_scheme identifier_type* identifier*"),
        Object("taxonomy", "taxonomies.csv", d.Taxonomy, "id* name* description* uri:uri version"),
        Object("service_capacity", "service_capacity.csv", d.ServiceCapacity,
               "id* service_id>service+ unit_id>unit+ available:number* maximum:number description updated:moment*",
               ".unit"),
        Object("unit", "units.csv", d.Unit, "id* name* scheme identifier uri:uri"),
        Object("url", "url.csv", d.Url,
               "id* label url:uri* organization_id>organization service_id>service"),
        # of our profile: HSDS has no days on which what is open otherwise is closed
        Object("closure", "closures.csv", d.Closure,
               "id*",
               own="service_at_location_id>service_at_location organization_id>organization begins_on:date* "
               "begins_at:time ends_on:date* ends_at:time words words_es"),
    )
}  # fmt: skip


def references(name: str) -> Iterator[Field]:
    """Fields of an object that name a row of another."""
    return (field for field in OBJECTS[name].fields if field.refers)
