"""The referral as a state machine for Hypothesis: every verb by whoever may take it, and now and then by somebody who may not;
time that jumps; and the process that dies in the middle of any statement and is asked again.

A crash is an exception that nothing catches, thrown before one of the statements of a real transaction. After it
everything stands as before, and the same call goes through. After every step the rows are read past the verbs.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import event, select

from portal import referrals
from portal.referrals import rules, watch
from portal.referrals.models import Disclosure, Need
from portal.store import Actor, Refused, clock, db, limits
from tests.referrals.acting import request_to
from tests.referrals.drive import NOON, STEPS, tries
from tests.referrals.walks import REFUSALS, Players, Standing, checked, standing

SPANS = (
    [timedelta(minutes=n) for n in (1, 4, 12, 45)]
    + [timedelta(hours=n) for n in (3, 26)]
    + [timedelta(days=9)]
)
NO_CRASH = 0
crashes = st.one_of(st.just(NO_CRASH), st.integers(1, 25))
# What the clock alone writes, beside the letters of the moves: by the beginning of what follows the id in a letter's key.
CLOCK_LETTERS = (
    "your_turn",
    "information:",
    "waitlist:",
    "supervisor:",
    "next_step:",
    *(f"{name}:" for name in rules.DEADLINES),
)


class Killed(BaseException):
    """The process dies here: nobody may catch it, as nobody could."""


@contextmanager
def dying_at(statement: int) -> Iterator[list[int]]:
    """Dies before the n-th statement from here on (0: never). Gives how many there were, for who wants to know."""
    count = [0]

    def before(*said: object) -> None:
        count[0] += str(said[2]).startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH"))
        if statement != NO_CRASH and count[0] == statement:
            count[0] += 1
            raise Killed

    engine = db.engine
    event.listen(engine, "before_cursor_execute", before)
    try:
        yield count
    finally:
        event.remove(engine, "before_cursor_execute", before)


class Referral(RuleBasedStateMachine):
    """One need, from its sending to its end. `players` and `traveller` are given by the test; `counts` are its figures."""

    players: ClassVar[Players]
    traveller: ClassVar[Any]
    counts: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.traveller.move_to(NOON)
        limits.purge(NOON + timedelta(days=1), hours=0)  # all of them are sent at the same noon
        self.need_id: UUID | None = None

    @initialize(
        urgency=st.sampled_from(rules.URGENCIES),
        hears_back=st.booleans(),
        listed=st.booleans(),
        crash=crashes,
    )
    def sends(self, urgency: str, hears_back: bool, listed: bool, crash: int) -> None:
        self.request = request_to(
            self.players.first,
            urgency=urgency,
            hears_back=hears_back,
            fallbacks=(self.players.second,) if listed else (),
            duplicate_confirmed=True,
        )
        self.counts["steps"] += 1
        made = self.surviving(lambda: referrals.send_offer(self.players.senders[0], self.request), crash)
        self.need_id = made.id

    # the process dies, and the same call is made again

    def surviving(self, call: Callable[[], Any], crash: int) -> Any:
        """The call's result. If the process dies in it: everything stands as before, and the call is made once more."""
        before = self.stands() if self.need_id else None
        needs = self.needs()
        try:
            with dying_at(crash):
                return call()
        except Killed:
            db.session.remove()
            self.counts["crashes"] += 1
            if before is not None:
                assert self.stands() == before, "what died half-way must leave everything as it was"
            assert self.needs() == needs
        return call()

    def stands(self) -> Standing:
        assert self.need_id is not None
        return standing(self.need_id)

    def needs(self) -> int:
        return len(db.session.connection().execute(select(Need.__table__.c.id)).all())

    def take(self, call: Callable[[], Any], crash: int = NO_CRASH) -> bool:
        """One step of somebody; refused, it has left everything as it was."""
        self.counts["steps"] += 1
        limits.purge(
            clock.now() + timedelta(days=1), hours=0
        )  # how often something may be done is tried elsewhere
        before = self.stands()
        try:
            self.surviving(call, crash)
        except REFUSALS:
            self.counts["refused"] += 1
            assert self.stands() == before, "a refused step must leave everything as it was"
            return False
        self.counts["moves"] += 1
        return True

    @property
    def state(self) -> str:
        return str(self.stands().offers[-1].state)

    # every action of the table

    def act(self, action: str, role: str, crash: int) -> None:
        stands = self.stands()
        offer = stands.offers[-1]
        if role == "receiver":
            who, version = self.players.desks[offer.service_at_location_id], offer.version
        elif role == "link":
            who, version = Actor(kind="link", offer_id=offer.id, offer_version=offer.version), offer.version
        elif role == "stranger":
            who, version = self.players.outsider, offer.version
        else:
            who = self.players.senders[role == "colleague"]
            view = referrals.need_for(who, stands.need.id)
            if view is None or view.offer_id is None:
                return
            offer, version = next(one for one in stands.offers if one.id == view.offer_id), view.offer_version
        self.counts[action] += self.take(lambda: STEPS[action](who, offer, version), crash)

    @rule(reason=st.sampled_from(sorted(rules.DECLINE_REASONS)), link=st.booleans(), crash=crashes)
    def says_no(self, reason: str, link: bool, crash: int) -> None:
        offer = self.stands().offers[-1]
        if offer.state not in rules.ASKED:
            return
        who = self.players.desks[offer.service_at_location_id]
        if link:
            who = Actor(kind="link", offer_id=offer.id, offer_version=offer.version)
        self.take(lambda: referrals.decline_offer(who, offer.id, reason, version=offer.version), crash)

    @rule(crash=crashes)
    def reaches_nobody(self, crash: int) -> None:
        offer = self.stands().offers[-1]
        if offer.state not in rules.MOVES["mark_unable_to_reach"].sources:
            return
        desk = self.players.desks[offer.service_at_location_id]
        self.traveller.shift(timedelta(days=3))
        self.take(lambda: tries(desk, offer))
        self.act("mark_unable_to_reach", "receiver", crash)

    @rule(crash=crashes)
    def asks_the_next(self, crash: int) -> None:
        who, view = self.players.senders[0], self.view()
        if view is not None and "ask_next" in view.actions:
            self.take(
                lambda: referrals.ask_next(who, view.id, self.players.second, version=view.version), crash
            )

    @rule(reason=st.sampled_from(sorted(rules.CLOSE_REASONS)), crash=crashes, often=st.integers(0, 3))
    def closes(self, reason: str, crash: int, often: int) -> None:
        who, view = self.players.senders[0], self.view()
        if view is not None and "close_need" in view.actions and not often:
            self.take(lambda: referrals.close_need(who, view.id, reason, version=view.version), crash)

    @rule(reason=st.sampled_from(["solved_otherwise", "ask_another"]), often=st.integers(0, 3))
    def cancels(self, reason: str, often: int) -> None:
        who, view = self.players.senders[0], self.view()
        if view is not None and view.offer_id is not None and "cancel" in view.actions and not often:
            offer_id, version = view.offer_id, view.offer_version
            self.take(lambda: referrals.cancel_offer(who, offer_id, reason, version=version))

    @rule(crash=crashes)
    def takes_it_back(self, crash: int) -> None:
        offer = self.stands().offers[-1]
        desk = self.players.desks[offer.service_at_location_id]
        self.take(
            lambda: referrals.correct_offer(desk, offer.id, "Wrong button", version=offer.version), crash
        )

    @rule(crash=crashes)
    def finishes_a_follow_up(self, crash: int) -> None:
        offer = self.stands().offers[-1]
        desk = self.players.desks[offer.service_at_location_id]
        seen = referrals.offer_for(desk, offer.id)
        task = next((one for one in seen.follow_ups if one.done_at is None), None) if seen else None
        if task is not None:
            self.take(lambda: referrals.finish_follow_up(desk, task.id, "in_service", means="phone"), crash)

    # time, retries, the old and the wrong

    @rule(span=st.sampled_from(SPANS), crash=crashes)
    def time_passes(self, span: timedelta, crash: int) -> None:
        self.counts["steps"] += 1
        self.traveller.shift(span)
        try:
            with dying_at(crash):
                self.counts["ticks"] += referrals.tick(clock.now())
        except Killed:
            db.session.remove()
            self.counts["crashes"] += 1
            checked(self.stands().need.id)
            self.counts["ticks"] += referrals.tick(clock.now())
        assert referrals.tick(clock.now()) == 0, "nothing is left to do at this moment"

    @rule(other=st.booleans())
    def sends_again(self, other: bool) -> None:
        """The same key with the same content is the same need; with other content it is refused."""
        self.counts["steps"] += 1
        needs, before = self.needs(), self.stands()
        request = replace(self.request, area="37011") if other else self.request
        try:
            found = referrals.send_offer(self.players.senders[0], request)
            assert (found.id, other) == (self.need_id, False)
        except Refused:
            assert other
        assert (self.needs(), self.stands()) == (needs, before)

    @rule(action=st.sampled_from(sorted(STEPS)), old=st.integers(1, 3))
    def comes_too_late(self, action: str, old: int) -> None:
        """With a version that no longer stands; withdraw and void hold whatever happened, and take none."""
        offer = self.stands().offers[-1]
        if action in ("withdraw", "void") or offer.version <= old:
            return
        desk = self.players.desks[offer.service_at_location_id]
        assert not self.take(lambda: STEPS[action](desk, offer, offer.version - old))

    @rule()
    def the_worker_looks(self) -> None:
        self.counts["steps"] += 1
        assert referrals.check(clock.now()) == 0, "the verbs leave nothing to mend"

    def view(self) -> referrals.NeedView | None:
        assert self.need_id is not None
        return referrals.need_for(self.players.senders[0], self.need_id)

    # what always holds

    @invariant()
    def every_promise_is_kept(self) -> None:
        if self.need_id is None:
            return
        found = checked(self.need_id)
        assert watch.faults(db.session(), self.need_id) == {}
        ledger_equals_what_was_told(found)
        letters_equal_what_happened(found)
        if found.need.close_reason == "withdrawn":
            self.nobody_reaches_the_person(found)

    def nobody_reaches_the_person(self, found: Standing) -> None:
        assert found.need.person_id is None
        for offer in found.offers:
            link = Actor(kind="link", offer_id=offer.id, offer_version=offer.version)
            seen = referrals.offer_by_link(link)
            assert seen is None or seen.moved_on
            for who in (*self.players.desks.values(), *self.players.senders, self.players.outsider):
                try:
                    assert referrals.reveal_person(who, offer.id) is None
                except REFUSALS:
                    continue

    def teardown(self) -> None:
        """The clock alone brings it to its end."""
        if self.need_id is None:
            return
        for _round in range(12):
            if self.stands().need.closed_at is not None:
                break
            self.traveller.shift(timedelta(days=10))
            self.counts["ticks"] += referrals.tick(clock.now())
        found = checked(self.need_id)
        assert found.need.closed_at is not None, f"no way out of {[offer.state for offer in found.offers]}"
        self.counts[f"end:{found.offers[-1].state}"] += 1
        db.session.rollback()


# What the other side learns of a move, as the ledger names it.
TOLD_BY_RECEIVER = {
    "ask_information": "question",
    "record_handoff": "handoff",
    **dict.fromkeys(("waitlist", "accept", "decline", "correct", "withdraw"), "status"),
    **dict.fromkeys(("confirm_connected", "mark_not_connected", "mark_unable_to_reach"), "status"),
}
TOLD_BY_SENDER = {
    "give_information": "information",
    "record_handoff": "handoff",
    **dict.fromkeys(("confirm_connected", "mark_not_connected"), "status"),
}


def ledger_equals_what_was_told(found: Standing) -> None:
    """One row for each request, each yes with a person, each thing that the other side learned; no more and no less."""
    table = Disclosure.__table__
    rows = db.session.connection().execute(
        select(table.c.offer_id, table.c.what).where(table.c.need_id == found.need.id)
    )
    of_moves = {"request", "identity", *TOLD_BY_RECEIVER.values(), *TOLD_BY_SENDER.values()}
    told = Counter((row.offer_id, row.what) for row in rows if row.what in of_moves)
    happened: Counter[tuple[UUID, str]] = Counter()
    gone = False
    for each in found.events:
        happened[each.offer_id, "request"] += each.action == "send"
        happened[each.offer_id, "identity"] += each.action == "accept" and not gone
        heard = found.need.hears_back or each.action == "ask_information"
        if each.role == "receiver" and each.action in TOLD_BY_RECEIVER:
            happened[each.offer_id, TOLD_BY_RECEIVER[each.action]] += heard
        elif each.role == "sender" and each.action in TOLD_BY_SENDER:
            happened[each.offer_id, TOLD_BY_SENDER[each.action]] += 1
        gone = gone or each.action == "withdraw"
    assert told == +happened, f"{told} is not {+happened}"


def letters_equal_what_happened(found: Standing) -> None:
    """Each move has written to whom it concerns, once; all other letters are the clock's own."""
    keys = Counter(letter.key for letter in found.letters)
    expected = set(_letters_of_moves(found))
    assert not (keys - Counter(set(keys))), "a key is one letter"
    for beginning in expected:
        assert sum(key.startswith(beginning) for key in keys) == 1, f"{beginning} of {sorted(keys)}"
    need = found.need.id
    for key in keys:
        if any(key.startswith(beginning) for beginning in expected) or key.startswith("backup:"):
            continue
        kind, _id, rest = key.split(":", 2)
        assert kind in ("sender", "supervisor", "receiver"), key
        assert rest.startswith(CLOCK_LETTERS), f"{key} of {need} comes from no move and no clock"


def _letters_of_moves(found: Standing) -> Iterator[str]:
    need = found.need
    versions: Counter[UUID] = Counter()
    for each in found.events:
        versions[each.offer_id] += 1
        offer, version = each.offer_id, versions[each.offer_id]
        to_sender = f"sender:{need.id}:{offer}:{version}"
        by_sender = each.role in ("sender", "supervisor")
        asks = each.action in ("send", "give_information") or (
            each.action == "correct" and each.to_state in rules.ASKED
        )
        if (asks or (each.channel == "link" and each.to_state in rules.ASKED)) and each.channel != "phone":
            yield f"desk:{offer}:{version}:"
        if each.action == "ask_information":
            yield f"sender:{need.id}:question:{offer}:{version}"
        if each.action == "cancel":
            yield f"receiver:{offer}:cancel:{version}:"
        if each.action in ("record_handoff", "confirm_connected"):
            if by_sender:
                yield f"receiver:{offer}:{version}:"
            elif need.hears_back:
                yield to_sender
        elif each.action in ("waitlist", "accept") and need.hears_back:
            yield to_sender
        elif each.to_state in rules.GOES_ON and each.action != "correct" and need.hears_back:
            yield from [to_sender] if each.account_id != need.sender_account_id else []


BY_RULES_OF_THEIR_OWN = frozenset(("decline", "cancel", "mark_unable_to_reach"))
PICKS = st.integers(0, 5039)  # divisible by every number up to 10: each possible one is as likely


def _roles(action: str) -> list[str]:
    """Whom the table names for it, twice; others who may; and a stranger."""
    named = sorted(rules.MOVES[action].roles - {"supervisor", "admin"})
    more = ["colleague"] if "sender" in named else []
    more += ["link"] if "receiver" in named and rules.MOVES[action].sources & rules.ASKED else []
    return [*named, *named, *more, "stranger"]


def _taking() -> Any:
    """A rule for whatever the table allows now, by the roles that it names, and seldom by another.

    It draws the same for every state. The database outlives a run of steps, so the same draws may meet another state the next
    time; were the draws to depend on it, Hypothesis would take the machine for a broken one."""

    @rule(which=PICKS, by=PICKS, crash=crashes, often=st.integers(0, 3))
    def step(self: Referral, which: int, by: int, crash: int, often: int) -> None:
        state = self.state
        possible = [
            action
            for action in STEPS
            if action not in BY_RULES_OF_THEIR_OWN and state in rules.MOVES[action].sources
        ]
        action = possible[which % len(possible)] if possible else "void"
        roles = _roles(action)
        if possible and (action not in ("withdraw", "void") or not often):
            self.act(action, roles[by % len(roles)], crash)

    return step


for _name in ("acts", "acts_again", "acts_once_more", "acts_still"):  # as often as four of the other rules
    setattr(Referral, _name, _taking())
