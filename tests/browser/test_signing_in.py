"""Signing in and out in a real browser: what it says of our own forms is believed, and of others' forms too."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import update

from portal.accounts import passwords
from portal.accounts.models import Account
from portal.messages.models import Message
from portal.store import clock, db, write
from tests.browser.conftest import ELSEWHERE, Server
from tests.browser.test_public_pages import RULES

PASSWORD = "three words and a horse"
Visit = Callable[..., Page]


@pytest.fixture
def email(server: Server) -> str:
    with server.app.app_context():
        with write() as session:
            session.execute(
                update(Account)
                .where(Account.id == server.cast.steward.id)
                .values(password_hash=passwords.hashed(PASSWORD))
            )
        db.session.remove()
    return server.cast.steward.email


@pytest.mark.parametrize("scripts", [True, False])
def test_signing_in_by_keyboard_and_out_again(visit: Visit, email: str, scripts: bool) -> None:
    page = visit("/steward", java_script_enabled=scripts)
    expect(page).to_have_title("Sign in - Handrail")
    page.get_by_label("E-mail").fill(email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Steward")
    page.get_by_role("button", name="Sign out and clear this phone").click()
    page.wait_for_url("**/")
    assert page.context.cookies() == []
    page.goto("/steward")
    expect(page).to_have_title("Sign in - Handrail")


def test_a_wrong_password_is_said_on_top_and_the_email_is_kept(visit: Visit, email: str) -> None:
    page = visit("/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill("not the password at all")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("not right")
    expect(page.get_by_label("E-mail")).to_have_value(email)
    expect(page.get_by_label("Password")).to_have_value("")


def test_a_form_on_another_site_is_refused(visit: Visit, server: Server) -> None:
    page = visit("/", signed_in=server.cast.admin)
    paths = ("/sign-out", "/sign-in")
    forms = "".join(
        f'<form method="post" action="{server.url}{path}"><button>{path}</button></form>' for path in paths
    )
    page.context.route(ELSEWHERE, lambda route: route.fulfill(content_type="text/html", body=forms))
    for path in paths:
        page.goto(ELSEWHERE)
        with page.expect_response(server.url + path) as answered:
            page.get_by_role("button", name=path).click()
        assert answered.value.status == 403, path
    page.goto(server.url + "/messages/parked")
    expect(page.get_by_role("heading", level=1)).to_have_text("Messages that did not arrive")


def test_axe_finds_nothing_on_the_pages_of_signing_in_and_of_letters(visit: Visit, server: Server) -> None:
    with server.app.app_context():
        with write() as session:
            session.add(
                Message(
                    key="browser", letter="test", to_address="a@test.invalid", subject="Something new", text="t",
                    html="", state="parked", attempts=2, next_try_at=clock.now(), created_at=clock.now(),
                )
            )  # fmt: skip
        db.session.remove()
    for path in ("/sign-in", "/reset", "/reset/asked", "/reset/done", "/reset/x", "/messages/parked"):
        page = visit(path, signed_in=server.cast.admin if "messages" in path else None)
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        assert not [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found], path
        page.close()
