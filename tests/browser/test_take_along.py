"""The take-along list in a real browser: kept for one tab, gone at once, never of help after abuse, and without a script too."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from portal.web.take_along import pack
from tests.browser.conftest import Server

Visit = Callable[..., Page]
STORED = "sessionStorage.getItem('list') || ''"
NOTHING = "localStorage.length + sessionStorage.length"


def save(page: Page, listing: object) -> None:
    page.goto(f"/services/{listing}")
    page.get_by_role("button", name="Save to take along").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("To take along")


def test_a_list_grows_over_pages_in_this_tab_alone_and_is_cleared_at_once(
    visit: Visit, server: Server
) -> None:
    cast = server.cast
    page = visit("/")
    save(page, cast.crisis_center.id)
    save(page, cast.shelter.id)
    expect(page.get_by_role("heading", name="Crisis Receiving")).to_be_visible()
    expect(page.get_by_role("heading", name="Family Shelter")).to_be_visible()
    assert page.url.endswith("/list")
    page.goto(f"/services/{cast.detox.id}")
    way_back = page.get_by_role("button", name="Your list (2)")
    expect(way_back).to_be_visible()
    other = page.context.new_page()
    other.goto(f"/services/{cast.detox.id}")
    expect(other.get_by_role("heading", level=1)).to_have_text("Withdrawal Unit")
    assert other.evaluate(NOTHING) == 0
    way_back.click()
    page.get_by_role("button", name="Clear this list now").click()
    expect(page.get_by_text("This list is empty.")).to_be_visible()
    assert page.evaluate(NOTHING) == 0
    assert page.context.cookies() == []


def test_help_after_abuse_is_never_kept_by_the_browser(visit: Visit, server: Server) -> None:
    cast = server.cast
    page = visit("/")
    save(page, cast.shelter.id)
    save(page, cast.victim_service.id)
    expect(page.get_by_role("heading", name="Haven House")).to_be_visible()
    assert pack([cast.victim_service.id]) not in page.evaluate(STORED)
    assert pack([cast.shelter.id]) in page.evaluate(STORED)
    page.goto(f"/services/{cast.detox.id}")
    page.get_by_role("button", name="Your list (1)").click()
    expect(page.get_by_role("heading", name="Family Shelter")).to_be_visible()
    expect(page.get_by_role("heading", name="Haven House")).to_have_count(0)


def test_leaving_in_one_tab_takes_the_lists_of_all_with_it(visit: Visit, server: Server) -> None:
    first = visit("/")
    save(first, server.cast.shelter.id)
    second = first.context.new_page()
    second.goto("/")
    second.get_by_role("link", name="Leave this page fast").click()
    expect(second).to_have_title("Weather")
    expect(first).not_to_have_url(re.compile(re.escape(server.url)))
    first.go_back()
    assert "Shelter" not in first.content()
    first.goto("/about/safety")  # the empty page, which may read what is stored for this site
    assert first.evaluate(NOTHING) == 0


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without a script"])
def test_a_list_is_made_on_its_own_page_sent_and_opened(visit: Visit, server: Server, script: bool) -> None:
    cast = server.cast
    page = visit(f"/services/{cast.shelter.id}", java_script_enabled=script)
    page.get_by_role("button", name="Save to take along").click()
    page.get_by_label("What is needed?").fill("detox")
    page.get_by_label("Where?").fill("37203")
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_role("button", name="Add Withdrawal Unit").click()
    expect(page.get_by_role("heading", name="Withdrawal Unit")).to_be_visible()
    assert page.url.endswith("/list")
    page.get_by_text("The text and the link, to copy").click()
    link = page.get_by_label("Link", exact=True).input_value()
    assert link == f"{server.url}/list?of={pack([cast.shelter.id, cast.detox.id])}"
    receiver = visit(link.removeprefix(server.url), java_script_enabled=script)
    expect(receiver.get_by_role("heading", name="Withdrawal Unit")).to_be_visible()
    assert receiver.context.cookies() == []
    if script:
        assert receiver.evaluate(NOTHING) == 0
    receiver.emulate_media(media="print")
    expect(receiver.get_by_role("heading", name="Family Shelter")).to_be_visible()
    expect(receiver.get_by_role("button", name="Take off").first).to_be_hidden()
    expect(receiver.locator(".square svg")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without a script"])
def test_after_leaving_back_does_not_show_the_list(visit: Visit, server: Server, script: bool) -> None:
    page = visit(f"/services/{server.cast.victim_service.id}", java_script_enabled=script)
    page.get_by_role("button", name="Save to take along").click()
    expect(page.get_by_role("heading", name="Haven House")).to_be_visible()
    page.get_by_role("link", name="Leave this page fast").click()
    expect(page).to_have_title("Weather")
    for _back in range(3):
        page.go_back()
        assert "Haven" not in page.content()
