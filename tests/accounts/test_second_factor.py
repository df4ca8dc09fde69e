"""The second factor: no session before both are done, no code twice, a guesser is locked out, and who must use one."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import time_machine
from sqlalchemy import func, select, text

from portal import accounts
from portal.accounts import passwords, rules
from portal.accounts.codes import ALPHABET
from portal.accounts.models import Account, AccountSession, HalfSession, RecoveryCode, SecondFactor
from portal.accounts.queries import actor_of
from portal.directory.models import Community
from portal.messages.models import Message
from portal.store import Conflict, Refused, TooMany, audit, db, write
from tests.accounts.test_signing_in import HERE, PASSWORD, give_password
from tests.people import Cast

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXQ"
START = datetime(2026, 11, 24, 9, 0, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Always the same secret at the same moments, so that no two codes are equal by chance in one run and not in the next."""
    monkeypatch.setattr(pyotp, "random_base32", lambda length: SECRET[:length])


@pytest.fixture(autouse=True)
def moment() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def admin(cast: Cast) -> Account:
    give_password(cast.admin, PASSWORD)
    return cast.admin


def secret_of(account: Account) -> str:
    db.session.expire_all()
    row = db.session.get_one(SecondFactor, account.id)
    found = row.secret or row.pending
    assert found is not None
    return found


def code_of(account: Account, steps: int = 0) -> str:
    return pyotp.TOTP(secret_of(account)).generate_otp(int(datetime.now(UTC).timestamp()) // 30 + steps)


def switched_on(account: Account) -> accounts.NewCodes:
    """The account's second factor is set up, as its person does it."""
    actor = actor_of(account)
    give_password(account, PASSWORD)
    accounts.begin_set_up(actor, PASSWORD)
    return accounts.confirm_set_up(actor, code_of(account))


def half(account: Account) -> str:
    entry = accounts.sign_in(account.email, PASSWORD, HERE)
    assert entry.missing == "code"
    return entry.token


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_role_that_needs_it_gets_no_session_for_a_password_alone(admin: Account) -> None:
    entry = accounts.sign_in(admin.email, PASSWORD, HERE)
    assert entry.missing == "set_up"
    assert accounts.actor_for_token(entry.token) is None
    assert count(AccountSession) == 0

    waiting = accounts.halfway_in(entry.token)
    assert waiting is not None
    assert waiting.set_up is not None
    assert waiting.set_up.secret in waiting.set_up.uri
    with pytest.raises(Refused):
        accounts.pass_set_up(entry.token, "000000" if code_of(admin) != "000000" else "111111")
    done = accounts.pass_set_up(entry.token, code_of(admin))

    found = accounts.actor_for_token(done.token)
    assert found is not None
    assert found.account_id == admin.id
    assert len(set(done.codes)) == 10
    with pytest.raises(Conflict):
        accounts.pass_set_up(entry.token, code_of(admin, 1))


def test_password_then_code_then_a_session(cast: Cast, moment: time_machine.Traveller) -> None:
    switched_on(cast.responder)
    moment.shift(60)
    before = count(AccountSession)
    token = half(cast.responder)
    assert count(AccountSession) == before
    assert accounts.actor_for_token(token) is None
    assert accounts.actor_for_token(accounts.pass_code(token, code_of(cast.responder))) is not None
    with pytest.raises(Conflict):
        accounts.pass_code(token, code_of(cast.responder, 1))


@pytest.mark.sqlite_only
@pytest.mark.parametrize(("steps", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_phones_clock_may_be_off_by_one_step(
    cast: Cast, moment: time_machine.Traveller, steps: int, good: bool
) -> None:
    switched_on(cast.responder)
    moment.shift(600)
    token, typed = half(cast.responder), code_of(cast.responder, steps)
    if good:
        assert accounts.pass_code(token, typed)
    else:
        with pytest.raises(Refused):
            accounts.pass_code(token, typed)


def test_a27_a_code_counts_once(cast: Cast, moment: time_machine.Traveller) -> None:
    switched_on(cast.responder)
    with pytest.raises(Refused):  # the code that turned it on
        accounts.pass_code(half(cast.responder), code_of(cast.responder))
    moment.shift(60)
    typed = code_of(cast.responder)
    accounts.pass_code(half(cast.responder), typed)
    again = half(cast.responder)
    for seconds in (0, 20, 20):
        moment.shift(seconds)
        with pytest.raises(Refused):
            accounts.pass_code(again, typed)
    moment.shift(60)
    assert accounts.pass_code(again, code_of(cast.responder)), (
        "a refused code leaves the half-way browser where it was"
    )


@pytest.mark.sqlite_only
def test_a28_a_thousand_guesses_are_locked_out(cast: Cast, moment: time_machine.Traveller) -> None:
    switched_on(cast.responder)
    moment.shift(60)
    outcomes = []
    for number in range(1000):
        if number % 100 == 0:
            moment.shift(16 * 60)
            token = half(cast.responder)
        near = {code_of(cast.responder, steps) for steps in (-1, 0, 1)}
        guess = next(text for text in (f"{number + more:06d}" for more in range(4)) if text not in near)
        try:
            accounts.pass_code(token, guess)
        except (Refused, TooMany) as error:
            outcomes.append(type(error))
    assert outcomes.count(Refused) == rules.CODES_A_DAY
    with pytest.raises(TooMany):
        accounts.pass_code(token, code_of(cast.responder))


@pytest.mark.sqlite_only
def test_half_way_lasts_ten_minutes(cast: Cast, moment: time_machine.Traveller) -> None:
    switched_on(cast.responder)
    moment.shift(60)
    token = half(cast.responder)
    moment.shift(10 * 60 - 1)
    assert accounts.halfway_in(token) is not None
    moment.shift(1)
    assert accounts.halfway_in(token) is None
    with pytest.raises(Conflict):
        accounts.pass_code(token, code_of(cast.responder))
    accounts.purge(datetime.now(UTC))
    assert count(HalfSession) == 0


def test_a_recovery_code_lets_in_once(cast: Cast, moment: time_machine.Traveller) -> None:
    codes = switched_on(cast.responder).codes
    moment.shift(60)
    typed = codes[3].upper().replace("-", " ")
    assert accounts.actor_for_token(accounts.pass_code(half(cast.responder), typed)) is not None
    with pytest.raises(Refused):
        accounts.pass_code(half(cast.responder), codes[3])
    assert accounts.second_factor_of(actor_of(cast.responder)).codes_left == 9
    assert "use_recovery_code" in db.session.scalars(select(audit.AuditEntry.action)).all()


@pytest.mark.sqlite_only
def test_new_recovery_codes_void_the_old_ones(cast: Cast, moment: time_machine.Traveller) -> None:
    old = switched_on(cast.responder).codes
    with pytest.raises(Refused):
        accounts.new_recovery_codes(actor_of(cast.responder), "not the password at all")
    new = accounts.new_recovery_codes(actor_of(cast.responder), PASSWORD).codes
    moment.shift(60)
    for gone in old[:2]:
        with pytest.raises(Refused):
            accounts.pass_code(half(cast.responder), gone)
    assert accounts.pass_code(half(cast.responder), new[0])


@pytest.mark.sqlite_only
def test_neither_secret_nor_code_can_be_read_in_the_database(cast: Cast) -> None:
    codes = switched_on(cast.responder).codes
    secret = secret_of(cast.responder)
    stored = db.session.execute(text("SELECT secret FROM second_factor")).scalars().all()
    assert stored
    assert not any(secret in value for value in stored)
    hashes = db.session.scalars(select(RecoveryCode.code_hash)).all()
    assert len(hashes) == 10
    assert all(value.startswith("$argon2id$") for value in hashes)
    assert all(set(code) <= set(ALPHABET + "-") for code in codes)


def test_a_change_ends_every_other_browser_and_tells_the_person(cast: Cast) -> None:
    give_password(cast.responder, PASSWORD)
    others = [accounts.start_session(cast.responder.id) for _each in range(2)]
    token = switched_on(cast.responder).token
    assert [accounts.actor_for_token(other) for other in others] == [None, None]
    assert accounts.actor_for_token(token) is not None
    token = accounts.turn_off_second_factor(actor_of(cast.responder), PASSWORD)
    assert accounts.actor_for_token(token) is not None
    assert count(AccountSession) == 1
    assert accounts.sign_in(cast.responder.email, PASSWORD, HERE).missing == ""
    letters = db.session.scalars(
        select(Message.letter).where(Message.to_address == cast.responder.email)
    ).all()
    assert list(letters) == ["accounts/account_changed"] * 2


@pytest.mark.sqlite_only
def test_an_old_secret_stays_on_until_the_new_one_is_confirmed(
    cast: Cast, moment: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    switched_on(cast.responder)
    old = secret_of(cast.responder)
    moment.shift(60)
    monkeypatch.setattr(pyotp, "random_base32", lambda length: SECRET[::-1][:length])
    accounts.begin_set_up(actor_of(cast.responder), PASSWORD)
    assert accounts.pass_code(half(cast.responder), pyotp.TOTP(old).at(datetime.now(UTC)))
    waiting = accounts.own_set_up(actor_of(cast.responder))
    assert waiting is not None
    accounts.confirm_set_up(actor_of(cast.responder), pyotp.TOTP(waiting.secret).at(datetime.now(UTC)))
    moment.shift(60)
    with pytest.raises(Refused):
        accounts.pass_code(half(cast.responder), pyotp.TOTP(old).at(datetime.now(UTC)))
    assert accounts.pass_code(half(cast.responder), pyotp.TOTP(waiting.secret).at(datetime.now(UTC)))


@pytest.mark.sqlite_only
def test_a_secret_that_nobody_confirms_is_forgotten(cast: Cast, moment: time_machine.Traveller) -> None:
    give_password(cast.responder, PASSWORD)
    accounts.begin_set_up(actor_of(cast.responder), PASSWORD)
    typed = code_of(cast.responder)
    moment.shift(30 * 60 + 1)
    with pytest.raises(Conflict):
        accounts.confirm_set_up(actor_of(cast.responder), typed)
    accounts.purge(datetime.now(UTC))
    assert count(SecondFactor) == 0
    assert accounts.sign_in(cast.responder.email, PASSWORD, HERE).missing == ""


@pytest.mark.sqlite_only
def test_who_finds_a_phone_unlocked_cannot_change_how_it_is_locked(cast: Cast) -> None:
    switched_on(cast.responder)
    actor = actor_of(cast.responder)
    for change in (accounts.begin_set_up, accounts.new_recovery_codes, accounts.turn_off_second_factor):
        with pytest.raises(Refused):
            change(actor, "not the password at all")
    for _try in range(7):
        with pytest.raises(Refused):
            accounts.turn_off_second_factor(actor, "not the password at all")
    with pytest.raises(TooMany):
        accounts.turn_off_second_factor(actor, PASSWORD)


@pytest.mark.sqlite_only
def test_a_new_password_ends_what_is_half_way_in(cast: Cast, moment: time_machine.Traveller) -> None:
    switched_on(cast.responder)
    moment.shift(60)
    token = half(cast.responder)
    accounts.disable_person(actor_of(cast.admin), cast.responder.id)
    with pytest.raises(Conflict):
        accounts.pass_code(token, code_of(cast.responder))


@pytest.mark.sqlite_only
def test_who_must_use_one_is_a_table_the_community_adds_to_it_and_a_demonstration_asks_nobody(
    cast: Cast,
) -> None:
    assert {"admin", "privacy_officer"} == rules.TWO_FACTOR_ROLES
    with pytest.raises(Refused):
        accounts.turn_off_second_factor(actor_of(cast.admin), _with_password(cast.admin))
    give_password(cast.provider, PASSWORD)
    browser = accounts.start_session(cast.provider.id)
    accounts.demand_second_factor(actor_of(cast.admin), ["provider"])
    assert accounts.actor_for_token(browser) is None, "who has none is signed out"
    assert accounts.sign_in(cast.provider.email, PASSWORD, HERE).missing == "set_up"
    with pytest.raises(Refused):
        accounts.demand_second_factor(actor_of(cast.admin), ["root"])
    with pytest.raises(Refused):
        accounts.demand_second_factor(actor_of(cast.provider), [])
    with write() as session:
        session.get_one(Community, cast.community.id).demonstration = True
    for person in (cast.provider, cast.admin):
        assert accounts.sign_in(person.email, PASSWORD, HERE).missing == ""


def _with_password(account: Account) -> str:
    give_password(account, PASSWORD)
    return PASSWORD


@pytest.mark.sqlite_only
def test_a_sign_in_costs_as_many_hashes_with_a_second_factor_as_without(
    cast: Cast, moment: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first page tells nothing: a wrong password is answered alike whether a second factor is on."""
    switched_on(cast.responder)
    give_password(cast.colleague, PASSWORD)
    work: list[str] = []
    verify = passwords.verify
    monkeypatch.setattr(
        passwords, "verify", lambda stored, typed: work.append(stored) or verify(stored, typed)
    )
    words = set()
    for person in (cast.responder, cast.colleague):
        with pytest.raises(Refused) as caught:
            accounts.sign_in(person.email, "not the password at all", HERE)
        words.add(caught.value.reason)
    assert len(words) == 1
    assert len(work) == 2


@pytest.mark.sqlite_only
def test_the_last_step_is_kept_when_time_goes_on(cast: Cast, moment: time_machine.Traveller) -> None:
    switched_on(cast.responder)
    steps = []
    for _each in range(3):
        moment.shift(timedelta(seconds=30))
        accounts.pass_code(half(cast.responder), code_of(cast.responder))
        db.session.expire_all()
        steps.append(db.session.get_one(SecondFactor, cast.responder.id).last_step)
    assert steps == sorted(set(steps))


@pytest.mark.sqlite_only
def test_a_new_password_by_mail_does_not_skip_the_second_factor(
    cast: Cast, moment: time_machine.Traveller
) -> None:
    switched_on(cast.responder)
    accounts.request_reset(cast.responder.email, HERE)
    letter = db.session.scalars(select(Message.text).where(Message.letter == "accounts/reset")).one()
    token = next(word for word in letter.split() if "/reset/" in word).rsplit("/", 1)[-1]
    accounts.set_password(token, "a faster horse in the yard")
    assert accounts.sign_in(cast.responder.email, "a faster horse in the yard", HERE).missing == "code"
