"""Every action of the table as one call of its verb, and a way to bring an offer into every state by moves alone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from portal import referrals
from portal.messages.models import Message
from portal.referrals.models import Disclosure, Need, Offer, OfferEvent, Person
from portal.referrals.rules import MOVES
from portal.referrals.send import put_to
from portal.store import Actor, clock, db, write
from portal.store.audit import AuditEntry
from tests.people import Cast
from tests.referrals.acting import acting, by_link, fresh, offer_of, send

HOUR = timedelta(hours=1)
NOON = datetime(2026, 9, 16, 17, 0, tzinfo=UTC)  # a Wednesday, noon in the test county


def today() -> date:
    """The date in the test county (Central time)."""
    return clock.now().astimezone(ZoneInfo("America/Chicago")).date()


def facts(**more: Any) -> referrals.HandoffFacts:
    """A warm handoff, just now."""
    return referrals.HandoffFacts(
        **{
            "method": "three_way_call",
            "started_at": clock.now(),
            "answered": True,
            "spoke_with_name": "Nia Named",
            "person_present": True,
            "person_spoke": True,
            "person_agreed": True,
            "receiver_took_over": True,
        }
        | more
    )


def tries(actor: Actor, offer: Offer) -> None:
    """Three tries on three days before now (for "unable to reach")."""
    for days in (2, 1, 0):
        referrals.record_attempt(actor, offer.id, "phone", "no_answer", at=clock.now() - timedelta(days=days))


Step = Callable[[Actor, Offer, int], Any]
# action -> the verb's call. `expire`, `release` and `close_without_information` are the clock's, see CLOCKED.
STEPS: dict[str, Step] = {
    "see": lambda who, offer, version: referrals.see_offer(who, offer.id, version=version),
    "ask_information": lambda who, offer, v: referrals.ask_information(
        who, offer.id, "Age of the child?", version=v
    ),
    "give_information": lambda who, offer, v: referrals.give_information(who, offer.id, "Twelve", version=v),
    "waitlist": lambda who, offer, v: referrals.waitlist_offer(
        who, offer.id, clock.now() + 48 * HOUR, version=v
    ),
    "accept": lambda who, offer, v: referrals.accept_offer(who, offer.id, version=v, answered_by="Pat"),
    "decline": lambda who, offer, v: referrals.decline_offer(who, offer.id, "no_bed_or_slot", version=v),
    "record_handoff": lambda who, offer, v: referrals.record_handoff(who, offer.id, facts(), version=v),
    "schedule": lambda who, offer, v: referrals.schedule_offer(who, offer.id, clock.now() + HOUR, version=v),
    "mark_no_show": lambda who, offer, v: referrals.mark_no_show(who, offer.id, version=v),
    "mark_unable_to_reach": lambda who, offer, v: referrals.mark_unable_to_reach(who, offer.id, version=v),
    "confirm_connected": lambda who, offer, v: referrals.confirm_connected(
        who, offer.id, today(), version=v, receiver_name="Nia Named"
    ),
    "mark_not_connected": lambda who, offer, v: referrals.mark_not_connected(
        who, offer.id, "left", version=v
    ),
    "cancel": lambda who, offer, v: referrals.cancel_offer(who, offer.id, "no_longer_needed", version=v),
    "withdraw": lambda who, offer, v: referrals.withdraw_consent(who, offer.id, version=v),
    "void": lambda who, offer, v: referrals.void_offer(who, offer.id, "error", version=v),
}
CLOCKED = ("expire", "release", "close_without_information")
# How a test gets an offer into each state: (action, by whom).
WAYS: dict[str, tuple[str, ...]] = {
    "sent": (),
    "seen": ("see",),
    "info_asked": ("ask_information",),
    "waitlisted": ("waitlist",),
    "accepted": ("accept",),
    "handoff": ("accept", "record_handoff"),
    "scheduled": ("accept", "schedule"),
    "no_show": ("accept", "schedule", "mark_no_show"),
    "connected": ("accept", "confirm_connected"),
    "declined": ("decline",),
    "expired": ("expire",),
    "released": ("release",),
    "unable_to_reach": ("accept", "mark_unable_to_reach"),
    "not_connected": ("accept", "mark_not_connected"),
    "no_information": ("accept", "close_without_information"),
    "cancelled": ("cancel",),
    "withdrawn": ("withdraw",),
    "void": ("void",),
}


@dataclass
class Stage:
    """One need of the cast, and everybody's actor."""

    cast: Cast
    need: Need

    def actor(self, role: str) -> Actor:
        account = {
            "sender": self.cast.responder,
            "supervisor": self.cast.supervisor,
            "receiver": self.cast.provider,
            "admin": self.cast.admin,
            "stranger": self.cast.stranger,
        }[role]
        return acting(account)

    @property
    def offer(self) -> Offer:
        return offer_of(self.need)

    def link(self) -> Actor:
        return by_link(self.offer)


def stage(cast: Cast, state: str, move_time: Callable[[timedelta], None], **more: Any) -> Stage:
    """A need whose offer stands in `state`. move_time: shifts the clock, for those states that want it."""
    found = Stage(cast, send(cast, **more))
    for action in WAYS[state]:
        walk(found, action, move_time)
    assert found.offer.state == state
    return found


def walk(found: Stage, action: str, move_time: Callable[[timedelta], None]) -> None:
    """One legal move, by the first role that the table names."""
    if action in CLOCKED:
        clocked(found, action, move_time)
        return
    role = "receiver" if "receiver" in MOVES[action].roles else "sender"
    if action == "mark_unable_to_reach":
        move_time(timedelta(days=3))
        tries(found.actor("receiver"), found.offer)
    if action == "mark_no_show":
        move_time(2 * HOUR)
    STEPS[action](found.actor(role), found.offer, found.offer.version)


def clocked(found: Stage, action: str, move_time: Callable[[timedelta], None]) -> None:
    if action == "release":
        _release(found)
        return
    move_time(timedelta(days=38) if action == "close_without_information" else timedelta(days=5))
    referrals.tick(clock.now())


def _release(found: Stage) -> None:
    """A second offer beside the first does not happen by any verb; made by hand, the accept of one releases the other."""
    first = found.offer.id
    with write() as session:
        need = session.get_one(Need, found.need.id)
        second = put_to(session, found.actor("sender"), need, found.cast.shelter)
    referrals.accept_offer(acting(found.cast.shelter_worker), second.id, version=second.version)
    with write() as session:
        session.expire_all()
        session.get_one(Offer, second.id).ordinal = 0
    assert fresh(found.need).offers[-1].id == first


def snapshot() -> tuple[Any, ...]:
    """Everything that a refused move must leave as it was."""
    db.session.expire_all()
    offers = db.session.execute(select(Offer.id, Offer.state, Offer.version).order_by(Offer.id)).all()
    needs = db.session.execute(
        select(Need.id, Need.version, Need.owner, Need.deadline).order_by(Need.id)
    ).all()
    counts = [
        db.session.scalar(select(func.count()).select_from(model))
        for model in (OfferEvent, Message, Disclosure, Person, AuditEntry)
    ]
    return (offers, needs, counts)
