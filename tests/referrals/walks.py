"""Random walks over the verbs: whoever may (and now and then somebody who may not) does something; or time passes and the
clock acts.

After every step the rows are read past the verbs' own session: one owner and one deadline for an open need, at most one
offer open and one that took the person on, a log that replays to the state that stands, and an outbox that fits. A step
that was refused has left everything as it was. At last the clock alone brings every need to its end.
"""

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, or_, select

from portal import referrals
from portal.messages.models import Message
from portal.referrals import rules
from portal.referrals.models import Need, Offer, OfferEvent
from portal.referrals.moves import NotHere
from portal.store import Actor, Conflict, Refused, clock, db, limits
from tests.people import Cast
from tests.referrals.acting import acting, request_to
from tests.referrals.drive import STEPS, tries

SPANS = (
    [timedelta(minutes=n) for n in (1, 4, 12, 45)]
    + [timedelta(hours=n) for n in (3, 26)]
    + [timedelta(days=9)]
)
FEWEST, MOST = 8, 15  # steps of a walk; fewer when its need closes before
ENDERS = ("cancel", "withdraw", "void", "close_need")  # taken more seldom, so that walks are long enough
ASKING = ("referrals/desk", "referrals/backup")  # letters that ask a desk for an answer
REFUSALS = (Conflict, Refused, NotHere)

_NEED = select(Need.__table__).where(Need.__table__.c.id == bindparam("need"))
_OFFERS = select(Offer.__table__).where(Offer.__table__.c.need_id == bindparam("need")).order_by("ordinal")
_EVENTS = (
    select(OfferEvent.__table__)
    .join(Offer.__table__)
    .where(Offer.__table__.c.need_id == bindparam("need"))
    .order_by("number")
)
_LETTERS = select(Message.__table__).where(
    or_(
        Message.__table__.c.about == bindparam("need"),
        Message.__table__.c.about.in_(
            select(Offer.__table__.c.id).where(Offer.__table__.c.need_id == bindparam("need"))
        ),
    )
)


@dataclass(frozen=True)
class Players:
    """Who walks: two of the sending team, and a desk for each of two services. Made once, for any number of walks."""

    senders: tuple[Actor, ...]
    desks: dict[UUID, Actor]
    first: UUID
    second: UUID
    outsider: Actor

    @classmethod
    def of(cls, cast: Cast) -> "Players":
        first, second = cast.crisis_center.id, cast.shelter.id
        return cls(
            (acting(cast.responder), acting(cast.colleague)),
            {first: acting(cast.provider), second: acting(cast.shelter_worker)},
            first,
            second,
            acting(cast.stranger),
        )


@dataclass(frozen=True)
class Standing:
    """Everything stored about one need."""

    need: Any
    offers: tuple[Any, ...]
    events: tuple[Any, ...]
    letters: tuple[Any, ...]


def standing(need_id: UUID) -> Standing:
    connection = db.session.connection()
    need, offers, events, letters = (
        tuple(connection.execute(query, {"need": need_id})) for query in (_NEED, _OFFERS, _EVENTS, _LETTERS)
    )
    return Standing(need[0], offers, events, letters)


def walk(players: Players, dice: random.Random, shift: Any) -> Counter[str]:
    """One need from its sending to its close, or for some steps and then until the clock has closed it."""
    limits.purge(clock.now() + timedelta(days=1), hours=0)  # every walk begins at the same moment
    request = request_to(
        players.first,
        duplicate_confirmed=True,
        hears_back=dice.random() < 0.6,
        urgency=dice.choice(["now", "today", "routine"]),
        fallbacks=(players.second,) if dice.random() < 0.5 else (),
    )
    need_id = referrals.send_offer(players.senders[0], request).id
    counts: Counter[str] = Counter()
    stands = checked(need_id)
    for _step in range(dice.randint(FEWEST, MOST)):
        if dice.random() < 0.3:
            shift(dice.choice(SPANS))
            counts["ticks"] += referrals.tick(clock.now())
        elif _act(players, dice, stands):
            counts["moves"] += 1
        else:
            counts["refused"] += 1
            assert standing(need_id) == stands, "a refused step must leave everything as it was"
            continue
        stands = checked(need_id)
        if stands.need.closed_at is not None and dice.random() < 0.8:
            break
    for _round in range(12):
        if stands.need.closed_at is not None:
            return counts
        shift(timedelta(days=10))
        counts["ticks"] += referrals.tick(clock.now())
        stands = checked(need_id)
    raise AssertionError(f"no way out of {[offer.state for offer in stands.offers]}")


def _act(players: Players, dice: random.Random, stands: Standing) -> bool:
    """One step of somebody; False when it was refused."""
    try:
        if dice.random() < 0.1:
            action = dice.choice(list(STEPS))
            anybody = dice.choice([players.outsider, *players.senders, *players.desks.values()])
            offer = dice.choice(stands.offers)
            STEPS[action](anybody, offer, offer.version)
            return True
        sides = [_sender_acts, _desk_acts]
        dice.shuffle(sides)
        return any(side(players, dice, stands) for side in sides)
    except REFUSALS:
        return False


def _desk_acts(players: Players, dice: random.Random, stands: Standing) -> bool:
    offer = dice.choice(stands.offers)
    desk = players.desks[offer.service_at_location_id]
    action = _one_of(dice, rules.available_actions(offer.state, frozenset(("receiver",))))
    if not action:
        return False
    if action == "mark_unable_to_reach" and clock.now() - offer.sent_at > timedelta(days=2):
        tries(desk, offer)
    STEPS[action](desk, offer, offer.version)
    return True


def _sender_acts(players: Players, dice: random.Random, stands: Standing) -> bool:
    """By what their page offers, and with the versions that stand in it. One who hears back has them from the rows too."""
    who, need = dice.choice(players.senders), stands.need
    if need.hears_back and dice.random() < 0.85:
        offer = stands.offers[-1]
        action = _one_of(dice, rules.available_actions(offer.state, frozenset(("sender",))))
        if action:
            STEPS[action](who, offer, offer.version)
        return bool(action)
    view = referrals.need_for(who, need.id)
    action = _one_of(dice, view.actions if view else ())
    if view is None or not action:
        return False
    if action == "ask_next":
        referrals.ask_next(who, need.id, players.second, version=view.version)
    elif action == "close_need":
        referrals.close_need(who, need.id, "nothing_found", version=view.version)
    else:
        offer = next(one for one in stands.offers if one.id == view.offer_id)
        STEPS[action](who, offer, view.offer_version)
    return True


def _one_of(dice: random.Random, offered: Iterable[str]) -> str:
    """An action that a test can take; one that ends the need only where nothing else is offered, or by a small chance."""
    actions = [action for action in offered if action in STEPS or action in ("ask_next", "close_need")]
    mild = [action for action in actions if action not in ENDERS]
    among = mild if mild and dice.random() < 0.8 else actions
    return dice.choice(among) if among else ""


def checked(need_id: UUID) -> Standing:
    """What stands, after all that must hold of it was looked at."""
    found = standing(need_id)
    _one_owner_one_deadline(found)
    for offer in found.offers:
        _replays(offer, [event for event in found.events if event.offer_id == offer.id])
    _outbox_fits(found)
    return found


def _one_owner_one_deadline(found: Standing) -> None:
    need, states = found.need, [offer.state for offer in found.offers]
    still_open = [state for state in states if state in rules.OPEN]
    assert len(still_open) <= 1
    assert len([state for state in states if state in rules.HELD or state == "connected"]) <= 1
    if need.closed_at is None:
        assert need.owner in rules.OWNERS
        assert need.deadline is not None
        assert need.deadline_name in rules.DEADLINES
    else:
        assert need.deadline is None
        assert not still_open


def _replays(offer: Any, events: list[Any]) -> None:
    """The log is a way through the table, and its end is what the offer's row says; each event raised its version by one."""
    state = "draft"
    moment: datetime | None = None
    for event in events:
        assert event.from_state == state
        if event.action != "correct":
            move = rules.MOVES[event.action]
            assert state in move.sources
            assert event.to_state == move.target
            assert event.role in move.roles
        assert moment is None or event.at >= moment
        state, moment = event.to_state, event.at
    assert state == offer.state
    assert offer.version == len(events)


def _turn_of_one_in_the_dark(need: Any, letter: Any) -> bool:
    """They are told of their turn whatever a service did: also when it was there that the person said no."""
    return not need.hears_back and letter.letter == "referrals/sender" and letter.key.endswith(":your_turn")


def _outbox_fits(found: Standing) -> None:
    """Each service that was asked got its letter; none waits to go out that asks for an answer no longer wanted, or after a
    withdrawal at all; and no letter says anything of the person."""
    keys = {letter.key for letter in found.letters}
    state_of = {offer.id: offer.state for offer in found.offers}
    for offer in found.offers:
        if offer.channel != "phone":
            assert any(key.startswith(f"desk:{offer.id}:1:") for key in keys)
    for letter in found.letters:
        assert "Quill" not in letter.text + letter.html + letter.subject
        assert "555-0177" not in letter.text + letter.html
        if letter.state == "queued":
            assert found.need.close_reason != "withdrawn" or _turn_of_one_in_the_dark(found.need, letter)
            assert letter.letter not in ASKING or state_of[letter.about] in rules.ASKED
