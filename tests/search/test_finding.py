"""What people look for, and what they find; asked of the index and of the database that stands in for it."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from sqlalchemy import update

from portal.directory import models as d
from portal.directory.feed import record_change
from portal.geo import PlaceUnknown
from portal.search import Answer, catch_up, rebuild
from portal.store import clock, db, write
from tests.people import Cast
from tests.search.conftest import names

Ask = Callable[..., Answer]


SAID = [
    ("Withdrawal Unit", "Withdrawal Unit"),
    ("detox", "Withdrawal Unit"),
    ("necesito desintoxicación", "Withdrawal Unit"),
    ("dope sick", "Withdrawal Unit"),
    ("family shelters", "Family Shelter"),
    ("albergue", "Family Shelter"),
    ("psychiatric emergency", "Crisis Receiving"),
    ("I am suicidal & need help", "Crisis Line"),
    ("  crisis   LINE ", "Crisis Line"),
    ("domestic violence", "Haven House"),
]


def test_words_of_the_field_the_street_and_spanish_find_the_service(either_engine: Cast, ask: Ask) -> None:
    found = {words: names(ask(q=words))[:2] for words, _first in SAID}
    assert [words for words, first in SAID if first not in found[words]] == []


@pytest.mark.sqlite_only
def test_a_slip_of_typing_or_an_unfinished_word_still_finds(indexed: Cast, ask: Ask) -> None:
    for words in ("witdrawal", "withdrawl unit", "withdrwaal", "Withdra"):
        assert names(ask(q=words))[0] == "Withdrawal Unit"


@pytest.mark.sqlite_only
def test_a_short_word_is_never_guessed(indexed: Cast, ask: Ask) -> None:
    assert ask(q="unix").total == 0


def test_all_words_first_else_any_and_said_so(either_engine: Cast, ask: Ask) -> None:
    answer = ask(q="test crisis")
    assert names(answer)[0].startswith("Crisis")
    assert any("below them" in sentence for sentence in answer.notice)
    assert not answer.any_word
    answer = ask(q="haven zebra")
    assert names(answer) == ["Haven House"]
    assert any("some of them" in sentence for sentence in answer.notice)


def test_filters_of_one_kind_are_or_and_of_two_kinds_are_and(either_engine: Cast, ask: Ask) -> None:
    assert set(names(ask(care="detox"))) == {"Withdrawal Unit"}
    assert ask(care="detox", pay="free").total == 0
    assert ask(**{"for": "families"}).total == 1
    assert set(names(ask(pay="free"))) == {"Crisis Receiving", "Crisis Line"}


def test_nearer_comes_first_with_its_miles_and_the_rest_is_out_of_reach(
    either_engine: Cast, ask: Ask
) -> None:
    answer = ask(near="37203", within="25")
    placed = [(hit.listing.name, hit.distance_miles) for hit in answer.hits if hit.distance_miles is not None]
    assert [name for name, _miles in placed] == ["Crisis Receiving", "Family Shelter", "Withdrawal Unit"]
    assert placed[0][1] == pytest.approx(0.93, abs=0.05)
    assert "0.9 mi from 37203" in answer.hits[names(answer).index("Crisis Receiving")].why
    assert "Withdrawal Unit" not in names(ask(near="37203", within="2"))
    assert {"Crisis Line", "Haven House"} == set(names(ask(near="38103")))


def test_a_hotline_is_never_lost_to_a_radius_and_says_whom_it_serves(either_engine: Cast, ask: Ask) -> None:
    for near in ("37203", "38103", "42101", "09001", "45.5, -100.25"):
        answer = ask(near=near, within="1")
        hit = next(hit for hit in answer.hits if hit.listing.name == "Crisis Line")
        assert hit.distance_miles is None
        assert "Serves the whole country" in hit.why


def test_a_statewide_service_serves_its_state_and_no_other(community: Cast, ask: Ask) -> None:
    with write() as session:
        session.add(d.ServiceArea(service_id=community.detox.service_id, extent="TN", extent_type="state"))
        session.add(
            d.ServiceArea(
                service_id=community.shelter.service_id, extent="Davidson, TN", extent_type="county"
            )
        )
    rebuild()
    hit = next(hit for hit in ask(near="38103").hits if hit.listing.name == "Withdrawal Unit")
    assert "Serves all of TN" in hit.why
    assert hit.distance_miles is not None
    assert hit.distance_miles > 180
    assert "Family Shelter" not in names(ask(near="38103"))
    assert "Withdrawal Unit" not in names(ask(near="42101", within="1"))
    assert "Family Shelter" in names(ask(near="37203", within="1"))


def test_a_confidential_place_has_no_distance_and_no_order_by_it(either_engine: Cast, ask: Ask) -> None:
    seen = set()
    for step in range(0, 50, 7):
        point = f"{35.5 + step / 40:.3f}, {-87.5 + step / 40:.3f}"
        answer = ask(q="haven", near=point, within="500")
        seen.update((hit.distance_miles, hit.listing.latitude, hit.why) for hit in answer.hits)
    assert all(miles is None and latitude is None for miles, latitude, _why in seen)
    assert "Haven House" in names(ask(q="haven Davidson"))


def test_open_now_uses_the_listings_own_hours(community: Cast, ask: Ask) -> None:
    with write() as session:
        schedule = session.query(d.Schedule).filter_by(service_at_location_id=community.detox.id).one()
        schedule.byday, schedule.opens_at, schedule.closes_at = (
            "MO",
            schedule.opens_at.replace(9),
            schedule.closes_at.replace(17),
        )
    rebuild()
    with time_machine.travel("2026-03-02T15:30:00Z", tick=False):  # Monday 9:30 in Chicago
        assert "Withdrawal Unit" in names(ask(open="now"))
        assert "Withdrawal Unit" in names(ask(q="detox open now"))
    with time_machine.travel("2026-03-02T14:30:00Z", tick=False):
        assert "Withdrawal Unit" not in names(ask(open="now"))
        assert ask(q="detox", open="now").total == 0
        late = ask(q="detox tonight")  # a guess gives way before the page stays empty, and says so
        assert names(late) == ["Withdrawal Unit"]
        assert late.notice[0].startswith("Nothing that fits is known to be open now.")
        assert "open" not in {part.code for part in late.understood}
        assert ask(q="detox").total == 1


def test_room_raises_no_room_lowers_and_both_fade(community: Cast, ask: Ask) -> None:
    with write() as session:
        for listing, value in ((community.shelter, "yes"), (community.crisis_center, "no")):
            row = session.query(d.ServiceAtLocation).filter_by(number=listing.number).one()
            row.availability, row.availability_at, row.availability_source = value, clock.now(), "desk"
    rebuild()
    answer = ask(near="37203")
    placed = [hit for hit in answer.hits if hit.distance_miles is not None]
    assert [hit.listing.name for hit in placed] == ["Family Shelter", "Withdrawal Unit", "Crisis Receiving"]
    assert any(why.startswith("Room: Yes") for why in placed[0].why)
    with time_machine.travel(clock.now() + timedelta(hours=25), tick=False):
        placed = [hit for hit in ask(near="37203").hits if hit.distance_miles is not None]
        assert placed[0].listing.name == "Crisis Receiving"


def test_a_place_among_the_words_is_understood_and_can_be_taken_out(indexed: Cast, ask: Ask) -> None:
    for words in (
        "detox near 37203",
        "detox in Nashville",
        "detox 37203",
        "desintoxicación cerca de Nashville",
    ):
        answer = ask(q=words)
        assert answer.place is not None
        assert "Withdrawal Unit" in names(answer)
        note = next(note for note in answer.understood if note.code == "near")
        assert note.without
        assert "ashville" not in note.without.words
        assert "37203" not in note.without.words
    assert ask(q="in crisis").place is None


def test_what_was_understood_is_said_and_removable(indexed: Cast, ask: Ask) -> None:
    answer = ask(q="suboxone for women", care="detox", near="37203", open="now")
    sentences = [part.sentence for part in answer.understood]
    assert "“suboxone” as: Buprenorphine, Medication for opioid use" in sentences
    assert "Within 25 miles of 37203" in sentences
    without = {part.sentence: part.without for part in answer.understood if part.without}
    assert without["Detox"].care == ()
    assert without["Within 25 miles of 37203"].near == ""
    assert without["“suboxone” as: Buprenorphine, Medication for opioid use"].words == "for women"
    assert without["Open now"].open_now is False


@pytest.mark.sqlite_only
def test_an_unknown_place_is_refused_with_suggestions(indexed: Cast, ask: Ask) -> None:
    with pytest.raises(PlaceUnknown) as refused:
        ask(near="Nashvile")
    assert refused.value.suggestions == ["Nashville, TN"]


def test_the_json_has_the_promised_shape(indexed: Cast, ask: Ask) -> None:
    found = ask(q="family shelter", near="37203").as_json()
    assert found["total"] == 2  # and one that does not say for whom it is
    assert found["place"] == {
        "text": "37203",
        "lat": 36.1504,
        "lon": -86.7916,
        "kind": "zip",
        "approximate": False,
    }
    hit = found["hits"][0]
    assert set(hit) == {
        "id",
        "service_id",
        "name",
        "organization",
        "distance_miles",
        "open",
        "open_words",
        "matches_all",
        "availability",
        "assured_date",
        "why",
    }
    assert hit["id"] == str(indexed.shelter.id)
    assert hit["open"] is True
    assert hit["open_words"] == "Open 24 hours"
    assert hit["matches_all"] is True
    assert (found["match_all"], found["open_at"]) == (2, None)
    assert hit["availability"] == "unknown"
    assert ask(q="shelter").as_json()["place"] is None


def test_pages_are_stable_and_end(community: Cast, ask: Ask) -> None:
    with write() as session:
        for number in range(45):
            made = d.Service(
                organization_id=community.team.id, name=f"Same {number:02d}", last_modified=clock.now()
            )
            place = d.Location(
                organization_id=community.team.id, latitude=36.2, longitude=-86.7, point_kind="exact"
            )
            session.add_all([made, place])
            session.flush()
            session.add(d.ServiceAtLocation(service_id=made.id, location_id=place.id))
    rebuild()
    for more in ({}, {"near": "37203"}):
        pages = [names(ask(q="same", page=str(page), **more)) for page in (1, 2, 3, 4)]
        assert [len(page) for page in pages] == [20, 20, 5, 0]
        assert len({name for page in pages for name in page}) == 45
        assert pages[0] == names(ask(q="same", **more))
    assert ask(q="same").pages == 3


def test_a_closed_service_is_not_found(indexed: Cast, ask: Ask) -> None:
    with write() as session:
        service = session.query(d.Service).filter_by(id=indexed.detox.service_id).one()
        service.status = "temporarily closed"
        record_change(session, indexed.detox.number)
    assert names(ask(q="detox")) == []  # even before the index knows
    assert catch_up() == 1
    assert ask(q="detox").total == 0
    db.session.rollback()


def test_a_rare_word_one_slip_from_a_common_one_is_read_as_it_before_nothing_is_found(
    community: Cast, ask: Ask
) -> None:
    """A listing that misspells "residential" must not make the misspelling a word of its own."""
    with write() as session:
        for number in range(40):
            made = d.Service(
                organization_id=community.team.id,
                name=f"Residential House {number}" if number else "Residental Wing",
                last_modified=community.detox.service.last_modified,
            )
            session.add(made)
            session.flush()
            session.add(d.ServiceAtLocation(service_id=made.id, location_id=community.detox.location_id))
    rebuild()
    answer = ask(q="residental house")
    assert answer.total == 39
    assert "“residental”" in answer.notice[0]
    assert answer.did_you_mean
    assert answer.did_you_mean[1].exactly
    assert ask(q="residental wing").total == 1  # what is there as typed is not touched
    assert ask(q="residental wing").did_you_mean is None


SUNDAY_9_PM = "2026-11-22T21:00"


def test_at_a_chosen_time_every_card_and_the_json_say_how_it_is_then(either_engine: Cast, ask: Ask) -> None:
    with write() as session:
        for listing, byday, opens, closes in (
            (either_engine.shelter, "SU", time(20), time(23)),
            (either_engine.detox, "SA,MO", time(9), time(17)),
        ):
            hours = {"byday": byday, "opens_at": opens, "closes_at": closes}
            session.execute(
                update(d.Schedule).where(d.Schedule.service_at_location_id == listing.id).values(**hours)
            )
            record_change(session, listing.number)
    with time_machine.travel(datetime(2026, 11, 21, 18, 0, tzinfo=UTC), tick=False):  # Saturday noon there
        if ask().index_state == "ready":
            catch_up()
        answer = ask(open=SUNDAY_9_PM)
        assert "Withdrawal Unit" not in names(answer)  # open now, and not then
        hit = next(hit for hit in answer.hits if hit.listing.name == "Family Shelter")
        assert hit.listing.open.open is False
        assert hit.open.words == "Open Sunday at 9 pm"
        assert hit.open.words in hit.why
        assert hit.open.words not in hit.why_beside
        assert dict(hit.scored)["open"] > 0
        said = answer.as_json()
        assert said["open_at"] == SUNDAY_9_PM
        assert {(each["open"], each["open_words"]) for each in said["hits"]} == {
            (True, "Open Sunday at 9 pm")
        }
        later = ask(open="2026-11-29T21:00", q="family shelter").hits[0]
        assert later.open.words == "Open Sunday, Nov 29 at 9 pm"
        now = ask(q="family shelter").hits[0]
        assert (now.then, now.open.words) == (None, "Closed. Opens 8 pm Sunday")
