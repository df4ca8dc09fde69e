"""What may be asked of each kind of resource: the one table of search parameters, which the CapabilityStatement lists too.

Conditions look at nothing that is not public: of a confidential place neither name nor access can be asked about, and an
address it has none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, not_, or_, select, true

from portal.directory import models as d
from portal.exchange.fhir import matching_terms as terms
from portal.exchange.fhir.matching import Condition, Match, key, moment, reference_to, words, yes_no
from portal.exchange.hsds.public import stands_for
from portal.store import UTCDateTime

_ORGANIZATION, _LOCATION, _AT, _SERVICE, _CHANGE, _ADDRESS, _ACCESS = (
    model.__table__.c
    for model in (
        d.Organization, d.Location, d.ServiceAtLocation, d.Service, d.Change, d.Address, d.Accessibility,
    )
)  # fmt: skip
NEVER = literal(datetime(1970, 1, 1, tzinfo=UTC), UTCDateTime())


@dataclass(frozen=True)
class Parameter:
    """`kind` is FHIR's: string, token, reference, date."""

    kind: str
    match: Match
    told: str = ""

    @property
    def modifiers(self) -> tuple[str, ...]:
        return ("exact", "contains") if self.kind == "string" else ()


def _open_place(match: Match) -> Match:
    """Of a confidential place nothing can be found out by asking."""
    return lambda modifier, value: and_(not_(_LOCATION.address_confidential), match(modifier, value))


def _access(modifier: str, value: str) -> Condition:
    return _LOCATION.id.in_(select(_ACCESS.location_id).where(words(_ACCESS.description)(modifier, value)))


def _addressed(column: Any, led_by: Any, *columns: Any) -> Match:
    """Whether an address that belongs to the row has these words; `led_by` is how the address's place names the row."""

    def match(modifier: str, value: str) -> Condition:
        asked = select(led_by).select_from(d.Address.__table__)
        asked = asked.join(_PLACE, _PLACE.c.id == _ADDRESS.location_id)
        return or_(column.in_(asked.where(words(*columns)(modifier, value))))

    return match


_PLACE = d.Location.__table__.alias()
_LINES = (
    _ADDRESS.address_1,
    _ADDRESS.address_2,
    _ADDRESS.city,
    _ADDRESS.state_province,
    _ADDRESS.postal_code,
    _ADDRESS.country,
)


def _addresses(column: Any, led_by: Any, told: str = "") -> dict[str, Parameter]:
    return {
        name: Parameter("string", _addressed(column, led_by, *columns), told)
        for name, columns in {
            "address": _LINES,
            "address-city": (_ADDRESS.city,),
            "address-postalcode": (_ADDRESS.postal_code,),
            "address-state": (_ADDRESS.state_province,),
            "address-country": (_ADDRESS.country,),
        }.items()
    }


def _changed(*joined: Condition) -> ColumnElement[Any]:
    """When one of these listings changed last."""
    newest = (
        select(func.max(_CHANGE.at))
        .select_from(d.Change.__table__)
        .join(_LISTED, _LISTED.c.number == _CHANGE.service_at_location_number)
        .join(_GIVEN, _GIVEN.c.id == _LISTED.c.service_id)
        .where(*joined)
    )
    return func.coalesce(newest.scalar_subquery(), NEVER)


_LISTED, _GIVEN = d.ServiceAtLocation.__table__.alias(), d.Service.__table__.alias()
# kind -> when a resource of it changed last
CHANGED: Mapping[str, ColumnElement[Any]] = {
    "Organization": _changed(_GIVEN.c.organization_id == _ORGANIZATION.id),
    "Location": _changed(_LISTED.c.location_id == _LOCATION.id),
    "HealthcareService": func.coalesce(
        select(func.max(_CHANGE.at))
        .where(_CHANGE.service_at_location_number == _AT.number)
        .scalar_subquery(),
        _SERVICE.last_modified,
    ),
}
ID: Mapping[str, Any] = {
    "Organization": _ORGANIZATION.id,
    "Location": _LOCATION.id,
    "HealthcareService": _AT.id,
}


def _always(kind: str) -> dict[str, Parameter]:
    return {
        "_id": Parameter("token", key(ID[kind])),
        "_lastUpdated": Parameter("date", moment(CHANGED[kind])),
    }


def _token(match: Match, told: str = "") -> Parameter:
    return Parameter("token", match, told)


PARAMETERS: Mapping[str, Mapping[str, Parameter]] = {
    "Organization": {
        **_always("Organization"),
        "name": Parameter("string", words(_ORGANIZATION.name, _ORGANIZATION.alternate_name)),
        "type": _token(terms.organization_type(_ORGANIZATION.kind)),
        "identifier": _token(terms.identifier(_ORGANIZATION)),
        "active": _token(yes_no(true())),
        **_addresses(
            _ORGANIZATION.id, _PLACE.c.organization_id, "Of a place where the organization gives services."
        ),
    },
    "Location": {
        **_always("Location"),
        "name": Parameter("string", _open_place(words(_LOCATION.name, _LOCATION.alternate_name))),
        "organization": Parameter(
            "reference", reference_to("Organization", stands_for("organization", _LOCATION.organization_id))
        ),
        "accessibility": Parameter("string", _open_place(_access), "Words of what is said about access."),
        **_addresses(_LOCATION.id, _PLACE.c.id),
    },
    "HealthcareService": {
        **_always("HealthcareService"),
        "name": Parameter("string", words(_SERVICE.name, _SERVICE.alternate_name)),
        "organization": Parameter(
            "reference", reference_to("Organization", stands_for("organization", _SERVICE.organization_id))
        ),
        "location": Parameter("reference", reference_to("Location", stands_for("location", _AT.location_id))),
        "program": _token(terms.program(_SERVICE.program_id), "The id of a program, or its whole name."),
        "communication": _token(terms.language(_SERVICE.id)),
        "service-category": _token(terms.term(_SERVICE.number, care_alone=True)),
        "service-type": _token(terms.term(_SERVICE.number, care_alone=True)),
        "characteristic": _token(
            terms.term(_SERVICE.number, care_alone=False), "Any coded term of the service."
        ),
        "identifier": _token(terms.service_identifier(_SERVICE.id)),
        "active": _token(yes_no(_SERVICE.status == "active")),
    },
}
# kind -> what may be sent along: (reference's name, the kind it leads to)
INCLUDES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "Organization": (),
    "Location": (("organization", "Organization"),),
    "HealthcareService": (("location", "Location"), ("organization", "Organization")),
}
# kind -> who refers to it: (their kind, the reference's name)
REVINCLUDES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "Organization": (("HealthcareService", "organization"), ("Location", "organization")),
    "Location": (("HealthcareService", "location"),),
    "HealthcareService": (),
}
