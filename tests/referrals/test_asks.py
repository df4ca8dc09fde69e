"""Asking for room: the table of states and roles, the first yes, the clock, and the way to one referral."""

import random
from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal import referrals
from portal.accounts.models import Account
from portal.directory.models import ServiceAtLocation
from portal.messages.models import Message
from portal.referrals.ask_rules import ANSWERS, ASK_DEADLINES, ASK_MOVES, ASK_STATES, may_say
from portal.referrals.models import AskEvent, Asking, CapacityAsk, Need
from portal.referrals.moves import NotHere
from portal.referrals.rules import OWNERS
from portal.store import Actor, Conflict, Refused, TooMany, clock, db, limits
from tests.people import Cast
from tests.referrals.acting import acting, request_to
from tests.referrals.asking import Three, asks_of, fresh, linked, states, three

MoveTime = Callable[[timedelta], None]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def ready(cast: Cast) -> Three:
    return three(cast)


@pytest.fixture(autouse=True)
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test asks more often than a person can."""
    monkeypatch.setitem(limits.LIMITS, "ask", ((10_000, 60),))


def bring(ready: Three, state: str, move_time: MoveTime) -> Asking:
    """An asking whose first ask stands in `state`."""
    asking = ready.ask()
    if state in ANSWERS:
        ready.say(asking, 0, state)
    elif state == "released":
        ready.say(asking, 1, "yes")
    elif state == "expired":
        move_time(11 * MINUTE)
        referrals.tick_asks(clock.now())
    assert asks_of(asking)[0].state == state
    return asking


def letters(name: str = "") -> list[Message]:
    found = db.session.scalars(select(Message).order_by(Message.created_at)).all()
    return [one for one in found if one.letter == f"referrals/{name}" or not name]


def told(asking: Asking, name: str = "sender") -> int:
    return sum(one.letter == f"referrals/{name}" and one.about == asking.id for one in letters())


def everything(asking: Asking) -> tuple[Any, ...]:
    """What a refused answer must leave as it was."""
    stands = fresh(asking)
    asks = [(ask.id, ask.state, ask.version, ask.answered_at) for ask in stands.asks]
    log = [event.number for event in db.session.scalars(select(AskEvent))]
    return stands.version, stands.winner, stands.deadline, asks, log, len(letters())


@pytest.mark.sqlite_only
@pytest.mark.parametrize("state", ASK_STATES)
def test_every_state_answer_and_role_is_as_the_table_says(
    ready: Three, state: str, move_time: MoveTime
) -> None:
    asking = bring(ready, state, move_time)
    cast = ready.cast
    for role in ("receiver", "link", "sender", "supervisor", "stranger", "another desk", "old link"):
        for answer in ANSWERS:
            ask = asks_of(asking)[0]
            who = {
                "receiver": ready.desks[0],
                "link": linked(ask),
                "sender": acting(cast.responder),
                "supervisor": acting(cast.supervisor),
                "stranger": acting(cast.stranger),
                "another desk": ready.desks[1],
                "old link": Actor(kind="link", ask_id=ask.id, ask_version=ask.version - 1),
            }[role]
            version = who.ask_version if who.kind == "link" else ask.version
            asked = "receiver" if role in ("receiver", "link", "old link") else "stranger"
            allowed = may_say(f"say_{answer}", state, asked)
            if role == "old link":  # nothing but a yes that comes too late
                allowed = allowed and answer == "yes" and state in ("released", "expired")
            before = everything(asking)
            if allowed:
                referrals.answer_ask(who, ask.id, answer, version=version)
                assert asks_of(asking)[0].state == answer
                asking = bring(ready, state, move_time)
            elif asked == "receiver" and answer == state:  # the same word twice is one answer
                referrals.answer_ask(who, ask.id, answer, version=version)
                assert everything(asking) == before
            else:
                with pytest.raises(Conflict if asked == "receiver" else NotHere):
                    referrals.answer_ask(who, ask.id, answer, version=version)
                assert everything(asking) == before, (role, answer)


def test_the_table_is_closed_by_intent() -> None:
    for action, move in ASK_MOVES.items():
        assert move.sources <= set(ASK_STATES), action
        assert move.target in ASK_STATES, action
        assert move.roles <= {"receiver", "clock"}, action
    assert {move.target for move in ASK_MOVES.values()} == set(ASK_STATES) - {"asked"}
    assert {action for action, move in ASK_MOVES.items() if "clock" in move.roles} == {"release", "expire"}


def test_the_first_yes_wins_and_the_others_are_released_and_told_with_a_log_line(ready: Three) -> None:
    asking = ready.ask()
    assert len(letters("ask")) == 3

    assert not ready.say(asking, 1, "no").won
    won = ready.say(asking, 0, "yes")

    assert won.won
    assert won.held_until == fresh(asking).deadline
    assert states(asking) == ["yes", "no", "released"]
    stands = fresh(asking)
    assert (stands.winner, stands.owner, stands.deadline_name) == (1, "sender", "send_by")
    released = asks_of(asking)[2]
    assert [(event.action, event.role) for event in released.events] == [
        ("ask", "sender"),
        ("release", "clock"),
    ]
    over = letters("ask_over")
    assert [one.about for one in over] == [released.id]
    assert [one.state for one in letters("ask") if one.about == released.id] == ["dropped"]
    assert told(asking) == 1


def test_a_later_yes_hears_that_somebody_was_faster_and_is_kept_for_the_sender(ready: Three) -> None:
    asking = ready.ask()
    opened = asks_of(asking)[2].version
    ready.say(asking, 0, "yes")

    late = ready.say(asking, 2, "yes", version=opened)

    assert (late.state, late.won) == ("yes", False)
    assert states(asking) == ["yes", "released", "yes"]
    view = referrals.asking_for(acting(ready.cast.responder), asking.id)
    assert view is not None
    assert [line.service.name for line in view.with_room] == ["Crisis Receiving", "Withdrawal Unit"]
    with pytest.raises(Conflict):
        ready.say(asking, 1, "no", version=opened)


def test_a_word_taken_back_gives_the_place_to_the_next_yes_and_then_the_step_to_the_sender(
    ready: Three,
) -> None:
    asking = ready.ask()
    ready.say(asking, 0, "yes")
    ready.say(asking, 2, "yes")

    ready.say(asking, 0, "no")
    assert fresh(asking).winner == 3
    assert any(one.key.startswith("ask-held:") for one in letters("ask"))
    ready.say(asking, 2, "waitlist")

    stands = fresh(asking)
    assert (stands.winner, stands.owner, stands.deadline_name) == (None, "sender", "choose_by")
    assert ready.say(asking, 1, "yes").won, "a yes after all is still the first"


def test_each_answer_says_of_the_listing_whether_there_is_room_with_time_and_source(ready: Three) -> None:
    asking = ready.ask()
    for number, answer in enumerate(("no", "waitlist", "yes")):
        ready.say(asking, number, answer)
    rows = [db.session.get_one(ServiceAtLocation, listing.number) for listing in ready.listings]
    assert [row.availability for row in rows] == ["no", "limited", "yes"]
    assert {row.availability_source for row in rows} == {"ask"}
    assert all(row.availability_at is not None for row in rows)
    shown = referrals.asking_for(acting(ready.cast.responder), asking.id)
    assert shown is not None
    assert [line.state for line in shown.lines] == ["no", "waitlist", "yes"]


@pytest.mark.sqlite_only
def test_an_assessment_says_nothing_about_room(ready: Three) -> None:
    before = ready.listings[0].availability
    asking = ready.ask()
    ready.say(asking, 0, "assessment")
    assert db.session.get_one(ServiceAtLocation, ready.listings[0].number).availability == before


@pytest.mark.sqlite_only
def test_only_services_where_somebody_can_answer_are_asked_and_never_a_victim_service(ready: Three) -> None:
    cast = ready.cast
    who = acting(cast.responder)
    for refused in (
        (cast.victim_service.id,),
        (cast.crisis_center.id, cast.victim_service.id),
        (cast.hotline.id,),
        (),
    ):
        with pytest.raises(Refused) as why:
            referrals.ask_capacity(who, ready.request(services=refused))
        assert why.value.field == "services"
    with pytest.raises(NotHere):
        referrals.ask_capacity(acting(cast.provider), ready.request())
    assert db.session.scalars(select(Asking)).all() == []
    assert letters() == []


@pytest.mark.sqlite_only
def test_five_are_the_most(ready: Three) -> None:
    with pytest.raises(Refused) as why:
        referrals.ask_capacity(
            acting(ready.cast.responder),
            ready.request(services=(*ready.ids, uuid4(), uuid4(), uuid4())),
        )
    assert why.value.field == "services"


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("need", "cash"),
        ("urgency", "soon"),
        ("age_band", "old"),
        ("area", "12 Main Street"),
        ("area", "Jo Doe"),
    ],
)
def test_only_codes_and_known_places_are_told(ready: Three, name: str, value: str) -> None:
    with pytest.raises(Refused) as why:
        ready.ask(**{name: value})
    assert why.value.field == name
    assert value not in str(why.value)


@pytest.mark.sqlite_only
def test_no_table_of_an_asking_has_a_column_for_a_person_or_for_words() -> None:
    coded = {
        "asking": "id community_id code urgency age_band area sender_account_id sender_organization_id callback plan owner "
        "deadline deadline_name escalated_at asked_at turn_at winner closed_at close_reason idempotency_key request_digest version",
        "capacity_ask": "id asking_id service_at_location_id organization_id desk_id ordinal state version answered_at answered_by channel",
        "capacity_ask_event": "number ask_id at action from_state to_state role actor_kind account_id channel",
    }
    for model in (Asking, CapacityAsk, AskEvent):
        assert {column.name for column in model.__table__.columns} == set(coded[model.__tablename__].split())
    told_to_a_desk = {field.name for field in fields(referrals.AskView)}
    assert not told_to_a_desk & {"need_id", "asking_id", "lines", "name", "phone", "person", "safety_notes"}


def test_the_same_key_is_the_same_asking_and_with_other_services_refused(ready: Three) -> None:
    who = acting(ready.cast.responder)
    asked = ready.request()
    first = referrals.ask_capacity(who, asked)
    assert referrals.ask_capacity(who, asked).id == first.id
    assert len(letters("ask")) == 3
    with pytest.raises(Refused):
        referrals.ask_capacity(
            who, ready.request(idempotency_key=asked.idempotency_key, services=ready.ids[:1])
        )


@pytest.mark.sqlite_only
def test_who_asks_too_often_is_told_to_wait(ready: Three, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.LIMITS, "ask", ((4, 60),))
    ready.ask()
    with pytest.raises(TooMany):
        ready.ask()
    assert len(db.session.scalars(select(Asking)).all()) == 1


def test_the_clock_reminds_ends_the_wait_calls_a_supervisor_and_closes(
    ready: Three, move_time: MoveTime
) -> None:
    asking = ready.ask()
    ready.say(asking, 1, "no")
    seen = []
    for minutes in (4, 7, 10, 25 * 60):
        move_time(minutes * MINUTE)
        referrals.tick_asks(clock.now())
        stands = fresh(asking)
        seen.append((stands.owner, stands.deadline_name, states(asking)[0], stands.close_reason))
    assert seen == [
        ("receiver", "decide_by", "asked", ""),
        ("sender", "choose_by", "expired", ""),
        ("supervisor", "lapses", "expired", ""),
        ("supervisor", "lapses", "expired", "lapsed"),
    ]
    reminded = [one for one in letters("ask") if one.key.startswith("ask-again:")]
    assert {one.about for one in reminded} == {asks_of(asking)[0].id, asks_of(asking)[2].id}
    assert told(asking, "supervisor") == 1
    assert referrals.tick_asks(clock.now()) == 0


def test_a_kept_place_that_nobody_takes_is_given_back(ready: Three, move_time: MoveTime) -> None:
    asking = ready.ask()
    ready.say(asking, 0, "yes")
    move_time(11 * MINUTE)
    referrals.tick_asks(clock.now())
    boss = acting(ready.cast.supervisor)
    view = referrals.asking_for(boss, asking.id)
    assert view is not None
    assert (view.role, view.owner_words != "" or view.escalated) == ("supervisor", True)

    move_time(timedelta(hours=25))
    referrals.tick_asks(clock.now())

    assert fresh(asking).close_reason == "lapsed"
    assert asks_of(asking)[0].id in {one.about for one in letters("ask_over")}
    with pytest.raises(Conflict):
        ready.say(asking, 0, "no")


@pytest.mark.sqlite_only
def test_a_routine_question_waits_for_business_days(ready: Three, move_time: MoveTime) -> None:
    asking = ready.ask(urgency="routine")
    assert fresh(asking).deadline - clock.now() > timedelta(hours=8)  # type: ignore[operator]
    assert referrals.tick_asks(clock.now() + timedelta(hours=1)) == 0


def test_only_the_unit_that_asked_and_each_desk_for_itself_see_anything(ready: Three) -> None:
    asking = ready.ask()
    cast = ready.cast
    for account, sees in (
        (cast.responder, True),
        (cast.colleague, True),
        (cast.supervisor, False),
        (cast.stranger, False),
        (cast.provider, False),
        (cast.admin, False),
    ):
        assert (referrals.asking_for(acting(account), asking.id) is not None) is sees
        assert bool(referrals.askings_for(acting(account))) is sees
    mine, theirs = asks_of(asking)[0], asks_of(asking)[1]
    assert referrals.ask_for(ready.desks[0], mine.id) is not None
    assert referrals.ask_for(ready.desks[0], theirs.id) is None
    assert [view.id for view in referrals.asks_for_desk(ready.desks[0])] == [mine.id]
    assert referrals.ask_for(acting(cast.responder), mine.id) is None
    with pytest.raises(NotHere):
        referrals.close_asking(acting(cast.stranger), asking.id, version=fresh(asking).version)


def test_sending_ends_the_asking_and_the_story_is_one(ready: Three) -> None:
    asking = ready.ask()
    ready.say(asking, 0, "yes")
    ready.say(asking, 2, "yes")
    request = request_to(ready.ids[0], asking_id=asking.id)

    need = referrals.send_offer(acting(ready.cast.responder), request)

    assert db.session.get_one(Need, need.id).asking_id == asking.id
    assert (fresh(asking).close_reason, fresh(asking).deadline) == ("sent", None)
    assert referrals.send_offer(acting(ready.cast.responder), request).id == need.id
    with pytest.raises(Refused):
        referrals.send_offer(acting(ready.cast.colleague), request_to(ready.ids[2], asking_id=asking.id))
    shown = referrals.asking_for(acting(ready.cast.responder), asking.id)
    assert shown is not None
    assert (shown.need_id, shown.actions) == (need.id, ())


@pytest.mark.sqlite_only
def test_an_offer_goes_only_to_who_was_asked_and_only_from_ones_own_asking(ready: Three) -> None:
    asking = ready.ask(services=ready.ids[:2])
    with pytest.raises(Refused):
        referrals.send_offer(acting(ready.cast.responder), request_to(ready.ids[2], asking_id=asking.id))
    with pytest.raises((NotHere, Refused)):
        referrals.send_offer(acting(ready.cast.stranger), request_to(ready.ids[0], asking_id=asking.id))
    assert fresh(asking).closed_at is None


def test_after_the_winners_no_the_next_yes_is_proposed_first(ready: Three) -> None:
    who = acting(ready.cast.responder)
    asking = ready.ask()
    ready.say(asking, 0, "yes")
    need = referrals.send_offer(who, request_to(ready.ids[0], asking_id=asking.id))
    assert not ready.say(asking, 2, "yes").won, "a yes that comes after the offer is kept, for it may fail"

    offer = db.session.get_one(Need, need.id).offers[0]
    referrals.decline_offer(
        ready.desks[0], offer.id, "no_bed_or_slot", version=offer.version, who_could=ready.ids[1]
    )

    found = referrals.proposals_for(who, need.id)
    assert [one.service.id for one in found[:2]] == [ready.ids[2], ready.ids[1]]
    assert [one.first for one in found[:3]] == [True, True, False][: len(found[:3])]
    assert found[0].why[0] == "Said yes when you asked for room"


def test_the_next_step_of_a_need_may_ask_several_and_ends_with_what_its_owner_does(ready: Three) -> None:
    who = acting(ready.cast.responder)
    need = referrals.send_offer(who, request_to(ready.ids[0]))
    with pytest.raises(Conflict):
        ready.ask(need_id=need.id, services=ready.ids[1:])
    offer = db.session.get_one(Need, need.id).offers[0]
    referrals.decline_offer(ready.desks[0], offer.id, "age", version=offer.version)
    with pytest.raises(Refused):
        ready.ask(need_id=need.id)  # the first was asked already
    with pytest.raises(NotHere):
        referrals.ask_capacity(acting(ready.cast.stranger), ready.request(need_id=need.id))
    before = db.session.get_one(Need, need.id).version

    asking = ready.ask(need_id=need.id, services=ready.ids[1:], need="food", urgency="routine")

    assert (fresh(asking).code, fresh(asking).urgency) == ("crisis", "now"), (
        "what is told comes from the need"
    )
    assert db.session.get_one(Need, need.id).version == before
    with pytest.raises(Refused):
        ready.ask(need_id=need.id, services=ready.ids[1:])
    ready_two = asks_of(asking)[1]
    assert referrals.answer_ask(ready.desks[2], ready_two.id, "yes", version=1).won
    referrals.ask_next(who, need.id, ready.ids[2], version=db.session.get_one(Need, need.id).version)
    assert fresh(asking).close_reason == "sent"


@pytest.mark.sqlite_only
def test_closing_the_need_tells_who_keeps_a_place(ready: Three) -> None:
    who = acting(ready.cast.responder)
    need = referrals.send_offer(who, request_to(ready.ids[0]))
    offer = db.session.get_one(Need, need.id).offers[0]
    referrals.decline_offer(ready.desks[0], offer.id, "age", version=offer.version)
    asking = ready.ask(need_id=need.id, services=ready.ids[1:])
    referrals.answer_ask(ready.desks[1], asks_of(asking)[0].id, "yes", version=1)
    stands = db.session.get_one(Need, need.id)
    referrals.close_need(who, need.id, "no_longer_needed", version=stands.version)
    assert fresh(asking).close_reason == "not_needed"
    assert asks_of(asking)[0].id in {one.about for one in letters("ask_over")}


@pytest.mark.sqlite_only
@pytest.mark.parametrize("way", ["withdraw", "cancel", "void"])
def test_in_the_dark_stopping_a_referral_stops_the_search_for_room_too(ready: Three, way: str) -> None:
    who = acting(ready.cast.responder)
    need = referrals.send_offer(who, request_to(ready.ids[0], hears_back=False))
    offer = db.session.get_one(Need, need.id).offers[0]
    asking = ready.ask(need_id=need.id, services=ready.ids[1:])
    seen = referrals.need_for(who, need.id)
    assert seen is not None
    if way == "withdraw":
        referrals.withdraw_consent(who, offer.id)
    elif way == "cancel":
        referrals.cancel_offer(who, offer.id, "no_longer_needed", version=seen.offer_version)
    else:
        referrals.void_offer(who, offer.id, "error")
    assert fresh(asking).close_reason == "not_needed"
    assert states(asking) == ["released", "released"]


def test_the_sender_may_stop_asking_but_not_past_an_answer_unseen(ready: Three) -> None:
    who = acting(ready.cast.responder)
    asking = ready.ask()
    shown = referrals.asking_for(who, asking.id)
    assert shown is not None
    ready.say(asking, 0, "yes")
    with pytest.raises(Conflict):
        referrals.close_asking(who, asking.id, version=shown.version)
    referrals.close_asking(who, asking.id, version=fresh(asking).version)
    assert states(asking) == ["yes", "released", "released"]
    assert {one.about for one in letters("ask_over")} == {ask.id for ask in asks_of(asking)}
    with pytest.raises(Conflict):
        ready.say(asking, 1, "yes")


def test_no_letter_says_more_than_a_new_item(ready: Three, move_time: MoveTime) -> None:
    asking = ready.ask()
    ready.say(asking, 0, "yes")
    move_time(11 * MINUTE)
    referrals.tick_asks(clock.now())
    written = letters()
    assert {one.letter for one in written} == {
        f"referrals/{name}" for name in ("ask", "ask_over", "sender", "supervisor")
    }
    for one in written:
        assert one.subject == "You have a new item in Handrail"
        words = f"{one.text} {one.html}".lower()
        for secret in ("crisis", "shelter", "37203", "room", "mobile", "615-555", "asked"):
            assert secret not in words, (one.letter, secret)


@pytest.mark.sqlite_only
@pytest.mark.usefixtures("unmeasured")
@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_there_is_one_owner_one_deadline_and_a_log_that_replays(
    ready: Three, move_time: MoveTime, seed: int
) -> None:
    lot = random.Random(seed)
    cast: dict[str, Account] = ready.cast.everybody
    asking = ready.ask()
    for _step in range(25):
        step = lot.choice(("say", "say", "say", "late", "time", "stranger"))
        try:
            if step in ("say", "late"):
                number = lot.randrange(3)
                version = 1 if step == "late" else asks_of(asking)[number].version
                ready.say(asking, number, lot.choice(ANSWERS), version=version)
            elif step == "stranger":
                who = acting(cast[lot.choice(sorted(cast))])
                referrals.answer_ask(who, asks_of(asking)[lot.randrange(3)].id, "yes", version=1)
            else:
                move_time(lot.choice((2, 5, 12, 60)) * MINUTE)
                referrals.tick_asks(clock.now())
        except (Conflict, NotHere):
            pass
        _sound(fresh(asking))
    for _turn in range(2):  # a supervisor has a day from being told
        move_time(timedelta(days=3))
        referrals.tick_asks(clock.now())
    assert fresh(asking).close_reason == "lapsed"


def _sound(asking: Asking) -> None:
    assert asking.owner in OWNERS
    assert asking.deadline_name in ASK_DEADLINES
    assert (asking.deadline is None) is (asking.closed_at is not None)
    yes = [ask.ordinal for ask in asking.asks if ask.state == "yes"]
    if asking.closed_at is None:
        assert (asking.winner in yes) if yes else asking.winner is None
        assert asking.winner is None or all(ask.state != "asked" for ask in asking.asks)
    for ask in asking.asks:
        state = ""
        for event in ask.events:
            assert event.from_state == state
            state = event.to_state
        assert state == ask.state
        assert len(ask.events) == ask.version
