"""Searching on a phone at night, in the demonstration: in Spanish, with the place refused, by thumb, by keyboard, without scripts."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from portal.store import clock
from seed import plant
from tests.browser.conftest import PATIENCE, PHONE, serving
from tests.browser.test_public_pages import RULES

Night = Callable[..., Page]


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(
        tmp_path_factory.mktemp("night"), lambda: plant(None, "only for these tests", programs=False)
    ) as (
        url,
        _app,
        _made,
    ):
        yield url


@pytest.fixture
def night(chromium: Browser, demonstration: str) -> Iterator[Night]:
    """A phone in the dark scheme, signed in nowhere; its place is refused unless it is granted."""
    contexts: list[BrowserContext] = []

    def open_page(path: str = "/", **options: Any) -> Page:
        context = chromium.new_context(base_url=demonstration, **(PHONE | {"color_scheme": "dark"} | options))
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()


def test_a_detox_that_speaks_spanish_and_is_open_is_called_in_one_tap(night: Night) -> None:
    page = night()
    page.get_by_role("button", name="Use where I am").click()
    expect(page.get_by_text("Your phone did not say where you are.")).to_be_visible()
    expect(page.get_by_label("Where?")).to_be_focused()
    page.get_by_label("What is needed?").fill("necesito detox esta noche 37207")
    page.get_by_role("button", name="Search", exact=True).click()
    first = page.locator("main ol > li").first
    expect(first.get_by_role("heading")).to_have_text("Desintoxicación social")
    expect(first.get_by_text("Open 24 hours", exact=True)).to_be_visible()
    why = first.get_by_text("Why it is here:").inner_text()
    for reason in ("“detox”", "mi from 37207", "Speaks Spanish"):
        assert reason in why
    call = first.get_by_role("link", name="Call")
    expect(call).to_have_attribute("href", "tel:6155550111")
    expect(call).to_be_visible()
    assert page.context.cookies() == []


def test_what_was_understood_is_shown_and_taken_back_in_one_tap(night: Night) -> None:
    page = night("/search?q=necesito+detox+esta+noche+37207")
    understood = page.get_by_role("region", name="What we understood")
    expect(understood.get_by_role("link", name="Open now")).to_be_visible()
    expect(understood.get_by_role("link", name="Within 25 miles of 37207")).to_be_visible()
    understood.get_by_role("link", name="Open now").click()
    expect(page.get_by_label("What is needed?")).to_have_value("necesito detox 37207")
    expect(understood.get_by_role("link", name="Open now")).to_have_count(0)


def test_a_place_that_is_granted_leaves_the_phone_rounded(night: Night) -> None:
    where = {"latitude": 36.21987654, "longitude": -86.75123456}
    page = night("/search?q=detox", permissions=["geolocation"], geolocation=where)
    page.get_by_role("button", name="Use where I am").click()
    expect(page.get_by_label("Where?")).to_have_value("36.22, -86.75")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Services near where you are")
    assert "219" not in page.url.partition("/search?")[2]  # nor in the port, by chance
    assert "36.219" not in page.content()
    expect(page.get_by_label("Where?")).to_have_value("36.22, -86.75")  # kept for the next question
    page.get_by_label("What is needed?").fill("shelter")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=shelter*")
    assert "36.22" in page.url


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without a script"])
def test_filters_are_ticked_counted_and_shared_by_the_address(night: Night, script: bool) -> None:
    page = night("/search?q=&near=37207", java_script_enabled=script)
    page.locator("summary", has_text="Filters").click()
    page.locator("summary", has_text="Kind of help").click()
    page.get_by_label("Detox").check()
    page.locator("summary", has_text="Getting in").click()
    page.get_by_label("Takes a warm handoff by phone").check()
    page.get_by_role("button", name="Search with these").click()
    expect(page.get_by_text("Filters (2)")).to_be_visible()
    expect(page.get_by_role("heading", name="Desintoxicación social")).to_be_visible()
    assert "care=detox" in page.url
    assert "access=handoff_phone" in page.url
    again = night(page.url)
    expect(again.get_by_role("heading", name="Desintoxicación social")).to_be_visible()


def test_the_address_holds_only_what_was_asked(night: Night) -> None:
    page = night()
    page.get_by_label("What is needed?").fill("detox")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=detox")
    page.get_by_label("Open now").check()
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_url("**open=now")
    assert page.url.endswith("/search?q=detox&open=now")


def test_a_filter_that_tells_of_abuse_does_not_stand_in_the_address(night: Night) -> None:
    page = night("/search?q=&near=37207")
    page.locator("summary", has_text="Filters").click()
    page.locator("summary", has_text="Who it is for").click()
    page.get_by_label("Survivors of abuse").check()
    page.get_by_role("button", name="Search with these").click()
    page.wait_for_url("**/search/ask")
    expect(page.get_by_role("button", name="Survivors of abuse")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without a script"])
def test_a_later_time_is_one_choice_whose_field_shows_when_it_is_wanted(night: Night, script: bool) -> None:
    page = night("/search?q=food&near=37207", java_script_enabled=script)
    field = page.get_by_label("Day and time")
    expect(field).to_be_hidden()
    page.get_by_label("Later").check()
    expect(field).to_be_visible()
    moment = clock.now() + timedelta(days=3)
    field.fill(f"{moment:%Y-%m-%d}T12:30")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_role("region", name="What we understood").get_by_text("12:30")).to_be_visible()
    page.get_by_label("Any time").check()
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_role("region", name="What we understood").get_by_text("12:30")).to_have_count(0)


def test_by_keyboard_alone_from_the_words_to_the_call(night: Night) -> None:
    page = night("/search", is_mobile=False, has_touch=False)
    page.get_by_label("What is needed?").focus()
    page.keyboard.type("detox")
    page.keyboard.press("Tab")
    page.keyboard.type("37207")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")  # from any time to open now
    assert page.evaluate("document.activeElement.value") == "now"
    page.keyboard.press("Enter")
    page.wait_for_url("**open=now**")
    page.locator("summary", has_text="Filters").focus()
    page.keyboard.press("Enter")
    expect(page.locator("summary", has_text="Kind of help")).to_be_visible()
    seen = []
    for _stop in range(60):
        page.keyboard.press("Tab")
        href = page.evaluate("document.activeElement.getAttribute('href') || ''")
        seen.append(href)
        if href.startswith("tel:615"):
            break
    assert seen[-1] == "tel:6155550111"


def test_where_nothing_fits_the_way_on_is_one_tap(night: Night) -> None:
    page = night("/search?q=detox&near=38103")
    expect(page.get_by_role("heading", name="Nothing fits all of that")).to_be_visible()
    expect(page.get_by_role("heading", name="Nearest beyond 25 miles")).to_be_visible()
    expect(page.get_by_role("link", name="Call County on-call clinician")).to_have_attribute(
        "href", "tel:+16155550170"
    )
    page.get_by_role("link", name="Within 500 miles").click()
    expect(page.get_by_role("heading", name="Desintoxicación social")).to_be_visible()


PAGES = {
    "counted": "/search?q=&near=37207",
    "understood": "/search?q=necesito+detox+esta+noche+37207",
    "few": "/search?q=food&near=37207&open=now&pay=medicaid",
    "none": "/search?q=detox&near=38103",
    "chosen time": "/search?q=detox&near=37207&open=at&open_at=",
    "wrong": "/search?q=detox&near=37207&within=far",
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_wider_than_a_small_phone(night: Night, scheme: str) -> None:
    page = night(color_scheme=scheme, viewport={"width": 320, "height": 640})
    for name, path in PAGES.items():
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        assert not [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found], name
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name
