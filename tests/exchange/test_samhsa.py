"""Importing the SAMHSA directory: what is written, what stays a human's, and that a second run changes nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import directory, exchange
from portal.directory import models as d
from portal.directory.terms import EVERY
from portal.exchange.rejected import safe_cell
from portal.exchange.samhsa_terms import CROSSWALK, LANGUAGES
from portal.geo.models import Place
from portal.store import db, write
from portal.store.actor import TERMINAL
from tests.exchange.books import CODES, make_book, many, row

Import = Callable[..., exchange.ImportResult]


@pytest.fixture
def take(app: Flask, tmp_path: Path) -> Import:
    """`take(mh=[rows], sa=[rows])` imports books of these rows into a community with two known ZIPs. Where number 1 stands, the
    gazetteer counts as loaded."""
    with write() as session:
        session.add(d.Community(name="Test County"))
        session.add(
            Place(
                number=1,
                kind="zip",
                code="37203",
                folded="nashville",
                state="TN",
                county="Davidson",
                latitude=36.15,
                longitude=-86.79,
                time_zone="America/Chicago",
            )
        )
        session.add(
            Place(
                number=2,
                kind="zip",
                code="37902",
                folded="knoxville",
                state="TN",
                county="Knox",
                latitude=35.96,
                longitude=-83.92,
                time_zone="America/New_York",
            )
        )
        session.add(
            Place(
                number=3,
                kind="zip",
                code="37000",
                folded="nowhere",
                state="TN",
                county="",
                latitude=None,
                longitude=None,
                time_zone="America/Chicago",
            )
        )

    def run(
        *,
        dry_run: bool = False,
        report: Path | None = None,
        accept_vanished: bool = False,
        **books: list[dict[str, str]],
    ) -> exchange.ImportResult:
        paths = [make_book(tmp_path / f"{kind}.xlsx", kind, rows) for kind, rows in books.items()]
        return exchange.import_samhsa(
            TERMINAL, paths, dry_run=dry_run, report=report, accept_vanished=accept_vanished
        )

    return run


def counts(result: exchange.ImportResult) -> tuple[int, ...]:
    found = result.counts
    assert found["read"] == sum(found[name] for name in ("created", "updated", "unchanged", "rejected"))
    return tuple(found[name] for name in ("created", "updated", "unchanged", "rejected"))


def the(model: Any) -> Any:
    return db.session.scalars(select(model)).unique().one()


def number_of(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def codes_of(service: d.Service, taxonomy: str) -> set[tuple[str, str]]:
    rows = db.session.execute(
        select(d.TaxonomyTerm.category, d.TaxonomyTerm.code)
        .join(d.ServiceTerm, d.ServiceTerm.term_number == d.TaxonomyTerm.number)
        .join(d.Taxonomy, d.Taxonomy.id == d.TaxonomyTerm.taxonomy_id)
        .where(d.ServiceTerm.service_number == service.number, d.Taxonomy.name == taxonomy)
    )
    return {(category, code) for category, code in rows}


def test_a_row_becomes_a_listing_placed_at_its_zip(take: Import) -> None:
    first = row(
        name2="East Clinic",
        street2="Suite 4",
        zip="37902",
        phone="615-555-0100 x12A",
        service_code_info="MH * OP * CMHC * WI * MD * DV * ADLT YAD * SP AH",
    )
    assert counts(take(mh=[first])) == (1, 0, 0, 0)
    listing = the(d.ServiceAtLocation)
    service, place = listing.service, listing.location
    assert service.organization.name == "Example Center"
    assert service.organization.kind == "treatment_provider", "the client group DV makes no victim service"
    assert service.organization.joined_at is None
    assert service.name == "East Clinic: mental health treatment"
    assert (
        service.description
        == "Community mental health center. Outpatient. Psychiatric emergency walk-in services."
    )
    assert (service.minimum_age, service.maximum_age, service.assured_date) == (18, None, None)
    assert (place.point_kind, place.latitude, place.longitude) == ("zip", 35.96, -83.92)
    assert (place.time_zone, place.address_confidential) == ("America/New_York", False)
    address = place.addresses[0]
    assert (address.address_1, address.address_2, address.city, address.postal_code) == (
        "1 Main Street",
        "Suite 4",
        "Nashville",
        "37902",
    )
    assert [(phone.number, phone.extension, phone.type) for phone in listing.phones] == [
        ("615-555-0100", "12A", "voice")
    ]
    assert listing.schedules == [], "unknown hours stay unknown"
    assert (listing.availability, listing.description) == ("unknown", "")
    assert {(language.name, language.code) for language in service.languages} == {
        ("Spanish", "es"),
        ("American Sign Language", "ase"),
    }
    assert codes_of(service, "samhsa-mh") >= {("SET", "OP"), ("EMS", "WI"), ("SG", "DV"), ("SL", "SP")}
    ours = {("care", "outpatient"), ("care", "crisis_center"), ("access", "walk_in"), ("pay", "medicaid")}
    ours |= {("for", "adults"), ("for", "young_adults"), ("for", "abuse_survivors")}
    assert codes_of(service, "handrail") == ours | {("field", "mental_health")}
    history = the(d.Metadata)
    assert (history.resource_type, history.resource_id, history.field_name) == (
        "service_at_location",
        listing.id,
        "*",
    )
    assert the(d.Change).service_at_location_number == listing.number


def test_one_site_in_both_books_is_one_place_with_two_services(take: Import) -> None:
    take(
        mh=[row(name2="Clinic")],
        sa=[row("sa", name1="EXAMPLE  center", name2="clinic", street1="1 MAIN Street")],
    )
    place, organization = the(d.Location), the(d.Organization)
    services = list(db.session.scalars(select(d.Service).order_by(d.Service.source)))
    assert [service.name for service in services] == [
        "Clinic: mental health treatment",
        "clinic: substance use treatment",
    ]
    assert {listing.location_id for listing in db.session.scalars(select(d.ServiceAtLocation)).unique()} == {
        place.id
    }
    assert organization.kind == "part2_program"


def test_books_one_after_the_other_give_what_both_at_once_give(take: Import) -> None:
    clinic, detox = row(zip="37203"), row("sa", zip="37902", city="Knoxville")
    take(sa=[detox])
    assert the(d.Location).time_zone == "America/New_York"
    assert counts(take(mh=[clinic])) == (1, 0, 0, 0)
    assert the(d.Address).postal_code == "37203", "the mental health book's address leads"
    assert counts(take(sa=[detox])) == (0, 0, 1, 0)
    assert counts(take(mh=[clinic], sa=[detox])) == (0, 0, 2, 0)
    assert the(d.Organization).kind == "part2_program"


def test_the_same_code_means_different_things_in_the_two_books(take: Import) -> None:
    take(
        mh=[row(service_code_info="MH * NRT")],
        sa=[row("sa", service_code_info="SA DT * RD * OTP UB * METH NRT * NP * ODTX * FEM * OUDO * F92")],
    )
    by_source = {service.source: service for service in db.session.scalars(select(d.Service))}
    assert codes_of(by_source["samhsa_mh"], "samhsa-mh") == {("TC", "MH"), ("PHR", "NRT")}
    sa = by_source["samhsa_sa"]
    assert codes_of(sa, "handrail") == {
        ("care", "detox"),
        ("care", "moud"),
        ("pay", "free"),
        ("for", "women"),
        ("field", "substance_use"),
        *(("topic", code) for code in ("buprenorphine", "opioid_detox", "detox_bed", "smoking")),
    }
    assert sa.eligibility_description == "Opioid use disorder clients only."
    assert [language.code for language in sa.languages] == ["vi"]


def test_a_second_run_changes_nothing(take: Import) -> None:
    rows = {"mh": many("mh", 30), "sa": many("sa", 45)}
    assert counts(take(**rows)) == (75, 0, 0, 0)
    tables = (d.Organization, d.Location, d.Service, d.Phone, d.Language, d.ServiceTerm, d.Metadata, d.Change)
    before = [number_of(table) for table in tables]
    assert counts(take(**rows)) == (0, 0, 75, 0)
    assert [number_of(table) for table in tables] == before
    assert {run.state for run in db.session.scalars(select(d.ImportRun))} == {"done"}


def test_rows_alike_but_for_suite_or_not_at_all_are_rows_of_their_own(take: Import) -> None:
    rows = [row(), row(), row(street2="Suite 2"), row(phone="615-555-0199")]
    assert counts(take(mh=rows)) == (4, 0, 0, 0)
    assert number_of(d.Location) == 1
    assert sorted(
        listing.description for listing in db.session.scalars(select(d.ServiceAtLocation)).unique()
    ) == ["", "", "", "Suite 2"]
    assert counts(take(mh=rows)) == (0, 0, 4, 0)


def test_a_changed_book_updates_and_leaves_the_rest(take: Import) -> None:
    take(mh=[row(), row(name1="Other")])
    changed = row(zip="37902", intake1="615-555-0111", service_code_info="MH * HI * MD * SP")
    assert counts(take(mh=[changed, row(name1="Other")])) == (0, 1, 1, 0)
    listing = next(
        found
        for found in db.session.scalars(select(d.ServiceAtLocation)).unique()
        if found.service.organization.name != "Other"
    )
    assert [phone.number for phone in listing.phones] == ["615-555-0100", "615-555-0111"]
    assert codes_of(listing.service, "handrail") == {
        ("care", "inpatient"),
        ("pay", "medicaid"),
        ("field", "mental_health"),
    }
    assert (listing.location.time_zone, listing.service.version, listing.service.minimum_age) == (
        "America/New_York",
        2,
        None,
    )
    changes = list(db.session.scalars(select(d.Change.service_at_location_number)))
    assert changes.count(listing.number) == 2
    assert len(changes) == 3


def test_a_vanished_row_is_marked_and_comes_back(take: Import) -> None:
    stays, goes = row(), row(name1="Gone")
    take(mh=[stays, goes])
    again = take(mh=[stays])
    assert (counts(again), again.vanished) == ((0, 0, 1, 0), 1)
    gone = db.session.scalar(select(d.Service).where(d.Service.not_in_source_since.is_not(None)))
    assert gone.organization.name == "Gone"
    assert gone.organization.not_in_source_since
    assert number_of(d.Location) == 2, "a feed never deletes"
    listed = db.session.scalars(
        select(d.ServiceAtLocation.id).where(d.ServiceAtLocation.service_id == gone.id)
    ).one()
    assert directory.listing(listed).card["doubted"], "its page says: call first"
    assert take(mh=[stays]).vanished == 0
    assert counts(take(mh=[stays, goes])) == (0, 1, 1, 0)
    assert not directory.listing(listed).card["doubted"]
    for model in (d.Service, d.Location, d.Organization):
        assert not db.session.scalars(select(model).where(model.not_in_source_since.is_not(None))).all()


def test_a_book_alone_leaves_the_other_book_and_rejected_rows_listed(take: Import) -> None:
    take(mh=[row(), row(name1="Bad")], sa=[row("sa", name1="Else")])
    result = take(mh=[row(), row(name1="Bad", phone="none")])
    assert (counts(result), result.vanished) == ((0, 0, 1, 1), 0)


def test_too_many_gone_at_once_are_held_for_a_human(take: Import) -> None:
    everything = many("mh", 130)
    take(mh=everything)
    result = take(mh=everything[:10])
    assert (result.vanished, result.held) == (0, 120)
    assert not db.session.scalars(select(d.Service).where(d.Service.not_in_source_since.is_not(None))).all()
    assert take(mh=everything[:10], accept_vanished=True).vanished == 120


def test_what_a_human_changed_stays(take: Import) -> None:
    take(mh=[row()])
    listing = the(d.ServiceAtLocation)
    with write() as session:
        listing.service.description = "Ask for Kim."
        listing.phones[0].number = "615-555-0999"
        for resource, found, name in (
            ("service", listing.service_id, "description"),
            ("service_at_location", listing.id, "intake_phone"),
            ("service_at_location", listing.id, "address"),
        ):
            session.add(
                d.Metadata(
                    resource_type=resource,
                    resource_id=found,
                    last_action_date=listing.service.last_modified,
                    last_action_type="update",
                    field_name=name,
                    updated_by="Pat Provider",
                )
            )
        listing.location.addresses[0].address_2 = "Rear door"
    assert counts(take(mh=[row(phone="615-555-0100", service_code_info="MH * HI", zip="37902")])) == (
        0,
        1,
        0,
        0,
    )
    db.session.expire_all()
    assert listing.service.description == "Ask for Kim."
    assert listing.phones[0].number == "615-555-0999"
    assert (listing.location.addresses[0].address_2, listing.location.time_zone) == (
        "Rear door",
        "America/Chicago",
    )
    assert codes_of(listing.service, "handrail") == {("care", "inpatient"), ("field", "mental_health")}


def test_a_place_made_confidential_gets_no_address_and_no_point_back(take: Import) -> None:
    take(mh=[row(street2="Suite 1")])
    place = the(d.Location)
    with write() as session:
        for address in list(place.addresses):
            session.delete(address)
        place.addresses.clear()
        session.flush()
        place.address_confidential, place.latitude, place.longitude, place.point_kind = (
            True,
            None,
            None,
            "none",
        )
    take(mh=[row(street2="Suite 1", zip="37902")])
    db.session.expire_all()
    assert (place.latitude, place.addresses) == (None, [])
    assert the(d.ServiceAtLocation).description == ""


def test_a_dry_run_counts_and_writes_nothing(take: Import, tmp_path: Path) -> None:
    assert counts(take(mh=[row(), row(zip="x")], dry_run=True)) == (1, 0, 0, 1)
    for table in (d.Service, d.ImportRun, d.RejectedRow, d.Taxonomy):
        assert number_of(table) == 0


@pytest.mark.sqlite_only
def test_text_that_looks_like_markup_or_a_formula_is_only_text(take: Import, tmp_path: Path) -> None:
    names = [
        "<script>alert(1)</script>",
        "=cmd|'/c calc'!A0",
        "{{7*7}}",
        "'; DROP TABLE service;--",
        "x \u202e y \U0001f600",
    ]
    assert counts(take(mh=[row(name1=name) for name in names])) == (5, 0, 0, 0)
    assert set(db.session.scalars(select(d.Organization.name))) == set(names)


@pytest.mark.sqlite_only
def test_rejected_rows_are_kept_and_reported_without_formulas(take: Import, tmp_path: Path) -> None:
    report = tmp_path / "rejected.csv"
    result = take(mh=[row(), row(phone="@SUM"), row(name1="x" * 301)], report=report)
    assert counts(result) == (1, 0, 0, 2)
    kept = db.session.scalars(select(d.RejectedRow).order_by(d.RejectedRow.row)).all()
    assert [(found.row, found.file) for found in kept] == [(3, "mh.xlsx"), (4, "mh.xlsx")]
    lines = report.read_text().splitlines()
    assert lines[0] == "file,row,reason"
    assert len(lines) == 3


@pytest.mark.parametrize("text", ["=1+1", "+1", "-2", "@SUM", "\t=1", "\r=1", "＝1", "|x", "'quoted", " =1"])
def test_no_cell_of_a_report_is_a_formula(text: str) -> None:
    assert safe_cell(text) == f"'{text}"
    assert safe_cell("Example Center") == "Example Center"


@pytest.mark.sqlite_only
def test_a_zip_without_a_point_or_unknown_leaves_the_place_unplaced(take: Import) -> None:
    take(mh=[row(zip="37000"), row(name1="Far", zip="99999")])
    assert {(place.point_kind, place.latitude) for place in db.session.scalars(select(d.Location))} == {
        ("none", None)
    }


@pytest.mark.sqlite_only
def test_nothing_is_written_when_one_of_two_books_is_bad(take: Import, tmp_path: Path) -> None:
    good = make_book(tmp_path / "good.xlsx", "mh", [row()])
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(good.read_bytes()[:-40])
    with pytest.raises(exchange.BadWorkbook):
        exchange.import_samhsa(TERMINAL, [good, bad])
    for table in (d.Service, d.ImportRun, d.Taxonomy):
        assert number_of(table) == 0


def test_every_crosswalk_code_is_a_word_of_ours() -> None:
    words = {code for codes in EVERY.values() for code in codes}
    assert {own for ours in CROSSWALK.values() for own in ours} <= words
    assert all(len(code) in (2, 3) for _name, code in LANGUAGES.values())
    assert {key for key in CROSSWALK if key.code == "DV"} == {("mh", "SG", "DV"), ("sa", "SG", "DV")}
    assert CODES.keys() == {key.book for key in CROSSWALK}


def test_one_organization_spelled_in_two_ways_gets_the_same_name_in_any_order(take: Import) -> None:
    take(
        mh=[
            row(name1="Unity point Health", street1="2 Oak St"),
            row(name1="Unity Point Health", street1="1 Elm St"),
        ]
    )
    assert the(d.Organization).name == "Unity Point Health"
