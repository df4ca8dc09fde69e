"""Editing a listing: who may, what is live, what waits, and what two people at once see."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from sqlalchemy import func, select

from portal import directory
from portal.accounts.models import Account
from portal.accounts.queries import actor_of
from portal.directory import models as d
from portal.store import Actor, Conflict, Refused, audit, clock, db, write
from portal.store.actor import ANONYMOUS
from tests.people import Cast


def version_of(listing_id: UUID) -> int:
    return (
        db.session.scalar(select(d.ServiceAtLocation.version).where(d.ServiceAtLocation.id == listing_id))
        or 0
    )


def changes_of(listing: d.ServiceAtLocation) -> int:
    found = db.session.scalar(
        select(func.count())
        .select_from(d.Change)
        .where(d.Change.service_at_location_number == listing.number)
    )
    return found or 0


def history_of(*ids: UUID) -> list[tuple[str, str, str, str]]:
    rows = db.session.scalars(
        select(d.Metadata).where(d.Metadata.resource_id.in_(ids)).order_by(d.Metadata.number)
    )
    return [(row.field_name, row.previous_value, row.replacement_value, row.updated_by) for row in rows]


def edit(account: Account, listing: d.ServiceAtLocation, **changes: str) -> directory.EditResult | None:
    return directory.propose_edit(actor_of(account), listing.id, version_of(listing.id), changes)


def test_a_provider_edits_their_own_listing_at_once(cast: Cast) -> None:
    row = cast.crisis_center
    before, feed = version_of(row.id), changes_of(row)
    result = edit(
        cast.provider,
        row,
        hours="Mon-Fri 9am-5pm",
        phone="615-555-0188 x 4",
        intake_phone="615-555-0199",
        eligibility_description="Adults in crisis",
        languages="Spanish, ASL",
        documents="Photo ID\nNothing else",
        alert="Closed on July 4",
        url="https://center.invalid/",
        desk_email="new-desk@test.invalid",
    )
    assert result is not None
    assert result.waiting == []
    assert set(result.live) >= {"hours", "phone", "languages", "desk_email"}
    seen = directory.listing(row.id)
    assert seen is not None
    assert [(line.days, line.words) for line in seen.hours] == [
        ("Monday to Friday", "9 am to 5 pm"),
        ("Saturday to Sunday", "Closed"),
    ]
    assert {(phone.type, phone.number, phone.extension) for phone in seen.phones} == {
        ("voice", "615-555-0188", "4"),
        ("intake", "615-555-0199", ""),
    }
    assert [language.code for language in seen.languages] == ["ase", "es"]
    assert seen.documents == ("Nothing else", "Photo ID")
    assert (seen.eligibility, seen.alert, seen.url) == (
        "Adults in crisis",
        "Closed on July 4",
        "https://center.invalid/",
    )
    assert version_of(row.id) > before
    assert changes_of(row) == feed + 1
    lines = history_of(row.id, row.service_id)
    assert ("phone", "", "615-555-0188 x 4", "Pat Provider") in lines
    assert ("intake_phone", "615-555-0123", "615-555-0199", "Pat Provider") in lines
    assert "new-desk@test.invalid" not in repr(lines)  # the history is exported
    view = directory.listing_for(actor_of(cast.provider), row.id)
    assert view is not None
    assert view.texts["desk_email"] == "new-desk@test.invalid"
    assert view.history[0].by == "Pat Provider"


@pytest.mark.sqlite_only
def test_hours_taken_out_are_unknown_again(cast: Cast) -> None:
    edit(cast.provider, cast.crisis_center, hours="")
    seen = directory.listing(cast.crisis_center.id)
    assert seen is not None
    assert (seen.hours, seen.open.open, seen.hours_words) == ((), None, "Hours unknown: call first")


@pytest.mark.sqlite_only
def test_nothing_changed_writes_nothing(cast: Cast) -> None:
    row = cast.crisis_center
    view = directory.listing_for(actor_of(cast.provider), row.id)
    assert view is not None
    before, feed = version_of(row.id), changes_of(row)
    assert edit(cast.provider, row, **view.texts) == directory.EditResult([], [])
    assert (version_of(row.id), changes_of(row)) == (before, feed)
    assert history_of(row.id, row.service_id) == []


def test_address_crisis_phone_and_name_wait_for_a_steward(cast: Cast) -> None:
    row = cast.crisis_center
    result = edit(
        cast.provider,
        row,
        crisis_phone="615-555-0911",
        address="9 New St\nNashville, TN 37211",
        name="Better",
        alert="Hi",
    )
    assert result == directory.EditResult(["alert"], ["name", "crisis_phone", "address"])
    seen = directory.listing(row.id)
    assert seen is not None
    assert (seen.name, seen.address[0], seen.alert) == ("Crisis Receiving", "1 Main St", "Hi")
    assert "615-555-0911" not in repr(seen)
    view = directory.listing_for(actor_of(cast.provider), row.id)
    assert view is not None
    assert view.waiting == {
        "crisis_phone": "615-555-0911",
        "address": "9 New St\nNashville, TN 37211",
        "name": "Better",
    }
    desk = directory.steward_desk(actor_of(cast.steward))
    assert desk.waiting_total == 3
    assert {(found.field, found.stands) for found in desk.waiting} == {
        ("crisis_phone", ""),
        ("name", "Crisis Receiving"),
        ("address", "1 Main St\nNashville, TN 37203"),
    }


def waiting_id(cast: Cast, field: str) -> UUID:
    return next(
        found.id for found in directory.steward_desk(actor_of(cast.steward)).waiting if found.field == field
    )


def test_an_approved_edit_is_live_and_moves_the_point_to_its_zip(cast: Cast) -> None:
    row = cast.crisis_center
    edit(cast.provider, row, address="9 New St\nNashville, TN 37211")
    feed, before = changes_of(row), version_of(row.id)
    assert directory.decide_proposal(actor_of(cast.steward), waiting_id(cast, "address"), True) == "approved"
    seen = directory.listing(row.id)
    assert seen is not None
    assert seen.address == ("9 New St", "Nashville, TN 37211")
    assert (seen.latitude, seen.longitude) != (36.16, -86.78)  # never left at the old door
    assert seen.point_kind in ("zip", "none")
    assert changes_of(row) == feed + 1
    assert version_of(row.id) > before
    assert history_of(row.id)[-1] == (
        "address", "1 Main St\nNashville, TN 37203", "9 New St\nNashville, TN 37211", "Stew Ard",
    )  # fmt: skip


@pytest.mark.sqlite_only
def test_a_refused_edit_changes_nothing_and_cannot_be_decided_twice(cast: Cast) -> None:
    row = cast.crisis_center
    edit(cast.provider, row, crisis_phone="615-555-0911")
    proposal, before = waiting_id(cast, "crisis_phone"), version_of(row.id)
    assert directory.decide_proposal(actor_of(cast.steward), proposal, False) == "refused"
    assert version_of(row.id) == before
    with pytest.raises(Conflict):
        directory.decide_proposal(actor_of(cast.steward), proposal, True)
    assert "615-555-0911" not in repr(directory.listing(row.id))


@pytest.mark.sqlite_only
def test_a_newer_edit_closes_the_older_so_nobody_agrees_to_unseen_words(cast: Cast) -> None:
    edit(cast.provider, cast.crisis_center, crisis_phone="615-555-0911")
    older = waiting_id(cast, "crisis_phone")
    edit(cast.provider, cast.crisis_center, crisis_phone="615-555-0912")
    edit(cast.provider, cast.crisis_center, crisis_phone="615-555-0912")  # a double tap adds none
    with pytest.raises(Conflict):
        directory.decide_proposal(actor_of(cast.steward), older, True)
    desk = directory.steward_desk(actor_of(cast.steward))
    assert [found.wanted for found in desk.waiting] == ["615-555-0912"]


@pytest.mark.sqlite_only
def test_a_steward_who_saw_an_old_value_looks_again(cast: Cast) -> None:
    edit(cast.provider, cast.crisis_center, crisis_phone="615-555-0911")
    proposal = waiting_id(cast, "crisis_phone")
    edit(cast.steward, cast.crisis_center, crisis_phone="615-555-0900")
    with pytest.raises(Conflict) as conflict:
        directory.decide_proposal(actor_of(cast.steward), proposal, True, stands="")
    assert conflict.value.current == "615-555-0900"
    assert [found.id for found in directory.steward_desk(actor_of(cast.steward)).waiting] == [proposal]


def test_a_steward_s_own_edit_is_live_at_once(cast: Cast) -> None:
    result = edit(cast.steward, cast.detox, crisis_phone="988", name="Detox West")
    assert result == directory.EditResult(["name", "crisis_phone"], [])
    seen = directory.listing(cast.detox.id)
    assert seen is not None
    assert (seen.name, [phone.number for phone in seen.phones if phone.type == "crisis"]) == (
        "Detox West",
        ["988"],
    )


def test_a_stale_edit_is_refused_with_both_texts(cast: Cast) -> None:
    row, opened = cast.crisis_center, version_of(cast.crisis_center.id)
    edit(cast.steward, row, description="The steward's words")
    feed, after = changes_of(row), version_of(row.id)
    with pytest.raises(Conflict) as conflict:
        directory.propose_edit(
            actor_of(cast.provider),
            row.id,
            opened,
            {"description": "The desk's words", "alert": "", "url": ""},
        )
    assert conflict.value.current == directory.BothTexts(
        after, {"description": "The steward's words"}, {"description": "The desk's words"}
    )
    assert (changes_of(row), version_of(row.id)) == (feed, after)
    assert directory.propose_edit(actor_of(cast.provider), row.id, after, {"description": "The desk's words"})


def test_an_edit_of_a_shared_service_makes_every_place_s_page_stale(cast: Cast) -> None:
    with write() as session:
        place = d.Location(
            organization_id=cast.crisis_center.service.organization_id, location_type="virtual"
        )
        session.add(place)
        session.flush()
        second = d.ServiceAtLocation(service_id=cast.crisis_center.service_id, location_id=place.id)
        session.add(second)
    opened = version_of(second.id)
    edit(cast.provider, cast.crisis_center, description="New for both")
    assert changes_of(second) == 1
    with pytest.raises(Conflict):
        directory.propose_edit(actor_of(cast.provider), second.id, opened, {"description": "Mine"})
    edit(cast.provider, cast.crisis_center, hours="Mon 9am-5pm")  # hours are the place's own
    assert version_of(second.id) == opened + 1


def test_strangers_neither_see_nor_change(cast: Cast) -> None:
    row = cast.crisis_center
    with write() as session:
        other = d.Community(name="Other County")
        session.add(other)
    elsewhere = Actor(kind="account", community_id=other.id, memberships=frozenset({("steward", None)}))
    others = [cast.stranger, cast.shelter_worker, cast.responder, cast.evaluator, cast.admin]
    for actor in [*(actor_of(account) for account in others), elsewhere, ANONYMOUS]:
        assert directory.listing_for(actor, row.id) is None
        assert row.id not in [found.id for found in directory.listings_for(actor).rows]
        assert directory.propose_edit(actor, row.id, version_of(row.id), {"alert": "x"}) is None
        assert directory.set_availability(actor, row.id, "no") is None
        assert directory.assure_service(actor, row.id) is None
    assert history_of(row.id, row.service_id) == []
    assert directory.listing_for(actor_of(cast.provider), uuid4()) is None


@pytest.mark.sqlite_only
def test_only_a_steward_decides_what_waits(cast: Cast) -> None:
    edit(cast.provider, cast.crisis_center, crisis_phone="615-555-0911")
    proposal = waiting_id(cast, "crisis_phone")
    for account in (cast.provider, cast.stranger, cast.shelter_worker, cast.admin):
        assert directory.decide_proposal(actor_of(account), proposal, True) is None
        assert directory.steward_desk(actor_of(account)).waiting == ()
    assert directory.decide_proposal(actor_of(cast.steward), uuid4(), True) is None


def test_a_confidential_place_takes_no_address_by_any_door(cast: Cast) -> None:
    row = cast.victim_service
    for name in ("address", "description", "eligibility_description", "alert"):
        text = "412 Canary St\nNashville, TN 37203"
        with pytest.raises(Refused, match="confidential"):
            edit(cast.steward, row, **{name: text})
    view = directory.listing_for(actor_of(cast.steward), row.id)
    assert view is not None
    assert "address" not in view.texts
    tables = [
        table
        for table in db.metadata.sorted_tables
        if table.name in ("metadata", "proposal", "service", "address")
    ]
    kept = [list(db.session.execute(select(table))) for table in tables]
    assert "Canary" not in repr(kept)


@pytest.mark.sqlite_only
def test_an_address_that_waits_dies_when_the_place_becomes_confidential(cast: Cast) -> None:
    row = cast.crisis_center
    edit(cast.provider, row, address="412 Canary St\nNashville, TN 37203")
    edit(cast.steward, row, address="414 Canary St\nNashville, TN 37203")
    proposal = waiting_id(cast, "address")
    with write() as session:
        session.query(d.Address).filter_by(location_id=row.location_id).delete()
        place = session.get_one(d.Location, row.location_id)
        place.latitude = place.longitude = None
        place.point_kind, place.address_confidential = "none", True
    with pytest.raises(Refused):
        directory.decide_proposal(actor_of(cast.steward), proposal, True)
    view = directory.listing_for(actor_of(cast.provider), row.id)
    assert view is not None
    assert "Canary" not in repr(view)
    assert "Canary" not in repr(directory.steward_desk(actor_of(cast.steward)))


@pytest.mark.sqlite_only
def test_the_audit_trail_names_the_fields_and_no_words(cast: Cast) -> None:
    edit(cast.provider, cast.crisis_center, alert="Secret words", hours="Mon 9am-5pm")
    entry = db.session.scalars(
        select(audit.AuditEntry).where(audit.AuditEntry.action == "propose_edit")
    ).one()
    assert (entry.subject_id, entry.reason) == (str(cast.crisis_center.id), "alert, hours")


@pytest.mark.parametrize("value", ["yes", "limited", "no", "unknown"])
def test_availability_is_set_by_one_tap(cast: Cast, value: str) -> None:
    row = cast.crisis_center
    before, feed = version_of(row.id), changes_of(row)
    shown = directory.set_availability(actor_of(cast.provider), row.id, value)
    assert shown is not None
    assert shown.value == value
    assert directory.listing(row.id).availability.value == value  # type: ignore[union-attr]
    assert history_of(row.id) == [("availability", "unknown", value, "Pat Provider")]
    assert changes_of(row) == feed + 1
    assert version_of(row.id) == before  # an edit that somebody has open is not disturbed


@pytest.mark.sqlite_only
def test_a_double_tap_is_one_and_a_later_tap_is_news(cast: Cast) -> None:
    row, actor = cast.crisis_center, actor_of(cast.provider)
    with time_machine.travel(clock.now(), tick=False) as travel:
        directory.set_availability(actor, row.id, "yes")
        travel.shift(timedelta(seconds=30))
        directory.set_availability(actor, row.id, "yes")
        assert len(history_of(row.id)) == 1
        travel.shift(timedelta(hours=2))
        directory.set_availability(actor, row.id, "yes")
        assert len(history_of(row.id)) == 2
        assert directory.listing(row.id).availability.words == "Yes, as of just now by the desk"  # type: ignore[union-attr]
        travel.shift(timedelta(hours=24))
        assert directory.listing(row.id).availability.value == "unknown"  # type: ignore[union-attr]


@pytest.mark.sqlite_only
def test_an_answer_link_may_say_no_for_the_desk(cast: Cast) -> None:
    link = Actor(kind="link", offer_id=uuid4(), offer_version=1)
    shown = directory.set_availability(link, cast.crisis_center.id, "no", source="decline")
    assert shown is not None
    assert shown.words == "No room, as of just now by the desk"


@pytest.mark.sqlite_only
@pytest.mark.parametrize(("value", "source"), [("maybe", "desk"), ("", "desk"), ("yes", "rumor")])
def test_other_words_are_refused(cast: Cast, value: str, source: str) -> None:
    with pytest.raises(Refused):
        directory.set_availability(actor_of(cast.provider), cast.crisis_center.id, value, source)


def test_still_right_is_one_tap_a_day(cast: Cast) -> None:
    row = cast.crisis_center
    with write() as session:
        session.get_one(d.Service, row.service.number).assured_date = clock.now().date() - timedelta(days=400)
    assert directory.listing(row.id).freshness.stale  # type: ignore[union-attr]
    feed = changes_of(row)
    assert directory.assure_service(actor_of(cast.provider), row.id) is True
    assert directory.assure_service(actor_of(cast.provider), row.id) is False
    seen = directory.listing(row.id)
    assert seen is not None
    assert seen.assured_words == "Confirmed today"
    assert "test.invalid" not in repr(seen)  # who confirmed is not public
    assert [line[0] for line in history_of(row.service_id)] == ["assured_date"]
    assert changes_of(row) == feed + 1


def test_the_steward_s_desk_lists_what_needs_a_hand(cast: Cast) -> None:
    with write() as session:
        session.get_one(d.Service, cast.shelter.service.number).assured_date = None
        run = d.ImportRun(source="book", started_at=clock.now(), state="done")
        session.add(run)
        session.flush()
        session.add_all(
            d.RejectedRow(import_run_id=run.id, file="a.xlsx", row=n, reason="no name") for n in range(60)
        )
    desk = directory.steward_desk(actor_of(cast.steward))
    assert {found.name for found in desk.unjoined} == {"Withdrawal Unit", "Crisis Line"}
    assert desk.unjoined_total == 2
    assert desk.stalest[0].name == "Family Shelter"
    assert [(line.source, line.rejected) for line in desk.runs] == [("book", 60)]
    second = directory.rejected_rows(run.id, page=2)
    assert second is not None
    assert ([found.row for found in second.rows], second.pages) == (list(range(50, 60)), 2)
    assert directory.rejected_rows(uuid4()) is None


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("", {"Crisis Line", "Crisis Receiving", "Family Shelter", "Haven House", "Withdrawal Unit"}),
        ("CRISIS center", {"Crisis Receiving"}),
        ("100%", set()),
        ("_", set()),
        ("\x00\ud800 haven", {"Haven House"}),
    ],
)
def test_a_steward_finds_listings_by_name(cast: Cast, words: str, names: set[str]) -> None:
    found = directory.listings_for(actor_of(cast.steward), words)
    assert {row.name for row in found.rows} == names
    assert found.total == len(names)
    own = directory.listings_for(actor_of(cast.provider), words)
    assert {row.name for row in own.rows} == names & {"Crisis Receiving"}
    assert directory.listings_for(actor_of(cast.steward), words, page=10**12).page == 1
