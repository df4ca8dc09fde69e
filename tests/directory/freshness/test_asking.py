"""The worker asks who keeps a listing whether it is right: in time, three times, never twice at once, never a victim service."""

import pytest
from sqlalchemy import select

from portal import directory
from portal.accounts.queries import actor_of
from portal.directory import models as d
from portal.messages.models import Message
from portal.store import clock, db, write
from tests.directory.freshness.steps import ask, assured, come_back, later, letters, only, states
from tests.people import Cast


def test_a_letter_goes_to_the_desk_three_weeks_before_a_word_no_longer_holds(cast: Cast) -> None:
    only(cast.crisis_center, cast.shelter, days_ago=68)
    assert ask() == 0
    assured(cast.crisis_center, 69)  # a crisis center's word holds 90 days
    assert ask() == 1
    letter = letters()[0]
    assert letter.to_address == cast.crisis_center.desk.email
    assert "/confirmation/" in letter.text
    assert "/confirmation/" in letter.html
    assert ask() == 0
    assert [
        cast.crisis_center.service.name in text for text in (letter.subject, letter.text, letter.html)
    ] == [False] * 3


@pytest.mark.sqlite_only
def test_two_reminders_and_then_the_steward_calls(cast: Cast) -> None:
    only(cast.crisis_center, cast.shelter)
    assert ask() == 1
    assert "asked you before" not in letters()[0].text
    for day, said, sent in ((6, 0, 1), (7, 1, 2), (14, 1, 3), (21, 0, 3), (28, 0, 3)):
        with later(days=day):
            assert (ask(), len(letters())) == (said, sent), day
            assert not said or "asked you before" in letters()[-1].text
    assert states() == ["silent"]
    with later(days=21):
        lines = directory.due_list(actor_of(cast.steward)).rows
        assert [line.why for line in lines if line.listing.id == cast.crisis_center.id] == [("silent",)]


@pytest.mark.sqlite_only
def test_one_letter_asks_about_all_services_of_a_desk(cast: Cast) -> None:
    with write() as session:
        home = cast.crisis_center.service.organization_id
        for name in ("Second", "Third"):
            service = d.Service(organization_id=home, name=name, last_modified=clock.now())
            session.add(service)
            session.flush()
            session.add(
                d.ServiceAtLocation(
                    service_id=service.id,
                    location_id=cast.crisis_center.location_id,
                    desk_id=cast.crisis_center.desk_id,
                )
            )
    only(cast.crisis_center, cast.shelter)
    assert ask() == 1
    assert states() == ["asked"] * 3
    assert "3 services of yours" in letters()[0].text


@pytest.mark.sqlite_only
def test_a_desk_without_an_address_is_asked_through_its_people(cast: Cast) -> None:
    with write() as session:
        session.get_one(d.ServiceAtLocation, cast.crisis_center.number).desk_id = None
    only(cast.crisis_center, cast.shelter)
    ask()
    assert letters()[0].to_address == cast.provider.email


@pytest.mark.sqlite_only
def test_a_victim_service_is_never_written_to_and_is_called_instead(cast: Cast) -> None:
    with write() as session:
        desk = d.Contact(
            organization_id=cast.victim_service.service.organization_id, email="haven@test.invalid"
        )
        session.add(desk)
        session.flush()
        session.get_one(d.ServiceAtLocation, cast.victim_service.number).desk_id = desk.id
    only(cast.victim_service, cast.crisis_center, cast.shelter, days_ago=400)
    assert ask() == 0
    due = directory.due_list(actor_of(cast.steward)).rows
    assert [line.listing.id for line in due] == [cast.victim_service.id]


@pytest.mark.sqlite_only
def test_who_has_not_joined_is_written_to_only_if_the_community_wants_it(cast: Cast) -> None:
    only(cast.detox, cast.crisis_center, cast.shelter, cast.hotline, days_ago=None)
    with write() as session:
        session.get_one(d.ServiceAtLocation, cast.detox.number).service.email = "info@detox.invalid"
    assert ask() == 0
    steward = actor_of(cast.steward)
    stands = directory.schedule_for(steward)
    assert stands is not None
    directory.set_schedule(steward, stands.paces, True, version=stands.version)
    assert ask() == 1
    assert letters()[0].to_address == "info@detox.invalid"


@pytest.mark.sqlite_only
def test_mail_that_comes_back_is_the_stewards_at_once(cast: Cast) -> None:
    only(cast.crisis_center, cast.shelter)
    ask()
    come_back(letters()[0])
    assert [line.why for line in directory.due_list(actor_of(cast.steward)).rows] == [("returned",)]
    with later(days=7):
        assert ask() == 0
    assert states() == ["returned"]
    with later(days=100):  # a dead address is not written to again
        assert ask() <= 1
    assert {letter.to_address for letter in letters()} <= {
        cast.crisis_center.desk.email,
        cast.shelter.desk.email,
    }
    assert len([x for x in letters() if x.to_address == cast.crisis_center.desk.email]) == 1


def test_still_right_ends_the_asking_and_drops_what_is_queued(cast: Cast) -> None:
    only(cast.crisis_center, cast.shelter)
    ask()
    assert directory.assure_service(actor_of(cast.provider), cast.crisis_center.id) is True
    assert states() == ["confirmed"]
    assert [db.session.get_one(Message, letters()[0].id).state] == ["dropped"]
    with later(days=10):
        assert ask() == 0


@pytest.mark.sqlite_only
def test_a_desk_that_calls_its_listing_wrong_is_asked_at_once(cast: Cast) -> None:
    only(cast.crisis_center, cast.shelter, days_ago=1)
    with write() as session:
        session.add(
            d.ListingFlag(service_at_location_id=cast.crisis_center.id, reason="listing", at=clock.now())
        )
    assert ask() == 1
    assert [line.why for line in directory.due_list(actor_of(cast.steward)).rows] == [("flag",)]


@pytest.mark.sqlite_only
def test_a_large_import_does_not_write_to_everybody_at_once(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.directory.freshness.asking.MOST_A_DAY", 1)
    assured(cast.crisis_center, 85)
    assured(cast.shelter, 88)
    assert ask() == 1
    assert ask() == 0
    assert letters()[0].to_address == cast.shelter.desk.email  # the longest unconfirmed first
    with later(days=1, minutes=1):
        assert ask() == 1
    assert db.session.scalar(select(d.ConfirmationLetter.id).limit(1)) is not None
