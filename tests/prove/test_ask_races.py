"""Eight people at five services say "we have room" at the same moment: one place is kept, and four are told who was faster."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from portal import referrals
from portal.accounts.models import Account, Membership
from portal.directory.models import Contact, Location, Organization, Service, ServiceAtLocation
from portal.referrals.models import AskEvent, Asking, CapacityAsk
from portal.store import Actor, clock, db, limits, write
from portal.store.conflict import Conflict
from tests.people import Cast, make_cast
from tests.prove.server import app_on
from tests.referrals.acting import acting

SERVICES, VOICES = 5, 8
PATIENCE = 120


def desks(cast: Cast) -> list[tuple[UUID, Actor]]:
    """Five services that answer, each with somebody signed in."""
    found = []
    with write() as session:
        for number in range(SERVICES):
            home = Organization(
                community_id=cast.community.id,
                name=f"Home {number}",
                kind="social_service",
                joined_at=clock.now(),
            )
            session.add(home)
            session.flush()
            service = Service(organization_id=home.id, name=f"Place {number}", last_modified=clock.now())
            place = Location(organization_id=home.id, location_type="virtual", point_kind="none")
            desk = Contact(organization_id=home.id, name="desk", email=f"d{number}@test.invalid")
            session.add_all((service, place, desk))
            session.flush()
            listing = ServiceAtLocation(service_id=service.id, location_id=place.id, desk_id=desk.id)
            person = Account(
                community_id=cast.community.id,
                email=f"person{number}@test.invalid",
                name=f"Person {number}",
                created_at=clock.now(),
                memberships=[Membership(role="provider", organization_id=home.id)],
            )
            session.add_all((listing, person))
            session.flush()
            found.append((listing.id, acting(person)))
    return found


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
@pytest.mark.parametrize("rounds", [8, pytest.param(500, marks=pytest.mark.prove)])
def test_of_eight_yeses_at_once_exactly_one_wins(
    engine: str, rounds: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.LIMITS, "ask", ((1_000_000, 60),))
    app = app_on(engine, tmp_path, "asks")
    barrier = Barrier(VOICES)
    with app.app_context():
        cast = make_cast()
        asked = desks(cast)
        who = acting(cast.responder)
        listings = tuple(listing for listing, _desk in asked)
        db.session.remove()

    def say(number: int, ask: UUID) -> str:
        with app.app_context():
            barrier.wait(PATIENCE)
            try:
                said = referrals.answer_ask(asked[number % SERVICES][1], ask, "yes", version=1)
            except Conflict:
                return "moved on"
            finally:
                db.session.remove()
            return "won" if said.won else "somebody was faster"

    winners: Counter[int] = Counter()
    heard: Counter[str] = Counter()
    with ThreadPoolExecutor(VOICES) as pool:
        for _round in range(rounds):
            with app.app_context():
                request = referrals.AskRequest(listings, "shelter", "now", uuid4().hex)
                asking = referrals.ask_capacity(who, request)
                ids = [ask.id for ask in sorted(asking.asks, key=lambda one: one.ordinal)]
                asking_id = asking.id
                db.session.remove()
            jobs = [pool.submit(say, number, ids[number % SERVICES]) for number in range(VOICES)]
            answers = [job.result() for job in jobs]
            heard.update(answers)
            services = {number % SERVICES for number, answer in enumerate(answers) if answer == "won"}
            winners[len(services)] += 1
            with app.app_context():
                stands = db.session.get_one(Asking, asking_id)
                assert stands.winner is not None
                assert services == {stands.winner - 1}
                assert {ask.state for ask in stands.asks} == {"yes"}
                db.session.remove()
    with app.app_context():
        held = db.session.scalar(select(func.count()).select_from(Asking).where(Asking.winner.is_not(None)))
        yeses = db.session.scalar(
            select(func.count()).select_from(AskEvent).where(AskEvent.action == "say_yes")
        )
        asks = db.session.scalar(select(func.count()).select_from(CapacityAsk))
        db.session.remove()
        db.engine.dispose()
    print(
        f"\n{engine}: {rounds} rounds of {VOICES} yeses from {SERVICES} services; winners a round -> rounds: "
        f"{dict(winners)}; heard: {dict(heard)}; yeses stored: {yeses} of {asks} asks"
    )
    assert winners == {1: rounds}
    assert held == rounds
    assert yeses == asks == rounds * SERVICES
