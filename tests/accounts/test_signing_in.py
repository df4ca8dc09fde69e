"""Signing in: the same words for unknown and wrong, limits that lock nobody else out, sessions that end on the server."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, func, select

from portal import accounts
from portal.accounts import passwords
from portal.accounts.models import Account, AccountSession
from portal.store import Refused, TooMany, audit, clock, db, write
from tests.conftest import REAL_HASHER
from tests.people import Cast

PASSWORD = "three words and a horse"
HERE = "192.0.2.7"
ELSEWHERE = "198.51.100.9"


@pytest.fixture
def responder(cast: Cast) -> Account:
    give_password(cast.responder, PASSWORD)
    return cast.responder


def give_password(account: Account, password: str) -> None:
    with write() as session:
        session.get_one(Account, account.id).password_hash = passwords.hashed(password)


def refusal(email: str, password: str) -> str:
    with pytest.raises(Refused) as caught:
        accounts.sign_in(email, password, HERE)
    return caught.value.reason


def test_the_right_password_makes_an_actor_with_its_role_and_place(cast: Cast, responder: Account) -> None:
    token = accounts.sign_in(" RESPONDER@Test.invalid ", PASSWORD, HERE).token
    actor = accounts.actor_for_token(token)
    assert actor is not None
    assert (actor.account_id, actor.kind) == (responder.id, "account")
    assert actor.organizations("responder") == {cast.team.id}


def test_the_database_holds_no_token(responder: Account) -> None:
    token = accounts.sign_in(responder.email, PASSWORD, HERE).token
    assert token not in db.session.scalars(select(AccountSession.token_hash)).all()


@pytest.mark.sqlite_only
def test_unknown_wrong_disabled_and_without_a_password_are_refused_alike(
    cast: Cast, responder: Account
) -> None:
    give_password(cast.colleague, PASSWORD)
    accounts.disable_person(accounts_admin(cast), cast.colleague.id)
    words = {
        refusal("nobody@test.invalid", PASSWORD),
        refusal(responder.email, "not the password at all"),
        refusal(cast.colleague.email, PASSWORD),
        refusal(cast.provider.email, ""),
        refusal(cast.provider.email, "nobody has this password"),
    }
    assert len(words) == 1


@pytest.mark.sqlite_only
def test_an_unknown_person_costs_as_many_hashes_as_a_known_one(
    responder: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    work: list[str] = []
    verify = passwords._HASHER.verify
    watched = type("Watched", (), {"verify": lambda _self, h, p: work.append(h) or verify(h, p)})()
    monkeypatch.setattr(passwords, "_HASHER", watched)
    refusal(responder.email, "not the password at all")
    known = len(work)
    refusal("nobody@test.invalid", "not the password at all")
    refusal("nobody@test.invalid", "x" * 5000)
    assert (known, len(work)) == (1, 3)


@pytest.mark.sqlite_only
def test_many_wrong_passwords_are_stopped_and_another_address_is_not(responder: Account) -> None:
    outcomes = []
    for _ in range(50):
        try:
            accounts.sign_in(responder.email, "not the password at all", HERE)
        except (Refused, TooMany) as error:
            outcomes.append(type(error))
    assert outcomes == [Refused] * 10 + [TooMany] * 40
    with pytest.raises(TooMany):
        accounts.sign_in(responder.email, PASSWORD, HERE)
    assert accounts.sign_in(responder.email, PASSWORD, ELSEWHERE)
    with time_machine.travel(clock.now() + timedelta(minutes=16), tick=False):
        assert accounts.sign_in(responder.email, PASSWORD, HERE)


@pytest.mark.sqlite_only
def test_one_address_that_tries_many_accounts_is_stopped(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts.rules, "TRIES_PER_ADDRESS", 5)
    for number in range(5):
        refusal(f"guess{number}@test.invalid", "not the password at all")
    with pytest.raises(TooMany):
        accounts.sign_in("guess6@test.invalid", "not the password at all", HERE)


@pytest.mark.sqlite_only
def test_an_ipv6_household_counts_as_one_address() -> None:
    assert accounts.rules.network("2001:db8::1") == accounts.rules.network("2001:db8::2:ffff")
    assert accounts.rules.network("2001:db8::1") != accounts.rules.network("2001:db8:0:1::1")
    assert accounts.rules.network("") == ""


@pytest.mark.sqlite_only
def test_success_forgets_the_wrong_tries_before_it(responder: Account) -> None:
    for _ in range(3):
        for _ in range(9):
            refusal(responder.email, "not the password at all")
        accounts.sign_in(responder.email, PASSWORD, HERE)


@pytest.mark.sqlite_only
@pytest.mark.parametrize("password", ["p" * 70 + "words", "ünï 🐎 cödé ﷽ words", "  spaces at both ends  "])
def test_a_password_is_taken_whole(cast: Cast, password: str) -> None:
    give_password(cast.responder, password)
    refusal(cast.responder.email, password[:-1])
    refusal(cast.responder.email, password.strip() + "x")
    assert accounts.sign_in(cast.responder.email, password, HERE)


@pytest.mark.sqlite_only
@pytest.mark.parametrize("password", ["\x00" * 20, "\ud800" * 20, "x" * 1_000_000])
def test_what_was_never_a_password_is_simply_wrong(responder: Account, password: str) -> None:
    refusal(responder.email, password)


def test_a_session_ends_after_twelve_idle_hours_and_after_a_day_at_most(responder: Account) -> None:
    start = clock.now()
    token = accounts.start_session(responder.id)

    def lives(hours: float) -> bool:
        with time_machine.travel(start + timedelta(hours=hours), tick=False):
            return accounts.actor_for_token(token) is not None

    assert [lives(11.9), lives(23.5), lives(24.1)] == [True, True, False]
    idle = accounts.start_session(responder.id)
    with time_machine.travel(clock.now() + timedelta(hours=12, minutes=1), tick=False):
        assert accounts.actor_for_token(idle) is None


@pytest.mark.sqlite_only
def test_a_session_notes_its_use_at_most_every_ten_minutes_and_asks_twice(responder: Account) -> None:
    start = clock.now()
    token = accounts.start_session(responder.id)
    seen: list[timedelta] = []
    for minute in (1, 9, 11, 20, 22):
        with time_machine.travel(start + timedelta(minutes=minute), tick=False):
            accounts.actor_for_token(token)
        db.session.expire_all()
        seen.append(db.session.scalars(select(AccountSession.seen_at)).one() - start)
    assert [round(span / timedelta(minutes=1)) for span in seen] == [0, 0, 11, 11, 22]
    asked: list[str] = []
    db.session.expire_all()

    def count(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    event.listen(db.session.connection(), "before_cursor_execute", count)
    accounts.actor_for_token(token)
    event.remove(db.session.connection(), "before_cursor_execute", count)
    assert len(asked) == 2


def test_disabling_or_a_new_role_works_in_the_next_request(cast: Cast, responder: Account) -> None:
    token = accounts.start_session(responder.id)
    with write() as session:
        session.get_one(Account, responder.id).memberships[0].role = "supervisor"
    changed = accounts.actor_for_token(token)
    assert changed is not None
    assert changed.roles == {"supervisor"}
    accounts.disable_person(accounts_admin(cast), responder.id)
    assert accounts.actor_for_token(token) is None
    refusal(responder.email, PASSWORD)


@pytest.mark.sqlite_only
def test_who_is_disabled_while_the_password_is_checked_gets_no_session(
    cast: Cast, responder: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify = passwords.verify

    def meanwhile(stored: str, password: str) -> bool:
        accounts.disable_person(accounts_admin(cast), responder.id)
        return verify(stored, password)

    monkeypatch.setattr(passwords, "verify", meanwhile)
    refusal(responder.email, PASSWORD)
    assert db.session.scalars(select(AccountSession)).all() == []


@pytest.mark.sqlite_only
def test_signing_out_ends_the_session_once_and_quietly(responder: Account) -> None:
    token, other = accounts.start_session(responder.id), accounts.start_session(responder.id)
    accounts.end_session(token)
    accounts.end_session(token)
    accounts.end_session("")
    assert accounts.actor_for_token(token) is None
    assert accounts.actor_for_token(other) is not None
    actions = db.session.scalars(select(audit.AuditEntry.action)).all()
    assert (actions.count("sign_in"), actions.count("sign_out")) == (2, 1)


@pytest.mark.sqlite_only
def test_ended_sessions_are_purged_and_live_ones_are_not(responder: Account) -> None:
    start = clock.now()
    accounts.start_session(responder.id)
    with time_machine.travel(start + timedelta(hours=6), tick=False):
        accounts.start_session(responder.id)
    assert accounts.purge(start + timedelta(hours=13)) == 1
    assert db.session.scalar(select(func.count()).select_from(AccountSession)) == 1


@pytest.mark.sqlite_only
def test_a_hash_with_yesterdays_costs_is_made_anew(app: Flask, responder: Account) -> None:
    weak = "$argon2id$v=19$m=16,t=1,p=1$"
    with write() as session:
        account = session.get_one(Account, responder.id)
        account.password_hash = passwords.PasswordHasher(1, 16, 1).hash(PASSWORD)
        assert account.password_hash.startswith(weak)
    accounts.sign_in(responder.email, PASSWORD, HERE)
    db.session.expire_all()
    assert not db.session.get_one(Account, responder.id).password_hash.startswith(weak)


@pytest.mark.sqlite_only
def test_a_stolen_hash_is_costly_to_guess() -> None:
    assert REAL_HASHER.hash(PASSWORD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def accounts_admin(cast: Cast) -> "accounts.queries.Actor":
    return accounts.queries.actor_of(cast.admin)
