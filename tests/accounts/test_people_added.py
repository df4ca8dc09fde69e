"""Letting people in and out: an admin or the terminal, a role where it belongs, everybody else refused."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from portal import accounts
from portal.accounts.models import Account
from portal.accounts.permissions import PERMISSIONS
from portal.messages.models import Message
from portal.store import Refused, db
from portal.store.actor import ANONYMOUS, TERMINAL
from tests.accounts.test_signing_in import HERE, accounts_admin
from tests.people import Cast


def test_the_terminal_adds_a_person_who_can_sign_in(cast: Cast) -> None:
    accounts.add_person(
        TERMINAL, "New@Test.invalid", "New", "provider", cast.team.id, "three words and a horse"
    )
    actor = accounts.actor_for_token(
        accounts.sign_in("new@test.invalid", "three words and a horse", HERE).token
    )
    assert actor is not None
    assert actor.organizations("provider") == {cast.team.id}
    assert db.session.scalars(select(Message)).all() == []


def test_without_a_password_the_person_is_told_where_to_choose_one(cast: Cast) -> None:
    accounts.add_person(accounts_admin(cast), "new@test.invalid", "New", "evaluator", None)
    assert [letter.to_address for letter in db.session.scalars(select(Message))] == ["new@test.invalid"]


def test_a_known_person_gets_the_role_as_well_and_twice_changes_nothing(cast: Cast) -> None:
    for _ in range(2):
        accounts.add_person(TERMINAL, cast.responder.email, "Rae", "supervisor", cast.team.id)
    db.session.expire_all()
    found = db.session.get_one(Account, cast.responder.id)
    assert sorted(membership.role for membership in found.memberships) == ["responder", "supervisor"]


@pytest.mark.sqlite_only
def test_nobody_but_an_admin_adds_or_removes_people(cast: Cast) -> None:
    others = [accounts.queries.actor_of(account) for who, account in cast.everybody.items() if who != "admin"]
    for asking in (*others, ANONYMOUS):
        with pytest.raises(Refused):
            accounts.add_person(asking, "new@test.invalid", "New", "admin", None)
        with pytest.raises(Refused):
            accounts.disable_person(asking, cast.admin.id)
    db.session.expire_all()
    assert db.session.get_one(Account, cast.admin.id).disabled_at is None


@pytest.mark.sqlite_only
def test_a_role_belongs_to_its_place(cast: Cast) -> None:
    for role, place, field in (
        ("responder", None, "organization_id"),
        ("responder", uuid4(), "organization_id"),
        ("steward", cast.team.id, "organization_id"),
        ("root", None, "role"),
    ):
        with pytest.raises(Refused) as caught:
            accounts.add_person(TERMINAL, "new@test.invalid", "New", role, place)
        assert caught.value.field == field
    assert db.session.scalar(select(Account).where(Account.email == "new@test.invalid")) is None


@pytest.mark.sqlite_only
def test_what_is_not_an_address_is_refused(cast: Cast) -> None:
    for email in ("", "nobody", "a@b@c", "a b@c.invalid", "a@c.invalid\nBcc: x@y.invalid", "a@" + "c" * 300):
        with pytest.raises(Refused) as caught:
            accounts.add_person(TERMINAL, email, "New", "steward", None)
        assert caught.value.field == "email", email


@pytest.mark.sqlite_only
def test_a_known_person_keeps_the_password(cast: Cast) -> None:
    with pytest.raises(Refused):
        accounts.add_person(TERMINAL, cast.responder.email, "Rae", "steward", None, "three words and a horse")


@pytest.mark.sqlite_only
def test_no_gate_opens_to_somebody_without_a_role() -> None:
    assert not any(accounts.may(ANONYMOUS, gate) for gate in PERMISSIONS)
    with pytest.raises(KeyError):
        accounts.may(ANONYMOUS, "no.such.gate")
