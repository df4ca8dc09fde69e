"""Searching in FHIR: each parameter finds what it should and nothing more; what cannot be asked is refused, never passed over."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from portal.directory import models as d
from portal.directory import record_change
from portal.store import clock, write
from tests.exchange.fhir.test_directory import BASE, furnish, got, resources
from tests.people import Cast

NAMES = ("crisis_center", "shelter", "detox", "victim_service", "hotline")


def asked(client: FlaskClient, cast: Cast, kind: str, *pairs: tuple[str, str]) -> set[str]:
    """Which of the cast's services (or their places, or who gives them) are found."""
    bundle = got(client, f"{kind}?{urlencode(pairs)}")
    ids = {each["id"] for each in resources(bundle)}
    assert bundle["total"] == len(ids)
    named = {name: getattr(cast, name) for name in NAMES}
    key = {
        "HealthcareService": lambda sal: sal.id,
        "Location": lambda sal: sal.location_id,
        "Organization": lambda sal: sal.service.organization_id,
    }[kind]
    return {name for name, sal in named.items() if str(key(sal)) in ids}


def test_services_are_found_by_what_they_are_and_who_gives_them(
    app: Flask, cast: Cast, client: FlaskClient
) -> None:
    furnish(cast)

    def found(name: str, value: Any) -> set[str]:
        return asked(client, cast, "HealthcareService", (name, str(value)))

    center, owner = cast.crisis_center, cast.crisis_center.service.organization_id
    assert found("name", "crisis") == {"crisis_center", "hotline"}
    assert found("name", "RECEIVING") == {"crisis_center"}
    assert found("name", "eceiving") == set()
    assert found("name:contains", "eceiving") == {"crisis_center"}
    assert found("name:exact", "Crisis Line") == {"hotline"}
    assert found("name:exact", "crisis line") == set()
    assert found("name", "crisis\\, line") == set()
    assert found("name", "haven,line") == {"victim_service", "hotline"}
    assert found("name", "%") == set()
    assert found("_id", f"{center.id},{cast.detox.id}") == {"crisis_center", "detox"}
    assert found("_id", "nonsense") == set()
    assert found("organization", f"Organization/{owner}") == {"crisis_center"}
    assert found("organization", owner) == {"crisis_center"}
    assert found("organization", f"http://localhost/fhir/r4/Organization/{owner}") == {"crisis_center"}
    assert found("organization", f"Location/{owner}") == set()
    assert found("organization:Organization", owner) == {"crisis_center"}
    assert found("location", f"Location/{cast.shelter.location_id}") == {"shelter"}
    assert found("service-category", "shelter") == {"shelter", "victim_service"}
    assert found("service-type", "shelter") == {"shelter", "victim_service"}
    assert found("service-type", "free") == set()
    assert found("characteristic", "free") == {"crisis_center", "hotline"}
    assert found("characteristic", "http://elsewhere.example.org|free") == set()
    assert found("characteristic", "|free") == set()
    assert found("communication", "ES") == {"crisis_center"}
    assert found("communication", "urn:ietf:bcp:47|ase") == {"crisis_center"}
    assert found("communication", "urn:other|es") == set()
    assert found("program", "crisis care") == {"crisis_center"}
    assert found("identifier", f"urn:ietf:rfc:3986|urn:uuid:{center.service_id}") == {"crisis_center"}
    both = (("name", "crisis"), ("characteristic", "adults"))
    assert asked(client, cast, "HealthcareService", *both) == {"crisis_center"}


@pytest.mark.sqlite_only
def test_a_code_is_found_with_the_system_under_which_it_is_told(
    app: Flask, cast: Cast, client: FlaskClient
) -> None:
    told = got(client, f"HealthcareService/{cast.shelter.id}")["type"][0]["coding"][0]
    token = f"{told['system']}|{told['code']}"
    assert asked(client, cast, "HealthcareService", ("service-type", token)) == {"shelter", "victim_service"}
    system = f"{told['system']}|"
    assert asked(client, cast, "HealthcareService", ("characteristic", system)) == set(NAMES)


@pytest.mark.sqlite_only
def test_what_is_closed_is_not_active(app: Flask, cast: Cast, client: FlaskClient) -> None:
    with write() as session:
        session.get_one(d.Service, cast.shelter.service.number).status = "temporarily closed"
    assert "shelter" not in asked(client, cast, "HealthcareService", ("active", "true"))
    assert asked(client, cast, "HealthcareService", ("active", "false")) == {"shelter"}


@pytest.mark.sqlite_only
def test_places_and_organizations_are_found_by_where_they_are(
    app: Flask, cast: Cast, client: FlaskClient
) -> None:
    furnish(cast)
    placed = {"crisis_center", "shelter", "detox"}
    for kind in ("Location", "Organization"):
        for name, value in (
            ("address-city", "nash"),
            ("address-postalcode", "37203"),
            ("address-state", "TN"),
            ("address-country", "us"),
            ("address", "main"),
        ):
            assert asked(client, cast, kind, (name, value)) == placed, (kind, name)
        assert asked(client, cast, kind, ("address-city", "Memphis")) == set()
    assert asked(client, cast, "Location", ("name", "house")) == {"crisis_center"}
    assert asked(client, cast, "Location", ("accessibility", "wheelchair")) == {"crisis_center"}
    owner = cast.shelter.service.organization_id
    assert asked(client, cast, "Location", ("organization", f"Organization/{owner}")) == {"shelter"}
    assert asked(client, cast, "Organization", ("name", "test")) == set(NAMES)
    assert asked(client, cast, "Organization", ("name", "TCC")) == {"crisis_center"}
    assert asked(client, cast, "Organization", ("type", "prov")) == {"crisis_center", "detox"}
    assert asked(client, cast, "Organization", ("identifier", "12-3456789")) == {"crisis_center"}
    assert asked(client, cast, "Organization", ("identifier", "http://org-id.guide/list/US-EIN|12")) == {
        "crisis_center"
    }
    assert asked(client, cast, "Organization", ("identifier", "urn:other|12")) == set()


def test_what_changed_since_is_found_to_the_second(app: Flask, cast: Cast, client: FlaskClient) -> None:
    later = (clock.now() + timedelta(days=2)).replace(microsecond=0)
    with time_machine.travel(later, tick=False), write() as session:
        record_change(session, cast.shelter.number)
    day, moment = later.date().isoformat(), later.strftime("%Y-%m-%dT%H:%M:%SZ")
    for kind in ("HealthcareService", "Location", "Organization"):
        for value in (
            f"ge{day}",
            day,
            f"eq{moment}",
            f"gt{(later - timedelta(days=1)).date().isoformat()}",
            f"sa{(later - timedelta(seconds=1)).strftime('%Y-%m-%dT%H:%M:%SZ')}",
        ):
            assert asked(client, cast, kind, ("_lastUpdated", value)) == {"shelter"}, (kind, value)
        for value in (f"lt{day}", f"ne{day}", f"lt{moment}", f"eb{moment}"):
            assert asked(client, cast, kind, ("_lastUpdated", value)) == set(NAMES) - {"shelter"}, (
                kind,
                value,
            )
        assert asked(client, cast, kind, ("_lastUpdated", f"le{moment}")) == set(NAMES)
        first = resources(got(client, f"{kind}?_sort=-_lastUpdated&_count=1"))
        assert first[0]["meta"]["lastUpdated"].startswith(moment[:-1])


@pytest.mark.sqlite_only
def test_pages_hold_everything_once_and_their_links_lead_on(
    app: Flask, cast: Cast, client: FlaskClient
) -> None:
    seen: list[str] = []
    path = "HealthcareService?_count=2&characteristic=free,adults,shelter,detox,crisis_line"
    whole = got(client, path)["total"]
    pages = 0
    while path:
        bundle = got(client, path)
        seen += [each["id"] for each in resources(bundle)]
        links = {link["relation"]: link["url"] for link in bundle["link"]}
        pages += 1
        path = (
            urlsplit(links["next"])._replace(scheme="", netloc="").geturl().removeprefix(f"{BASE}/")
            if "next" in links
            else ""
        )
    assert len(seen) == len(set(seen)) == whole == 5
    assert pages == 3
    assert "previous" in links
    beyond = got(client, "HealthcareService?page=99")
    assert (beyond["total"], "entry" in beyond) == (5, False)
    assert got(client, "HealthcareService?_count=0")["total"] == 5
    assert "entry" not in got(client, "HealthcareService?_summary=count")


@pytest.mark.sqlite_only
def test_what_is_sent_along_is_what_the_matches_name(app: Flask, cast: Cast, client: FlaskClient) -> None:
    center = cast.crisis_center

    def along(path: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for entry in got(client, path)["entry"]:
            if entry["search"]["mode"] == "include":
                found.setdefault(entry["resource"]["resourceType"], []).append(entry["resource"]["id"])
        return found

    listing = f"HealthcareService?_id={center.id}"
    both = "&_include=HealthcareService:location&_include=HealthcareService:organization:Organization"
    owner, place = str(center.service.organization_id), str(center.location_id)
    assert along(listing + both) == {"Location": [place], "Organization": [owner]}
    assert along(f"Location?_id={place}&_include=Location:organization") == {"Organization": [owner]}
    back = "&_revinclude=HealthcareService:organization&_revinclude=Location:organization"
    assert along(f"Organization?_id={owner}{back}") == {
        "HealthcareService": [str(center.id)],
        "Location": [place],
    }
    assert along(f"Location?_id={place}&_revinclude=HealthcareService:location") == {
        "HealthcareService": [str(center.id)]
    }


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "question",
    [
        "nonsense=1", "name:missing=true", "name:nonsense=x", "_lastUpdated=yesterday", "_lastUpdated=2026-13",
        "_lastUpdated=ge2026-02-30", "_lastUpdated=ge2026-01-01T25:00:00Z", "_lastUpdated=9999", "_count=many",
        "_count=-1", "page=two", "_sort=name", "_summary=true", "_include=Organization:endpoint",
        "_include=Location:nonsense", "_revinclude=Nonsense:location", "_format=xml", "_total=some", "_elements=name",
        "_has:Location:organization:name=x", "organization.name=x", "_filter=x", "_text=x", "_pretty=maybe",
        "name=%00", "_include=*", "active=maybe", "_id:not=1", "name=" + "a," * 200,
        "&".join(f"name={number}" for number in range(50)),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_and_the_parameter_named(
    app: Flask, cast: Cast, client: FlaskClient, question: str
) -> None:
    for kind in ("Organization", "Location", "HealthcareService"):
        if question == "active=maybe" and kind == "Location":
            continue
        answer = client.get(f"{BASE}/{kind}?{question}")
        told = answer.get_json(force=True)
        assert answer.status_code == 400, (kind, question)
        assert told["resourceType"] == "OperationOutcome"
        assert told["issue"][0]["diagnostics"]


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "question",
    [
        "name=", "name='", "name=%25%5f", "name=%f0%9f%92%a9", "name=%ff", "identifier=|", "_id=,", "page=0",
        "organization=Organization/", "organization=/", "service-type=%7C", "communication=%7C", "page=999999999999999",
        "_count=9999999999999999999", "_lastUpdated=ap2026", "_lastUpdated=ge0001", "address-city=" + "x" * 5000,
        "_format=application/fhir%2Bjson", "_format=json&_pretty=true", "characteristic=http://[::1|x",
    ],
)  # fmt: skip
def test_odd_questions_have_plain_answers(app: Flask, cast: Cast, client: FlaskClient, question: str) -> None:
    for kind in ("Organization", "Location", "HealthcareService"):
        assert client.get(f"{BASE}/{kind}?{question}").status_code in (200, 400), (kind, question)
