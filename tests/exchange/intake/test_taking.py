"""A source is taken in: what it owns changes, what a person or another source owns does not."""

from datetime import time
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from portal import directory
from portal.directory import models as d
from portal.exchange import import_hsds
from portal.store import db, write
from portal.store.actor import TERMINAL
from tests.exchange.intake.packages import (
    AT_CLINIC,
    AT_LINE,
    CLINIC,
    CRISIS,
    LINE,
    ORGANIZATION,
    PHONE,
    PLACE,
    Rows,
    community,
    fed,
    gazetteer,
    numbers_of,
    package,
    person_changes,
    take,
    write_package,
)


@pytest.fixture(autouse=True)
def home(app: Flask) -> None:
    community()
    gazetteer()


def test_a_package_becomes_listings_with_everything_on_them(tmp_path: Path) -> None:
    result = take(tmp_path, package())
    assert result.counts == {"read": 2, "created": 2, "updated": 0, "unchanged": 0, "rejected": 0}
    clinic = db.session.scalars(select(d.ServiceAtLocation).where(d.ServiceAtLocation.id == AT_CLINIC)).one()
    assert (clinic.service.id, clinic.service.minimum_age, clinic.location.id) == (CLINIC, 18, PLACE)
    assert (clinic.location.latitude, clinic.location.point_kind) == (36.16, "exact")
    assert (clinic.phones[0].id, clinic.phones[0].number, clinic.phones[0].extension) == (
        PHONE,
        "615-555-0100",
        "12",
    )
    hours = clinic.schedules[0]
    assert (hours.byday, str(hours.opens_at), str(hours.closes_at)) == ("MO,TU", "09:00:00", "17:00:00")
    owner = db.session.get_one(d.Organization, ORGANIZATION)
    assert (owner.source, owner.kind, owner.joined_at) == ("hsds harbor", "social_service", None)
    assert [row.name for row in clinic.service.languages] == ["Spanish"]


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    take(tmp_path, package())
    before = fed(AT_CLINIC), db.session.scalar(select(func.count()).select_from(d.Metadata))
    result = take(tmp_path, package())
    assert result.counts == {"read": 2, "created": 0, "updated": 0, "unchanged": 2, "rejected": 0}
    assert (fed(AT_CLINIC), db.session.scalar(select(func.count()).select_from(d.Metadata))) == before


@pytest.mark.sqlite_only
def test_a_dry_run_says_what_would_happen_and_writes_nothing(tmp_path: Path) -> None:
    result = take(tmp_path, package(), dry_run=True)
    assert result.counts["created"] == 2
    assert "new: Clinic" in result.samples
    assert result.run_id is None
    assert db.session.scalar(select(func.count()).select_from(d.Organization)) == 0


def test_what_changed_in_the_source_changes_here_and_is_told(tmp_path: Path) -> None:
    take(tmp_path, package())
    rows = package()
    rows["services"][0]["description"] = "More care"
    rows["phones"][0]["number"] = "615-555-0101"
    rows["languages"] = [{"id": "l2", "service_id": CLINIC, "name": "French", "code": "fr"}]
    result = take(tmp_path, rows)
    assert (result.counts["updated"], result.counts["unchanged"]) == (1, 1)
    assert numbers_of(AT_CLINIC) == ["615-555-0101"]
    assert [row.name for row in db.session.scalars(select(d.Language))] == ["French"]
    told = select(d.Metadata).where(d.Metadata.resource_id == CLINIC, d.Metadata.field_name == "description")
    row = db.session.scalars(told).one()
    assert (row.previous_value, row.replacement_value, row.source) == ("Care", "More care", "hsds harbor")
    assert (fed(AT_CLINIC), fed(AT_LINE)) == (2, 1)


@pytest.mark.sqlite_only
def test_a_field_that_the_source_does_not_name_is_left_alone(tmp_path: Path) -> None:
    take(tmp_path, package())
    with write() as session:
        session.execute(update(d.Service).where(d.Service.id == CLINIC).values(fees_description="Free"))
    take(tmp_path, package())
    assert (
        db.session.scalars(select(d.Service.fees_description).where(d.Service.id == CLINIC)).one() == "Free"
    )


def test_what_a_person_edited_here_stays_as_they_left_it(tmp_path: Path) -> None:
    take(tmp_path, package())
    with write() as session:
        session.execute(update(d.Service).where(d.Service.id == CLINIC).values(description="Ours"))
        session.execute(update(d.Phone).where(d.Phone.id == PHONE).values(number="615-555-7777"))
    person_changes("service", CLINIC, "description")
    person_changes("service_at_location", AT_CLINIC, "phone")
    person_changes("service_at_location", AT_CLINIC, "hours")
    rows = package()
    rows["services"][0] |= {"description": "Theirs", "name": "Clinic by the harbor"}
    rows["phones"] = rows["phones"][1:]
    rows["schedules"] = []
    take(tmp_path, rows)
    service = db.session.scalars(select(d.Service).where(d.Service.id == CLINIC)).one()
    assert (service.description, service.name) == ("Ours", "Clinic by the harbor")
    assert numbers_of(AT_CLINIC) == ["615-555-7777"]
    assert db.session.scalar(select(func.count()).select_from(d.Schedule)) == 1


def test_rows_that_are_gone_are_marked_and_come_back(tmp_path: Path) -> None:
    take(tmp_path, package())
    rows = package()
    rows["services"], rows["service_at_location"] = rows["services"][:1], rows["service_at_location"][:1]
    rows["phones"] = rows["phones"][:1]
    result = take(tmp_path, rows)
    assert (result.vanished, result.held) == (1, 0)
    gone = select(d.Service.not_in_source_since).where(d.Service.id == LINE)
    assert db.session.scalars(gone).one() is not None
    assert numbers_of(AT_LINE) == ["615-555-0199"], "nothing is deleted"
    assert take(tmp_path, rows).vanished == 0
    take(tmp_path, package())
    db.session.rollback()
    assert db.session.scalars(gone).one() is None


def many(count: int) -> dict[str, list[dict[str, object]]]:
    rows = package()
    rows["services"] = [
        {"id": f"s{number}", "organization_id": ORGANIZATION, "name": f"Service {number}"}
        for number in range(count)
    ]
    rows["service_at_location"] = [
        {"id": f"at{number}", "service_id": f"s{number}", "location_id": PLACE} for number in range(count)
    ]
    return rows | {"phones": [], "schedules": [], "languages": []}


@pytest.mark.sqlite_only
def test_a_closure_comes_in_once_and_who_ends_it_here_has_ended_it(tmp_path: Path) -> None:
    shut: dict[str, object] = {
        "id": "c1",
        "begins_on": "2026-12-24",
        "begins_at": "12:00",
        "ends_on": "2026-12-26",
        "words": "Snow",
    }
    whole: dict[str, object] = {"service_at_location_id": AT_CLINIC, "organization_id": ORGANIZATION}
    rows = package() | {"closures": [shut | whole]}
    assert not take(tmp_path, rows).rejected
    closure = db.session.scalars(select(d.Closure)).one()
    assert (closure.service_at_location_id, closure.organization_id) == (AT_CLINIC, None), (
        "the nearer is meant"
    )
    assert (closure.begins_at, closure.ends_at, closure.words) == (time(12), None, "Snow")
    directory.lift_closure(TERMINAL, AT_CLINIC, closure.id)
    lifted = closure.lifted_at
    assert lifted
    take(tmp_path, rows | {"closures": [shut | whole | {"words": "More snow"}]})
    db.session.expire_all()
    assert (closure.words, closure.lifted_at) == ("More snow", lifted)
    take(tmp_path, rows | {"closures": []})
    assert db.session.scalars(select(d.Closure)).one(), "it ends by itself"


@pytest.mark.sqlite_only
def test_words_in_another_language_come_in_as_translations_and_a_persons_stay(tmp_path: Path) -> None:
    said: dict[str, object] = {
        "id": "x1",
        "link_id": CLINIC,
        "link_entity": "service",
        "link_type": "translation",
        "taxonomy_term_id": "t1",
    }
    lists: Rows = {
        "taxonomies": [{"id": "t0", "name": "Translations", "description": "Fields"}],
        "taxonomy_terms": [
            {"id": "t1", "taxonomy_id": "t0", "code": "description@es", "name": "description in es"}
        ],
    }

    def read(words: str) -> d.Translation:
        result = take(tmp_path, package() | lists | {"attributes": [said | {"value": words}]})
        assert not result.rejected
        db.session.expire_all()
        return db.session.scalars(select(d.Translation)).one()

    line = read("Cuidado")
    assert (line.link_id, line.field, line.language, line.text) == (CLINIC, "description", "es", "Cuidado")
    assert line.original == "Care", "it says what stands there, and is not old"
    assert read("Atención").text == "Atención"
    with write() as session:
        session.get_one(d.Translation, line.id).translated_by = "Pat Provider"
    assert read("Otra cosa").text == "Atención", "what a person wrote here stays"


@pytest.mark.sqlite_only
def test_more_than_one_in_ten_gone_waits_for_a_human(tmp_path: Path) -> None:
    take(tmp_path, many(30))
    result = take(tmp_path, many(26))
    assert (result.vanished, result.held) == (0, 4)
    marked = select(func.count()).select_from(d.Service).where(d.Service.not_in_source_since.is_not(None))
    assert db.session.scalar(marked) == 0
    assert take(tmp_path, many(26), accept_vanished=True).vanished == 4
    assert db.session.scalar(marked) == 4


def test_a_changed_crisis_number_waits_and_the_old_one_stays_shown(tmp_path: Path) -> None:
    take(tmp_path, package())
    rows = package()
    rows["phones"][1]["number"] = "900-555-0666"
    assert take(tmp_path, rows).waiting == 1
    assert numbers_of(AT_LINE) == ["615-555-0199"]
    waiting = db.session.scalars(select(d.Proposal)).one()
    assert (waiting.field, waiting.old_value, waiting.new_value) == (
        "crisis_phone",
        "615-555-0199",
        "900-555-0666",
    )
    take(tmp_path, rows)
    assert db.session.scalar(select(func.count()).select_from(d.Proposal)) == 1, "asked once"


@pytest.mark.sqlite_only
def test_a_crisis_number_under_a_new_id_or_none_waits_too(tmp_path: Path) -> None:
    take(tmp_path, package())
    rows = package()
    rows["phones"][1] |= {"id": UUID(int=99, version=4), "number": "900-555-0666"}
    assert take(tmp_path, rows).waiting == 1
    assert numbers_of(AT_LINE) == ["615-555-0199"]
    rows["phones"] = rows["phones"][:1]
    take(tmp_path, rows)
    assert numbers_of(AT_LINE) == ["615-555-0199"]


def test_another_source_cannot_claim_what_is_not_its_own(tmp_path: Path) -> None:
    take(tmp_path, package())
    rows = package()
    rows["organizations"][0]["name"] = "Somebody else"
    rows["phones"][0]["number"] = "900-555-0666"
    result = import_hsds(TERMINAL, write_package(tmp_path / "other", rows), source="other")
    assert result.counts == {"read": 2, "created": 0, "updated": 0, "unchanged": 0, "rejected": 2}
    assert any("claims an id that belongs to another source" in row.reason for row in result.rejected)
    assert db.session.get_one(d.Organization, ORGANIZATION).name == "Harbor Help"
    assert numbers_of(AT_CLINIC) == ["615-555-0100"]


@pytest.mark.sqlite_only
def test_one_phone_of_another_source_cannot_be_claimed_by_its_id(tmp_path: Path) -> None:
    take(tmp_path, package())
    rows = many(1)
    rows["organizations"][0]["id"] = rows["locations"][0]["organization_id"] = "org"
    rows["services"][0]["organization_id"] = "org"
    rows["locations"][0]["id"] = rows["service_at_location"][0]["location_id"] = "place"
    rows["addresses"][0]["location_id"] = "place"
    rows["phones"] = [
        {"id": PHONE, "service_at_location_id": "at0", "number": "900-555-0666", "type": "voice"}
    ]
    result = import_hsds(TERMINAL, write_package(tmp_path / "other", rows), source="other")
    assert result.counts["created"] == 1
    assert [row.file for row in result.rejected] == ["phones.csv"]
    assert numbers_of(AT_CLINIC) == ["615-555-0100"]


@pytest.mark.sqlite_only
def test_days_to_come_and_a_verified_mark_are_not_believed(tmp_path: Path) -> None:
    rows = package()
    for row in rows["services"]:
        row |= {"last_modified": "2099-01-01T00:00:00Z", "assured_date": "2099-01-01", "verified": "true"}
    result = take(tmp_path, rows)
    service = db.session.scalars(select(d.Service).where(d.Service.id == CLINIC)).one()
    assert service.assured_date is None
    assert service.last_modified.year < 2099
    assert result.mended["a time that is still to come was left out"] == 4


def test_everything_about_a_confidential_place_stays(tmp_path: Path) -> None:
    take(tmp_path, package())
    with write() as session:
        session.query(d.Address).delete()
        hidden = {"address_confidential": True, "latitude": None, "longitude": None, "point_kind": "none"}
        session.execute(
            update(d.Location).where(d.Location.id == PLACE).values(**hidden, name="A safe place")
        )
    rows = package()
    rows["locations"][0]["name"] = "1 Main Street, the red door"
    take(tmp_path, rows)
    place = db.session.get_one(d.Location, PLACE)
    assert (place.name, place.latitude, place.address_confidential) == ("A safe place", None, True)
    assert db.session.scalar(select(func.count()).select_from(d.Address)) == 0
    told = " ".join(row.replacement_value for row in db.session.scalars(select(d.Metadata)))
    assert "Main Street" not in told


@pytest.mark.sqlite_only
def test_help_after_abuse_is_known_by_its_name_and_never_less_protected(tmp_path: Path) -> None:
    rows = package()
    rows["organizations"][0]["name"] = "Harbor Domestic Violence Shelter"
    take(tmp_path, rows)
    assert db.session.get_one(d.Organization, ORGANIZATION).kind == "victim_service"
    rows["organizations"][0]["kind"] = "social_service"
    take(tmp_path, rows)
    db.session.rollback()
    assert db.session.get_one(d.Organization, ORGANIZATION).kind == "victim_service"


def test_a_desk_that_a_person_made_is_nobody_elses_to_take_away(tmp_path: Path) -> None:
    rows = package() | {
        "contacts": [
            {"id": "c1", "organization_id": ORGANIZATION, "name": "Ann", "email": "ann@harbor.example.org"}
        ]
    }
    take(tmp_path, rows)
    with write() as session:
        session.add(
            d.Contact(organization_id=ORGANIZATION, department="intake", email="desk@harbor.example.org")
        )
        used = session.scalars(select(d.Contact).where(d.Contact.name == "Ann")).one()
        session.execute(
            update(d.ServiceAtLocation).where(d.ServiceAtLocation.id == AT_CLINIC).values(desk_id=used.id)
        )
    rows["contacts"] = []
    (tmp_path / "package" / "contacts.csv").unlink()
    take(tmp_path, rows)
    assert {row.email for row in db.session.scalars(select(d.Contact))} == {
        "desk@harbor.example.org",
        "ann@harbor.example.org",
    }


@pytest.mark.sqlite_only
def test_a_killed_run_is_finished_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from portal.exchange.intake import taking

    whole = taking._take_table

    def dies(run: object, table: str) -> None:
        if table == "service":
            raise KeyboardInterrupt
        whole(run, table)  # type: ignore[arg-type]

    monkeypatch.setattr(taking, "_take_table", dies)
    with pytest.raises(KeyboardInterrupt):
        take(tmp_path, package())
    monkeypatch.undo()
    assert take(tmp_path, package()).counts["created"] == 2
    assert [run.state for run in db.session.scalars(select(d.ImportRun))] == ["done"]


@pytest.mark.sqlite_only
def test_a_service_without_a_place_can_be_found_all_the_same(tmp_path: Path) -> None:
    rows = package()
    rows["service_at_location"] = rows["service_at_location"][:1]
    rows["phones"] = rows["phones"][:1]
    result = take(tmp_path, rows)
    assert result.mended["no place is named for a service; it is listed without one"] == 1
    listing = d.ServiceAtLocation
    found = db.session.scalars(select(listing).where(listing.service_id == LINE)).one()
    assert (found.location.location_type, found.location.organization_id) == ("virtual", ORGANIZATION)
    assert take(tmp_path, rows).counts["unchanged"] == 2


def test_terms_of_a_source_become_words_of_its_services(tmp_path: Path) -> None:
    rows = package() | {
        "taxonomies": [{"id": "t", "name": "Harbor words", "description": "d"}],
        "taxonomy_terms": [
            {
                "id": "t1",
                "code": "A",
                "name": "Care",
                "description": "d",
                "taxonomy_id": "t",
                "parent_id": "",
            },
            {
                "id": "t2",
                "code": "B",
                "name": "Night care",
                "description": "d",
                "taxonomy_id": "t",
                "parent_id": "t1",
            },
        ],
        "attributes": [
            {"id": "x", "link_entity": "service", "link_id": CLINIC, "taxonomy_term_id": "t2", "value": ""}
        ],
    }
    take(tmp_path, rows)
    pair = select(d.TaxonomyTerm.name).join(d.ServiceTerm, d.ServiceTerm.term_number == d.TaxonomyTerm.number)
    assert list(db.session.scalars(pair)) == ["Night care"]
    parents = select(d.TaxonomyTerm.name, d.TaxonomyTerm.parent_id.is_not(None)).where(
        d.TaxonomyTerm.code.in_(["A", "B"])
    )
    assert sorted(tuple(row) for row in db.session.execute(parents)) == [
        ("Care", False),
        ("Night care", True),
    ]
    assert take(tmp_path, rows).counts["unchanged"] == 2
    rows["attributes"][0]["taxonomy_term_id"] = "t1"
    take(tmp_path, rows)
    db.session.rollback()
    assert list(db.session.scalars(pair)) == ["Care"]


@pytest.mark.sqlite_only
def test_a_reworded_crisis_line_is_no_changed_number(tmp_path: Path) -> None:
    take(tmp_path, package())
    rows = package()
    for row in rows["phones"]:
        row["description"] = "Day and night"
    assert take(tmp_path, rows).waiting == 0
    assert db.session.get_one(d.Phone, CRISIS).description == "Day and night"
