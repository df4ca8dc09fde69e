"""A second factor by keyboard alone and without scripts: set up at the first sign-in, asked for at the next; and how the pages look
to a screen reader."""

import re
from collections.abc import Callable

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import update

from portal.accounts import passwords
from portal.accounts.codes import drop
from portal.accounts.models import Account, SecondFactor
from portal.store import db, write
from tests.browser.conftest import Server
from tests.browser.test_public_pages import RULES

PASSWORD = "three words and a horse"
Visit = Callable[..., Page]


@pytest.fixture
def email(server: Server) -> str:
    """An admin who has a password and no second factor yet."""
    with server.app.app_context():
        with write() as session:
            drop(session, server.cast.admin.id)
            session.execute(
                update(Account)
                .where(Account.id == server.cast.admin.id)
                .values(password_hash=passwords.hashed(PASSWORD))
            )
        db.session.remove()
    return server.cast.admin.email


def sign_in(page: Page, email: str) -> None:
    """The first page, as fingers on a keyboard do it."""
    page.goto("/sign-in?next=/people")
    page.get_by_label("E-mail").focus()
    page.keyboard.type(email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")


def forget_the_step(server: Server) -> None:
    """As if half a minute had passed since the last code: nobody waits for it in a test."""
    with server.app.app_context():
        with write() as session:
            session.execute(update(SecondFactor).values(last_step=0))
        db.session.remove()


@pytest.mark.parametrize("scripts", [True, False])
def test_set_up_and_sign_in_by_keyboard(visit: Visit, server: Server, email: str, scripts: bool) -> None:
    page = visit("/", java_script_enabled=scripts)
    sign_in(page, email)
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up a second factor")
    expect(page.get_by_role("img", name="Picture for your app")).to_be_visible()
    secret = "".join((page.locator(".key").text_content() or "").split())
    totp = pyotp.TOTP(secret)
    page.get_by_label("Code from your app").focus()
    page.keyboard.type(totp.now())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    expect(page.locator(".codes li")).to_have_count(10)
    spare = page.locator(".codes .code").first.text_content() or ""
    page.get_by_role("link", name="I have kept them").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("People")

    page.context.clear_cookies()
    forget_the_step(server)
    sign_in(page, email)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your code")
    expect(page.get_by_label("Code from your app")).to_be_focused()
    page.keyboard.type(totp.now())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("People")

    page.context.clear_cookies()
    sign_in(page, email)
    page.get_by_text("I do not have my phone").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Recovery code")).to_be_focused()
    page.keyboard.type(spare)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("People")


def test_axe_finds_nothing_on_the_pages_of_people_and_accounts(
    visit: Visit, server: Server, email: str
) -> None:
    page = visit("/")
    sign_in(page, email)
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up a second factor")
    _check(page, "set up")
    cast = server.cast
    for path, person in (
        ("/people", cast.admin),
        (f"/people/{cast.responder.id}", cast.admin),
        ("/people/invitations", cast.admin),
        ("/account", cast.admin),
        ("/account/sessions", cast.admin),
        ("/account/second-factor", cast.admin),
        ("/account/second-factor/removal", cast.admin),
        ("/unit", cast.supervisor),
        ("/privacy", cast.privacy_officer),
        ("/invitation/x", None),
    ):
        page = visit(path, signed_in=person)
        _check(page, path)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, f"{path} is {wide} wide on a phone"
        page.close()


def _check(page: Page, path: str) -> None:
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    assert not [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found], path
    assert not re.search(r"\sstyle=", page.content()), path
