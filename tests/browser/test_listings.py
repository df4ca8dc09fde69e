"""A desk keeps its listing true on a phone, without scripts; a steward decides. axe finds nothing on either's pages."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Server

Visit = Callable[..., Page]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
WIDTH = "document.documentElement.scrollWidth <= innerWidth"


def fine(page: Page) -> None:
    """No fault for axe, nothing wider than the phone."""
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(fault["id"], [node["target"] for node in fault["nodes"]]) for fault in found] == []
    assert page.evaluate(WIDTH)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_listings_are_fine_on_a_small_phone(visit: Visit, server: Server, scheme: str) -> None:
    small = {"viewport": {"width": 320, "height": 640}, "color_scheme": scheme}
    desk = visit("/listings", signed_in=server.cast.provider, **small)
    fine(desk)
    desk.goto(f"/listings/{server.cast.crisis_center.id}")
    desk.click("text=Change the hours")
    fine(desk)
    desk.fill("#phone", "call us")
    desk.click("text=Save")
    assert desk.title().startswith("Error: ")
    fine(desk)
    steward = visit("/steward", signed_in=server.cast.steward, **small)
    fine(steward)
    steward.goto(f"/listings/{server.cast.victim_service.id}")
    assert steward.locator("#address").count() == 0
    fine(steward)


def test_edit_wait_and_approve_without_scripts(visit: Visit, server: Server) -> None:
    path = f"/listings/{server.cast.shelter.id}"
    desk = visit(path, signed_in=server.cast.shelter_worker, java_script_enabled=False)
    late = visit(path, signed_in=server.cast.steward, java_script_enabled=False)
    desk.click("button:has-text('Limited')")
    assert "Limited room, as of just now by the desk" in desk.inner_text("main")
    desk.click("button:has-text('Still right')")
    desk.click("text=Change the hours")
    desk.uncheck("#mo_all_day")
    desk.fill("#mo_opens", "09:00")
    desk.fill("#mo_closes", "17:00")
    desk.fill("#crisis_phone", "615-555-0911")
    desk.fill("#eligibility_description", "Families of the desk")
    desk.click("main button.wide")
    assert "Waits for a steward, the old one stays until then: Crisis phone." in desk.inner_text("main")
    assert "Monday: 9 am to 5 pm" in visit(f"/services/{server.cast.shelter.id}").inner_text("main")

    late.fill("#eligibility_description", "Families of the steward")
    late.click("main button.wide")
    assert "What stands now" in late.inner_text("main")
    assert "Families of the desk" in late.inner_text("main")
    assert late.input_value("#eligibility_description") == "Families of the steward"
    late.click("main button.wide")
    assert "Saved. Everybody sees it now." in late.inner_text("main")

    late.goto("/steward")
    assert "615-555-0911" in late.inner_text("main")
    late.click("button:has-text('Approve')")
    assert "615-555-0911" in visit(f"/services/{server.cast.shelter.id}").inner_text("main")
