"""The API of HSDS: pages, filters, whole objects, streams, and how it behaves towards programs."""

import gzip
import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import validate

from portal.directory import models as d
from portal.store import clock, limits, write
from portal.web import pace
from tests.people import Cast

ANSWERS = ("/", "/openapi.json", "/profile/", "/services", "/organizations", "/service_at_locations", "/taxonomies",
           "/taxonomy_terms")  # fmt: skip


@pytest.fixture(autouse=True)
def empty_purses() -> None:
    pace._purses.clear()


def get(client: FlaskClient, path: str) -> Any:
    answer = client.get(f"/api/v3{path}")
    assert answer.status_code == 200, answer.text
    return answer.json


def names(client: FlaskClient, path: str) -> list[str]:
    return [row["name"] for row in get(client, path)["contents"]]


def test_pages_say_where_they_stand(cast: Cast, client: FlaskClient) -> None:
    first = get(client, "/services?per_page=2")
    told = {name: value for name, value in first.items() if name != "contents"}
    assert told == {
        "total_items": 5, "total_pages": 3, "page_number": 1, "size": 2, "first_page": True, "last_page": False,
        "empty": False,
    }  # fmt: skip
    every = [
        row["id"]
        for page in (1, 2, 3)
        for row in get(client, f"/services?per_page=2&page={page}")["contents"]
    ]
    assert len(set(every)) == 5
    beyond = get(client, "/services?per_page=2&page=4")
    assert (beyond["empty"], beyond["last_page"], beyond["contents"]) == (True, True, [])
    assert first["contents"][0]["organization"]["name"]


def test_filters_combine_with_and(cast: Cast, client: FlaskClient) -> None:
    lists = get(client, "/taxonomy_terms?per_page=500")["contents"]
    shelter = next(row["id"] for row in lists if row["code"] == "shelter")
    owner = cast.shelter.service.organization_id
    assert set(names(client, f"/services?taxonomy_term_id={shelter}")) == {"Family Shelter", "Haven House"}
    assert names(client, f"/services?taxonomy_term_id={shelter}&organization_id={owner}") == [
        "Family Shelter"
    ]
    assert set(names(client, f"/organizations?taxonomy_term_id={shelter}")) == {
        "Test Family Shelter",
        "Test Haven",
    }
    ours = lists[0]["taxonomy_id"]
    assert get(client, f"/services?taxonomy_id={ours}")["total_items"] == 5
    assert (
        get(client, f"/service_at_locations?taxonomy_id={ours}&organization_id={owner}")["total_items"] == 1
    )
    assert not names(client, f"/services?organization_id={ours}")
    assert names(client, "/organizations?search=family%20shelter") == ["Test Family Shelter"]
    assert get(client, f"/taxonomy_terms?taxonomy_id={ours}&top_only=true")["total_items"] == len(lists)
    assert get(client, f"/taxonomy_terms?parent_id={shelter}")["empty"]


def test_what_changed_since(cast: Cast, client: FlaskClient) -> None:
    now = clock.now()
    later = (now + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    earlier = (now - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert get(client, f"/services?modified_after={earlier}")["total_items"] == 5
    assert get(client, f"/services?modified_after={later}")["empty"]
    with write() as session:  # a listing that changes tells of its service
        session.add(d.Change(service_at_location_number=cast.detox.number, at=now + timedelta(hours=2)))
    assert names(client, f"/services?modified_after={later}") == ["Withdrawal Unit"]
    every = get(client, "/services?minimal=true")["contents"]
    assert all(set(row) == {"id", "modified_date"} for row in every)
    assert next(row for row in every if row["id"] == str(cast.detox.service_id))["modified_date"] > later


def test_searching_by_words_place_hours_and_room(cast: Cast, client: FlaskClient) -> None:
    assert names(client, "/services?search=shelter&near=36.17,-86.75&within=1")[:1] == ["Family Shelter"]
    assert not names(client, "/services?search=zebra")
    open_ = get(client, "/service_at_locations?open_now=true")["contents"]
    assert open_
    assert all(row["open_now"] is True for row in open_)
    assert get(client, "/service_at_locations?availability=yes,limited")["empty"]
    with write() as session:
        at = session.merge(cast.shelter)
        at.availability, at.availability_at, at.availability_source = "yes", clock.now(), "desk"
    [room] = get(client, "/service_at_locations?availability=yes,limited")["contents"]
    assert (room["id"], room["availability"]) == (str(cast.shelter.id), "yes")


def test_a_confidential_place_is_never_near(cast: Cast, client: FlaskClient) -> None:
    for point in ("36.17,-86.75", "36.1,-86.7"):
        near = get(client, f"/service_at_locations?near={point}&within=25")["contents"]
        assert all("distance" not in json.dumps(row) for row in near)


def test_whole_objects_hold_what_belongs_to_them(cast: Cast, client: FlaskClient) -> None:
    at, service = cast.shelter.id, cast.shelter.service_id
    whole = get(client, f"/services/{service}")
    [listing] = whole["service_at_locations"]
    assert listing["location"]["addresses"][0]["city"] == "Nashville"
    assert listing["phones"][0]["number"] == "615-555-0123"
    assert whole["organization"]["name"] == "Test Family Shelter"
    assert get(client, f"/service_at_locations/{at}")["service"]["name"] == "Family Shelter"
    owner = get(client, f"/organizations/{whole['organization']['id']}?full_service=true")
    assert [row["name"] for row in owner["services"]] == ["Family Shelter"]
    assert owner["locations"][0]["addresses"]
    [full] = [row for row in get(client, "/services?full=true")["contents"] if row["id"] == str(service)]
    assert full["attributes"] == whole["attributes"]


@pytest.mark.sqlite_only
def test_a_stream_has_every_object_a_line(cast: Cast, client: FlaskClient) -> None:
    plain = client.get("/api/v3/services?format=ndjson&page=2&per_page=1")
    assert plain.mimetype == "application/x-ndjson"
    assert [json.loads(line)["name"] for line in plain.text.splitlines()] == names(client, "/services")
    packed = client.get("/api/v3/services?format=ndjson", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    whole = client.get("/api/v3/organizations?format=ndjson&full_service=true")
    assert all("id" in json.loads(line) for line in whole.text.splitlines())


@pytest.mark.sqlite_only
def test_programs_are_told_what_was_wrong(cast: Cast, client: FlaskClient) -> None:
    for path, status, word, field in (
        ("/services?page=0", 400, "bad_request", "page"),
        ("/services?pgae=1", 400, "bad_request", "pgae"),
        ("/service_at_locations?proximity=5", 400, "bad_request", "proximity"),
        ("/services?near=nowhere%20at%20all", 404, "place_unknown", "near"),
        (f"/services/{cast.shelter.id}", 404, "not_found", None),
        ("/services/12", 404, "not_found", None),
        ("/nothing", 404, "not_found", None),
    ):
        answer = client.get(f"/api/v3{path}")
        assert (answer.status_code, answer.json["error"], answer.json.get("field")) == (
            status,
            word,
            field,
        ), path  # type: ignore[index]
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert client.post("/api/v3/services").status_code == 405


@pytest.mark.sqlite_only
def test_an_answer_that_is_known_is_not_sent_again(cast: Cast, client: FlaskClient) -> None:
    for path in ANSWERS:
        first = client.get(f"/api/v3{path}")
        known = {"If-None-Match": first.headers["ETag"]}
        assert client.get(f"/api/v3{path}", headers=known).status_code == 304, path
        assert first.headers["Cache-Control"] == "public, max-age=60"
        assert "Set-Cookie" not in first.headers
    before = client.get(f"/api/v3/services/{cast.shelter.service_id}")
    with write() as session:
        session.merge(cast.shelter.service).alert = "Closed for painting"
    known = {"If-None-Match": before.headers["ETag"], "Accept-Encoding": "br"}
    after = client.get(f"/api/v3/services/{cast.shelter.service_id}", headers=known)
    assert after.status_code == 200
    assert after.headers["Content-Encoding"] == "br"


@pytest.mark.sqlite_only
def test_pages_of_other_sites_may_read_and_nothing_more(cast: Cast, client: FlaskClient) -> None:
    asked = client.options("/api/v3/services", headers={"Origin": "https://elsewhere.example"})
    assert asked.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "Access-Control-Allow-Credentials" not in asked.headers
    assert "Access-Control-Allow-Origin" not in client.get("/search?q=shelter").headers


@pytest.mark.sqlite_only
def test_who_asks_too_often_is_told_when_to_come_back(
    cast: Cast, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.LIMITS, "api", ((2, 60),))
    answers = [client.get("/api/v3/taxonomies") for _request in range(41)]
    assert [answer.status_code for answer in answers] == [200] * 40 + [429]
    assert answers[-1].headers["Retry-After"] == "60"
    assert answers[-1].json["error"] == "too_many"  # type: ignore[index]


@pytest.mark.sqlite_only
def test_the_openapi_is_one_and_names_every_door(app: Flask, client: FlaskClient) -> None:
    told = get(client, "/openapi.json")
    validate(told)
    doors = {
        str(rule).removeprefix("/api/v3")
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
    }
    spoken = {path.replace("{id}", "<uuid:") for path in told["paths"]}
    assert all(any(door.startswith(path) for door in doors) for path in spoken)
    names_ = [operation["operationId"] for path in told["paths"].values() for operation in path.values()]
    assert len(names_) == len(set(names_))


@pytest.mark.sqlite_only
def test_the_profile_says_what_we_add(client: FlaskClient, cast: Cast) -> None:
    first = get(client, "/")
    assert first == {
        "version": "3.1", "profile": "http://localhost/api/v3/profile/",
        "openapi_url": "http://localhost/api/v3/openapi.json",
    }  # fmt: skip
    for address in get(client, "/profile/")["patches"]:
        assert client.get(address).json
    assert client.get("/api/v3/profile/nothing.json").status_code == 404


def ask_at_random(app: Flask, each: int) -> tuple[int, list[str]]:
    """Questions that the OpenAPI allows, and others that it does not, of every operation; how many, and what was wrong."""
    schemathesis = pytest.importorskip("schemathesis")
    schema = schemathesis.openapi.from_wsgi("/api/v3/openapi.json", app)
    asked, wrong = 0, []
    for found in schema.get_all_operations():
        operation = found.ok()
        modes = [schemathesis.GenerationMode.POSITIVE]
        if list(operation.iter_parameters()):
            modes.append(schemathesis.GenerationMode.NEGATIVE)
        for mode in modes:
            good = mode is schemathesis.GenerationMode.POSITIVE

            def ask(case: Any) -> None:
                nonlocal asked
                query = case.query or {}
                alone = ("proximity" in query and "postcode" not in query) or (
                    "within" in query and "near" not in query
                )
                if good and alone:  # noqa: B023 - asked at once
                    return  # OpenAPI cannot say that one needs the other
                response = case.call(headers={"Accept-Encoding": "identity"})
                asked += 1
                try:
                    case.validate_response(response)
                except (Exception, BaseExceptionGroup) as error:  # noqa: BLE001 - all of them are told
                    wrong.append(f"{case.method} {case.formatted_path} {query}: {error}")

            settings(
                max_examples=each, database=None, deadline=None, derandomize=True, phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )(given(case=operation.as_strategy(generation_mode=mode))(ask))()  # fmt: skip
    return asked, wrong


@pytest.mark.sqlite_only
def test_questions_at_random_are_answered_as_the_openapi_says(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.LIMITS, "api", ((10**6, 60),))
    monkeypatch.setitem(limits.LIMITS, "api_stream", ((10**6, 60),))
    asked, wrong = ask_at_random(app, 4)
    assert asked > 50
    assert not wrong, "\n\n".join(wrong[:5])
