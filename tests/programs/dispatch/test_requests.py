"""Requests to a team: who finds them, whose step it is, and that of two people who press at once one is first."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from portal.messages.models import Message
from portal.programs import teams as t
from portal.programs.models import ProgramTask, ResponseProgram, TeamRequest, TeamRequestEvent
from portal.referrals import NotHere
from portal.store import Conflict, Refused, clock, db, write
from tests.people import Cast
from tests.programs.acting import turned_on
from tests.referrals.acting import acting


@pytest.fixture
def team(cast: Cast) -> ResponseProgram:
    """Mobile crisis: the responder is its clinician, another county's officer asks."""
    return turned_on(cast, "mobile-crisis-team", (cast.responder, "clinician"))


def ask(cast: Cast, team: ResponseProgram, **more: object) -> TeamRequest:
    return t.ask_team(acting(cast.stranger), team.id, t.Ask(**more))  # type: ignore[arg-type]


def test_of_two_who_accept_at_once_one_is_first(cast: Cast, team: ResponseProgram) -> None:
    row = ask(cast, team)
    t.move_request(acting(cast.responder), row.id, "accept", version=1)
    with pytest.raises(Conflict):
        t.move_request(acting(cast.supervisor), row.id, "accept", version=1)
    db.session.expire_all()
    stands = db.session.get_one(TeamRequest, row.id)
    assert (stands.assigned_to, stands.version) == (cast.responder.id, 2)
    events = db.session.scalars(select(TeamRequestEvent).order_by(TeamRequestEvent.number)).all()
    assert [event.action for event in events] == ["ask", "accept"]
    with pytest.raises(DatabaseError), write() as session:
        session.get_one(TeamRequestEvent, events[0].number).why = "other"


@pytest.mark.sqlite_only
def test_only_the_two_sides_find_a_request(cast: Cast, team: ResponseProgram) -> None:
    row = ask(cast, team, reference="S-1")
    for account in cast.everybody.values():
        there = account in (cast.stranger, cast.responder, cast.colleague, cast.supervisor)
        view = t.request_for(acting(account), row.id)
        assert (view is not None) == there, account.name
        if view is not None:
            assert view.reference == ("S-1" if account is cast.stranger else ""), account.name
        else:
            with pytest.raises(NotHere):
                t.move_request(acting(account), row.id, "accept", version=1)
    with pytest.raises(NotHere):
        t.ask_team(acting(cast.provider), team.id, t.Ask())
    with pytest.raises(NotHere):
        t.ask_team(acting(cast.stranger), uuid4(), t.Ask())


@pytest.mark.sqlite_only
def test_while_a_team_may_still_come_nobody_else_closes_the_askers_task(
    cast: Cast, team: ResponseProgram
) -> None:
    officer = acting(cast.stranger)
    row = ask(cast, team)
    with pytest.raises(Conflict):
        t.settle_custody(officer, row.id, "settled", version=1)
    t.move_request(officer, row.id, "withdraw", version=1, why="left")
    assert db.session.scalars(select(ProgramTask.state)).all() == ["open"], "the officer still has the person"
    with pytest.raises(Refused):
        t.settle_custody(officer, row.id, "because", version=2)
    t.settle_custody(officer, row.id, "left", version=2)
    db.session.expire_all()
    task = db.session.scalars(select(ProgramTask)).one()
    assert (task.state, task.close_reason) == ("closed", "left")


@pytest.mark.sqlite_only
def test_what_was_taken_over_is_neither_refused_nor_withdrawn(cast: Cast, team: ResponseProgram) -> None:
    row = ask(cast, team)
    t.move_request(acting(cast.responder), row.id, "accept", version=1, custody=True)
    for account, move, why in ((cast.responder, "refuse", "unsafe"), (cast.stranger, "withdraw", "settled")):
        with pytest.raises(Conflict):
            t.move_request(acting(account), row.id, move, version=2, why=why)


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"way": "transfer"}, "way"),
        ({"source": "carrier pigeon"}, "source"),
        ({"language": "xx"}, "language"),
        ({"district_id": uuid4()}, "district_id"),
        ({"reference": "<script>"}, "reference"),
        ({"answers": {"weapon": True}}, None),
    ],
)
def test_what_the_preset_does_not_know_is_refused_and_nothing_is_written(
    cast: Cast, team: ResponseProgram, given: dict[str, object], field: str | None
) -> None:
    with pytest.raises(Refused) as refused:
        ask(cast, team, **given)
    assert refused.value.field == field
    assert not db.session.scalars(select(TeamRequest)).all()
    assert not db.session.scalars(select(ProgramTask)).all()


@pytest.mark.sqlite_only
def test_a_form_sent_twice_is_one_request(cast: Cast, team: ResponseProgram) -> None:
    once = uuid4()
    assert ask(cast, team, once=once).id == ask(cast, team, once=once).id
    with pytest.raises(Refused):
        t.ask_team(acting(cast.responder), team.id, t.Ask(once=once))


@pytest.mark.sqlite_only
def test_an_unanswered_request_tells_both_sides_once(cast: Cast, team: ResponseProgram) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        row = ask(cast, team)
        first = set(db.session.scalars(select(Message.to_address)))
        assert first == {cast.responder.email}, "who works in the team"
        traveller.shift(timedelta(minutes=5))
        assert t.tick_requests(clock.now()) == 1
        assert t.tick_requests(clock.now()) == 0
        told = set(db.session.scalars(select(Message.to_address).where(Message.about == row.id)))
        assert told == {cast.responder.email, cast.stranger.email, cast.supervisor.email}
        for message in db.session.scalars(select(Message)):
            assert message.subject == "You have a new item in Handrail"


@pytest.mark.sqlite_only
def test_a_program_that_is_off_takes_no_requests(cast: Cast, team: ResponseProgram) -> None:
    with write() as session:
        session.get_one(ResponseProgram, team.id).turned_off_at = clock.now()
    with pytest.raises(NotHere):
        ask(cast, team)
    assert t.teams_for(acting(cast.stranger)) == []
    assert not t.has_teams(acting(cast.stranger))
