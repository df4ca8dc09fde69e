"""Short ways to ask for room, for the tests of this room: three services of the cast, each with somebody who answers."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from portal import referrals
from portal.accounts.models import Account, Membership
from portal.directory.models import Organization, ServiceAtLocation
from portal.referrals.models import Asking, CapacityAsk
from portal.store import Actor, clock, db, write
from tests.people import Cast
from tests.referrals.acting import acting


@dataclass
class Three:
    """The crisis center, the shelter and the withdrawal unit (joined for these tests), and who answers for each."""

    cast: Cast
    listings: tuple[ServiceAtLocation, ...]
    desks: tuple[Actor, ...]

    @property
    def ids(self) -> tuple[UUID, ...]:
        return tuple(listing.id for listing in self.listings)

    def ask(self, **more: Any) -> Asking:
        """The responder asks all three."""
        return referrals.ask_capacity(acting(self.cast.responder), self.request(**more))

    def request(self, **more: Any) -> referrals.AskRequest:
        plain = referrals.AskRequest(
            services=self.ids,
            need="crisis",
            urgency="now",
            idempotency_key=uuid4().hex,
            age_band="25_64",
            area="37203",
        )
        return replace(plain, **more)

    def say(self, asking: Asking, number: int, answer: str, **more: Any) -> referrals.Answered:
        """The desk of ask `number` (from 0) answers, having seen the ask as it stands."""
        ask = asks_of(asking)[number]
        more.setdefault("version", ask.version)
        return referrals.answer_ask(self.desks[number], ask.id, answer, **more)


def three(cast: Cast) -> Three:
    with write() as session:
        home = session.get_one(Organization, cast.detox.service.organization_id)
        home.joined_at = clock.now()
        worker = Account(
            community_id=cast.community.id,
            email="detox@test.invalid",
            name="Dee Tox",
            created_at=clock.now(),
            memberships=[Membership(role="provider", organization_id=home.id)],
        )
        session.add(worker)
    return Three(
        cast,
        (cast.crisis_center, cast.shelter, cast.detox),
        (acting(cast.provider), acting(cast.shelter_worker), acting(worker)),
    )


def asks_of(asking: Asking) -> list[CapacityAsk]:
    """The asks as they stand in the database now, in their order."""
    return fresh(asking).asks


def fresh(asking: Asking) -> Asking:
    db.session.expire_all()
    return db.session.get_one(Asking, asking.id)


def states(asking: Asking) -> list[str]:
    return [ask.state for ask in asks_of(asking)]


def linked(ask: CapacityAsk) -> Actor:
    """Whoever holds the newest link of this ask."""
    return Actor(kind="link", ask_id=ask.id, ask_version=ask.version)
