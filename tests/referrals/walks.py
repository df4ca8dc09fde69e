"""Random walks: whoever may, does something that the tables allow; or time passes and the clock acts.

After every step: exactly one owner and one deadline for an open need, at most one accepted and one active offer, a way out
of every state, and a log that replays to the state that stands.
"""

import random
from datetime import timedelta
from typing import Any
from uuid import UUID

from portal import referrals
from portal.referrals import rules
from portal.referrals.access import in_the_dark
from portal.referrals.models import Need
from portal.store import Actor, Conflict, Refused, clock, db
from tests.people import Cast
from tests.referrals.acting import acting, fresh, send
from tests.referrals.drive import STEPS, tries

SPANS = (
    [timedelta(minutes=n) for n in (1, 4, 12, 45)]
    + [timedelta(hours=n) for n in (3, 26)]
    + [timedelta(days=9)]
)
STEPS_A_WALK = 14


def walk(cast: Cast, dice: random.Random, shift: Any) -> dict[str, int]:
    """One need from its sending to its close, or to STEPS_A_WALK steps and then until the clock has closed it."""
    need = send(
        cast,
        duplicate_confirmed=True,
        hears_back=dice.random() < 0.6,
        urgency=dice.choice(["now", "today", "routine"]),
        fallbacks=(cast.shelter.id,) if dice.random() < 0.5 else (),
    )
    counts = {"moves": 0, "ticks": 0, "refused": 0}
    for _step in range(STEPS_A_WALK):
        if dice.random() < 0.3:
            shift(dice.choice(SPANS))
            counts["ticks"] += referrals.tick(clock.now())
        else:
            counts["moves" if act(cast, dice, need) else "refused"] += 1
        found = check(need)
        if found.closed_at is not None and dice.random() < 0.5:
            return counts
    for _round in range(12):
        if fresh(need).closed_at is not None:
            return counts
        shift(timedelta(days=10))
        counts["ticks"] += referrals.tick(clock.now())
        check(need)
    raise AssertionError(f"no way out of {[offer.state for offer in fresh(need).offers]}")


def act(cast: Cast, dice: random.Random, need: Need) -> bool:
    """One action that a page would offer to somebody now; False when the verb still said no."""
    if dice.random() < 0.5:
        return _sender_acts(cast, dice, need.id)
    for offer in fresh(need).offers:
        account = cast.shelter_worker if offer.service_at_location_id == cast.shelter.id else cast.provider
        view = referrals.offer_for(acting(account), offer.id)
        assert view is not None
        choices = [action for action in view.actions if action in STEPS and action != "withdraw"]
        if choices:
            action = dice.choice(choices)
            if action == "mark_no_show" and view.appointment_at and view.appointment_at > clock.now():
                return False
            return _try(action, acting(account), offer, view.version)
        if view.state in rules.HELD:
            tries(acting(account), offer) if clock.now() - offer.sent_at > timedelta(days=2) else None
    return False


def _sender_acts(cast: Cast, dice: random.Random, need_id: UUID) -> bool:
    who = acting(dice.choice([cast.responder, cast.colleague]))
    view = referrals.need_for(who, need_id)
    if view is None or not view.actions:
        return False
    action = dice.choice(view.actions)
    if action in ("cancel", "withdraw", "void", "close_need") and dice.random() < 0.7:
        return False
    if action == "ask_next":
        if cast.shelter.id in {one.id for one in (*view.also, *filter(None, (view.service,)))}:
            return False
        try:
            referrals.ask_next(who, need_id, cast.shelter.id, version=view.version)
        except Refused:
            return False
        return True
    if action == "close_need":
        referrals.close_need(who, need_id, "nothing_found", version=view.version)
        return True
    if action not in STEPS or (action == "record_handoff" and in_the_dark(db.session.get_one(Need, need_id))):
        return False
    offer = next(one for one in fresh(db.session.get_one(Need, need_id)).offers if one.id == view.offer_id)
    return _try(action, who, offer, view.offer_version)


def _try(action: str, who: Actor, offer: Any, version: int) -> bool:
    try:
        STEPS[action](who, offer, version)
    except Conflict:
        return False
    return True


def check(need: Need) -> Need:
    """What must hold after every step."""
    found = fresh(need)
    active = [offer for offer in found.offers if offer.state in rules.OPEN]
    assert len(active) <= 1
    assert (
        len([offer for offer in found.offers if offer.state in rules.HELD or offer.state == "connected"]) <= 1
    )
    if found.closed_at is None:
        assert found.owner in rules.OWNERS
        assert found.deadline is not None
        assert found.deadline_name in rules.DEADLINES
    else:
        assert found.deadline is None
        assert not active
    for offer in found.offers:
        state = "draft"
        for event in offer.events:
            assert event.from_state == state
            if event.action not in ("correct",):
                move = rules.MOVES[event.action]
                assert state in move.sources
                assert event.to_state == move.target
                assert event.role in move.roles
            state = event.to_state
        assert state == offer.state
    return found
