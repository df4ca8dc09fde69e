"""Is it still right, on a phone and without scripts: a desk answers its letter, a stranger reports, a steward calls. axe finds
nothing on any of the pages."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from portal import accounts, directory
from portal.store import clock, db
from tests.browser.conftest import Server, _the_cast, serving
from tests.browser.test_listings import fine
from tests.directory.freshness.steps import assured, letters, only
from tests.people import Cast

Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own, where one listing is about to go stale."""
    with serving(tmp_path_factory.mktemp("stale"), _filled) as (url, app, cast):
        yield Server(url, app, cast)


def _filled() -> Cast:
    cast = _the_cast()
    only(cast.crisis_center, cast.shelter)
    assured(cast.detox, 400)  # has not joined: called, not written to
    directory.ask_confirmations(clock.now(), accounts.keepers_of)
    for row in vars(cast).values():
        db.session.refresh(row)
    for account in cast.everybody.values():
        assert account.memberships
    db.session.expunge_all()
    return cast


def link(server: Server) -> str:
    with server.app.app_context():
        found = re.search(r"/confirmation/[\w.~-]+", letters()[0].text)
        assert found
        return found[0]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_fine_on_a_small_phone(visit: Visit, server: Server, scheme: str) -> None:
    small = {"viewport": {"width": 320, "height": 640}, "color_scheme": scheme}
    desk = visit(link(server), **small)
    desk.click("summary:has-text('Something is wrong')")
    fine(desk)
    stranger = visit(f"/services/{server.cast.detox.id}", **small)
    stranger.click("text=Is something here wrong?")
    fine(stranger)
    stranger.click("text=Tell a steward")
    expect(stranger).to_have_title(re.compile("^Error: "))
    fine(stranger)
    steward = visit("/steward/due", signed_in=server.cast.steward, **small)
    steward.click("summary >> nth=0")
    for path in ("/steward/due", "/steward/reports", "/steward/schedule"):
        steward.goto(path)
        fine(steward)


def test_a_report_and_an_answer_and_one_button_without_scripts(visit: Visit, server: Server) -> None:
    stranger = visit(f"/services/{server.cast.crisis_center.id}/report", java_script_enabled=False)
    stranger.check("text=The phone number")
    stranger.fill("#words", "It rings at a bakery")
    stranger.click("text=Tell a steward")
    expect(stranger.locator("main")).to_contain_text("A steward looks into it.")
    assert stranger.context.cookies() == []
    steward = visit("/steward", signed_in=server.cast.steward, java_script_enabled=False)
    steward.click("text=Called wrong (1)")
    expect(steward.locator("article")).to_contain_text("It rings at a bakery")
    steward.click("text=I could not find out")
    expect(steward.locator("main")).to_contain_text("Done.")
    page = visit(f"/services/{server.cast.crisis_center.id}", java_script_enabled=False)
    expect(page.locator("main")).to_contain_text("Something here may be wrong: call first")
    steward.goto("/steward/due")
    expect(steward.locator("article:has-text('Crisis Receiving')")).to_contain_text("In doubt")
    desk = visit(link(server), java_script_enabled=False)
    desk.click("button:has-text('Still right')")
    expect(desk.locator("main")).to_contain_text("It says: confirmed today.")
    page.reload()
    expect(page.locator("main")).to_contain_text("Confirmed today")
