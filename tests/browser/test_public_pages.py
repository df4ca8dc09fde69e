"""What anybody sees, in a real browser on a phone's screen: readable, reachable, safe to leave, without scripts too."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from portal.directory import listing
from portal.web.take_along import pack
from tests.browser.conftest import Server
from tests.web.forms import told

# Named one by one: axe's default run skips WCAG 2.2's target size.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
Visit = Callable[..., Page]


@pytest.fixture
def paths(server: Server) -> dict[str, str]:
    """Every kind of public page, by name."""
    with server.app.app_context():
        found = listing(server.cast.crisis_center.id)
    assert found is not None
    return {
        "start": "/",
        "results": "/search?q=crisis&near=37203",
        "none": "/search?q=zeppelin&near=37203&open=now",
        "unknown place": "/search?q=detox&near=nashvile",
        "listing": f"/services/{server.cast.crisis_center.id}",
        "quiet listing": f"/services/{server.cast.victim_service.id}",
        "organization": f"/organizations/{found.organization_id}",
        "sheet": f"/services/{server.cast.crisis_center.id}/sheet",
        "empty list": "/list",
        "list": f"/list?of={pack([server.cast.crisis_center.id, server.cast.victim_service.id])}",
        "damaged list": "/list?of=x",
        "data": "/about/data",
        "safety": "/about/safety",
        "missing": "/nowhere",
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(visit: Visit, paths: dict[str, str], scheme: str) -> None:
    page = visit("/", color_scheme=scheme)
    for name, path in paths.items():
        page.goto(path)
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        said = [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found]
        assert not said, name


def test_no_page_is_wider_than_the_smallest_phone(visit: Visit, paths: dict[str, str]) -> None:
    for name, path in paths.items():
        for options in (
            {"viewport": {"width": 320, "height": 640}},
            {"viewport": {"width": 320, "height": 256}},
        ):
            page = visit(path, **options)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= 320, (name, wide)
            page.close()


def test_text_at_twice_its_size_still_fits(visit: Visit, paths: dict[str, str]) -> None:
    page = visit("/")
    for name, path in paths.items():
        page.goto(path)
        page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name


def test_what_is_focused_is_never_hidden(visit: Visit, paths: dict[str, str]) -> None:
    """A keyboard walk through each page: some part of each stop must lie on top of the exit and of everything else."""
    page = visit("/", is_mobile=False, has_touch=False)
    for name, path in paths.items():
        page.goto(path)
        stops = 0
        for _stop in range(150):
            page.keyboard.press("Tab")
            state = page.evaluate(VISIBLE)
            if state == "out":
                break
            stops += 1
            assert state == "seen", (name, state)
        assert stops > 5, name


VISIBLE = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return "out";
  const box = at.getBoundingClientRect();
  for (const [x, y] of [[.5, .5], [.1, .2], [.9, .8], [.1, .8], [.9, .2]]) {
    const over = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
    if (over && (over === at || at.contains(over) || over.contains(at) && over.tagName === "LABEL")) return "seen";
  }
  return at.outerHTML.slice(0, 200);
}"""


def test_what_can_be_tapped_is_large_enough_for_a_thumb(visit: Visit, paths: dict[str, str]) -> None:
    page = visit("/")
    for name, path in paths.items():
        page.goto(path)
        assert not page.evaluate(SMALL), name


SMALL = """() => [...document.querySelectorAll("a.button, button, a.tag, summary, .crisis a, .top a, .exit a, footer a,"
  + "input:not([type=hidden], [type=checkbox], [type=radio]), select, .choices label")].filter((each) => {
  const box = each.getBoundingClientRect();
  return box.width > 0 && getComputedStyle(each).position !== "absolute" && box.height < 44;
}).map((each) => each.outerHTML.slice(0, 120))"""


def test_the_first_stop_of_the_keyboard_jumps_to_the_page(visit: Visit) -> None:
    page = visit("/", is_mobile=False, has_touch=False)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_p21_looking_around_leaves_no_cookie_and_nothing_stored_and_asks_no_other_host(
    visit: Visit, server: Server, paths: dict[str, str]
) -> None:
    asked: list[str] = []
    page = visit("/")
    page.on("request", lambda request: asked.append(request.url))
    for path in paths.values():
        page.goto(path)
    assert {server.url + path for path in paths.values()} <= set(asked)
    assert [url for url in asked if not url.startswith((f"{server.url}/", "data:"))] == []
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without a script"])
def test_after_leaving_back_shows_nothing_of_ours(visit: Visit, paths: dict[str, str], script: bool) -> None:
    page = visit("/", java_script_enabled=script)
    page.goto(paths["results"])
    page.goto(paths["listing"])
    page.get_by_role("link", name="Leave this page fast").click()
    expect(page).to_have_title("Weather")
    for _back in range(3):
        page.go_back()
        assert "Handrail" not in page.title()
        assert "Crisis" not in page.content()
        assert "988" not in told(page.content())


def test_the_empty_page_has_one_button_that_leads_back(visit: Visit) -> None:
    page = visit("/")
    page.get_by_role("link", name="Leave this page fast").click()
    expect(page).to_have_title("Weather")
    page.goto("/")
    expect(page).to_have_title("Page")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Find help near you")


def test_leaving_clears_what_is_stored(visit: Visit, server: Server) -> None:
    page = visit("/")
    page.evaluate(
        "() => { localStorage.a = '1'; sessionStorage.b = '1'; return caches.open('c').then(() => 1); }"
    )
    page.get_by_role("link", name="Leave this page fast").click()
    expect(page).to_have_title("Weather")
    page.goto("/about/safety")
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert page.evaluate("caches.keys().then((names) => names.length)") == 0


def test_three_shifts_leave_and_shift_with_tab_does_not(visit: Visit) -> None:
    page = visit("/", is_mobile=False, has_touch=False)
    for _time in range(4):
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+A")
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    page.keyboard.press("Tab")
    page.keyboard.press("Shift")
    assert page.title().endswith("Handrail")
    page.keyboard.press("Tab")
    for _time in range(3):
        page.keyboard.press("Shift")
    expect(page).to_have_title("Weather")


def test_the_page_is_hidden_before_anything_is_asked_of_a_network(visit: Visit) -> None:
    page = visit("/")
    shown = page.evaluate(
        """() => {
          document.querySelector("[data-leave]").click();
          return [getComputedStyle(document.documentElement).display, document.title];
        }"""
    )
    assert shown == ["none", ""]


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without a script"])
def test_search_and_listing_work(visit: Visit, script: bool) -> None:
    page = visit("/", java_script_enabled=script)
    page.get_by_label("What is needed?").fill("crisis center")
    page.get_by_label("Where?").fill("37203")
    page.get_by_role("button", name="Search", exact=True).click()
    card = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="Crisis Receiving"))
    expect(card.get_by_role("link", name="Call")).to_have_attribute("href", "tel:6155550123")
    card.get_by_role("link", name="Crisis Receiving", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Crisis Receiving")


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without a script"])
@pytest.mark.parametrize("words", ["he choked me, took my phone", "he beats me", "violación"])
def test_words_about_abuse_do_not_stand_in_the_address(visit: Visit, words: str, script: bool) -> None:
    page = visit("/", java_script_enabled=script)
    page.get_by_label("What is needed?").fill(words)
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_url("**/search/ask")
    expect(page.get_by_label("What is needed?")).to_have_value(words)
    for word in words.split():
        assert word not in page.title()


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without a script"])
def test_the_button_for_help_after_abuse_names_nothing_in_address_or_title(
    visit: Visit, script: bool
) -> None:
    page = visit("/", java_script_enabled=script)
    page.get_by_role("button", name="Help after abuse or assault").click()
    assert page.url.endswith("/search/ask")
    page.get_by_role("link", name="Haven House", exact=True).click()
    assert "Haven" not in page.title()
    assert "abuse" not in page.title().lower()
    assert "37203" not in told(page.content())


def test_a_responder_has_call_and_refer_on_the_card(visit: Visit, server: Server) -> None:
    page = visit("/search?q=crisis+center&near=37203", signed_in=server.cast.responder)
    card: Any = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="Crisis Receiving"))
    refer = card.get_by_role("link", name="Refer")
    assert refer.get_attribute("href").startswith(f"/services/{server.cast.crisis_center.id}/refer")
    expect(card.get_by_role("link", name="Call", exact=False)).to_be_visible()
    expect(page.get_by_role("button", name="Sign out and clear this phone")).to_be_visible()


def test_a_printed_listing_has_no_buttons(visit: Visit, paths: dict[str, str]) -> None:
    page = visit(paths["listing"])
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="Leave this page fast")).to_be_hidden()
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    expect(page.get_by_text("615-555-0123").last).to_be_visible()
