"""Eight desks say yes at the same moment: one has the person, seven are told so."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from portal.accounts import actor_for_token, start_session
from portal.accounts.models import Account, Membership
from portal.referrals import SendRequest, send_offer
from portal.referrals.models import Offer, OfferEvent
from portal.store import clock, db, write
from tests.prove.server import PATIENCE, Answer, Browser, Install

DESKS = 8


def desks(install: Install) -> list[Browser]:
    """Eight people of one desk, each in a browser of their own with the inbox open."""
    with install.app.app_context():
        center = install.cast.provider.memberships[0].organization_id
        with write() as session:
            people = [
                Account(
                    community_id=install.cast.community.id,
                    email=f"desk{number}@test.invalid",
                    name=f"Desk {number}",
                    created_at=clock.now(),
                    memberships=[Membership(role="provider", organization_id=center)],
                )
                for number in range(DESKS)
            ]
            session.add_all(people)
        ids = [person.id for person in people]
    return [install.signed_in(each) for each in ids]


def offers(install: Install, count: int) -> list[str]:
    with install.app.app_context():
        sender = actor_for_token(start_session(install.cast.responder.id))
        assert sender is not None
        for number in range(count):
            if number % 25 == 0:
                install.let_more()
            request = SendRequest(
                install.cast.crisis_center.id,
                "crisis",
                "now",
                "none_needed",
                str(uuid4()),
                duplicate_confirmed=True,
            )
            send_offer(sender, request)
        return [str(each) for each in db.session.scalars(select(Offer.id))]


@pytest.mark.parametrize("races", [20, pytest.param(1000, marks=pytest.mark.prove)])
def test_of_eight_accepts_at_once_exactly_one_wins(install: Install, races: int) -> None:
    browsers = desks(install)
    asked = offers(install, races)
    install.start("--no-worker")
    barrier = Barrier(DESKS)

    def accept(number: int, offer: str) -> Answer:
        barrier.wait(PATIENCE)
        return browsers[number].post(
            f"/offers/{offer}/answer", {"version": "1", "answer": "accept", "by": f"Desk {number}"}
        )

    for browser in browsers:
        assert browser.get(f"/offers/{asked[0]}").status == 200
    wins: dict[int, int] = {}
    with ThreadPoolExecutor(DESKS) as pool:
        for offer in asked:
            answers = [
                each.result() for each in [pool.submit(accept, number, offer) for number in range(DESKS)]
            ]
            statuses = sorted(answer.status for answer in answers)
            wins[statuses.count(303)] = wins.get(statuses.count(303), 0) + 1
            assert set(statuses) <= {303, 409}, statuses
    with install.app.app_context():
        accepted = db.session.scalar(select(func.count()).select_from(Offer).where(Offer.state == "accepted"))
        events = db.session.scalar(
            select(func.count()).select_from(OfferEvent).where(OfferEvent.to_state == "accepted")
        )
    print(
        f"\nraces: {races} of {DESKS} accepts over HTTP; winners a race -> races: {wins}; accepts stored: {events}"
    )
    assert wins == {1: races}
    assert accepted == events == races
