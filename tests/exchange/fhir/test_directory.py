"""The directory in FHIR R4: two outside judges accept it, the guide's fixed values stand, nothing confidential is in it."""

import json
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.directory import ClosureWanted, announce_closure, record_change
from portal.directory import models as d
from portal.store import clock, write
from tests.exchange.fhir.judges import faults
from tests.people import Cast
from tests.referrals.acting import acting

pytestmark = pytest.mark.sqlite_only
BASE = "/fhir/r4"
KINDS = ("Organization", "Location", "HealthcareService")
PROFILE = "http://hl7.org/fhir/us/hsds/StructureDefinition/hsds-"


def got(client: FlaskClient, path: str) -> dict[str, Any]:
    answer = client.get(f"{BASE}/{path}")
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "application/fhir+json"
    found: dict[str, Any] = answer.get_json(force=True)
    return found


def resources(bundle: dict[str, Any]) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in bundle.get("entry", [])]


def furnish(cast: Cast) -> None:
    """The crisis center with all that a listing can have, some of it odd."""
    sal = cast.crisis_center
    with write() as session:
        service = session.get_one(d.Service, sal.service.number)
        service.description, service.alternate_name, service.alert = (
            "Walk in <b>any time</b>",
            "The Center",
            "New door",
        )
        service.minimum_age, service.eligibility_description, service.fees_description = 18, "Adults", "Free"
        service.url = "https://center.example.org/"
        owner = session.get_one(d.Organization, service.organization_id)
        owner.website, owner.email, owner.tax_id = "https://example.org", "hello@example.org", "12-3456789"
        owner.alternate_name, owner.description = "TCC", "We help."
        program = d.Program(id=uuid4(), organization_id=owner.id, name="Crisis care")
        session.add(program)
        session.flush()
        service.program_id = program.id
        place = session.get_one(d.Location, sal.location_id)
        place.name, place.description, place.external_identifier = "Main house", "Red brick", "NPI 1"
        session.add_all(
            [
                d.Language(service_id=service.id, name="Spanish", code="es"),
                d.Language(service_id=service.id, name="Sign", code="ase"),
                d.Phone(service_at_location_id=sal.id, number="615-555-0124", extension="12b", type="fax", ordinal=1),
                d.Phone(organization_id=owner.id, number="615-555-0125", type="tty"),
                d.Phone(location_id=place.id, number="615-555-0126", extension="4"),
                d.Contact(organization_id=owner.id, name="Ann Front", title="Director", department="office"),
                d.OrganizationIdentifier(
                    organization_id=owner.id, identifier_scheme="US-EIN", identifier_type="EIN", identifier="12"
                ),
                d.Accessibility(location_id=place.id, description="wheelchair"),
                d.ServiceArea(service_id=service.id, extent="Davidson County, TN", extent_type="county"),
                d.Schedule(location_id=place.id, byday="MO,TU", opens_at=time(9), closes_at=time(17)),
                d.Schedule(service_at_location_id=sal.id, byday="FR,SU", opens_at=time(22), closes_at=time(2)),
                d.Schedule(
                    service_at_location_id=sal.id, byday="MO", opens_at=time(8), closes_at=time(9),
                    valid_from=date(2026, 1, 1), valid_to=date(2026, 2, 1),
                ),
            ]
        )  # fmt: skip
        record_change(session, sal.number)


def test_two_outside_judges_accept_every_resource(
    app: Flask, cast: Cast, client: FlaskClient, npm_judge: Path
) -> None:
    furnish(cast)
    bundles = [got(client, f"{kind}?_count=100") for kind in KINDS]
    bundles.append(got(client, "Organization?_revinclude=Location:organization&_count=2"))
    bundles.append(got(client, "HealthcareService?_summary=count"))
    everything = [*bundles, *(each for bundle in bundles for each in resources(bundle))]
    everything.append(got(client, "metadata"))
    everything.append(client.get(f"{BASE}/Location/{uuid4()}").get_json(force=True))
    everything.append(client.get(f"{BASE}/Location?nonsense=1").get_json(force=True))
    assert len(everything) > 20
    assert not faults(npm_judge, everything)


def test_the_judges_are_no_rubber_stamps(npm_judge: Path) -> None:
    wrong = [
        {"resourceType": "Location", "status": "open for business"},
        {"resourceType": "HealthcareService", "availableTime": [{"daysOfWeek": ["monday"]}]},
        {"resourceType": "Organization", "name": "A", "colour": "red"},
        {"resourceType": "Bundle", "type": "searchset", "total": "five"},
    ]
    told = "\n".join(faults(npm_judge, wrong))
    for each in wrong:
        assert f"{each['resourceType']}/:" in told


def test_the_guides_fixed_values_stand(app: Flask, cast: Cast, client: FlaskClient) -> None:
    furnish(cast)
    for kind in KINDS:
        for each in resources(got(client, f"{kind}?_count=100")):
            assert each["meta"]["profile"] == [PROFILE + kind]
            assert each["meta"]["lastUpdated"].endswith("Z")
    for each in resources(got(client, "Organization")):
        assert each["active"] is True
        assert each["type"]
        assert "address" not in each
        assert "partOf" not in each
    for each in resources(got(client, "Location")):
        assert each["status"] == "active"
        assert not {"mode", "type", "partOf"} & set(each)
    for each in resources(got(client, "HealthcareService")):
        assert len(each["category"]) == 1
        assert each["providedBy"]["reference"].startswith("Organization/")


def test_a_listing_says_in_fhir_what_its_page_says(app: Flask, cast: Cast, client: FlaskClient) -> None:
    furnish(cast)
    found = got(client, f"HealthcareService/{cast.crisis_center.id}")
    assert found["name"] == "Crisis Receiving"
    assert found["category"][0]["coding"][0]["code"] == "crisis_center"
    assert {"system": "fax", "value": "615-555-0124 x12b", "use": "work"} in found["telecom"]
    assert found["serviceProvisionCode"][0]["coding"][0]["code"] == "free"
    assert {each["coding"][0]["code"] for each in found["communication"]} == {"es", "ase"}
    assert found["coverageArea"] == [{"display": "Davidson County, TN"}] or found["coverageArea"]
    assert found["eligibility"] == [{"comment": "Adults"}]
    location = got(client, found["location"][0]["reference"])
    assert location["name"] == "Main house"
    assert location["position"] == {"longitude": -86.78, "latitude": 36.16}
    assert location["address"]["postalCode"] == "37203"
    assert location["hoursOfOperation"] == [
        {"daysOfWeek": ["mon", "tue"], "openingTime": "09:00:00", "closingTime": "17:00:00"}
    ]
    owner = got(client, found["providedBy"]["reference"])
    assert owner["alias"] == ["TCC"]
    assert {each.get("value") for each in owner["identifier"]} == {"12-3456789", "12"}
    assert {each["value"] for each in owner["telecom"]} == {
        "615-555-0125", "hello@example.org", "https://example.org",
    }  # fmt: skip


def test_hours_past_midnight_stand_on_both_days_and_what_is_no_week_in_words(
    app: Flask, cast: Cast, client: FlaskClient
) -> None:
    furnish(cast)
    found = got(client, f"HealthcareService/{cast.crisis_center.id}")
    times = found["availableTime"]
    assert {"daysOfWeek": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "allDay": True} in times
    night = {"availableStartTime": "22:00:00", "availableEndTime": "23:59:59"}
    morning = {"availableStartTime": "00:00:00", "availableEndTime": "02:00:00"}
    assert {"daysOfWeek": ["fri", "sun"], **night} in times
    assert {"daysOfWeek": ["sat", "mon"], **morning} in times
    assert not any(each.get("availableStartTime") == "08:00:00" for each in times)
    assert found["availabilityExceptions"]


def test_holidays_dates_and_closures_are_told(app: Flask, cast: Cast, client: FlaskClient) -> None:
    today = clock.now().date()
    with write() as session:
        for first, opens in ((today - timedelta(days=9), 10), (today + timedelta(days=9), 11)):
            session.add(
                d.Schedule(
                    service_at_location_id=cast.shelter.id, byday="MO", opens_at=time(opens), closes_at=time(12),
                    valid_from=first, valid_to=first + timedelta(days=20), closed_on="federal",
                )
            )  # fmt: skip
        record_change(session, cast.shelter.number)
    announce_closure(
        acting(cast.steward),
        cast.shelter.id,
        ClosureWanted(today + timedelta(days=2), today + timedelta(days=3), words="Burst pipe"),
    )
    found = got(client, f"HealthcareService/{cast.shelter.id}")
    starts = {each.get("availableStartTime") for each in found["availableTime"]}
    assert starts == {None, "10:00:00"}
    assert found["availabilityExceptions"]
    (closed,) = found["notAvailable"]
    assert closed["description"] == "Burst pipe"
    assert closed["during"]["start"] < closed["during"]["end"]


def test_of_a_confidential_place_nothing_is_told_and_nothing_can_be_found_out(
    app: Flask, cast: Cast, client: FlaskClient
) -> None:
    sal = cast.victim_service
    with write() as session:
        place = session.get_one(d.Location, sal.location_id)
        place.name, place.alternate_name = "Canary House", "Canary Annex"
        place.description, place.transportation, place.url = (
            "Canary mill",
            "Canary bus",
            "https://canary.example.org",
        )
        place.external_identifier = "Canary 7"
        session.add(d.Accessibility(location_id=place.id, description="Canary ramp"))
        session.add(d.Phone(location_id=place.id, number="615-555-0199"))
        session.add(d.ServiceArea(service_id=sal.service_id, extent="37299", extent_type="zip"))
        session.add(d.Schedule(location_id=place.id, byday="MO", opens_at=time(3), closes_at=time(4)))
    hidden = got(client, f"Location/{sal.location_id}")
    assert set(hidden) <= {
        "resourceType", "id", "meta", "status", "name", "description", "managingOrganization",
    }  # fmt: skip
    assert hidden["description"] == "Davidson County"
    everything = json.dumps([got(client, f"{kind}?_count=100") for kind in KINDS])
    for word in ("Canary", "37299", "0199", "03:00"):
        assert word not in everything
    for question in (
        "name=Canary",
        "name:contains=anary",
        "accessibility=Canary",
        "address=Canary",
        "name:exact=Canary House",
    ):
        assert got(client, f"Location?{question}")["total"] == 0, question


def test_desks_and_those_who_only_send_are_not_in_it(app: Flask, cast: Cast, client: FlaskClient) -> None:
    everything = json.dumps([got(client, f"{kind}?_count=100") for kind in KINDS])
    assert "Test Crisis Center" in everything
    assert "desk" not in everything
    assert "Mobile Crisis" not in everything
    assert client.get(f"{BASE}/Organization/{cast.team.id}").status_code == 404


def test_every_reference_leads_somewhere(app: Flask, cast: Cast, client: FlaskClient) -> None:
    furnish(cast)
    led = set()
    for kind in KINDS:
        for each in resources(got(client, f"{kind}?_count=100")):
            for name in ("providedBy", "managingOrganization"):
                led |= {each[name]["reference"]} if name in each else set()
            led |= {place["reference"] for place in each.get("location", [])}
    assert led
    for path in led:
        got(client, path)


def test_who_has_read_it_gets_no_body_until_it_changes(app: Flask, cast: Cast, client: FlaskClient) -> None:
    path = f"{BASE}/HealthcareService/{cast.shelter.id}"
    first = client.get(path)
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    tag = {"If-None-Match": first.headers["ETag"]}
    assert client.get(path, headers=tag).status_code == 304
    with write() as session:
        session.get_one(d.Service, cast.shelter.service.number).name = "Other Shelter"
        record_change(session, cast.shelter.number)
    assert client.get(path, headers=tag).status_code == 200


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("Location/nonsense", 404, "not-found"),
        ("Organization/00000000-0000-4000-8000-000000000000", 404, "not-found"),
        ("Patient", 404, "not-found"),
        ("Organization?", 200, ""),
        ("nonsense", 404, "not-found"),
    ],
)
def test_what_is_not_there_is_said_in_fhirs_words(
    app: Flask, cast: Cast, client: FlaskClient, path: str, status: int, code: str
) -> None:
    answer = client.get(f"{BASE}/{path}")
    assert answer.status_code == status
    if code:
        assert answer.mimetype == "application/fhir+json"
        assert answer.get_json(force=True)["issue"][0]["code"] == code


def test_who_takes_no_json_and_who_would_write_is_told_so(
    app: Flask, cast: Cast, client: FlaskClient
) -> None:
    xml = client.get(f"{BASE}/Organization", headers={"Accept": "application/fhir+xml"})
    assert xml.status_code == 406
    assert xml.get_json(force=True)["resourceType"] == "OperationOutcome"
    both = {"Accept": "application/fhir+xml, application/fhir+json;q=0.5"}
    assert client.get(f"{BASE}/Organization", headers=both).status_code == 200
    written = client.post(f"{BASE}/Organization", data='{"resourceType": "Organization"}')
    assert written.status_code in (405, 415)
    assert written.get_json(force=True)["resourceType"] == "OperationOutcome"


def test_the_statement_lists_what_can_be_asked(app: Flask, cast: Cast, client: FlaskClient) -> None:
    told = {each["type"]: each for each in got(client, "metadata")["rest"][0]["resource"]}
    assert set(KINDS) <= set(told)
    for kind in KINDS:
        for parameter in told[kind]["searchParam"]:
            value = {"date": "ge2020", "reference": str(uuid4())}.get(parameter["type"], "true")
            assert client.get(f"{BASE}/{kind}?{parameter['name']}={value}").status_code == 200, parameter
        for name in told[kind].get("searchInclude", []):
            got(client, f"{kind}?_include={name}")
        for name in told[kind].get("searchRevInclude", []):
            got(client, f"{kind}?_revinclude={name}")
