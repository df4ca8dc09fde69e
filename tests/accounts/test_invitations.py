"""Invitations: a link that works once, for a week, until a newer one; the same for who is known and who is not."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import event, func, select

from portal import accounts
from portal.accounts import rules
from portal.accounts.models import Account, Invitation
from portal.accounts.queries import actor_of
from portal.directory import listing
from portal.directory.models import Change, Organization
from portal.messages.models import Message
from portal.store import Conflict, Refused, TooMany, audit, clock, db, write
from tests.accounts.test_signing_in import HERE, PASSWORD, accounts_admin, give_password
from tests.people import Cast

NEW = "new@test.invalid"


def link_to(email: str) -> str:
    """The token in the newest invitation to this address."""
    db.session.expire_all()
    texts = db.session.scalars(
        select(Message.text)
        .where(
            Message.to_address == email, Message.letter == "accounts/invitation", Message.state == "queued"
        )
        .order_by(Message.created_at)
    ).all()
    found = re.search(r"/invitation/(\S+)", texts[-1])
    assert found
    return found[1]


def invite(cast: Cast, email: str = NEW, role: str = "provider") -> str:
    place = cast.crisis_center.service.organization_id if role == "provider" else None
    accounts.invite(accounts_admin(cast), email, role, place)
    return link_to(email.lower())


def test_an_invited_person_joins_with_name_phone_password_and_role(cast: Cast) -> None:
    token = invite(cast, "New@Test.invalid")
    seen = accounts.invitation_by_link(token)
    assert seen == accounts.InvitationView(NEW, "provider", "Test Crisis Center", False)
    entry = accounts.join(token, "  Nia  New ", "615-555-0101", PASSWORD)
    assert entry.missing == ""
    actor = accounts.actor_for_token(entry.token)
    assert actor is not None
    assert (actor.name, actor.email) == ("Nia New", NEW)
    assert actor.organizations("provider") == {cast.crisis_center.service.organization_id}
    assert db.session.get_one(Account, actor.account_id).phone == "615-555-0101"
    assert accounts.sign_in(NEW, PASSWORD, HERE).missing == ""
    actions = db.session.scalars(select(audit.AuditEntry.action)).all()
    assert {"invite", "join"} <= set(actions)


def test_a_link_works_once(cast: Cast) -> None:
    token = invite(cast)
    accounts.join(token, "Nia New", "", PASSWORD)
    assert accounts.invitation_by_link(token) is None
    with pytest.raises(Conflict):
        accounts.join(token, "Nia New", "", PASSWORD)
    with pytest.raises(Conflict):
        accounts.take_role(token)


@pytest.mark.sqlite_only
def test_a_link_works_for_a_week_and_reading_it_uses_nothing_up(cast: Cast) -> None:
    start = clock.now()
    token = invite(cast)
    for hours in (0, 24, 24 * 7 - 1):
        with time_machine.travel(start + timedelta(hours=hours), tick=False):
            assert accounts.invitation_by_link(token) is not None
    with time_machine.travel(start + timedelta(days=7, seconds=2), tick=False):
        assert accounts.invitation_by_link(token) is None
        with pytest.raises(Conflict):
            accounts.join(token, "Nia New", "", PASSWORD)
        assert accounts.open_invitations(accounts_admin(cast)) == ()


@pytest.mark.sqlite_only
def test_a_newer_one_closes_the_older_and_a_withdrawn_one_is_dead(cast: Cast) -> None:
    admin = accounts_admin(cast)
    first = invite(cast)
    second = invite(cast, role="evaluator")
    assert accounts.invitation_by_link(first) is None
    assert [each.role for each in accounts.open_invitations(admin)] == ["evaluator"]
    (only,) = accounts.open_invitations(admin)
    assert accounts.withdraw_invitation(admin, only.id) is True
    assert accounts.withdraw_invitation(admin, only.id) is False
    assert accounts.invitation_by_link(second) is None
    states = db.session.scalars(select(Message.state).where(Message.letter == "accounts/invitation")).all()
    assert list(states) == ["dropped", "dropped"], "a letter that has not left does not leave any more"


@pytest.mark.sqlite_only
def test_a_made_up_link_and_one_for_another_purpose_open_nothing(cast: Cast) -> None:
    accounts.request_reset(cast.responder.email, HERE)
    text = db.session.scalars(select(Message.text).where(Message.letter == "accounts/reset")).one()
    other = re.search(r"/reset/(\S+)", text)
    assert other
    for token in ("", "x", other[1], invite(cast)[:-1]):
        assert accounts.invitation_by_link(token) is None


def test_who_has_an_account_gets_the_role_and_keeps_the_password(cast: Cast) -> None:
    give_password(cast.responder, PASSWORD)
    browser = accounts.start_session(cast.responder.id)
    token = invite(cast, cast.responder.email, "steward")
    seen = accounts.invitation_by_link(token)
    assert seen is not None
    assert seen.known is True
    with pytest.raises(Conflict):
        accounts.join(token, "Somebody Else", "", "another password of words")
    accounts.take_role(token)
    assert accounts.actor_for_token(browser) is None
    actor = accounts.actor_for_token(accounts.sign_in(cast.responder.email, PASSWORD, HERE).token)
    assert actor is not None
    assert actor.roles == {"responder", "steward"}
    with pytest.raises(Conflict):
        accounts.take_role(token)


@pytest.mark.sqlite_only
def test_a_disabled_person_is_not_let_in_by_an_invitation(cast: Cast) -> None:
    accounts.disable_person(accounts_admin(cast), cast.responder.id)
    token = invite(cast, cast.responder.email, "steward")
    assert accounts.invitation_by_link(token) is None
    for act in (lambda: accounts.take_role(token), lambda: accounts.join(token, "N", "", PASSWORD)):
        with pytest.raises(Conflict):
            act()


@pytest.mark.sqlite_only
def test_a23_inviting_does_the_same_work_for_known_and_unknown(cast: Cast) -> None:
    """The same statements in the same order, the same letter, the same line in the list; not by the clock."""
    admin = accounts_admin(cast)
    work: dict[str, list[str]] = {}
    connection = db.session.connection()
    for email in (NEW, cast.responder.email):
        done = work.setdefault(email, [])

        def note(_c: Any, _cursor: Any, statement: str, *_more: Any, done: list[str] = done) -> None:
            if "SAVEPOINT" not in statement:
                done.append(statement)

        event.listen(connection, "before_cursor_execute", note)
        accounts.invite(admin, email, "evaluator", None)
        event.remove(connection, "before_cursor_execute", note)
    assert work[NEW] == work[cast.responder.email]
    assert len(work[NEW]) > 5
    lines = [(each.role, each.organization, each.by) for each in accounts.open_invitations(admin)]
    assert lines[0] == lines[1]
    letters = [
        re.sub(r"/invitation/\S+", "", text.split('"')[0])
        for text in db.session.scalars(select(Message.text).where(Message.letter == "accounts/invitation"))
    ]
    assert letters[0] == letters[1]


@pytest.mark.sqlite_only
def test_a86_nobodys_mail_is_flooded(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = accounts_admin(cast)
    start = clock.now()
    with time_machine.travel(start, tick=False):
        for email in (NEW, cast.responder.email):
            for _each in range(rules.INVITATIONS_PER_PERSON):
                accounts.invite(admin, email, "evaluator", None)
            with pytest.raises(TooMany):
                accounts.invite(admin, email, "evaluator", None)
        monkeypatch.setattr(rules, "INVITATIONS_PER_ADMIN", 8)
        with pytest.raises(TooMany):
            accounts.invite(admin, "third@test.invalid", "evaluator", None)
    with time_machine.travel(start + timedelta(hours=24, seconds=1), tick=False):
        accounts.invite(admin, NEW, "evaluator", None)


@pytest.mark.sqlite_only
def test_only_an_admin_invites_reads_and_withdraws(cast: Cast) -> None:
    invite(cast)
    row = db.session.scalars(select(Invitation)).one()
    for name, account in cast.everybody.items():
        if name == "admin":
            continue
        actor = actor_of(account)
        with pytest.raises(Refused):
            accounts.invite(actor, "x@test.invalid", "evaluator", None)
        assert accounts.open_invitations(actor) == ()
        assert accounts.withdraw_invitation(actor, row.id) is False
    assert len(db.session.scalars(select(Message)).all()) == 1


@pytest.mark.sqlite_only
def test_what_does_not_fit_is_refused_and_nothing_is_sent(cast: Cast) -> None:
    admin = accounts_admin(cast)
    for email, role, place, field in (
        ("nobody", "evaluator", None, "email"),
        ("a@c.invalid\nBcc: x@y.invalid", "evaluator", None, "email"),
        (NEW, "provider", None, "organization_id"),
        (NEW, "steward", cast.team.id, "organization_id"),
        (NEW, "root", None, "role"),
    ):
        with pytest.raises(Refused) as caught:
            accounts.invite(admin, email, role, place)
        assert caught.value.field == field
    assert db.session.scalars(select(Message)).all() == []
    token = invite(cast)
    for name, phone, password, field in (
        (" ", "", PASSWORD, "name"),
        ("N" * 81, "", PASSWORD, "name"),
        ("Nia", "1" * 41, PASSWORD, "phone"),
        ("Nia", "", "short", "password"),
    ):
        with pytest.raises(Refused) as caught:
            accounts.join(token, name, phone, password)
        assert caught.value.field == field
    assert accounts.invitation_by_link(token) is not None, "a refusal uses nothing up"


@pytest.mark.sqlite_only
def test_a_new_admin_comes_in_with_a_second_factor_or_not_at_all(cast: Cast) -> None:
    entry = accounts.join(invite(cast, role="admin"), "Nia New", "", PASSWORD)
    assert entry.missing == "set_up"
    assert accounts.actor_for_token(entry.token) is None


@pytest.mark.sqlite_only
def test_addresses_of_old_invitations_are_forgotten(cast: Cast) -> None:
    invite(cast)
    start = clock.now()
    accounts.purge(start + timedelta(days=13))
    assert len(db.session.scalars(select(Invitation)).all()) == 1
    with write():
        db.session.scalars(select(Invitation)).one().closed_at = start
    accounts.purge(start + timedelta(days=7, seconds=1))
    assert db.session.scalars(select(Invitation)).all() == []


def test_with_its_first_desk_an_organization_has_joined_and_can_be_referred_to(cast: Cast) -> None:
    home = cast.detox.service.organization_id
    assert listing(cast.detox.id).how == "call"  # type: ignore[union-attr]
    changes = db.session.scalar(select(func.count()).select_from(Change)) or 0
    accounts.invite(accounts_admin(cast), NEW, "provider", home)
    assert listing(cast.detox.id).how == "call", "an invitation alone answers nobody"  # type: ignore[union-attr]
    accounts.join(link_to(NEW), "Nia New", "", PASSWORD)
    db.session.expire_all()
    assert listing(cast.detox.id).how == "refer"  # type: ignore[union-attr]
    assert (db.session.scalar(select(func.count()).select_from(Change)) or 0) == changes + 1
    joined = db.session.get_one(Organization, home).joined_at
    accounts.add_role(accounts_admin(cast), cast.responder.id, "provider", home)
    db.session.expire_all()
    assert db.session.get_one(Organization, home).joined_at == joined
