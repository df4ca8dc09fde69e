"""Where things are and what they are called: the base of our addresses, the profiles we keep to, the code lists of others."""

from typing import Any

from flask import current_app

Resource = dict[str, Any]
PATH = "/fhir/r4"
VERSION = "4.0.1"
JSON = "application/fhir+json"
PROFILE = "http://hl7.org/fhir/us/hsds/StructureDefinition/hsds-"  # Human Services Directory 1.0.0
PLAN_NET = "http://hl7.org/fhir/us/davinci-pdex-plan-net"
ORGANIZATION_TYPE = "http://terminology.hl7.org/CodeSystem/organization-type"
PROVISION = "http://terminology.hl7.org/CodeSystem/service-provision-conditions"
REFERRAL_METHOD = "http://terminology.hl7.org/CodeSystem/service-referral-method"
LANGUAGES = "urn:ietf:bcp:47"
URI = "urn:ietf:rfc:3986"


def base() -> str:
    """`https://host/fhir/r4`."""
    return f"{current_app.extensions['settings'].base_url}{PATH}"


def portal() -> str:
    """`https://host`."""
    return str(current_app.extensions["settings"].base_url)


def reference(kind: str, key: str, display: str = "") -> Resource:
    return full({"reference": f"{kind}/{key}", "type": kind, "display": display})


def coded(system: str, code: str, display: str = "") -> Resource:
    """A CodeableConcept of one coding."""
    return full({"coding": [full({"system": system, "code": code, "display": display})], "text": display})


def full(thing: Resource) -> Resource:
    """Without what is empty, which FHIR forbids. False and 0 stay."""
    return {key: value for key, value in thing.items() if value not in (None, "", [], {})}
