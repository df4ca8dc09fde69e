"""Every state x action x role, from the tables: pure, and through the verbs on a database."""

import itertools
import random
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from portal import referrals
from portal.referrals import rules
from portal.store import Conflict, Refused, clock, engine_name
from portal.store.actor import CLOCK
from tests.people import Cast
from tests.referrals.acting import acting, fresh
from tests.referrals.drive import CLOCKED, STEPS, WAYS, Stage, snapshot, stage, walk

ROLES = ("sender", "supervisor", "receiver", "admin", "stranger")
PAST_VOID = ("unable_to_reach", "expired", "no_information")  # by then its sender's 24 hours are over


def test_the_table_alone_says_what_may_follow() -> None:
    for state, action, role in itertools.product(rules.STATES, rules.MOVES, rules.ROLES):
        move = rules.MOVES[action]
        allowed = state in move.sources and role in move.roles
        assert rules.may_follow(action, state, role) is allowed
        assert (action in rules.available_actions(state, frozenset((role,)))) is allowed


def test_the_tables_close() -> None:
    assert {move.target for move in rules.MOVES.values()} | {"draft"} == set(rules.STATES)
    assert all(rules.ENDS.isdisjoint(move.sources) for name, move in rules.MOVES.items() if name != "void")
    assert all("stranger" not in move.roles for move in rules.MOVES.values())
    assert not rules.may_follow("magic", "sent", "sender")
    for state in rules.OPEN - {"draft"}:
        assert any(state in move.sources and "clock" in move.roles for move in rules.MOVES.values())
    assert all(reason.group in rules.DECLINE_GROUPS for reason in rules.DECLINE_REASONS.values())
    assert len(rules.DECLINE_REASONS) == 25


@pytest.mark.parametrize("action", [name for name in rules.MOVES if name != "send"])
def test_every_legal_move_works(move_time: Callable[[timedelta], None], cast: Cast, action: str) -> None:
    states = sorted(rules.MOVES[action].sources - {"draft"})
    if engine_name() == "postgresql":
        states = states[-1:]  # the UPDATE is the same from every state; the way there is long
    for state in states:
        if action == "release" and state != "sent":
            continue  # a second active offer is made by hand: one is enough
        found = stage(cast, state, move_time, duplicate_confirmed=True)
        before = found.offer.version
        if action == "void" and state in PAST_VOID:
            STEPS["void"](found.actor("admin"), found.offer, before)
        else:
            walk(found, action, move_time)
        offer = found.offer
        assert offer.state == rules.MOVES[action].target
        assert offer.version > before
        assert offer.events[-1].action == action
        assert replayed(found) == offer.state
        need = fresh(found.need)
        assert (need.closed_at is None) == (need.deadline is not None)
        assert need.owner in rules.OWNERS


@pytest.mark.usefixtures("unmeasured")
@pytest.mark.sqlite_only
@pytest.mark.parametrize("all_of_them", [False, pytest.param(True, marks=pytest.mark.prove)])
@pytest.mark.parametrize("state", sorted(WAYS))
def test_every_move_that_the_table_does_not_name_is_refused_and_changes_nothing(
    move_time: Callable[[timedelta], None], cast: Cast, state: str, all_of_them: bool
) -> None:
    """All actions by all roles, but for what the table allows (see above). A fifth of them in each state; `make prove`: all."""
    found = stage(cast, state, move_time)
    actors = {role: found.actor(role) for role in ROLES} | {"link": found.link()}
    offer, before = found.offer, snapshot()
    asked: Any = SimpleNamespace(id=offer.id, version=offer.version)
    pairs = list(itertools.product(STEPS, actors))
    for action, role in pairs if all_of_them else random.Random(state).sample(pairs, 18):
        move = rules.MOVES[action]
        plays = "receiver" if role == "link" else role
        if plays in move.roles and (state in move.sources or role == "admin"):
            continue
        with pytest.raises(refusals(action, role)):
            STEPS[action](actors[role], asked, asked.version)
    assert snapshot() == before


def refusals(action: str, role: str) -> tuple[type[Exception], ...]:
    """What a verb says: not here, to whom the table does not name; no longer, to whom it does."""
    named = role in rules.MOVES[action].roles or (role == "link" and "receiver" in rules.MOVES[action].roles)
    if role == "supervisor":
        return (Conflict, referrals.NotHere)  # theirs only once it is escalated
    return (Conflict, Refused) if named else (referrals.NotHere,)


@pytest.mark.sqlite_only
def test_a_supervisor_acts_as_sender_for_an_escalated_need_alone(
    move_time: Callable[[timedelta], None], cast: Cast
) -> None:
    found = stage(cast, "sent", move_time)
    for action in sorted(STEPS):
        with pytest.raises(referrals.NotHere):
            STEPS[action](found.actor("supervisor"), found.offer, found.offer.version)
    move_time(timedelta(minutes=11))
    referrals.tick(clock.now())
    for action in sorted(STEPS):
        if "supervisor" not in rules.MOVES[action].roles:
            with pytest.raises(referrals.NotHere):
                STEPS[action](found.actor("supervisor"), found.offer, found.offer.version)
    STEPS["cancel"](found.actor("supervisor"), found.offer, found.offer.version)
    assert found.offer.state == "cancelled"


@pytest.mark.sqlite_only
def test_the_clock_makes_no_persons_move_and_no_person_the_clocks(
    move_time: Callable[[timedelta], None], cast: Cast
) -> None:
    for action, move in rules.MOVES.items():
        assert ("clock" in move.roles) == (action in CLOCKED)
    found = stage(cast, "sent", move_time)
    before = snapshot()
    for action in STEPS:
        with pytest.raises((Conflict, referrals.NotHere)):
            STEPS[action](CLOCK, found.offer, found.offer.version)
    assert snapshot() == before


def test_a_stale_version_is_refused(move_time: Callable[[timedelta], None], cast: Cast) -> None:
    for action in ("see", "ask_information", "waitlist", "accept", "decline", "cancel"):
        found = stage(cast, "sent", move_time, duplicate_confirmed=True)
        role = "receiver" if "receiver" in rules.MOVES[action].roles else "sender"
        before = snapshot()
        with pytest.raises(Conflict):
            STEPS[action](found.actor(role), found.offer, found.offer.version + 1)
        assert snapshot() == before


@pytest.mark.sqlite_only
def test_the_clock_alone_expires_releases_and_closes(cast: Cast) -> None:
    assert set(CLOCKED) == {name for name, move in rules.MOVES.items() if move.roles == {"clock"}}
    assert set(STEPS) | set(CLOCKED) | {"send"} == set(rules.MOVES)


@pytest.mark.sqlite_only
def test_two_accepts_of_one_version_have_one_winner(
    move_time: Callable[[timedelta], None], cast: Cast
) -> None:
    found = stage(cast, "sent", move_time)
    offer = found.offer
    link = found.link()
    won = referrals.accept_offer(link, offer.id, version=1)
    assert len(won.code) == 6
    assert won.callback == "615-555-0100"
    for late in (link, acting(cast.provider)):
        with pytest.raises(Conflict):
            referrals.accept_offer(late, offer.id, version=1)
    assert [event.action for event in found.offer.events] == ["send", "accept"]


def replayed(found: Stage) -> str:
    state = "draft"
    for event in found.offer.events:
        assert event.from_state == state
        state = event.to_state
    return state
