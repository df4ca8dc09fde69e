"""Publishing a quarter: shown first, frozen, with a revision beside it; read by anybody only where it is public."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from portal.accounts.models import Account
from portal.outcomes import publish
from portal.outcomes.models import Snapshot
from portal.programs import presets
from portal.programs.models import ResponseProgram
from portal.store import Refused, db, write
from portal.store.audit import AuditEntry
from tests.outcomes.calls import calls
from tests.people import Cast
from tests.referrals.acting import acting
from tests.web.forms import SignIn, press

NOW = datetime(2026, 11, 21, 15, tzinfo=UTC)
AUGUST = datetime(2026, 8, 12, 18, tzinfo=UTC)


@pytest.fixture(autouse=True)
def fixed_time(app: Flask) -> Any:
    with time_machine.travel(NOW, tick=False), app.test_request_context():
        yield


def made_public(program: ResponseProgram) -> None:
    with write() as session:
        session.get_one(ResponseProgram, program.id).public = True


def freeze(who: Account, program: ResponseProgram, quarter: str = "2026-q3") -> Snapshot:
    row = publish(acting(who), program.id, quarter)
    assert row is not None
    return row


def test_a_steward_looks_first_then_publishes_and_anybody_reads_it_without_a_cookie(
    cast: Cast, co_response: ResponseProgram, signed_in_as: SignIn, client: FlaskClient
) -> None:
    calls(co_response, 500, AUGUST)
    calls(co_response, 24, AUGUST, "arrest")
    steward, address = signed_in_as(cast.steward), f"/programs/{co_response.id}/reports/2026-q3/publication"
    assert "524" in steward.get(address).text
    assert not db.session.scalars(select(Snapshot)).all()
    done = press(steward, address)
    assert done.headers["Location"] == f"/figures/{co_response.id}/2026-q3"
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "publish_figures")).one()
    assert entry.account_id == cast.steward.id
    assert client.get(done.headers["Location"]).status_code == 404
    assert "Nothing has been published yet." in client.get("/figures").text
    made_public(co_response)
    assert co_response.name in client.get("/figures").text
    page = client.get(done.headers["Location"])
    assert "524" in page.text
    assert "4.6%" in page.text
    assert not page.headers.getlist("Set-Cookie")
    for ending in ("csv", "xlsx"):
        assert client.get(f"/figures/{co_response.id}/2026-q3/1.{ending}").status_code == 200


def test_what_was_published_stays_and_a_later_look_is_a_revision_beside_it(
    cast: Cast, co_response: ResponseProgram, client: FlaskClient
) -> None:
    made_public(co_response)
    calls(co_response, 100, AUGUST)
    first = freeze(cast.evaluator, co_response)
    with pytest.raises(Refused):
        publish(acting(cast.evaluator), co_response.id, "2026-q3")
    calls(co_response, 30, AUGUST, "hospital")
    with time_machine.travel(NOW + timedelta(days=31), tick=False):
        second = freeze(cast.evaluator, co_response)
    assert (first.revision, second.revision) == (1, 2)
    one, two, newest = (
        client.get(f"/figures/{co_response.id}/2026-q3{end}").text for end in ("/1", "/2", "")
    )
    assert ">100<" in one
    assert ">130<" not in one
    assert ">130<" in two
    assert ">130<" in newest
    assert f"/figures/{co_response.id}/2026-q3/1" in newest
    assert client.get(f"/figures/{co_response.id}/2026-q3/3").status_code == 404


def test_the_database_itself_refuses_to_change_or_to_take_back_a_snapshot(
    cast: Cast, co_response: ResponseProgram
) -> None:
    calls(co_response, 100, AUGUST)
    row = freeze(cast.evaluator, co_response)
    for step in (update(Snapshot).values(content={}), delete(Snapshot)):
        with pytest.raises(IntegrityError), write() as session:
            session.execute(step)
    assert db.session.get_one(Snapshot, row.id).content["sections"]


def test_no_small_number_is_ever_kept(cast: Cast, co_response: ResponseProgram) -> None:
    calls(co_response, 100, AUGUST)
    calls(co_response, 7, AUGUST, "arrest")
    kept = freeze(cast.steward, co_response).content
    lines = [line for section in kept["sections"] for each in section["tables"] for line in each["lines"]]
    assert lines
    for line in lines:
        for name in ("numerator", "denominator", "unknown", "immature"):
            assert not 0 < (line[name] or 0) <= 10, line


def test_who_may_publish_and_when(cast: Cast, co_response: ResponseProgram, signed_in_as: SignIn) -> None:
    calls(co_response, 100, AUGUST)
    address = f"/programs/{co_response.id}/reports/2026-q3/publication"
    for who in (cast.responder, cast.supervisor, cast.stranger, cast.admin, cast.privacy_officer):
        assert signed_in_as(who).get(address).status_code == 403
        assert publish(acting(who), co_response.id, "2026-q3") is None
    running = f"/programs/{co_response.id}/reports/2026-q4/publication"
    answer = press(signed_in_as(cast.steward), running)
    assert answer.status_code == 422
    assert "This quarter is not over yet." in answer.text


def test_the_words_of_a_measure_are_those_of_its_day(
    cast: Cast, co_response: ResponseProgram, client: FlaskClient
) -> None:
    """A later version of a measure, and another name of the program, change nothing that was published."""
    made_public(co_response)
    calls(co_response, 100, AUGUST)
    freeze(cast.steward, co_response)
    before = client.get(f"/figures/{co_response.id}/2026-q3").text
    with write() as session:
        session.get_one(ResponseProgram, co_response.id).name = "Another name"
    after = client.get(f"/figures/{co_response.id}/2026-q3").text
    assert presets()[co_response.preset].name in after
    assert "Another name" not in after
    assert before.count("version 1") == after.count("version 1") > 3
