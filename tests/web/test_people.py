"""The admin's pages: invite, change roles, let in and out; every other role is turned away; and what is changed works at once
(A11 to A13), through real requests."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import accounts
from portal.accounts.models import Account
from portal.accounts.queries import actor_of
from portal.messages.models import Message
from portal.store import db
from tests.people import Cast
from tests.web.forms import SignIn, press, refer, told

PASSWORD = "three words and a horse"
NEW = "new@test.invalid"


def invited(browser: FlaskClient, email: str = NEW, role: str = "evaluator", organization: str = "") -> Any:
    return press(browser, "/people/invitations", email=email, role=role, organization=organization)


def mailed(email: str = NEW) -> str:
    texts = db.session.scalars(
        select(Message.text)
        .where(Message.to_address == email, Message.letter == "accounts/invitation")
        .order_by(Message.created_at)
    ).all()
    found = re.search(r"/invitation/[\w.~-]+", texts[-1])
    assert found
    return found[0]


def held(account: Account, role: str) -> str:
    db.session.expire_all()
    found = db.session.get_one(Account, account.id).memberships
    return str(next(each.id for each in found if each.role == role))


@pytest.mark.sqlite_only
def test_everybody_else_is_turned_away_from_every_page(app: Flask, cast: Cast, signed_in_as: SignIn) -> None:
    person = f"/people/{cast.responder.id}"
    paths = ("/people", "/people/invitations", person)
    posts = (
        "/people/invitations",
        "/people/second-factor-roles",
        f"{person}/roles",
        f"{person}/roles/removal",
        f"{person}/access",
        f"{person}/second-factor/removal",
    )
    for name, account in cast.everybody.items():
        if name == "admin":
            continue
        browser = signed_in_as(account)
        for path in paths:
            assert browser.get(path).status_code == 403, (name, path)
        for path in posts:
            sent = press(browser, "/account", to=path, wish="disable", email=NEW, role="admin")
            assert sent.status_code == 403, (name, path)
    for path in paths:
        assert app.test_client().get(path).status_code == 303
    assert db.session.scalars(select(Message)).all() == []


@pytest.mark.sqlite_only
def test_the_list_and_the_page_of_one(cast: Cast, signed_in_as: SignIn) -> None:
    browser = signed_in_as(cast.admin)
    page = browser.get("/people").text
    for account in cast.everybody.values():
        assert account.email in page
    one = browser.get(f"/people/{cast.responder.id}").text
    assert "Responder, Test County Mobile Crisis" in one
    assert "<title>Person" in one
    assert browser.get("/people/00000000-0000-4000-8000-000000000000").status_code == 404
    assert browser.get("/people?page=0").status_code == 200
    assert browser.get("/people?page=99999999999999999999").status_code == 200


def test_an_invited_person_joins_through_the_mailed_link(
    client: FlaskClient, cast: Cast, signed_in_as: SignIn
) -> None:
    admin = signed_in_as(cast.admin)
    assert invited(admin, role="provider", organization="test crisis center").status_code == 303
    assert NEW in admin.get("/people/invitations").text
    path = mailed()
    for _scanner in range(3):
        assert client.get(path, headers={"Sec-Purpose": "prefetch"}).status_code == 200
        assert client.head(path).status_code == 200
    page = client.get(path).text
    assert "Service desk, Test Crisis Center" in page
    short = press(client, path, name="Nia New", phone="615-555-0101", password="short")
    assert short.status_code == 422
    assert 'value="Nia New"' in short.text
    came = press(client, path, name="Nia New", phone="615-555-0101", password=PASSWORD)
    assert (came.status_code, came.location) == (303, "/inbox")
    assert client.get("/inbox").status_code == 200
    assert client.get(path).status_code == 410
    assert client.post(path, data={"name": "N", "password": PASSWORD}).status_code == 410
    assert NEW not in admin.get("/people/invitations").text
    assert "Nia New" in admin.get("/people").text


@pytest.mark.sqlite_only
def test_an_invited_admin_goes_on_to_the_second_factor(
    client: FlaskClient, cast: Cast, signed_in_as: SignIn
) -> None:
    invited(signed_in_as(cast.admin), role="admin")
    came = press(client, mailed(), name="Nia New", password=PASSWORD)
    assert came.location == "/sign-in/set-up"
    assert client.get("/people").status_code == 303
    assert "<svg" in client.get("/sign-in/set-up").text


@pytest.mark.sqlite_only
def test_a23_the_admin_sees_the_same_for_a_known_and_an_unknown_address(
    cast: Cast, signed_in_as: SignIn
) -> None:
    browser = signed_in_as(cast.admin)
    seen = []
    for email in (NEW, cast.responder.email, cast.stranger.email):
        answer = invited(browser, email)
        page = browser.get(answer.location).text.replace(email, "")
        page = page.split("<main")[1].split("Not answered yet")[0]
        seen.append((answer.status_code, answer.location, re.sub(r'value="[^"]*"', "", told(page))))
    assert seen[0] == seen[1] == seen[2]


@pytest.mark.sqlite_only
def test_who_has_an_account_takes_the_role_with_one_button(
    client: FlaskClient, cast: Cast, signed_in_as: SignIn
) -> None:
    browser = signed_in_as(cast.responder)
    invited(signed_in_as(cast.admin), cast.responder.email, "steward")
    path = mailed(cast.responder.email)
    assert "You have an account already" in client.get(path).text
    assert browser.get("/needs").status_code == 200
    done = press(client, path)
    assert (done.status_code, done.location) == (303, "/invitation/taken")
    assert client.get(done.location).status_code == 200
    assert client.get("/steward").status_code == 303, "taking a role signs nobody in"
    assert browser.get("/needs").status_code == 303


@pytest.mark.sqlite_only
def test_an_invitation_is_withdrawn(client: FlaskClient, cast: Cast, signed_in_as: SignIn) -> None:
    admin = signed_in_as(cast.admin)
    invited(admin)
    path = mailed()
    page = admin.get("/people/invitations").text
    target = re.search(r"/people/invitations/[0-9a-f-]{36}/removal", page)
    assert target
    assert press(admin, "", page, to=target[0]).status_code == 303
    assert client.get(path).status_code == 410
    assert press(admin, "", page, to=target[0]).status_code == 404


@pytest.mark.sqlite_only
def test_what_cannot_be_invited_is_said_beside_the_field(cast: Cast, signed_in_as: SignIn) -> None:
    browser = signed_in_as(cast.admin)
    for email, role, place, words in (
        ("nobody", "evaluator", "", "not an e-mail"),
        (NEW, "", "", "no such role"),
        (NEW, "provider", "", "Write its name"),
        (NEW, "provider", "Test Crisis Centre", "Did you mean"),
        (NEW, "admin", "Test Crisis Center", "whole community"),
    ):
        answer = invited(browser, email, role, place)
        assert answer.status_code == 422, (email, role, place)
        assert words in answer.text
        assert f'value="{email}"' in answer.text
    for _each in range(3):
        assert invited(browser).status_code == 303
    assert invited(browser).status_code == 429


def test_a11_who_is_disabled_is_out_in_the_next_request(cast: Cast, signed_in_as: SignIn) -> None:
    browser, admin = signed_in_as(cast.responder), signed_in_as(cast.admin)
    assert browser.get("/needs").status_code == 200
    path = f"/people/{cast.responder.id}"
    assert press(admin, path, to=f"{path}/access", wish="disable").status_code == 303
    assert browser.get("/needs").location.startswith("/sign-in")
    assert browser.get("/needs", headers={"Accept": "application/json"}).status_code == 401
    assert "cannot sign in" in admin.get(path).text
    assert press(admin, path, to=f"{path}/access", wish="enable").status_code == 303
    assert browser.get("/needs").status_code == 303, "the old session stays dead"


def test_a12_a_lowered_role_has_lost_its_power_at_once(cast: Cast, signed_in_as: SignIn) -> None:
    accounts.add_role(actor_of(cast.admin), cast.steward.id, "evaluator", None)
    browser, admin = signed_in_as(cast.steward), signed_in_as(cast.admin)
    assert browser.get("/steward").status_code == 200
    path = f"/people/{cast.steward.id}"
    press(admin, path, to=f"{path}/roles/removal", held=held(cast.steward, "steward"))
    assert browser.get("/steward").status_code == 303, "signed out"
    again = signed_in_as(cast.steward)
    assert again.get("/steward").status_code == 403
    assert again.get("/reports", follow_redirects=True).status_code == 200


@pytest.mark.sqlite_only
def test_a13_who_moves_to_another_organization_no_longer_sees_the_old_ones_rows(
    cast: Cast, signed_in_as: SignIn
) -> None:
    need = refer(cast, signed_in_as)
    desk, admin = signed_in_as(cast.provider), signed_in_as(cast.admin)
    offer = f"/offers/{need.offers[0].id}"
    assert desk.get(offer).status_code == 200
    path = f"/people/{cast.provider.id}"
    done = press(admin, path, to=f"{path}/roles", role="provider", organization="Test Family Shelter")
    assert done.status_code == 303
    page = admin.get(path).text
    old = re.search(
        r'name="held" value="([0-9a-f-]{36})">Remove<span class="hidden"> Service desk Test Crisis', page
    )
    assert old
    press(admin, path, to=f"{path}/roles/removal", held=old[1])
    moved = signed_in_as(cast.provider)
    assert moved.get("/inbox").status_code == 200
    assert moved.get(offer).status_code == 404


@pytest.mark.sqlite_only
def test_what_may_not_be_done_is_said_and_nothing_changes(cast: Cast, signed_in_as: SignIn) -> None:
    admin = signed_in_as(cast.admin)
    path = f"/people/{cast.admin.id}"
    for target, data in (
        (f"{path}/access", {"wish": "disable"}),
        (f"{path}/access", {"wish": "fly"}),
        (f"{path}/roles/removal", {"held": held(cast.admin, "admin")}),
        (f"{path}/roles/removal", {"held": "no-such"}),
        (f"{path}/roles", {"role": "provider", "organization": ""}),
        (f"{path}/roles", {"role": "", "organization": ""}),
        (f"{path}/second-factor/removal", {}),
    ):
        answer = press(admin, path, to=target, **data)
        assert answer.status_code == 422, (target, data)
        assert "There is a problem" in answer.text
    assert admin.get("/people").status_code == 200
    stranger = "/people/00000000-0000-4000-8000-000000000000/access"
    assert press(admin, path, to=stranger, wish="disable").status_code == 404


@pytest.mark.sqlite_only
def test_the_community_asks_more_roles_for_a_second_factor(cast: Cast, signed_in_as: SignIn) -> None:
    admin, desk = signed_in_as(cast.admin), signed_in_as(cast.provider)
    assert press(admin, "/people", to="/people/second-factor-roles", roles=["provider"]).status_code == 303
    assert desk.get("/inbox").status_code == 303
    assert re.search(r'value="provider" checked', admin.get("/people").text)
    assert press(admin, "/people", to="/people/second-factor-roles", roles=["root"]).status_code == 422


@pytest.mark.sqlite_only
def test_without_a_privacy_officer_the_admin_is_warned(cast: Cast, signed_in_as: SignIn) -> None:
    browser = signed_in_as(cast.admin)
    assert "no privacy officer" not in browser.get("/people").text
    accounts.disable_person(actor_of(cast.admin), cast.privacy_officer.id)
    assert "no privacy officer" in browser.get("/people").text
