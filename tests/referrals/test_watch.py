"""Every open need has one owner and one deadline: what is broken is found within the hour, mended, written down, and counted."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select, text, update

from portal import referrals
from portal.messages.models import Message
from portal.referrals import rules, watch
from portal.referrals.models import Need, NeedFault, Offer, OfferEvent
from portal.referrals.send import put_to
from portal.store import clock, db, engine_name, heartbeat, write
from portal.store.audit import AuditEntry
from tests.people import Cast
from tests.referrals.acting import acting, fresh, offer_of, send
from tests.referrals.asking import three
from tests.referrals.drive import WAYS, stage

Move = Callable[[timedelta], None]
SignIn = Callable[[Any], FlaskClient]


def faults() -> dict[Any, tuple[str, ...]]:
    db.session.expire_all()
    return watch.faults(db.session())


def mended() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.reason).where(AuditEntry.action == "mend_need")))


def break_deadline(need: Need) -> None:
    """Past the constraint that forbids it, as a fault of the database or of a hand would."""
    if engine_name() == "postgresql":
        db.session.execute(text("ALTER TABLE need DROP CONSTRAINT ck_need_open_has_deadline"))
    else:
        db.session.execute(text("PRAGMA ignore_check_constraints=ON"))
    db.session.execute(update(Need).where(Need.id == need.id).values(deadline=None))
    db.session.commit()
    if engine_name() == "sqlite":  # the connection serves the tests that follow
        db.session.execute(text("PRAGMA ignore_check_constraints=OFF"))


@pytest.mark.sqlite_only
@pytest.mark.parametrize("state", sorted(WAYS))
def test_what_the_verbs_make_is_never_broken(move_time: Move, cast: Cast, state: str) -> None:
    stage(cast, state, move_time)
    assert faults() == {}
    assert referrals.check(clock.now()) == 0
    assert mended() == []
    assert heartbeat.last(watch.JOB) == clock.now()


def test_a_need_without_a_deadline_is_handed_to_its_owner_with_one_that_is_now(
    move_time: Move, cast: Cast
) -> None:
    need = send(cast)
    break_deadline(need)
    assert faults() == {need.id: ("no_owner",)}
    move_time(timedelta(minutes=1))
    assert referrals.check(clock.now()) == 1
    stands = fresh(need)
    assert (stands.owner, stands.deadline_name, stands.deadline) == ("receiver", "seen_by", clock.now())
    assert referrals.tick(clock.now()) == 1
    letters = db.session.scalars(select(Message.letter)).all()
    assert "referrals/backup" in letters
    assert fresh(need).deadline == need.sent_at + timedelta(minutes=3), "its own clock goes on"
    assert mended() == ["no_owner"]
    assert referrals.check(clock.now()) == 0
    (row,) = db.session.scalars(select(NeedFault))
    assert (row.kind, row.mended_at is not None) == ("no_owner", True)


@pytest.mark.sqlite_only
@pytest.mark.parametrize("state", ["waitlisted", "info_asked", "accepted", "declined", "scheduled"])
def test_mending_never_ends_anything_by_itself(move_time: Move, cast: Cast, state: str) -> None:
    found = stage(cast, state, move_time)
    break_deadline(found.need)
    assert referrals.check(clock.now()) == 1
    need = fresh(found.need)
    assert need.deadline == clock.now()
    assert need.deadline_name in watch.REMINDERS
    assert need.owner in rules.OWNERS
    assert referrals.tick(clock.now()) >= 1
    assert found.offer.state == state
    need = fresh(found.need)
    assert need.deadline is not None
    assert need.deadline > clock.now()


@pytest.mark.sqlite_only
def test_nobody_is_asked_any_more_beside_a_yes(move_time: Move, cast: Cast) -> None:
    found = stage(cast, "accepted", move_time)
    with write() as session:
        put_to(session, found.actor("sender"), session.get_one(Need, found.need.id), cast.shelter)
    assert faults() == {found.need.id: ("asked_beside_taken",)}
    assert referrals.check(clock.now()) == 1
    assert sorted(offer.state for offer in fresh(found.need).offers) == ["accepted", "released"]
    assert faults() == {}


@pytest.mark.sqlite_only
def test_a_closed_need_with_an_open_offer_is_open_again(move_time: Move, cast: Cast) -> None:
    need = send(cast)
    db.session.execute(update(Need).where(Need.id == need.id).values(closed_at=clock.now(), deadline=None))
    db.session.commit()
    assert faults() == {need.id: ("closed_but_open",)}
    assert referrals.check(clock.now()) == 1
    stands = fresh(need)
    assert (stands.closed_at, stands.owner) == (None, "receiver")
    assert stands.deadline is not None
    assert faults() == {}


@pytest.mark.sqlite_only
def test_what_cannot_be_mended_stays_on_the_board_until_somebody_has_seen_to_it(
    move_time: Move, cast: Cast, signed_in_as: SignIn
) -> None:
    need = send(cast)
    db.session.execute(update(Offer).where(Offer.need_id == need.id).values(state="seen"))
    db.session.commit()
    assert faults() == {need.id: ("log",)}
    assert referrals.check(clock.now()) == 1
    assert referrals.check(clock.now()) == 0, "it is written down once"
    for who in (cast.admin, cast.supervisor):
        found = referrals.board(acting(who))
        assert found is not None
        assert (found.open, found.owned, found.without) == (1, 0, 1)
        assert "1 is not as it should be" in signed_in_as(who).get("/needs/board").text
    with write() as session:
        session.execute(update(Offer).where(Offer.need_id == need.id).values(state="sent"))
    move_time(timedelta(hours=1))
    referrals.check(clock.now())
    found = referrals.board(acting(cast.admin))
    assert found is not None
    assert (found.open, found.without, found.checked_at) == (1, 0, clock.now())


@pytest.mark.sqlite_only
def test_a_gap_in_the_log_is_found(move_time: Move, cast: Cast) -> None:
    found = stage(cast, "seen", move_time)
    wrong = OfferEvent(
        offer_id=found.offer.id,
        at=clock.now(),
        action="accept",
        from_state="waitlisted",
        to_state="seen",
        role="receiver",
        actor_kind="account",
    )
    with write() as session:
        session.add(wrong)
    assert faults() == {found.need.id: ("log",)}


def test_the_board_counts_and_tells_nothing_of_anybody(
    move_time: Move, cast: Cast, signed_in_as: SignIn
) -> None:
    send(cast)
    send(cast, listing=cast.shelter)
    move_time(timedelta(hours=2))
    page = signed_in_as(cast.supervisor).get("/needs/board").text
    for words in (
        "2 open referrals",
        "<dd>2</dd>",
        "<dd>0</dd>",
        "117 minutes late",
        "The clocks are late",
    ):
        assert words in page, words
    for word in ("Quill", "37203", "Crisis Receiving", "Family Shelter"):
        assert word not in page
    assert page.count('aria-current="page"') == 1, "one link of the bar is where the reader is"
    referrals.tick(clock.now())
    assert "No clock is late" in signed_in_as(cast.supervisor).get("/needs/board").text
    for name, account in cast.everybody.items():
        allowed = name in ("supervisor", "admin")
        assert signed_in_as(account).get("/needs/board").status_code == (200 if allowed else 403), name
        assert (referrals.board(acting(account)) is not None) is allowed


@pytest.mark.sqlite_only
def test_in_the_dark_the_board_does_not_move_with_an_answer(move_time: Move, cast: Cast) -> None:
    boards = []
    for answer in ("", "accept", "decline", "connect"):
        need = send(cast, hears_back=False, duplicate_confirmed=True)
        offer = offer_of(need)
        if answer in ("accept", "connect"):
            referrals.accept_offer(acting(cast.provider), offer.id, version=1)
        if answer == "connect":
            referrals.confirm_connected(acting(cast.provider), offer.id, clock.now().date(), version=2)
        if answer == "decline":
            referrals.decline_offer(acting(cast.provider), offer.id, "age", version=1)
        found = referrals.board(acting(cast.supervisor))
        assert found is not None
        boards.append((found.open - len(boards), found.without, found.oldest, found.late))
    assert set(boards) == {(1, 0, None, None)}


@pytest.mark.sqlite_only
def test_looking_at_a_thousand_needs_takes_a_few_selects(move_time: Move, cast: Cast) -> None:
    counts = []
    for more in (2, 6):
        for _need in range(more):
            send(cast, duplicate_confirmed=True)
        seen: list[str] = []

        def note(*said: object, into: list[str] = seen) -> None:
            into.append(str(said[2]))

        event.listen(db.engines[None], "before_cursor_execute", note)
        referrals.check(clock.now())
        event.remove(db.engines[None], "before_cursor_execute", note)
        counts.append(len([sql for sql in seen if sql.startswith("SELECT")]))
    assert counts[0] == counts[1] < 10


@pytest.mark.sqlite_only
def test_an_asking_whose_clock_nobody_acts_on_is_late_on_the_board_too(move_time: Move, cast: Cast) -> None:
    three(cast).ask()
    move_time(timedelta(hours=2))
    found = referrals.board(acting(cast.supervisor))
    assert found is not None
    assert (found.open, found.late is not None) == (0, True)
    referrals.tick_asks(clock.now())
    found = referrals.board(acting(cast.supervisor))
    assert found is not None
    assert found.late is None
