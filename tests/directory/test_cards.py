"""The card: all that the public may see of a listing, as JSON, and nothing of a confidential place."""

import json
from datetime import date, time, timedelta

import pytest

from portal import directory
from portal.directory import models as d
from portal.store import clock, db, write
from tests.people import Cast

SECRETS = ("37219", "Hidden House", "Gate code 7", "side door")


def filled(row: d.ServiceAtLocation) -> None:
    """A listing that says something of everything."""
    with write() as session:
        row = session.merge(row)
        row.description = "Second floor."
        row.availability, row.availability_at = "limited", clock.now() - timedelta(minutes=3, microseconds=7)
        row.availability_source = "steward"
        service = row.service
        service.minimum_age, service.maximum_age, service.description = 18, None, "A place to rest."
        service.alternate_name, service.fees_description = "The Roof", "No cost"
        service.languages = [d.Language(name="Spanish", code="es"), d.Language(name="Arabic", code="ar")]
        service.required_documents = [d.RequiredDocument(document=paper) for paper in ("Photo ID", "Card")]
        service.service_areas = [
            d.ServiceArea(extent="37203", extent_type="zip"),
            d.ServiceArea(extent="Davidson County, TN", extent_type="county"),
            d.ServiceArea(extent="TN", extent_type="state"),
        ]
        row.schedules = [
            d.Schedule(byday="SA,SU", opens_at=time(22), closes_at=time(6, 30)),
            d.Schedule(byday="MO,TU", opens_at=time(9), closes_at=time(17), valid_to=date(2099, 1, 1)),
        ]
        row.phones.append(d.Phone(number="615-555-0199", type="crisis", extension="4", ordinal=2))


def card_of(row: d.ServiceAtLocation) -> directory.Card:
    return directory.cards([row.number])[row.number]


def test_a_card_says_what_the_rows_say(cast: Cast) -> None:
    filled(cast.crisis_center)
    card = card_of(cast.crisis_center)
    assert (card["number"], card["id"]) == (cast.crisis_center.number, str(cast.crisis_center.id))
    assert (card["name"], card["alternate_name"], card["more"]) == (
        "Crisis Receiving",
        "The Roof",
        "Second floor.",
    )
    assert card["address"] == ["1 Main St", "", "Nashville", "TN", "37203"]
    assert card["hours"] == [
        ["MO,TU", "09:00", "17:00", None, "2099-01-01"],
        ["SA,SU", "22:00", "06:30", None, None],
    ]
    assert [phone[:3] for phone in card["phones"]] == [
        ["615-555-0123", "", "intake"],
        ["615-555-0199", "4", "crisis"],
    ]
    assert card["languages"] == [["ar", "Arabic"], ["es", "Spanish"]]
    assert card["documents"] == ["Card", "Photo ID"]
    assert ["care", "crisis_center"] in card["terms"]
    assert [area[1] for area in card["areas"]] == ["Davidson County, TN", "TN", "37203"]
    assert (card["ages"], card["how"], card["status"]) == ([18, None], "refer", "active")
    assert card["assured"] == str(cast.crisis_center.service.assured_date)


def test_a_card_outlives_a_trip_through_json(cast: Cast) -> None:
    filled(cast.crisis_center)
    now = clock.now()
    for card in directory.cards([row.number for row in (cast.crisis_center, cast.victim_service)]).values():
        again = json.loads(json.dumps(card))
        assert again == card
        one, two = directory.listing_of(card, now), directory.listing_of(again, now)
        assert one == two
        for name in (
            "id",
            "hours_words",
            "open",
            "availability",
            "freshness",
            "service_areas",
            "care",
            "phones",
        ):
            assert getattr(one, name) == getattr(two, name)
    at = directory.cards([cast.crisis_center.number])[cast.crisis_center.number]["availability_at"]
    stored = db.session.get_one(d.ServiceAtLocation, cast.crisis_center.number).availability_at
    assert stored is not None
    assert at == stored.timestamp()


def test_a_card_of_a_confidential_place_holds_nothing_of_it(cast: Cast) -> None:
    filled(cast.victim_service)
    with write() as session:
        place = session.get_one(d.Location, cast.victim_service.location_id)
        place.name, place.description, place.transportation = (
            "Hidden House",
            "Gate code 7",
            "By the side door",
        )
        session.add(
            d.ServiceArea(service_id=cast.victim_service.service_id, extent="37219", extent_type="zip")
        )
    card = card_of(cast.victim_service)
    said = json.dumps(card)
    assert not [secret for secret in SECRETS if secret in said]
    assert (card["place"], card["address"], card["transportation"]) == ("", [], "")
    assert (card["lat"], card["lon"], card["point_kind"]) == (None, None, None)
    assert [kind for kind, _extent, _name in card["areas"]] == ["county", "state"]
    assert card["area_text"] == "Davidson County"
    seen = repr(directory.listing(cast.victim_service.id))
    assert not [secret for secret in SECRETS if secret in seen]


@pytest.mark.sqlite_only
def test_cards_come_in_the_order_asked_and_of_any_status(cast: Cast) -> None:
    with write() as session:
        session.get_one(d.Service, cast.detox.service.number).status = "inactive"
    wanted = [cast.shelter.number, cast.detox.number]
    found = directory.cards([10**9, *wanted])
    assert list(found) == wanted
    assert found[cast.detox.number]["status"] == "inactive"
    assert directory.cards([]) == {}


@pytest.mark.sqlite_only
def test_more_cards_than_one_batch(cast: Cast) -> None:
    """Unknown numbers fill the first batch; the known ones come in the second."""
    numbers = [*range(10**9, 10**9 + 1200), cast.hotline.number]
    assert list(directory.cards(numbers)) == [cast.hotline.number]


@pytest.mark.sqlite_only
def test_open_is_worked_out_for_each_minute(cast: Cast) -> None:
    filled(cast.shelter)
    card = card_of(cast.shelter)
    monday = clock.now().replace(
        year=2026, month=11, day=23, hour=22, minute=59, second=59, microsecond=999999
    )
    before, after = (
        directory.listing_of(card, moment) for moment in (monday, monday + timedelta(microseconds=1))
    )
    assert (before.open.open, after.open.open) == (True, False)  # 5 pm in Chicago
