"""A new password by a mailed link: opened as often as anybody likes, used once, for one hour."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from portal import accounts
from portal.accounts import passwords, rules
from portal.accounts.models import Account
from portal.messages.models import Message
from portal.store import Conflict, Refused, TooMany, clock, db, write
from tests.accounts.test_signing_in import HERE, accounts_admin
from tests.people import Cast
from tests.web.forms import told

NEW = "a new horse in the yard"


def letters(name: str) -> list[Message]:
    db.session.expire_all()
    return list(db.session.scalars(select(Message).where(Message.letter == f"accounts/{name}")))


def mailed_token(cast: Cast) -> str:
    accounts.request_reset(cast.responder.email, HERE)
    text = letters("reset")[-1].text
    return text.split("http://localhost/reset/")[1].split()[0]


def test_a_mailed_link_sets_the_password_once_and_ends_every_session(cast: Cast) -> None:
    session = accounts.start_session(cast.responder.id)
    token = mailed_token(cast)
    assert accounts.reset_open(token)
    assert accounts.reset_open(token)
    accounts.set_password(token, NEW)
    assert accounts.actor_for_token(session) is None
    assert accounts.sign_in(cast.responder.email, NEW, HERE)
    assert not accounts.reset_open(token)
    with pytest.raises(Conflict):
        accounts.set_password(token, "another horse in the yard")
    assert [letter.to_address for letter in letters("password_changed")] == [cast.responder.email]


@pytest.mark.sqlite_only
def test_of_two_who_use_a_link_at_once_one_wins(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    token = mailed_token(cast)
    hashed = passwords.hashed

    def overtaken(password: str) -> str:
        monkeypatch.undo()
        accounts.set_password(token, "the faster horse in the yard")
        return hashed(password)

    monkeypatch.setattr(passwords, "hashed", overtaken)
    with pytest.raises(Conflict):
        accounts.set_password(token, NEW)
    assert accounts.sign_in(cast.responder.email, "the faster horse in the yard", HERE)


@pytest.mark.sqlite_only
def test_the_link_dies_after_an_hour(cast: Cast) -> None:
    token = mailed_token(cast)
    with time_machine.travel(clock.now() + timedelta(minutes=61), tick=False):
        assert not accounts.reset_open(token)
        with pytest.raises(Conflict):
            accounts.set_password(token, NEW)


@pytest.mark.sqlite_only
def test_the_link_of_a_disabled_account_is_dead(cast: Cast) -> None:
    token = mailed_token(cast)
    accounts.disable_person(accounts_admin(cast), cast.responder.id)
    with pytest.raises(Conflict):
        accounts.set_password(token, NEW)


@pytest.mark.sqlite_only
def test_a_stranger_to_the_install_gets_no_letter_and_the_same_silence(cast: Cast) -> None:
    accounts.request_reset("nobody@test.invalid", HERE)
    accounts.request_reset(cast.responder.email, HERE)
    assert [letter.to_address for letter in letters("reset")] == [cast.responder.email]


@pytest.mark.sqlite_only
def test_nobody_can_fill_a_mailbox_with_reset_letters(cast: Cast) -> None:
    for number in range(20):
        accounts.request_reset(cast.responder.email, f"198.51.100.{number}")
    assert len(letters("reset")) == rules.RESETS_PER_PERSON
    for number in range(rules.RESETS_PER_ADDRESS):
        accounts.request_reset(f"x{number}@test.invalid", HERE)
    with pytest.raises(TooMany):
        accounts.request_reset("y@test.invalid", HERE)


@pytest.mark.sqlite_only
def test_too_many_tries_end_with_a_new_password(cast: Cast) -> None:
    with write() as session:
        session.get_one(Account, cast.responder.id).password_hash = passwords.hashed("forgotten long ago")
    for _ in range(11):
        with pytest.raises((Refused, TooMany)):
            accounts.sign_in(cast.responder.email, "not the password at all", HERE)
    accounts.set_password(mailed_token(cast), NEW)
    assert accounts.sign_in(cast.responder.email, NEW, HERE)


@pytest.mark.sqlite_only
def test_a_poor_password_is_refused_and_does_not_use_up_the_link(cast: Cast) -> None:
    token = mailed_token(cast)
    for poor in (
        "",
        "short",
        "a" * 11,
        "a" * 40,
        "x\x00 three words here",
        "long " * 300,
        "\ud800 three words and",
    ):
        with pytest.raises(Refused) as caught:
            accounts.set_password(token, poor)
        assert caught.value.field == "password"
    assert accounts.reset_open(token)


@pytest.mark.sqlite_only
def test_letters_name_nobody_and_no_organization(cast: Cast) -> None:
    admin = accounts_admin(cast)
    accounts.add_person(admin, "new@test.invalid", "New Comer", "responder", cast.team.id)
    accounts.set_password(mailed_token(cast), NEW)
    for name in ("reset", "welcome", "password_changed"):
        (letter,) = letters(name)
        for part in (letter.subject, letter.text, letter.html):
            for secret in ("New Comer", "Rae", "Test County", "crisis", "responder"):
                assert secret.lower() not in told(part).lower()
        assert "http://localhost/reset" in letter.text
        assert "http://localhost/reset" in letter.html
