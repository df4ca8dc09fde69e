"""What an admin changes about a person: at once, told by a letter, written down; and never the last admin's way in."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy import select

from portal import accounts
from portal.accounts.models import Account, Membership, SecondFactor
from portal.accounts.queries import actor_of
from portal.messages.models import Message
from portal.store import Actor, Refused, audit, clock, db, write
from portal.store.actor import TERMINAL
from tests.accounts.test_signing_in import accounts_admin
from tests.people import Cast


def fresh(account: Account) -> Account:
    db.session.expire_all()
    return db.session.get_one(Account, account.id)


def membership(account: Account, role: str) -> Membership:
    return next(each for each in fresh(account).memberships if each.role == role)


def letters_to(account: Account) -> list[str]:
    return list(db.session.scalars(select(Message.letter).where(Message.to_address == account.email)))


CHANGES: dict[str, Callable[[Cast, Actor], None]] = {
    "add_role": lambda cast, actor: accounts.add_role(actor, cast.responder.id, "supervisor", cast.team.id),
    "remove_role": lambda cast, actor: accounts.remove_role(
        actor, cast.responder.id, membership(cast.responder, "responder").id
    ),
    "disable_person": lambda cast, actor: accounts.disable_person(actor, cast.responder.id),
    "reset_second_factor": lambda cast, actor: accounts.reset_second_factor(actor, cast.responder.id),
}


def has_second_factor(account: Account) -> None:
    with write() as session:
        session.add(SecondFactor(account_id=account.id, secret="JBSWY3DPEHPK3PXP", confirmed_at=clock.now()))


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_ends_the_persons_sessions_tells_them_and_is_written_down(cast: Cast, name: str) -> None:
    has_second_factor(cast.responder)
    browser = accounts.start_session(cast.responder.id)
    CHANGES[name](cast, accounts_admin(cast))
    assert accounts.actor_for_token(browser) is None
    assert letters_to(cast.responder) == ["accounts/account_changed"]
    rows = db.session.scalars(select(audit.AuditEntry).where(audit.AuditEntry.action == name)).all()
    assert [(row.account_id, row.subject_id) for row in rows] == [(cast.admin.id, str(cast.responder.id))]


@pytest.mark.sqlite_only
@pytest.mark.parametrize("name", CHANGES)
def test_nobody_but_an_admin_of_the_community_changes_anything(cast: Cast, name: str) -> None:
    has_second_factor(cast.responder)
    browser = accounts.start_session(cast.responder.id)
    elsewhere = Actor("account", uuid4(), uuid4(), memberships=frozenset((("admin", None),)))
    for asking in (*(actor_of(a) for who, a in cast.everybody.items() if who != "admin"), elsewhere):
        with pytest.raises(Refused):
            CHANGES[name](cast, asking)
    assert accounts.actor_for_token(browser) is not None
    assert letters_to(cast.responder) == []


@pytest.mark.sqlite_only
def test_the_letter_says_that_the_account_changed_and_nothing_more(cast: Cast) -> None:
    accounts.add_role(accounts_admin(cast), cast.responder.id, "steward", None)
    letter = db.session.scalars(select(Message)).one()
    said = f"{letter.subject} {letter.text} {letter.html}".lower()
    assert "changed" in said
    for word in ("steward", "role", "ad min", "rae", "test county", "crisis"):
        assert word not in said


def test_the_last_admin_stays(cast: Cast) -> None:
    admin = membership(cast.admin, "admin").id
    for act in (
        lambda who: accounts.disable_person(who, cast.admin.id),
        lambda who: accounts.remove_role(who, cast.admin.id, admin),
    ):
        with pytest.raises(Refused):
            act(TERMINAL)
    accounts.add_role(TERMINAL, cast.steward.id, "admin", None)
    accounts.disable_person(TERMINAL, cast.steward.id)
    with pytest.raises(Refused):  # a disabled admin is none
        accounts.disable_person(TERMINAL, cast.admin.id)
    accounts.enable_person(TERMINAL, cast.steward.id)
    accounts.disable_person(TERMINAL, cast.admin.id)
    with pytest.raises(Refused):
        accounts.remove_role(TERMINAL, cast.steward.id, membership(cast.steward, "admin").id)


@pytest.mark.sqlite_only
def test_nobody_lowers_themselves_by_a_slip(cast: Cast) -> None:
    accounts.add_role(TERMINAL, cast.steward.id, "admin", None)
    me = accounts_admin(cast)
    has_second_factor(cast.admin)
    for act in (
        lambda: accounts.disable_person(me, cast.admin.id),
        lambda: accounts.remove_role(me, cast.admin.id, membership(cast.admin, "admin").id),
        lambda: accounts.reset_second_factor(me, cast.admin.id),
    ):
        with pytest.raises(Refused):
            act()
    assert membership(cast.admin, "admin")


@pytest.mark.sqlite_only
def test_what_is_so_already_changes_nothing_and_tells_nobody(cast: Cast) -> None:
    me, browser = accounts_admin(cast), accounts.start_session(cast.responder.id)
    accounts.add_role(me, cast.responder.id, "responder", cast.team.id)
    accounts.remove_role(me, cast.responder.id, uuid4())
    accounts.enable_person(me, cast.responder.id)
    accounts.reset_second_factor(me, cast.responder.id)
    assert letters_to(cast.responder) == []
    assert accounts.actor_for_token(browser) is not None


@pytest.mark.sqlite_only
def test_a_role_that_does_not_fit_its_place_is_refused(cast: Cast) -> None:
    for role, place, field in (
        ("provider", None, "organization_id"),
        ("provider", uuid4(), "organization_id"),
        ("admin", cast.team.id, "organization_id"),
        ("root", None, "role"),
    ):
        with pytest.raises(Refused) as caught:
            accounts.add_role(accounts_admin(cast), cast.responder.id, role, place)
        assert caught.value.field == field


@pytest.mark.sqlite_only
def test_the_list_shows_everybody_with_roles_second_factor_and_the_day_last_seen(cast: Cast) -> None:
    has_second_factor(cast.responder)
    token = accounts.start_session(cast.provider.id)
    accounts.disable_person(accounts_admin(cast), cast.stranger.id)
    found = accounts.members(accounts_admin(cast))
    rows = {row.email: row for row in found.rows}
    assert found.total == len(cast.everybody) == len(rows)
    assert found.officers == 1
    assert rows[cast.responder.email].second_factor is True
    assert rows[cast.responder.email].roles[0].organization == "Test County Mobile Crisis"
    assert rows[cast.provider.email].seen_at is not None
    assert rows[cast.steward.email].seen_at is None
    assert rows[cast.admin.email].second_factor_demanded is True
    assert found.rows[-1].email == cast.stranger.email, "who cannot sign in comes last"
    assert accounts.members(actor_of(cast.steward)).rows == ()
    accounts.end_session(token)
    seen = accounts.member(accounts_admin(cast), cast.provider.id)
    assert seen is not None
    assert seen.seen_at is not None, "when somebody was last seen outlives the session"


@pytest.mark.sqlite_only
def test_when_a_session_ends_by_itself_its_last_use_is_kept(cast: Cast) -> None:
    start = clock.now()
    token = accounts.start_session(cast.provider.id)
    with time_machine.travel(start + timedelta(hours=2), tick=False):
        accounts.actor_for_token(token)
    accounts.purge(start + timedelta(hours=20))
    seen = fresh(cast.provider).last_seen_at
    assert seen is not None
    assert round((seen - start) / timedelta(hours=1)) == 2


def test_ones_own_browsers_are_listed_and_ended_one_or_all_others(cast: Cast) -> None:
    me = actor_of(cast.responder)
    start = clock.now()
    with time_machine.travel(start, tick=False) as moment:
        tokens = []
        for _each in range(3):
            tokens.append(accounts.start_session(cast.responder.id))
            moment.shift(60)
        stranger = accounts.start_session(cast.stranger.id)
    browsers = accounts.browsers_of(me, tokens[0])
    assert [each.this for each in browsers] == [False, False, True]
    theirs = accounts.browsers_of(actor_of(cast.stranger), stranger)[0]
    for made_up in (theirs.handle, "", "%", "_" * 16, browsers[0].handle[:8]):
        assert accounts.end_browser(me, made_up) == 0
    assert accounts.end_browser(me, browsers[0].handle) == 1
    assert [accounts.actor_for_token(token) is None for token in tokens] == [False, False, True]
    assert accounts.end_other_browsers(me, tokens[0]) == 1
    assert [accounts.actor_for_token(token) is None for token in tokens] == [False, True, True]
    assert accounts.actor_for_token(stranger) is not None
