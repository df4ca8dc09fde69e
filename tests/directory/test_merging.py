"""One listing from many sources: what is merged, what waits, what is shown, and the way back."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, select

from portal import directory
from portal.directory import cards, write_terms
from portal.directory import models as d
from portal.directory.merging.words import name_of, phone_of, street_of
from portal.store import Actor, Base, Conflict, clock, db, write
from portal.store.actor import ANONYMOUS, TERMINAL
from tests.people import Cast

# What any verb adds to and never takes back: who did what when.
ADDED_TO = ("metadata", "change", "audit_entry", "audit_chain", "duplicate_pair")


def steward(cast: Cast) -> Actor:
    return Actor(
        kind="account",
        community_id=cast.community.id,
        name="Stew Ard",
        memberships=frozenset({("steward", None)}),
    )


def provider(cast: Cast) -> Actor:
    return Actor(
        kind="account", community_id=cast.community.id, memberships=frozenset({("provider", cast.team.id)})
    )


def add(
    cast: Cast,
    source: str,
    owner: str,
    program: str,
    street: str,
    *,
    service: str = "Substance use treatment",
    field: str = "substance_use",
    phone: str = "615-555-0180",
    suite: str = "",
    confidential: bool = False,
    kind: str = "treatment_provider",
    point: tuple[float, float] | None = None,
    **more: Any,
) -> UUID:
    """A listing as a source would bring it; its id."""
    key = uuid4().hex
    with write() as session:
        of = d.Organization(
            id=uuid4(), community_id=cast.community.id, name=owner, kind=kind, source=source, source_key=key
        )
        place = d.Location(
            id=uuid4(), organization_id=of.id, name=program, source=source, source_key=key, address_confidential=confidential,
            latitude=point[0] if point else None, longitude=point[1] if point else None,
            point_kind="exact" if point else "none",
        )  # fmt: skip
        session.add(of)
        session.flush()
        session.add(place)
        session.flush()
        if not confidential:
            session.add(
                d.Address(
                    location_id=place.id, address_1=street, address_2=suite, city="Nashville", state_province="TN",
                    postal_code="37203",
                )
            )  # fmt: skip
        made = d.Service(
            id=uuid4(),
            organization_id=of.id,
            name=service,
            last_modified=clock.now(),
            source=source,
            source_key=key,
            **more,
        )
        session.add(made)
        session.flush()
        at = d.ServiceAtLocation(id=uuid4(), service_id=made.id, location_id=place.id)
        session.add(at)
        session.flush()
        session.add(d.Phone(service_at_location_id=at.id, number=phone))
        session.add(d.ServiceTerm(service_number=made.number, term_number=write_terms()[field]))
        directory.record_change(session, at.number)
        return at.id


def twice(cast: Cast) -> tuple[UUID, UUID]:
    """One service, from a book and from a register of licenses."""
    first = add(cast, "book", "River House Inc", "", "12 North Oak Street")
    second = add(
        cast, "licenses", "RIVER HOUSE, INCORPORATED", "RIVER HOUSE", "12 N. OAK ST.", phone="(615) 555-0181",
        point=(36.15, -86.80), eligibility_description="Women",
    )  # fmt: skip
    return first, second


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, but those that are only added to."""
    return {
        table.name: sorted((tuple(row) for row in db.session.execute(select(table))), key=repr)
        for table in Base.metadata.sorted_tables
        if table.name not in ADDED_TO
    }


def pair_of(level: str) -> d.DuplicatePair:
    db.session.expire_all()
    return db.session.scalars(select(d.DuplicatePair).where(d.DuplicatePair.level == level)).one()


def test_names_streets_and_phones_are_compared_whoever_wrote_them() -> None:
    assert name_of("Madera County Behav Hlth Servs, Inc.") == name_of(
        "MADERA COUNTY BEHAVIORAL HEALTH SERVICES"
    )
    assert street_of("12 North Oak Street", "Suite A-220") == street_of("12 N. OAK ST", "STE A220")
    assert street_of("1 Oak Street", "10th Floor West") != street_of("1 Oak Street", "10th Floor Ward")
    assert street_of("107-20 Northern Boulevard").number == "107-20"
    assert street_of("319- A University Dr.").number == "319a"
    assert street_of("1415 1/2 College Drive").number == "1415-1/2"
    assert phone_of("+1 (615) 555-0123") == "6155550123"
    assert phone_of("988") == ""


def test_what_is_sure_is_merged_and_the_card_knows_what_both_sources_know(app: Flask, cast: Cast) -> None:
    first, second = twice(cast)
    found = directory.find_duplicates(TERMINAL)
    assert (found.merged["place"], found.merged["organization"], found.merged["listing"]) == (1, 1, 1)
    assert directory.stands_for(second) == first
    assert directory.stands_for(first) is None
    shown = directory.listing(first)
    assert shown is not None
    assert [phone.number for phone in shown.phones] == ["615-555-0180", "(615) 555-0181"]
    assert shown.eligibility == "Women"
    card = cards([shown.number])[shown.number]
    assert (card["lat"], card["point_kind"]) == (36.15, "exact")
    gone = directory.listing(second)
    assert gone is not None
    assert gone.status == "defunct", "searches and pages leave it out"
    assert gone.organization == "River House Inc"


def test_a_second_search_changes_nothing(app: Flask, cast: Cast) -> None:
    twice(cast)
    directory.find_duplicates(TERMINAL)
    before = everything(), db.session.query(d.Change).count()
    again = directory.find_duplicates(TERMINAL)
    assert sum(again.merged.values()) == 0
    assert (everything(), db.session.query(d.Change).count()) == before


@pytest.mark.sqlite_only
def test_the_clock_looks_once_a_night_and_not_on_the_first_day(app: Flask, cast: Cast) -> None:
    twice(cast)
    home = ZoneInfo(directory.community().time_zone)
    for day, hour, merges in (
        (20, 12, False),
        (20, 23, False),
        (21, 3, True),
        (21, 4, False),
        (22, 3, False),
    ):
        with time_machine.travel(datetime(2026, 11, day, hour, tzinfo=home), tick=False):
            assert (directory.find_duplicates_tonight(clock.now()) > 0) is merges, (day, hour)


def test_taking_apart_leaves_every_byte_as_it_was(app: Flask, cast: Cast) -> None:
    twice(cast)
    add(
        cast,
        "licenses",
        "River House",
        "Annex",
        "12 North Oak Street",
        field="mental_health",
        service="Counseling",
    )
    before = everything()
    directory.find_duplicates(TERMINAL)
    assert everything() != before
    for pair in db.session.scalars(select(d.DuplicatePair.id).where(d.DuplicatePair.state == "merged")).all():
        assert directory.decide_pair(steward(cast), pair, False) == "apart"
    assert everything() == before


def test_taking_one_pair_of_three_apart_leaves_the_other_two_merged(app: Flask, cast: Cast) -> None:
    ids = [add(cast, f"source{i}", "River House Inc", "", "12 Oak Street") for i in range(3)]
    rows = {
        row.id: row.location_id
        for row in db.session.scalars(select(d.ServiceAtLocation).where(d.ServiceAtLocation.id.in_(ids)))
    }
    directory.find_duplicates(TERMINAL)
    last = rows[ids[2]]
    for pair in db.session.scalars(select(d.DuplicatePair).where(d.DuplicatePair.level == "place")).all():
        if last in (pair.first_id, pair.second_id):
            directory.decide_pair(steward(cast), pair.id, False)
    db.session.expire_all()
    merged = {key: db.session.get_one(d.Location, place).merged_into_id for key, place in rows.items()}
    assert [merged[key] for key in ids] == [None, rows[ids[0]], None]


def test_what_a_steward_takes_apart_stays_apart(app: Flask, cast: Cast) -> None:
    twice(cast)
    directory.find_duplicates(TERMINAL)
    pair = pair_of("listing")
    directory.decide_pair(steward(cast), pair.id, False)
    again = directory.find_duplicates(TERMINAL)
    assert again.merged["listing"] == 0
    assert pair_of("listing").state == "apart"


def test_two_books_of_one_publisher_are_one_place_with_two_services(app: Flask, cast: Cast) -> None:
    first = add(
        cast,
        "samhsa_mh",
        "River House",
        "",
        "12 Oak Street",
        service="Mental health treatment",
        field="mental_health",
    )
    second = add(cast, "samhsa_sa", "River House Inc", "", "12 Oak St")
    found = directory.find_duplicates(TERMINAL)
    assert (found.merged["place"], found.merged["listing"]) == (1, 0)
    assert directory.stands_for(first) is None
    assert directory.stands_for(second) is None


@pytest.mark.parametrize(
    ("owner", "street", "suite"),
    [
        ("Other Hands", "12 Oak Street", ""),
        ("River House", "14 Oak Street", ""),
        ("River House", "12 Elm Street", ""),
        ("River House", "12 Oak Street", "Suite 9"),
    ],
)
@pytest.mark.sqlite_only
def test_another_name_number_street_or_suite_is_not_merged(
    app: Flask, cast: Cast, owner: str, street: str, suite: str
) -> None:
    add(cast, "book", "River House", "", "12 Oak Street", suite="Suite 1" if suite else "")
    add(cast, "licenses", owner, "", street, suite=suite, phone="615-555-0199")
    assert sum(directory.find_duplicates(TERMINAL).merged.values()) == 0


@pytest.mark.sqlite_only
def test_confidential_places_and_victim_services_are_in_no_pair(app: Flask, cast: Cast) -> None:
    for kind, hidden in (("victim_service", False), ("social_service", True)):
        for source in ("book", "licenses"):
            add(cast, source, "Harbor Home", "", "12 Oak Street", kind=kind, confidential=hidden)
    directory.find_duplicates(TERMINAL)
    assert db.session.scalars(select(d.DuplicatePair)).all() == []


@pytest.mark.sqlite_only
def test_an_organization_that_answers_here_is_merged_by_a_steward_alone(app: Flask, cast: Cast) -> None:
    first, _second = twice(cast)
    row = db.session.scalars(select(d.ServiceAtLocation).where(d.ServiceAtLocation.id == first)).one()
    with write():
        db.session.get_one(d.Organization, row.service.organization_id).joined_at = clock.now()
    directory.find_duplicates(TERMINAL)
    assert pair_of("organization").state == "waiting"
    assert pair_of("place").state == "merged"


@pytest.mark.sqlite_only
def test_who_works_here_stands_for_who_is_only_in_a_book(app: Flask, cast: Cast) -> None:
    first, second = twice(cast)
    row = db.session.scalars(select(d.ServiceAtLocation).where(d.ServiceAtLocation.id == second)).one()
    with write():
        db.session.get_one(d.Organization, row.service.organization_id).joined_at = clock.now()
    directory.find_duplicates(TERMINAL)
    assert directory.stands_for(first) == second


@pytest.mark.sqlite_only
def test_a_crisis_number_of_another_source_is_not_taken_over(app: Flask, cast: Cast) -> None:
    first, second = twice(cast)
    with write() as session:
        session.add(d.Phone(service_at_location_id=second, number="615-555-0911", type="crisis"))
    directory.find_duplicates(TERMINAL)
    shown = directory.listing(first)
    assert shown is not None
    assert "615-555-0911" not in [phone.number for phone in shown.phones]


@pytest.mark.sqlite_only
def test_a_source_goes_on_writing_its_own_row_and_the_card_follows(app: Flask, cast: Cast) -> None:
    first, second = twice(cast)
    directory.find_duplicates(TERMINAL)
    row = db.session.scalars(select(d.ServiceAtLocation).where(d.ServiceAtLocation.id == second)).one()
    with write() as session:
        session.get_one(
            d.ServiceAtLocation, row.number
        ).service.eligibility_description = "Women and children"
    shown = directory.listing(first)
    assert shown is not None
    assert shown.eligibility == "Women and children"


@pytest.mark.sqlite_only
def test_places_that_have_moved_apart_are_two_again(app: Flask, cast: Cast) -> None:
    _first, second = twice(cast)
    directory.find_duplicates(TERMINAL)
    row = db.session.scalars(select(d.ServiceAtLocation).where(d.ServiceAtLocation.id == second)).one()
    with write() as session:
        session.scalars(
            select(d.Address).where(d.Address.location_id == row.location_id)
        ).one().address_1 = "900 Far Road"
    found = directory.find_duplicates(TERMINAL)
    assert (found.parted["place"], found.parted["listing"], found.parted["organization"]) == (1, 1, 1)
    assert db.session.scalars(select(d.DuplicatePair)).all() == []
    assert directory.stands_for(second) is None


def test_only_a_steward_of_the_community_decides_and_the_second_word_is_a_conflict(
    app: Flask, cast: Cast
) -> None:
    add(cast, "book", "River House", "", "12 Oak Street")
    add(cast, "licenses", "Northern Lights", "", "12 Oak Street")
    directory.find_duplicates(TERMINAL)
    pair = pair_of("place")
    assert pair.state == "waiting"
    for other in (
        ANONYMOUS,
        provider(cast),
        Actor(kind="account", community_id=uuid4(), memberships=frozenset({("steward", None)})),
    ):
        assert directory.decide_pair(other, pair.id, True) is None
        assert directory.pairs_for(other).rows == ()
    assert len(directory.pairs_for(steward(cast)).rows) == 1
    assert directory.decide_pair(steward(cast), pair.id, True, seen="waiting") == "merged"
    with pytest.raises(Conflict):
        directory.decide_pair(steward(cast), pair.id, False, seen="waiting")
    assert sum(directory.find_duplicates(ANONYMOUS).merged.values()) == 0


@pytest.mark.sqlite_only
def test_a_place_that_one_source_keeps_confidential_is_so_for_all(app: Flask, cast: Cast) -> None:
    first, second = twice(cast)
    directory.find_duplicates(TERMINAL)
    row = db.session.scalars(select(d.ServiceAtLocation).where(d.ServiceAtLocation.id == second)).one()
    with write() as session:
        session.execute(delete(d.Address).where(d.Address.location_id == row.location_id))
        place = session.get_one(d.Location, row.location_id)
        place.latitude = place.longitude = None
        place.point_kind, place.address_confidential = "none", True
    shown = directory.listing(first)
    assert shown is not None
    assert shown.confidential
    assert "Oak" not in repr(cards([shown.number]))
