"""A code that goes along to a victim service: it is nobody's, it is counted by the month, and nobody is told what came of it."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from portal import outcomes, referrals
from portal.accounts.models import Account, Membership
from portal.directory.models import ServiceAtLocation
from portal.referrals.models import ArrivalCode, ArrivalTally, CallRecord
from portal.referrals.spoken import WORDS, heard
from portal.store import Refused, TooMany, clock, db, write
from portal.store.audit import AuditEntry
from tests.people import Cast
from tests.referrals.acting import acting

Move = Callable[[timedelta], None]


def haven_worker(cast: Cast) -> Account:
    """Somebody of the victim service, who keeps its listing true; the same one, however often asked for."""
    there = select(Account).where(Account.email == "haven@test.invalid")
    if (found := db.session.scalars(there).first()) is not None:
        return found
    with write() as session:
        made = Account(
            community_id=cast.community.id,
            email="haven@test.invalid",
            name="Hav En",
            phone="",
            created_at=clock.now(),
        )
        session.add(made)
        listing = session.get_one(ServiceAtLocation, cast.victim_service.number)
        session.flush()
        session.add(
            Membership(
                account_id=made.id,
                role="provider",
                organization_id=listing.service.organization_id,
            )
        )
    return db.session.scalars(there).one()


def handed(cast: Cast) -> str:
    return referrals.record_victim_call(
        acting(cast.responder), cast.victim_service.id, True, with_code=True
    ).code


def tallies() -> list[tuple[int, int]]:
    db.session.expire_all()
    return [(row.handed, row.arrived) for row in db.session.query(ArrivalTally)]


@pytest.mark.sqlite_only
def test_words_are_easily_said_and_told_apart() -> None:
    assert len(WORDS) == len(set(WORDS)) > 100
    assert all(re.fullmatch("[a-z]{4,8}", word) for word in WORDS)
    assert heard("  Maple-TIGER, 4 7. ") == heard("maple tiger47") == "maple tiger 47"


def test_a_code_comes_back_once_and_is_forgotten(move_time: Move, cast: Cast) -> None:
    worker = acting(haven_worker(cast))
    code = handed(cast)
    assert re.fullmatch(r"[a-z]+ [a-z]+ [2-9]{2}", code)
    assert tallies() == [(1, 0)]
    referrals.enter_code(worker, cast.victim_service.id, code.upper().replace(" ", "-"))
    assert tallies() == [(1, 1)]
    assert db.session.query(ArrivalCode).count() == 0
    referrals.enter_code(worker, cast.victim_service.id, code)  # a second time: the same, and not counted
    referrals.enter_code(worker, cast.victim_service.id, "maple tiger 47")
    assert tallies() == [(1, 1)]


@pytest.mark.sqlite_only
def test_nothing_stored_ties_a_code_to_a_call_or_a_caller(move_time: Move, cast: Cast) -> None:
    before = db.session.query(AuditEntry).count()
    code = handed(cast)
    assert db.session.query(AuditEntry).count() == before, "a trail would name who got the code, and when"
    assert {column.name for column in ArrivalCode.__table__.columns} == {
        "digest",
        "service_at_location_id",
        "day",
    }
    dump = " ".join(
        str(row)
        for table in ("arrival_code", "arrival_tally", "call_record", "message")
        for row in db.session.execute(text(f"SELECT * FROM {table}"))  # noqa: S608 - names of our own
    )
    assert code not in dump
    assert not [word for word in code.split()[:2] if word in dump]
    call = db.session.query(CallRecord).one()
    assert {column.name for column in CallRecord.__table__.columns} == {
        "id",
        "service_at_location_id",
        "organization_id",
        "at",
        "answered",
    }
    assert call.answered


@pytest.mark.sqlite_only
def test_only_the_services_own_people_enter_codes(move_time: Move, cast: Cast) -> None:
    code = handed(cast)
    for account in cast.everybody.values():
        with pytest.raises(referrals.NotHere):
            referrals.enter_code(acting(account), cast.victim_service.id, code)
        assert referrals.takes_codes(acting(account), cast.victim_service.id) is None
    with pytest.raises(referrals.NotHere):  # not a victim service
        referrals.enter_code(acting(cast.provider), cast.crisis_center.id, code)
    worker = acting(haven_worker(cast))
    assert referrals.takes_codes(worker, cast.victim_service.id) is not None
    with pytest.raises(Refused):
        referrals.enter_code(worker, cast.victim_service.id, " - ")
    for _try in range(10):
        referrals.enter_code(worker, cast.victim_service.id, "apple apple 22")
    with pytest.raises(TooMany):
        referrals.enter_code(worker, cast.victim_service.id, code)
    assert tallies() == [(1, 0)]


@pytest.mark.sqlite_only
def test_an_old_code_is_forgotten_and_a_hotline_gives_none(move_time: Move, cast: Cast) -> None:
    worker = acting(haven_worker(cast))
    code = handed(cast)
    assert not referrals.record_victim_call(
        acting(cast.responder), cast.hotline.id, True, with_code=True
    ).code
    move_time(timedelta(days=31))
    referrals.enter_code(worker, cast.victim_service.id, code)
    assert tallies() == [(1, 0)]
    move_time(timedelta(days=1))
    assert referrals.forget_codes() == 1
    assert referrals.forget_codes() == 0


@pytest.mark.sqlite_only
def test_months_are_shown_when_over_and_small_numbers_never(move_time: Move, cast: Cast) -> None:
    """The clock stands in September 2026."""
    worker = acting(haven_worker(cast))
    counts = {1: (10, 0), 2: (11, 0), 3: (30, 10), 4: (30, 15), 5: (30, 25), 6: (0, 0), 9: (50, 25)}
    with write() as session:
        for month, (out, back) in counts.items():
            session.add(
                ArrivalTally(
                    service_at_location_id=cast.victim_service.id,
                    month=date(2026, month, 1),
                    handed=out,
                    arrived=back,
                )
            )
    (shown,) = outcomes.arrivals(acting(cast.evaluator))
    assert [(one.first_day.month, one.handed, one.arrived) for one in shown.months] == [
        (6, 0, 0),
        (5, 30, None),
        (4, 30, 15),
        (3, 30, None),
        (2, 11, 0),
        (1, None, None),
    ]
    assert outcomes.arrivals(worker, cast.victim_service.id) == (shown,)
    for account in (cast.responder, cast.supervisor, cast.provider, cast.steward, cast.stranger):
        assert outcomes.arrivals(acting(account)) == ()
        assert outcomes.arrivals(acting(account), cast.victim_service.id) == ()
