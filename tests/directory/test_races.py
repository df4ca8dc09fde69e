"""Several people edit one listing at the same moment: one is saved, the rest are shown both texts. On real connections."""

import contextvars
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import delete, select

from portal import directory
from portal.accounts.queries import actor_of
from portal.directory import models as d
from portal.store import Actor, Conflict, db, guards, write
from tests.people import Cast, make_cast

EDITORS = 4
Work = Callable[[int], object]


@pytest.fixture
def standing(migrated: Flask) -> Iterator[Cast]:
    """The cast, committed for real and taken away afterwards."""
    with migrated.app_context():
        made = make_cast()
        db.session.expunge_all()
    yield made
    with migrated.app_context(), write() as session:
        guards.take_down(session.connection())
        for table in reversed(db.metadata.sorted_tables):
            session.execute(delete(table))
        guards.put_up(session.connection())


def at_once(app: Flask, work: Work) -> list[object]:
    """Each in a thread, an app context and a connection of its own."""
    barrier = Barrier(EDITORS)

    def one(number: int) -> object:
        with app.app_context():
            barrier.wait(30)
            return work(number)

    with ThreadPoolExecutor(EDITORS) as pool:
        waits = [pool.submit(contextvars.Context().run, one, number) for number in range(EDITORS)]
        return [wait.result() for wait in waits]


def test_of_edits_at_once_one_is_saved_and_none_is_lost_silently(migrated: Flask, standing: Cast) -> None:
    actor, listing = actor_of(standing.provider), standing.crisis_center.id
    with migrated.app_context():
        view = directory.listing_for(actor, listing)
        assert view is not None

    def edit(number: int) -> object:
        try:
            return directory.propose_edit(actor, listing, view.version, {"description": f"Text {number}"})
        except Conflict as conflict:
            return conflict

    results = at_once(migrated, edit)
    saved = [number for number, result in enumerate(results) if isinstance(result, directory.EditResult)]
    assert len(saved) == 1
    for number, result in enumerate(results):
        if number not in saved:
            assert isinstance(result, Conflict)
            assert result.current.stands == {"description": f"Text {saved[0]}"}
            assert result.current.typed == {"description": f"Text {number}"}
    with migrated.app_context():
        seen = directory.listing(listing)
        assert seen is not None
        assert seen.description == f"Text {saved[0]}"
        assert len(db.session.scalars(select(d.Metadata)).all()) == 1


def test_a_waiting_edit_is_decided_once(migrated: Flask, standing: Cast) -> None:
    steward, listing = actor_of(standing.steward), standing.crisis_center.id
    with migrated.app_context():
        view = directory.listing_for(steward, listing)
        assert view is not None
        directory.propose_edit(actor_of(standing.provider), listing, view.version, {"crisis_phone": "988"})
        proposal = directory.steward_desk(steward).waiting[0].id

    def decide(number: int) -> object:
        try:
            return directory.decide_proposal(steward, proposal, number % 2 == 0)
        except Conflict:
            return None

    results = at_once(migrated, decide)
    assert len([result for result in results if result]) == 1
    with migrated.app_context():
        seen = directory.listing(listing)
        assert seen is not None
        live = "988" in [phone.number for phone in seen.phones]
        assert live == ("approved" in results)


def test_taps_at_once_never_stop_an_edit(migrated: Flask, standing: Cast) -> None:
    actor, listing = actor_of(standing.provider), standing.crisis_center.id
    people = [
        Actor("account", actor.community_id, None, f"P{n}", "", actor.memberships) for n in range(EDITORS)
    ]
    with migrated.app_context():
        view = directory.listing_for(actor, listing)
        assert view is not None

    def act(number: int) -> object:
        if number:
            return directory.set_availability(people[number], listing, "yes")
        return directory.propose_edit(actor, listing, view.version, {"alert": "Hello"})

    assert all(at_once(migrated, act))
    with migrated.app_context():
        numbers = list(db.session.scalars(select(d.Change.number).order_by(d.Change.number)))
        assert numbers == sorted(set(numbers))
        assert len(db.session.scalars(select(d.Metadata)).all()) == EDITORS
        seen = directory.listing(listing)
        assert seen is not None
        assert (seen.alert, seen.availability.value) == ("Hello", "yes")
