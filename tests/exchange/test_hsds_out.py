"""The directory given out as HSDS: valid, the same each time, whole, and without a word of what is confidential."""

import json
import zipfile
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from flask_migrate import upgrade

from portal import create_app
from portal.directory import models as d
from portal.exchange import hsds, import_hsds
from portal.exchange.hsds.nesting import Reading
from portal.exchange.hsds.parameters import read_parameters
from portal.exchange.hsds.values import mail_address, web_address
from portal.store import Refused, clock, db, write
from portal.store.actor import TERMINAL
from tests.conftest import settings_for
from tests.exchange.hsds_judges import both, contents, json_errors, table_errors
from tests.people import Cast

SECRET = "Unutterable Lane"
pytestmark = pytest.mark.sqlite_only


def tell_everything(cast: Cast) -> None:
    """A row of every object, with every field that is easily wrong."""
    with write() as session:
        service = session.merge(cast.shelter.service)
        place, at = cast.shelter.location_id, cast.shelter.id
        owner = service.organization_id
        program = d.Program(id=uuid4(), organization_id=owner, name="Nights")
        unit = d.Unit(id=uuid4(), name="Bed")
        kinds = d.Taxonomy(id=uuid4(), name="Kinds")
        session.add_all([program, unit, kinds])
        session.flush()
        top = d.TaxonomyTerm(id=uuid4(), taxonomy_id=kinds.id, category="", code="B", name="Beds")
        session.add(top)
        session.flush()
        below = d.TaxonomyTerm(
            id=uuid4(), taxonomy_id=kinds.id, category="", code="B-1", name="Beds tonight", parent_id=top.id
        )
        contact = d.Contact(id=uuid4(), organization_id=owner, name="Front door", email="door@example.org")
        session.add_all([below, contact])
        session.flush()
        service.program_id, service.url, service.email = program.id, "www.example.org/a b", "not an address"
        service.alert, service.fees_description = "=HYPERLINK(1)", "+1"
        service.minimum_age, service.description = 18, "Zwölf Betten.\nÜber Nacht."
        phone = d.Phone(id=uuid4(), contact_id=contact.id, number="+1 615-555-0142", extension="007")
        session.add_all(
            [
                phone,
                d.Funding(organization_id=owner, source="County"),
                d.OrganizationIdentifier(organization_id=owner, identifier_scheme="US-EIN", identifier="12-3456789"),
                d.Url(organization_id=owner, url="https://example.org/more", label="More"),
                d.Url(service_id=service.id, url="javascript:alert(1)", label="Not a link"),
                d.ServiceCapacity(
                    service_id=service.id, unit_id=unit.id, available=2, maximum=12.5,
                    updated=datetime(2026, 11, 1, 8, tzinfo=UTC),
                ),
                d.Schedule(
                    service_at_location_id=at, freq="MONTHLY", byday="2TU", opens_at=time(9), closes_at=time(17, 30),
                    valid_from=date(2026, 1, 1), interval=1, description="Second Tuesday",
                ),
                d.CostOption(service_id=service.id, option="Night", amount=Decimal("12.50")),
                d.RequiredDocument(service_id=service.id, document="Photo ID"),
                d.Language(service_id=service.id, name="Español", code="es"),
                d.Accessibility(location_id=place, description="wheelchair"),
                d.ServiceArea(service_id=service.id, extent="Davidson, TN", extent_type="county"),
                d.Closure(
                    service_at_location_id=at, begins_on=date(2026, 12, 24), begins_at=time(12), ends_on=date(2026, 12, 26),
                    words="Snow", words_es="Nieve", made_by="Pat Provider", made_at=clock.now(),
                ),
                d.Closure(
                    organization_id=owner, begins_on=date(2027, 1, 1), ends_on=date(2027, 1, 1), words="New year",
                    made_by="Pat Provider", made_at=clock.now(),
                ),
                d.MetaTableDescription(name="services", language="en", character_set="UTF-8"),
                d.Attribute(
                    link_entity="service", link_id=service.id, taxonomy_term_id=below.id, value="12", label="How many"
                ),
                d.ServiceTerm(service_number=service.number, term_number=below.number),
                d.Metadata(
                    resource_type="service", resource_id=service.id, last_action_date=clock.now(),
                    last_action_type="update", field_name="alert", previous_value="", replacement_value="x",
                    updated_by="Pat Provider",
                ),
            ]
        )  # fmt: skip


def hide_everything(cast: Cast) -> None:
    """The victim service's place, said in every field that there is; a desk; who assured; who agreed."""
    with write() as session:
        at = session.merge(cast.victim_service)
        place, service = session.merge(at.location), session.merge(at.service)
        for name in ("name", "alternate_name", "description", "transportation", "external_identifier"):
            setattr(place, name, f"{SECRET} {name}")
        place.url = "https://example.org/Unutterable-Lane"
        service.assurer_email = "unutterable.lane@example.org"
        desk = d.Contact(id=uuid4(), location_id=place.id, name=SECRET)
        session.add(desk)
        session.flush()
        session.add_all(
            [
                d.Phone(location_id=place.id, number="615-555-0199", description=SECRET),
                d.Phone(contact_id=desk.id, number="615-555-0198", description=SECRET),
                d.Contact(service_at_location_id=at.id, name=SECRET),
                d.Contact(organization_id=service.organization_id, department="intake", name=SECRET),
                d.Accessibility(location_id=place.id, description=SECRET),
                d.Schedule(location_id=place.id, description=SECRET),
                d.Language(location_id=place.id, name=SECRET, code=""),
                d.ServiceArea(service_id=service.id, extent="37299", extent_type="zip", name=SECRET),
                d.Closure(
                    service_at_location_id=at.id, begins_on=date(2026, 12, 24), ends_on=date(2026, 12, 24), words=SECRET,
                    words_es=SECRET, made_by=SECRET, made_at=clock.now(),
                ),
                d.ServiceArea(service_at_location_id=at.id, extent=SECRET, extent_type="text"),
                *(
                    d.Metadata(
                        resource_type=kind, resource_id=row_id, last_action_date=clock.now(), field_name="address",
                        last_action_type="update", previous_value=SECRET, replacement_value=SECRET, updated_by="x",
                        id=uuid4(),
                    )
                    for kind, row_id in (
                        ("location", place.id), ("service_at_location", at.id), ("service", service.id),
                        ("address", uuid4()),
                    )
                ),
            ]
        )  # fmt: skip
        session.add(
            d.TaxonomyTerm(id=uuid4(), taxonomy_id=_ours(session), category="x", code="hid", name="Hidden")
        )
        session.flush()
        term = session.query(d.TaxonomyTerm.id).filter_by(code="hid").scalar()
        session.add(
            d.Attribute(
                link_entity="location", link_id=place.id, taxonomy_term_id=term, value=SECRET, label=SECRET
            )
        )


def _ours(session: Any) -> UUID:
    return session.query(d.Taxonomy.id).limit(1).scalar()  # type: ignore[no-any-return]


def test_a_package_is_valid_by_the_standards_own_schemas_and_descriptor(cast: Cast, tmp_path: Path) -> None:
    tell_everything(cast)
    counts = hsds.export_package(tmp_path / "out")
    assert not [name for name, count in counts.items() if not count], "every object has a row to be judged"
    assert not table_errors(tmp_path / "out" / hsds.CSV_FILE, tmp_path)
    assert not json_errors(tmp_path / "out" / hsds.JSON_FILE)


def test_values_are_those_of_the_standard(cast: Cast, tmp_path: Path) -> None:
    tell_everything(cast)
    hsds.export_package(tmp_path)
    told = dict(contents(tmp_path / hsds.JSON_FILE))
    service = next(row for row in json.loads(told["services.json"]) if row["name"] == "Family Shelter")
    assert service["url"] == "http://www.example.org/a%20b"
    assert "email" not in service
    assert "additional_urls" not in service or not service["additional_urls"][0]["url"].startswith("java")
    [schedule] = [one for one in service["service_at_locations"][0]["schedules"] if one["freq"] == "MONTHLY"]
    assert (schedule["opens_at"], schedule["closes_at"]) == ("09:00", "17:30")
    assert service["cost_options"][0]["amount"] == 12.5
    said = [one for one in service["attributes"] if one["taxonomy_term"]["code"] == "B-1"]
    assert [(one["value"], one["label"]) for one in said] == [("12", "How many")], "told once, in full"
    assert {one["taxonomy_term"]["code"] for one in service["attributes"]} == {"B-1", "shelter", "families"}
    organization = next(
        row for row in json.loads(told["organizations.json"]) if row["name"] == "Test Family Shelter"
    )
    phone = organization["contacts"][0]["phones"][0]
    assert (phone["number"], phone["description"]) == ("+1 615-555-0142", "Extension 007"), (
        "zeros are not lost"
    )
    tables = dict(contents(tmp_path / hsds.CSV_FILE))
    assert "'=HYPERLINK(1)" in tables["services.csv"]
    assert ",+1," in tables["services.csv"], "a plain number is no formula"
    assert "the directory" in tables["metadata.csv"]
    assert "Pat Provider" not in tables["metadata.csv"]


def test_nothing_confidential_is_in_a_package_or_an_answer(
    cast: Cast, client: FlaskClient, tmp_path: Path
) -> None:
    hide_everything(cast)
    hsds.export_package(tmp_path)
    every = [text for packed in both(tmp_path) for _name, text in contents(packed)]
    place, service = cast.victim_service.location_id, cast.victim_service.service_id
    every += [
        client.get(f"/api/v3/{path}").text
        for path in (
            "services", "services?full=true", "services?format=ndjson&full=true", "organizations?full=true",
            "organizations?full_service=true", "service_at_locations", "service_at_locations?full=true",
            f"services/{service}", f"service_at_locations/{cast.victim_service.id}", "services?search=unutterable",
            "service_at_locations?near=37203&within=500",
        )
    ]  # fmt: skip
    for text in every:
        for canary in ("unutterable", "37299", "555-0198", "555-0199"):
            assert canary not in text.lower()
        for account in cast.everybody.values():
            assert account.email not in text
        assert "desk-" not in text
        assert "Mobile Crisis" not in text, "an agency that only sends is not part of the directory"
    stub = json.loads(client.get(f"/api/v3/service_at_locations/{cast.victim_service.id}").text)["location"]
    assert stub == {
        "id": str(place), "location_type": "physical", "organization_id": stub["organization_id"],
        "time_zone": "America/Chicago", "address_confidential": True, "area_text": "Davidson County",
    }  # fmt: skip


def test_what_was_given_out_and_taken_in_elsewhere_is_given_out_the_same(cast: Cast, tmp_path: Path) -> None:
    tell_everything(cast)
    hsds.export_package(tmp_path / "first")
    for file in both(tmp_path / "first"):
        other = create_app(settings_for(tmp_path / file.stem))
        with other.app_context():
            upgrade()  # never a copy of the file in use: reading it here would take this process's locks away
            with write() as session:
                session.add(d.Community(name="Other County"))
            import_hsds(TERMINAL, file)
            hsds.export_package(tmp_path / "again")
            db.session.remove()
            db.engine.dispose()
        for one, again in zip(both(tmp_path / "first"), both(tmp_path / "again"), strict=True):
            assert dict(contents(again)) == dict(contents(one))


def test_a_package_is_there_whole_or_not_at_all(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_self: Reading, _ids: object) -> None:
        raise OSError(28, "No space left on device", str(tmp_path))

    monkeypatch.setattr(Reading, "terms_of", broken)
    with pytest.raises(OSError, match="No space"):
        hsds.export_package(tmp_path)
    assert not list(tmp_path.iterdir())


def test_two_packages_of_one_directory_are_the_same_bytes(cast: Cast, tmp_path: Path) -> None:
    for name in ("one", "two"):
        hsds.export_package(tmp_path / name)
    for one, two in zip(both(tmp_path / "one"), both(tmp_path / "two"), strict=True):
        assert one.read_bytes() == two.read_bytes()
        assert zipfile.ZipFile(one).testzip() is None


def test_merged_rows_go_out_as_the_one_that_stands_for_them(cast: Cast, client: FlaskClient) -> None:
    old, new = cast.detox, cast.shelter
    with write() as session:
        session.merge(old).merged_into_id = new.id
        session.merge(old.service).merged_into_id = new.service_id
    services = client.get("/api/v3/services").json["contents"]  # type: ignore[index]
    assert str(old.service_id) not in {row["id"] for row in services}
    answer = client.get(f"/api/v3/services/{old.service_id}")
    assert (answer.status_code, answer.headers["Location"]) == (
        301,
        f"http://localhost/api/v3/services/{new.service_id}",
    )
    whole = client.get(f"/api/v3/services/{new.service_id}").json
    assert whole is not None
    codes = {one["taxonomy_term"]["code"] for one in whole["attributes"]}
    assert {"shelter", "detox"} <= codes, "what either source says is told"


@pytest.mark.parametrize(
    ("typed", "given"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("example.org", "http://example.org"),
        (" HTTP://Example.org/ü ", "http://example.org/%C3%BC"),
        ("https://münchen.example", "https://xn--mnchen-3ya.example"),
        ("javascript:alert(1)", ""), (" jAvascript:alert(1)", ""), ("data:text/html,x", ""), ("https://", ""),
        ("https://u:p@example.org", ""), ("https://example.org:99999", ""), ("call us", ""), ("http://[::1", ""),
        ("https://example.org/%zz", "https://example.org/%25zz"),
    ],
)  # fmt: skip
def test_addresses_of_the_web(typed: str, given: str) -> None:
    assert web_address(typed) == given


def test_addresses_of_mail() -> None:
    assert mail_address(" a@example.org ") == "a@example.org"
    assert not any(
        map(mail_address, ("a", "a@b", "a b@example.org", "a@example.org\nBcc: b@example.org", '"x"@y.org'))
    )


@pytest.mark.parametrize(
    "asked",
    [
        [("page", "0")], [("page", "-1")], [("page", "1e3")], [("page", "9" * 30)], [("per_page", "501")],
        [("page", "1"), ("page", "1")], [("pgae", "1")], [("full", "1")], [("format", "xml")],
        [("organization_id", "1")], [("taxonomy_id", "' OR 1=1--")], [("modified_after", "0000-00-00")],
        [("modified_after", "2026-02-29")], [("modified_after", "yesterday")], [("within", "0"), ("near", "37203")],
        [("within", "5")], [("availability", "maybe")], [("search", "a" * 201)],
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_name(asked: list[tuple[str, str]]) -> None:
    with pytest.raises(Refused) as refused:
        read_parameters(hsds.LISTS["service"], asked)
    assert refused.value.field == asked[0][0]
