"""Signing in with a second factor, through the pages: nothing before both are done, and one's own pages to change it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape

import pyotp
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal import accounts
from portal.accounts import passwords
from portal.accounts.models import Account, AccountSession
from portal.accounts.queries import actor_of
from portal.store import db, write
from tests.people import Cast
from tests.web.forms import SignIn, press, told

PASSWORD = "three words and a horse"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXQ"
START = datetime(2026, 11, 24, 9, 0, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def moment(monkeypatch: pytest.MonkeyPatch) -> Iterator[time_machine.Traveller]:
    """A clock that stands still, and always the same secret: no code is right by chance."""
    monkeypatch.setattr(pyotp, "random_base32", lambda length: SECRET[:length])
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def everybody_has_a_password(cast: Cast) -> None:
    hashed = passwords.hashed(PASSWORD)
    with write() as session:
        for account in session.scalars(select(Account)):
            account.password_hash = hashed


def code(steps: int = 0) -> str:
    return pyotp.TOTP(SECRET).generate_otp(int(datetime.now(UTC).timestamp()) // 30 + steps)


def wrong() -> str:
    return next(
        text for text in ("123456", "654321", "111222", "222111") if text not in {code(n) for n in (-1, 0, 1)}
    )


def switched_on(account: Account) -> tuple[str, ...]:
    actor = actor_of(account)
    accounts.begin_set_up(actor, PASSWORD)
    return accounts.confirm_set_up(actor, code()).codes


def first_page(browser: FlaskClient, account: Account, **more: str) -> str:
    answer = browser.post("/sign-in", data={"email": account.email, "password": PASSWORD, **more})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def sessions() -> int:
    db.session.expire_all()
    return db.session.scalar(select(func.count()).select_from(AccountSession)) or 0


def cookie(browser: FlaskClient) -> str:
    found = browser.get_cookie("__Host-sid")
    assert found is not None
    return str(found.value)


def test_an_admin_sets_it_up_at_the_first_sign_in_and_types_a_code_at_the_next(
    client: FlaskClient, cast: Cast, moment: time_machine.Traveller
) -> None:
    assert first_page(client, cast.admin, next="/people") == "/sign-in/set-up"
    half = cookie(client)
    assert sessions() == 0
    assert client.get("/people").location == "/sign-in?next=/people"
    page = client.get("/sign-in/set-up").text
    assert "<svg" in page
    assert "style=" not in page
    assert SECRET in "".join(re.search(r'class="key">([^<]+)', page)[1].split())  # type: ignore[index]
    refused = press(client, "/sign-in/set-up", code=wrong())
    assert refused.status_code == 422
    assert sessions() == 0
    done = press(client, "/sign-in/set-up", code=code())
    assert done.status_code == 200
    codes = re.findall(r'<span class="code">([a-z0-9-]{11})</span>', done.text)
    assert len(set(codes)) == 10
    assert 'href="/people"' in done.text
    assert cookie(client) != half, "A18: another session after the sign-in than before it"
    assert client.get("/people").status_code == 200
    assert not any(each in client.get("/account/second-factor").text for each in codes)

    client.post("/sign-out")
    moment.shift(60)
    assert first_page(client, cast.admin) == "/sign-in/code"
    page = client.get("/sign-in/code").text
    assert cast.admin.email not in page
    assert cast.admin.name not in page
    assert client.get("/messages/parked").status_code == 303
    came = press(client, "/sign-in/code", code=code())
    assert (came.status_code, came.location) == (303, "/messages/parked")
    assert client.get("/messages/parked").status_code == 200


@pytest.mark.sqlite_only
def test_the_first_page_tells_nothing_of_a_second_factor(
    app: Flask, cast: Cast, moment: time_machine.Traveller
) -> None:
    switched_on(cast.responder)
    pages = []
    for person in (cast.responder, cast.colleague):
        answer = app.test_client().post(
            "/sign-in", data={"email": person.email, "password": "not the password at all"}
        )
        assert answer.status_code == 422
        pages.append(re.sub(r'(nonce|value)="[^"]*"', "", told(answer.text)))
    assert pages[0] == pages[1]


@pytest.mark.sqlite_only
def test_a_half_way_browser_opens_nothing_and_ends_after_ten_minutes(
    client: FlaskClient, cast: Cast, moment: time_machine.Traveller
) -> None:
    switched_on(cast.responder)
    moment.shift(60)
    first_page(client, cast.responder)
    for path in ("/needs", "/account", "/account/second-factor/set-up", "/sign-in/set-up"):
        assert client.get(path).status_code in (303, 410), path
    first_page(client, cast.responder)
    moment.shift(10 * 60)
    page = client.get("/sign-in/code")
    assert page.status_code == 410
    assert 'href="/sign-in"' in page.text
    assert client.get("/sign-in/code").location == "/sign-in"
    assert sessions() == 1, "the one in which it was set up"


@pytest.mark.sqlite_only
def test_who_was_not_asked_for_a_code_has_no_page_for_it(client: FlaskClient) -> None:
    for path in ("/sign-in/code", "/sign-in/set-up"):
        assert client.get(path).location == "/sign-in"
        assert client.post(path, data={"code": "123456"}).location == "/sign-in"


@pytest.mark.sqlite_only
def test_a27_a_used_code_is_refused_in_another_browser(
    app: Flask, cast: Cast, moment: time_machine.Traveller
) -> None:
    switched_on(cast.responder)
    moment.shift(60)
    one, other = app.test_client(), app.test_client()
    for browser in (one, other):
        first_page(browser, cast.responder)
    assert press(one, "/sign-in/code", code=code()).status_code == 303
    assert press(other, "/sign-in/code", code=code()).status_code == 422
    assert other.get("/needs").status_code == 303


@pytest.mark.sqlite_only
def test_a28_wrong_codes_are_stopped(client: FlaskClient, cast: Cast, moment: time_machine.Traveller) -> None:
    switched_on(cast.responder)
    moment.shift(60)
    first_page(client, cast.responder)
    answers = [press(client, "/sign-in/code", code=wrong()) for _try in range(12)]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429] * 2
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert wrong() not in answers[0].text
    assert press(client, "/sign-in/code", code=code()).status_code == 429


@pytest.mark.sqlite_only
def test_a_recovery_code_opens_the_door_once(app: Flask, cast: Cast, moment: time_machine.Traveller) -> None:
    typed = switched_on(cast.responder)[0]
    moment.shift(60)
    for status in (303, 422):
        browser = app.test_client()
        first_page(browser, cast.responder)
        assert press(browser, "/sign-in/code", recovery=typed).status_code == status


@pytest.mark.sqlite_only
def test_odd_input_is_refused_in_plain_words(
    client: FlaskClient, cast: Cast, moment: time_machine.Traveller
) -> None:
    switched_on(cast.responder)
    moment.shift(60)
    first_page(client, cast.responder)
    for typed in ("", "x" * 10_001, "１２３４５６", "12345\x00", "-----", "abcde-fghjk"):
        assert press(client, "/sign-in/code", code=typed).status_code == 422, typed


def test_one_sets_it_up_moves_it_and_turns_it_off_on_ones_own_page(
    cast: Cast, signed_in_as: SignIn, moment: time_machine.Traveller
) -> None:
    browser, other = signed_in_as(cast.responder), signed_in_as(cast.responder)
    assert "Off" in browser.get("/account").text
    path = "/account/second-factor/set-up"
    assert press(browser, path, password="not the password at all").status_code == 422
    assert press(browser, path, password=PASSWORD).status_code == 303
    assert "<svg" in browser.get(path).text
    done = press(browser, path, code=code())
    assert done.status_code == 200
    assert len(re.findall(r'<span class="code">', done.text)) == 10
    assert other.get("/needs").status_code == 303, "every other browser is out"
    assert "You have 10 recovery codes left." in unescape(browser.get("/account/second-factor").text)
    fresh = press(browser, "/account/second-factor/recovery-codes", password=PASSWORD)
    assert set(re.findall(r'"code">([^<]+)<', fresh.text)).isdisjoint(
        re.findall(r'"code">([^<]+)<', done.text)
    )
    off = press(browser, "/account/second-factor/removal", password=PASSWORD)
    assert off.status_code == 303
    assert "Off" in browser.get("/account/second-factor").text


@pytest.mark.sqlite_only
def test_who_must_use_it_cannot_turn_it_off(cast: Cast, signed_in_as: SignIn) -> None:
    browser = signed_in_as(cast.admin)
    press(browser, "/account/second-factor/set-up", password=PASSWORD)
    assert press(browser, "/account/second-factor/set-up", code=code()).status_code == 200
    assert "/account/second-factor/removal" not in browser.get("/account/second-factor").text
    assert press(browser, "/account/second-factor/removal", password=PASSWORD).status_code == 422


@pytest.mark.sqlite_only
def test_ones_own_browsers_are_listed_without_an_address_and_ended(cast: Cast, signed_in_as: SignIn) -> None:
    browser, other = signed_in_as(cast.responder), signed_in_as(cast.responder)
    third = signed_in_as(cast.responder)
    page = browser.get("/account/sessions").text
    assert page.count("Another browser") == 2
    assert "127.0.0.1" not in page
    handle = re.findall(r'name="which" value="([0-9a-f]{16})"', page)[0]
    assert press(browser, "/account/sessions", which=handle).status_code == 303
    assert sorted(each.get("/needs").status_code for each in (other, third)) == [200, 303]
    press(browser, "/account/sessions", which="others")
    assert [each.get("/needs").status_code for each in (other, third)] == [303, 303]
    assert browser.get("/needs").status_code == 200
    assert press(browser, "/account/sessions", which="' OR 1=1 --").status_code == 303
    assert browser.get("/needs").status_code == 200
