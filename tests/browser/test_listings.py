"""A desk keeps its listing true on a phone, without scripts; a steward decides. axe finds nothing on either's pages."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

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
    desk.click("text=Pick them day by day")
    fine(desk)
    desk.fill("#phone", "call us")
    desk.click("text=Save")
    expect(desk).to_have_title(re.compile("^Error: "))
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
    expect(desk.locator("main")).to_contain_text("Limited room, as of just now by the desk")
    desk.click("button:has-text('Still right')")
    expect(desk.locator("main")).to_contain_text("The listing says: confirmed today.")
    desk.click("text=Pick them day by day")
    desk.uncheck("#mo_all_day")
    desk.fill("#mo_opens", "09:00")
    desk.fill("#mo_closes", "17:00")
    desk.fill("#crisis_phone", "615-555-0911")
    desk.fill("#eligibility_description", "Families of the desk")
    desk.click("main button.wide")
    expect(desk.locator("main")).to_contain_text(
        "Waits for a steward, the old one stays until then: Crisis phone."
    )
    expect(visit(f"/services/{server.cast.shelter.id}").locator("main")).to_contain_text(
        "Monday: 9 am to 5 pm"
    )

    late.fill("#eligibility_description", "Families of the steward")
    late.click("main button.wide")
    expect(late.locator("main")).to_contain_text("What stands now")
    expect(late.locator("main")).to_contain_text("Families of the desk")
    expect(late.locator("#eligibility_description")).to_have_value("Families of the steward")
    late.click("main button.wide")
    expect(late.locator("main")).to_contain_text("Saved. Everybody sees it now.")

    late.goto("/steward")
    expect(late.locator("main")).to_contain_text("615-555-0911")
    late.click("button:has-text('Approve')")
    expect(late.locator("main")).to_contain_text("Approved. Everybody sees it now.")
    expect(visit(f"/services/{server.cast.shelter.id}").locator("main")).to_contain_text("615-555-0911")
