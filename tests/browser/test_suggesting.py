"""Suggestions on a phone: by keyboard and by thumb, said to a screen reader, and silent about abuse."""

from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.test_public_pages import RULES

Visit = Callable[..., Page]


def test_arrow_keys_choose_enter_takes_and_escape_closes(visit: Visit) -> None:
    page = visit("/")
    field = page.get_by_role("combobox", name="What is needed?")
    field.press_sequentially("withdr")
    options = page.get_by_role("option")
    expect(options.filter(has_text="Withdrawal Unit")).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("status").filter(has_text="Suggestions:")).to_be_attached()
    assert Axe().run(page, options={"runOnly": RULES}).response["violations"] == []
    field.press("ArrowDown")
    first = options.first
    expect(first).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == first.get_attribute("id")
    field.press("ArrowUp")
    assert field.get_attribute("aria-activedescendant") is None
    expect(first).to_have_attribute("aria-selected", "false")
    field.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_value("withdr")
    field.press_sequentially("a")
    expect(options.last).to_be_visible()
    field.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    field.press("Enter")
    assert field.input_value().casefold().startswith("withdrawal")
    assert page.url.endswith("/")  # taken, not yet asked: the place may be typed first
    field.press("Enter")
    expect(page.get_by_role("heading", name="Services")).to_be_visible()


def test_a_thumb_takes_a_suggestion_on_the_page_of_results(visit: Visit) -> None:
    page = visit("/search?q=food")
    field = page.get_by_role("combobox", name="What is needed?")
    field.fill("")
    field.press_sequentially("famil")
    page.get_by_role("option").filter(has_text="Family Shelter").first.tap()
    expect(field).to_have_value("family shelter")
    expect(field).to_be_focused()
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_no_letter_of_a_word_about_abuse_leaves_the_page(visit: Visit) -> None:
    page = visit("/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    field = page.get_by_role("combobox", name="What is needed?")
    for words in ("domestic violence", "rape", "he hits me", "abuso"):
        field.fill("")
        field.press_sequentially(words, delay=15)
    field.fill("")
    with page.expect_response("**/search/suggest?q=she*"):
        field.press_sequentially("shel")
    told = [url.partition("?q=")[2] for url in asked if "/search/suggest" in url]
    assert set(told) <= {"he", "sh", "she", "shel"}


def test_without_scripts_the_field_is_a_plain_field(visit: Visit) -> None:
    page = visit("/", java_script_enabled=False)
    field = page.get_by_label("What is needed?")
    assert field.get_attribute("role") is None
    field.fill("shelter")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_role("heading", name="Family Shelter")).to_be_visible()
