"""Who gets in: strangers nowhere, links while they live, the person only to those who may."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal import referrals
from portal.directory.models import ListingFlag, Metadata, ServiceAtLocation
from portal.messages import read_link
from portal.messages.models import Message
from portal.referrals.models import CallRecord, Consent, Disclosure, Need, Person
from portal.store import Actor, Conflict, Refused, TooMany, clock, db
from portal.store.audit import AuditEntry
from tests.people import Cast
from tests.referrals.acting import acting, by_link, fresh, offer_of, request_to, send
from tests.referrals.drive import STEPS, facts, stage, tries

Move = Callable[[timedelta], None]


def test_a_stranger_gets_404_everywhere(move_time: Move, cast: Cast) -> None:
    found = stage(cast, "accepted", move_time)
    offer, need = found.offer, found.need
    for account in cast.everybody.values():
        who = acting(account)
        if account in (cast.responder, cast.colleague):
            assert referrals.need_for(who, need.id) is not None
            continue
        assert referrals.need_for(who, need.id) is None
        assert referrals.needs_for(who) == ()
        assert referrals.proposals_for(who, need.id) == ()
        with pytest.raises(referrals.NotHere):
            referrals.ask_next(who, need.id, cast.shelter.id, version=need.version)
        with pytest.raises(referrals.NotHere):
            referrals.close_need(who, need.id, "nothing_found", version=need.version)
    outsiders = [acting(account) for account in (cast.stranger, cast.shelter_worker, cast.admin)]
    for who in [*outsiders, Actor(kind="anonymous"), Actor(kind="link", offer_id=uuid4(), offer_version=2)]:
        assert referrals.offer_for(who, offer.id) is None
        assert not [view for view in referrals.inbox_for(who) if view.id == offer.id]
        assert referrals.reveal_person(who, offer.id) is None
        with pytest.raises(referrals.NotHere):
            referrals.record_attempt(who, offer.id, "phone", "reached")
        with pytest.raises(referrals.NotHere):
            referrals.finish_follow_up(who, offer.follow_ups[0].id, "in_service")
        for action in set(STEPS) - {"void"}:
            with pytest.raises(referrals.NotHere):
                STEPS[action](who, offer, offer.version)
    for unknown in (uuid4(), need.id):
        assert referrals.offer_for(acting(cast.provider), unknown) is None
        with pytest.raises(referrals.NotHere):
            referrals.see_offer(acting(cast.provider), unknown, version=1)


@pytest.mark.sqlite_only
def test_before_the_accept_there_is_nothing_of_the_person(move_time: Move, cast: Cast) -> None:
    need = send(cast)
    offer = offer_of(need)
    for view in (
        referrals.offer_for(acting(cast.provider), offer.id),
        referrals.offer_by_link(by_link(offer)),
        referrals.inbox_for(acting(cast.provider))[0],
    ):
        assert view is not None
        assert not view.has_person
        assert not [word for word in ("Canary", "555-0177", "dogs") if word in str(view)]
        assert (view.code, view.age_band, view.callback) == ("crisis", "25_64", "615-555-0100")
        assert view.sender_organization == "Test County Mobile Crisis"
    assert referrals.reveal_person(acting(cast.provider), offer.id) is None


@pytest.mark.sqlite_only
def test_the_receiver_opens_the_person_after_the_accept_and_the_reading_is_logged(
    move_time: Move, cast: Cast
) -> None:
    found = stage(cast, "accepted", move_time)
    person = referrals.reveal_person(acting(cast.provider), found.offer.id)
    assert person == referrals.PersonView("Quill Canary", "615-555-0177", "Afraid of dogs")
    assert referrals.reveal_person(acting(cast.responder), found.offer.id) == person
    for account in (cast.colleague, cast.supervisor, cast.admin, cast.privacy_officer, cast.stranger):
        assert referrals.reveal_person(acting(account), found.offer.id) is None
    read = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "reveal_person")).all()
    assert [row.account_id for row in read] == [cast.provider.id, cast.responder.id]
    assert [row.what for row in db.session.scalars(select(Disclosure).order_by(Disclosure.number))] == [
        "request",
        "status",
        "identity",
    ]


def test_a_link_answers_once_and_the_person_wants_the_code_that_the_sender_reads_out(
    move_time: Move, cast: Cast
) -> None:
    need = send(cast)
    offer = offer_of(need)
    link = by_link(offer)
    body = db.session.scalars(select(Message.text).where(Message.letter == "referrals/desk")).one()
    token = next(word for word in body.split() if "/answer/" in word).rsplit("/", 1)[1]
    assert read_link("answer", token) == (offer.id, 1)
    seen = referrals.see_offer(link, offer.id, version=1)
    moved_on = referrals.offer_by_link(link)
    assert moved_on is not None
    assert (moved_on.moved_on, moved_on.code, moved_on.actions) == (True, "", ())
    with pytest.raises(Conflict):
        referrals.accept_offer(link, offer.id, version=1)
    link = Actor(kind="link", offer_id=offer.id, offer_version=seen.version)
    moved = referrals.accept_offer(link, offer.id, version=seen.version, answered_by="Pat")
    link = Actor(kind="link", offer_id=offer.id, offer_version=moved.version)
    view = referrals.offer_by_link(link)
    assert view is not None
    assert (view.state, view.accept_code, view.actions) == ("accepted", moved.code, ("reveal_person",))
    with pytest.raises(Refused):
        referrals.reveal_person(link, offer.id, moved.code if moved.code != _spoken(cast, need) else "0")
    with pytest.raises(Refused):
        referrals.reveal_person(link, offer.id)
    person = referrals.reveal_person(link, offer.id, _spoken(cast, need))
    assert person is not None
    assert person.name == "Quill Canary"
    for _try in range(2):
        with pytest.raises(Refused):
            referrals.reveal_person(link, offer.id, "x")
    with pytest.raises(TooMany):
        referrals.reveal_person(link, offer.id, _spoken(cast, need))
    referrals.schedule_offer(acting(cast.provider), offer.id, _tomorrow(), version=moved.version)
    assert referrals.reveal_person(link, offer.id, _spoken(cast, need)) is None


@pytest.mark.sqlite_only
def test_a_stranger_with_a_link_has_ten_guesses_a_day(move_time: Move, cast: Cast) -> None:
    offer = offer_of(send(cast))
    moved = referrals.accept_offer(by_link(offer), offer.id, version=1)
    link = Actor(kind="link", offer_id=offer.id, offer_version=moved.version)
    for _hour in range(2):
        for _try in range(5):
            with pytest.raises(Refused):
                referrals.reveal_person(link, offer.id, "x")
        move_time(timedelta(minutes=61))
    with pytest.raises(TooMany):
        referrals.reveal_person(link, offer.id, "x")
    assert referrals.reveal_person(acting(cast.provider), offer.id) is not None


def _spoken(cast: Cast, need: Need) -> str:
    view = referrals.need_for(acting(cast.responder), need.id)
    assert view is not None
    return view.spoken_code


def _tomorrow() -> datetime:
    return clock.now() + timedelta(days=1)


def test_a_withdrawal_is_effective_at_once_and_the_ledger_stays(move_time: Move, cast: Cast) -> None:
    need = send(cast)
    offer = offer_of(need)
    referrals.withdraw_consent(acting(cast.responder), offer.id)
    need = fresh(need)
    assert (need.offers[0].state, need.close_reason, need.person_id) == ("withdrawn", "withdrawn", None)
    assert db.session.scalars(select(Person)).all() == []
    assert {row.state for row in db.session.scalars(select(Message))} == {"dropped"}
    assert db.session.scalars(select(Consent)).one().withdrawn_at is not None
    assert len(db.session.scalars(select(Disclosure)).all()) == 1
    assert referrals.reveal_person(acting(cast.responder), offer.id) is None


@pytest.mark.sqlite_only
def test_void_is_the_senders_for_a_day_and_then_an_admins(move_time: Move, cast: Cast) -> None:
    need = send(cast)
    move_time(timedelta(hours=25))
    with pytest.raises(Refused):
        referrals.void_offer(acting(cast.responder), offer_of(need).id, "error")
    referrals.void_offer(acting(cast.admin), offer_of(need).id, "duplicate", duplicate_of=need.id)
    assert (offer_of(need).state, fresh(need).close_reason) == ("void", "void")


@pytest.mark.sqlite_only
def test_a_wrong_end_is_taken_back_within_a_day_by_its_own_side(move_time: Move, cast: Cast) -> None:
    found = stage(cast, "connected", move_time)
    with pytest.raises(Conflict):
        referrals.correct_offer(
            acting(cast.responder), found.offer.id, "wrong person", version=found.offer.version
        )
    referrals.correct_offer(
        acting(cast.provider), found.offer.id, "wrong person", version=found.offer.version
    )
    offer, need = found.offer, fresh(found.need)
    assert (offer.state, offer.connected_on, need.closed_at) == ("accepted", None, None)
    assert need.deadline is not None
    assert offer.events[-1].action == "correct"
    late = stage(cast, "declined", move_time, duplicate_confirmed=True)
    move_time(timedelta(hours=25))
    with pytest.raises(Conflict):
        referrals.correct_offer(acting(cast.provider), late.offer.id, "oops", version=late.offer.version)


@pytest.mark.sqlite_only
def test_unable_to_reach_wants_three_tries_on_three_days(move_time: Move, cast: Cast) -> None:
    found = stage(cast, "accepted", move_time)
    who = acting(cast.provider)
    for _try in range(3):
        referrals.record_attempt(who, found.offer.id, "phone", "no_answer")
    with pytest.raises(Refused):
        referrals.mark_unable_to_reach(who, found.offer.id, version=2)
    move_time(timedelta(days=3))
    tries(who, found.offer)
    referrals.mark_unable_to_reach(who, found.offer.id, version=2)
    assert fresh(found.need).owner == "sender"


@pytest.mark.sqlite_only
def test_a_call_to_a_victim_service_leaves_no_person_and_no_need(move_time: Move, cast: Cast) -> None:
    referrals.record_victim_call(acting(cast.responder), cast.victim_service.id, True)
    assert [(row.answered, row.organization_id) for row in db.session.scalars(select(CallRecord))] == [
        (True, cast.team.id)
    ]
    assert db.session.scalars(select(Need)).all() == []
    with pytest.raises(Refused):
        referrals.record_call(acting(cast.responder), request_to(cast.victim_service.id), "yes")
    with pytest.raises(Refused):
        referrals.record_victim_call(acting(cast.responder), cast.crisis_center.id, True)
    with pytest.raises(referrals.NotHere):
        referrals.record_victim_call(acting(cast.provider), cast.victim_service.id, True)
    assert db.session.scalars(select(Person)).all() == []


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("result", "state", "owner"),
    [("yes", "accepted", "sender"), ("no", "declined", "sender"), ("no_answer", "expired", "sender")],
)
def test_a_recorded_call_is_an_offer_answered_by_phone(
    move_time: Move, cast: Cast, result: str, state: str, owner: str
) -> None:
    request = request_to(cast.detox.id, hears_back=False, need="detox")
    need = referrals.record_call(acting(cast.responder), request, result, spoke_with="Dee")
    assert referrals.record_call(acting(cast.responder), request, result, spoke_with="Dee").id == need.id
    assert (offer_of(need).state, offer_of(need).channel, fresh(need).owner) == (state, "phone", owner)
    view = referrals.need_for(acting(cast.responder), need.id)
    assert view is not None
    assert view.state == (state if result == "yes" else "next_step")
    if result != "yes":
        again = request_to(cast.hotline.id)
        referrals.record_call(acting(cast.responder), again, "yes", need_id=need.id, version=view.version)
        assert [offer.state for offer in fresh(need).offers] == [state, "accepted"]


@pytest.mark.sqlite_only
def test_times_that_cannot_be_are_refused(move_time: Move, cast: Cast) -> None:
    found = stage(cast, "accepted", move_time)
    who, day = acting(cast.provider), timedelta(days=1)
    now = found.need.sent_at
    for at in (now + 365 * day, now - day):
        with pytest.raises(Refused):
            referrals.record_handoff(who, found.offer.id, facts(started_at=at), version=2)
        with pytest.raises(Refused):
            referrals.confirm_connected(who, found.offer.id, at.date(), version=2)
        with pytest.raises(Refused):
            referrals.record_attempt(who, found.offer.id, "phone", "reached", at=at)
    with pytest.raises(Refused):
        referrals.schedule_offer(who, found.offer.id, now - day, version=2)
    with pytest.raises(Refused):
        referrals.confirm_connected(acting(cast.responder), found.offer.id, now.date(), version=2)
    assert found.offer.state == "accepted"


@pytest.mark.sqlite_only
def test_a_decline_lowers_availability_or_marks_the_listing(move_time: Move, cast: Cast) -> None:
    for reason in ("no_bed_or_slot", "wrong_service", "closed_now", "waitlist_only"):
        need = send(cast, duplicate_confirmed=True)
        referrals.decline_offer(acting(cast.provider), offer_of(need).id, reason, version=1)
    db.session.expire_all()
    listing = db.session.get_one(ServiceAtLocation, cast.crisis_center.number)
    assert (listing.availability, listing.availability_source) == ("limited", "decline")
    assert sorted(row.reason for row in db.session.scalars(select(ListingFlag))) == ["hours", "listing"]
    told = db.session.scalars(
        select(Metadata).where(Metadata.field_name == "availability").order_by(Metadata.number)
    )
    assert [(row.previous_value, row.replacement_value) for row in told] == [
        ("unknown", "no"),
        ("no", "limited"),
    ]


@pytest.mark.sqlite_only
def test_proposals_name_who_could_first_and_never_a_victim_service(move_time: Move, cast: Cast) -> None:
    need = send(cast, need="shelter")
    found = referrals.proposals_for(acting(cast.responder), need.id)
    assert [one.service.id for one in found] == [cast.shelter.id]
    referrals.decline_offer(
        acting(cast.provider),
        offer_of(need).id,
        "other",
        version=1,
        note="full of dogs",
        who_could=cast.detox.id,
    )
    found = referrals.proposals_for(acting(cast.responder), need.id)
    assert [one.service.id for one in found] == [cast.detox.id, cast.shelter.id]
    assert found[0].can == "call"
    assert all(one.why for one in found)
    view = referrals.need_for(acting(cast.responder), need.id)
    assert "full of dogs" not in str(view)
